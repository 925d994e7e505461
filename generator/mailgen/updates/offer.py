"""A document that somebody offers: whether it may be taken, and what it would change for people."""

from __future__ import annotations

from datetime import timedelta

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.dataset import document
from mailgen.dataset.review import review
from mailgen.updates.keeping import digest_of, newest_taken
from mailgen.updates.minisign import signer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from mailgen.catalog.reader import Catalogue
    from mailgen.dataset.document import DataDocument
    from mailgen.dataset.review import Difference
    from mailgen.updates.minisign import SigningKey


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that is signed and newer, or the same as is in use (`is_new` is false then).

    `differences` are what it changes, the worst first; `signer` is the name of the key.
    """

    document: DataDocument
    is_new: bool
    differences: tuple[Difference, ...]
    signer: str

    @property
    def is_dangerous(self) -> bool:
        """Whether a login would go elsewhere, or less well protected."""
        return any(one.severity == "danger" for one in self.differences)


def judged_offer(
    content: bytes, signature: bytes, keys: Collection[SigningKey], in_use: Catalogue, today: date, where: str
) -> Offer:
    """Return what a document offers, whose bytes are `content`; `where` is what messages call it.

    The signature is looked at before anything in it. Raises MailgenError for one that is not signed by one
    of the `keys`, is older than what was taken before or is `in_use`, has the serial of another, has expired,
    is of a day to come, or breaks a rule of provider files.
    """
    signer = signer_of(content, signature, keys, f"{where}.minisig")
    offered = document.read_document(content, where)
    _check_days(offered, today, where)
    before = {id: document.plain_record(record) for id, record in in_use.records()}
    taken = newest_taken()
    newest = max(in_use.serial, taken.serial if taken else 0)
    if offered.serial < newest:
        what = Text(
            "the data are older ({serial}) than those that were here already ({newest})",
            serial=offered.serial,
            newest=newest,
        )
        raise MailgenError(
            what,
            where,
            Text("nobody should offer them now: ask another mirror, and tell whoever runs this one"),
        )
    differs = taken is not None and taken.serial == offered.serial and taken.digest != digest_of(content)
    is_new = offered.serial > in_use.serial
    if differs or (not is_new and before != offered.providers):
        what = Text("there are other data of the same serial, {serial}", serial=offered.serial)
        raise MailgenError(
            what, where, Text("do not use them, and tell whoever made them: a serial is given once")
        )
    found = tuple(review(before, offered.providers)) if is_new else ()
    return Offer(offered, is_new, found, signer.name)


def _check_days(offered: DataDocument, today: date, where: str) -> None:
    if offered.expires < today:
        what = Text("the data have expired, on {day}", day=offered.expires.isoformat())
        mend = Text("the mirror stands still, or the clock of this machine is wrong: ask another mirror")
        raise MailgenError(what, where, mend)
    if offered.day > today + timedelta(days=1):
        what = Text("the data are of a day to come, {day}", day=offered.day.isoformat())
        raise MailgenError(
            what, where, Text("look at the clock of this machine; else tell whoever made them")
        )
