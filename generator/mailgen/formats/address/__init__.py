"""The format of a file that holds one mail address and nothing else."""
