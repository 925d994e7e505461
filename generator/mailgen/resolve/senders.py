"""Who sends: the identities that a client can be told of, and what is to be known about their addresses."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text, Translated
from mailgen.model.finding import Finding
from mailgen.resolve.compat import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.model.account import Identity
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def refuse_rewritten(target: Target, address: str, where: str) -> None:
    """Raise MailgenError for an address that the client would not write as it is."""
    if target.rewrites_quoted_local and address.startswith('"'):
        raise MailgenError(
            Text(
                "{title} silently drops the quotes of a quoted local part and would send as another",
                title=target.title,
            ),
            where,
            Text("use another client for this address"),
        )


def utf8_local_part(where: str) -> Finding:
    """Return the warning about an address that not every server takes."""
    return Finding(
        "warning",
        "utf8-local-part",
        Text("a part before the @ beyond ASCII needs SMTPUTF8 (RFC 6531) at every server on the way"),
        where,
        Text("ask the provider for an ASCII alias if mail comes back"),
    )


def _has_use_for_it(target: Target, wish: Wish) -> bool:
    """Say whether a target reads or keeps mail where the wish says that it lies on this machine."""
    if not target.keeps_named:
        return target.uses_maildir
    from mailgen.resolve.local import keeps_mail

    return keeps_mail(target, wish)


def known_identities(target: Target, version: str, wish: Wish) -> tuple[Identity, ...]:
    """Return the wished identities that a client of a version can be told of."""
    if not target.several_identities:
        return ()
    known = target.sender_patterns and version_key(version) >= version_key(target.sender_patterns)
    return tuple(one for one in wish.identities if known or not one.is_pattern)


def about_identities(
    provider: Provider, target: Target, wish: Wish, written: Sequence[Identity]
) -> list[Finding]:
    """Return what the client cannot be told of who sends and of local mail, and what the provider may refuse.

    `written` are the identities that it is told of. Where another program writes the messages, who sends is
    its affair. Raises MailgenError for an address that the client would rewrite.
    """
    findings: list[Finding] = []
    place = wish.maildir or (target.keeps_named and wish.options.get("maildir"))
    if not (wish.identities or wish.reply_to or place or target.kind == "reader"):
        return findings
    for one in written:
        identity = Text("the identity {address}", address=one.address)
        refuse_rewritten(target, one.address, identity)
        if not one.address.rpartition("@")[0].isascii():
            findings.append(utf8_local_part(identity))
    if "reply_to" in target.identity_parts:
        for address in (wish.reply_to, *(one.reply_to for one in written)):
            refuse_rewritten(target, address, Text("the address for answers, {address}", address=address))
    lost: list[str] = []
    many = [one.address for one in wish.identities if one.is_pattern and one not in written]
    if target.kind == "reader":
        lost = [part for part in ("name", "reply_to", "signature") if getattr(wish, part)]
        lost = [Text(part) for part in lost if part not in target.identity_parts]
        if wish.identities and not target.several_identities:
            lost.append(Text("identities"))
        elif wish.identities:
            parts = ("name", "reply_to", "signature")
            used = [part for part in parts if any(getattr(one, part) for one in wish.identities)]
            lost += [
                Text("{part} of the identities", part=Text(part))
                for part in used
                if part not in target.identity_parts
            ]
        if wish.sent_elsewhere and target.incoming and not target.send_only:
            lost.append(Text("identities with a server of their own"))
        if roles := [Text(role) for role in wish.folders if role not in target.folder_roles]:
            lost.append(Text("folders: {roles}", roles=Listed(", ", roles)))
    if many and target.outgoing and target.several_identities:
        lost.append(Text("senders that stand for many ({names})", names=Listed(", ", many)))
    if place and target.incoming and not _has_use_for_it(target, wish):
        lost.append(Text("maildir"))
    if wish.identities and target.outgoing and "sender-must-match" in provider.quirks:
        findings.append(
            Finding(
                "warning",
                "identity-may-be-refused",
                Text(
                    "{name} takes only mail whose From is the address of the login",
                    name=Translated(provider.name),
                ),
                Text("the identities of {label}", label=wish.label or Text("the account")),
                Text("send as another address only if the provider knows it as an alias of yours"),
            )
        )
    if not lost:
        return findings
    return [
        *findings,
        Finding(
            "note",
            "not-expressed",
            Text("{title} has no place for: {parts}", title=target.title, parts=Listed(", ", lost)),
            wish.label or Text("the account"),
            Text("nothing has to be done if another client takes care of it"),
        ),
    ]
