"""A program that sings when it is run: the proof that a value did, or did not, run a command."""

from pathlib import Path


class Canary:
    """A directory with one program, `canary`, which prints "out" and writes down its arguments.

    With `environment` nothing else is found by its name, whatever a text may call.
    """

    def __init__(self, directory: Path) -> None:
        self.log = directory / "log"
        self.log.touch()
        program = directory / "canary"
        program.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" >> {self.log}\necho >> {self.log}\necho out\n")
        program.chmod(0o755)
        self.environment = {"PATH": str(directory)}

    def calls(self) -> list[list[str]]:
        """The arguments of every call since the last time."""
        lines = self.log.read_text().split("\n")[:-1]
        self.log.write_text("")
        return [line.split("\0")[:-1] for line in lines]
