"""The format of a file that holds one value and nothing else."""
