"""Floor 5: the command line: words in, words out."""
