"""The format of mbsyncrc, which isync's mbsync reads."""
