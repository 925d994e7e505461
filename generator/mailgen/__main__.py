"""Floor 5: `python -m mailgen`, the same door as the `mailgen` command."""

from mailgen.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
