"""Floor 3: a domain that nobody lists is asked for its servers, if wished.

What is asked is in `methods`, in which order in `search`. `names` asks DNS, `fetch` gets a page over
HTTPS, `addresses` says where it may come from. Only the domain is ever told to anybody, never the part
of an address before the @; what comes back is a draft for people to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailgen.drafts import Draft


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is put up with: seconds for one step and for all, bytes of a page, redirects.

    `step` and `whole` hold whatever the other side does, and `page` after decompression.
    """

    step: float = 5.0
    whole: float = 40.0
    page: int = 256 << 10
    redirects: int = 3


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that was tried: the method, what exactly was asked, and in a few words what came.

    `outcome` may hold words of the other side; they are fit to be shown. `answered` says whether
    settings came of it.
    """

    method: str
    asked: str
    outcome: str
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the mail of a domain is delivered (MX): the hosts, and the provider of ours that it is as with.

    `agrees` says whether this is who has the servers that were found; None where the names do not tell.
    """

    hosts: tuple[str, ...]
    provider: str | None = None
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What came of a search: a draft, for the domain that was asked for and no other.

    `method` is the step that brought it, and `guess` says that it rests on where the domain's mail is
    delivered, not on a word about mail programs. `provider` is the id of the provider of ours that was
    guessed, if it was one. `known` are the ids of the providers of ours whose servers these are, `delivery`
    says where the domain's mail goes, if that was asked. `foreign` are the hosts that belong to another owner
    than the domain, each with the registrable domain of that owner.
    """

    draft: Draft
    method: str
    guess: bool = False
    provider: str | None = None
    foreign: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ()
    delivery: Delivery | None = None


class Nothing(Exception):
    """Raised by a method that found nothing; its text, fit to be shown, says what came instead."""
