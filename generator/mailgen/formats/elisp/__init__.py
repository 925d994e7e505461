"""The format of Emacs Lisp, in which Emacs' own programs are set up."""
