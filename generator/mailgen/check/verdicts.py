"""What a server means by what it says: the table of answers as data, and the causes it comes to.

A row has plain fragments, compared without case. The rows of a server's family come before the general ones,
and the first row that fits is the verdict: what is said of one server means another thing at the next.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mailgen import paths
from mailgen.core.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.model.provider import Credentials

FOLDER = Path(__file__).parent / "answers"
#: The rows that hold for every server.
GENERAL = "general"
#: What a password that was refused may be; said of a token, it is only refused.
_OF_PASSWORDS = ("wrong-secret", "need-app-password", "need-auth-code", "need-client-password", "oauth-only")
#: Kind of secret that a provider wants -> what is most likely if it was refused.
_MOST_LIKELY = {
    "app-password": "need-app-password",
    "authorisation-code": "need-auth-code",
    "client-password": "need-client-password",
}


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row: the fragments that must all be there, the protocols, and the kind of key ("": any)."""

    protocols: tuple[str, ...]
    fragments: tuple[str, ...]
    causes: tuple[str, ...]
    sample: str
    source: str
    key: str = ""

    def fits(self, protocol: str, text: str, key: str) -> bool:
        """Say whether this is what was said (`text` as `folded` gives it)."""
        if protocol not in self.protocols or self.key not in ("", key):
            return False
        return all(fragment in text for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class Family:
    """Servers that speak alike: known by the ends of their names, or by what they say first."""

    name: str
    hosts: tuple[str, ...]
    greetings: tuple[str, ...]
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer comes to, and who reports it."""

    causes: tuple[str, ...]
    sources: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Return a text as it is compared: no difference of case or of blanks.

    >>> folded("  Incorrect username or\\u00a0PASSWORD ")
    'incorrect username or password'
    """
    return " ".join(text.casefold().split())


def _family(name: str, data: Mapping[str, Any]) -> Family:
    return Family(
        name,
        tuple(data.get("hosts", ())),
        tuple(folded(one) for one in data.get("greetings", ())),
        tuple(
            AnswerRow(
                tuple(row["at"]),
                tuple(folded_fragment(one) for one in _listed(row["says"])),
                tuple(row["cause"]),
                row["sample"],
                row["source"],
                row.get("credential", ""),
            )
            for row in data["answers"]
        ),
    )


def folded_fragment(text: str) -> str:
    """Return a fragment as it is compared; a blank at its end counts."""
    return folded(text) + " " * text.endswith(" ")


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


@cache
def families() -> Mapping[str, Family]:
    """Return all families by name, read from the data once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {}
    for name in paths.names_of_ours(str(FOLDER)):
        stem, _, ending = name.rpartition(".")
        if ending == "yaml":
            data = yaml.load(paths.text_of_ours(str(FOLDER / name)), loader)  # noqa: S506 (both are safe)
            found[stem] = _family(stem, data)
    return found


@cache
def cause_sentences() -> Mapping[str, Mapping[str, str]]:
    """Return the closed list of causes, each with a sentence by language."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = paths.text_of_ours(str(FOLDER.with_name("causes.yaml")))
    told: Mapping[str, Mapping[str, str]] = yaml.load(text, loader)  # noqa: S506
    return told


def family_of(host: str, greeting: str = "") -> str:
    """Return the family of a server, by its name, else by what it said first; "" if it is none that is known.

    The longest fits best: a house may have a service of its own below the name of another.
    """
    host = host.lower().rstrip(".")
    ends = [
        (len(end), one.name)
        for one in families().values()
        for end in one.hosts
        if host == end or host.endswith(f".{end}")
    ]
    if ends:
        return max(ends)[1]
    said = folded(greeting)
    known = [
        (len(words), one.name) for one in families().values() for words in one.greetings if words in said
    ]
    return max(known)[1] if known else ""


def meaning(protocol: str, said: str, family: str, key: str) -> Meaning:
    """Return what an answer means, to who logs in with a `key` of that kind (password, token)."""
    text = f"{folded(said)} "
    for name in dict.fromkeys((family, GENERAL)):
        for answer in families()[name].answers if name in families() else ():
            if answer.fits(protocol, text, key):
                return Meaning(answer.causes, (answer.source,))
    return Meaning(("unknown",))


def weighed(causes: tuple[str, ...], key: str, wanted: Credentials | None) -> tuple[str, ...]:
    """Return the causes, the likeliest first, by the kind of key and by what the provider wants.

    A refused token is never a wrong password. Where a provider wants a secret of its own, most who are
    refused gave the password of its web site.

    >>> weighed(("wrong-secret", "need-app-password"), "token", None)
    ('token-refused',)
    """
    if key == "token":
        return tuple(dict.fromkeys("token-refused" if one in _OF_PASSWORDS else one for one in causes))
    if wanted is None:
        return causes
    refused = set(causes) & set(_OF_PASSWORDS)
    if wanted.kind == "oauth2-only" and refused:
        return tuple(dict.fromkeys(("oauth-only", *(one for one in causes if one not in _OF_PASSWORDS))))
    likely = _MOST_LIKELY.get(wanted.kind)
    if likely is None or not refused:
        return causes
    rest = [one for one in causes if one not in _OF_PASSWORDS or one in (likely, "wrong-secret")]
    first = next(place for place, one in enumerate(causes) if one in refused)
    kept = [one for one in rest if one not in (likely, "wrong-secret")]
    at = sum(1 for one in causes[:first] if one in kept)
    return tuple(dict.fromkeys((*kept[:at], likely, "wrong-secret", *kept[at:])))
