"""The settings that hold for one account of a muttrc, by name."""

from __future__ import annotations

from mailgen.formats.muttrc.made import VARIABLES
from mailgen.formats.muttrc.servers import server_url
from mailgen.formats.statements import Statement


class Settings:
    """The settings of one account by name, the last one of each; those of `under` where it has none."""

    def __init__(
        self, statements: list[Statement], under: Settings | None = None, hook_host: str = ""
    ) -> None:
        self.own = statements
        self.under = under
        self.by_name: dict[str, Statement] = {}
        self.headers: dict[str, Statement] = {}
        #: The first mailbox on a server that is watched: where nothing else names the server, it does.
        self.watched: Statement | None = None
        self.hook_host = hook_host
        for one in statements:
            if one.name == "all" and one.raw.startswith("reset "):
                # What was set before no longer holds.
                self.by_name, self.under = {}, None
            elif is_variable_set(one):
                self.by_name[one.name] = one
            elif one.name == "mailboxes" and server_url(one.text):
                self.watched = self.watched or one
            elif one.name == "my_hdr":
                self.headers[one.text.partition(":")[0].strip().lower()] = one
        self.used: list[Statement] = []

    def said(self, name: str) -> Statement | None:
        """Return the statement about a variable, also one that takes it away."""
        found = self.by_name.get(name)
        return self.under.said(name) if found is None and self.under is not None else found

    def get(self, name: str) -> Statement | None:
        found = self.said(name)
        return None if found is None or found.off or as_before(found) else found

    def text(self, name: str) -> str:
        found = self.get(name)
        return found.text if found is not None else ""

    def elsewhere(self) -> bool:
        """Say whether what these settings inherit lies below another folder."""
        return self.under is not None and self.under.text("folder") != self.text("folder")

    def refused(self, name: str) -> bool:
        """Say whether a switch is off."""
        found = self.said(name)
        return found is not None and (found.off or found.text == "no")


def as_before(one: Statement) -> bool:
    """Say whether a setting of mailgen's puts back what was there before."""
    return one.expands and one.text.startswith(OURS)


#: How the value of a variable of mailgen's is put in.
OURS = (f"${VARIABLES}", f"${{{VARIABLES}")


def is_variable_set(one: Statement) -> bool:
    """Say whether a statement is a setting: of several of one name the last holds, and no other is missed."""
    return one.raw.split(" ", 1)[0] in ("set", "unset", "reset")
