"""Emacs Lisp, as Emacs reads it."""
