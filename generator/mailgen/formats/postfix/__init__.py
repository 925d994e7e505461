"""The format of Postfix's own files: main.cf, master.cf and tables of regular expressions."""
