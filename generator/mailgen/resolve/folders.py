"""What the user should know of the names of folders: not known, another language's, or beyond ASCII."""

from __future__ import annotations

from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.model.finding import Finding
from mailgen.model.vocabulary import LANGUAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def about_folders(
    provider: Provider, target: Target, protocol: str | None, wish: Wish, workarounds: Iterable[str]
) -> Iterator[Finding]:
    """Yield what is doubtful about the folders that the template would name, or has no names for."""
    if protocol != "imap":
        if protocol and target.folder_defaults:
            yield _none_over(protocol, target, wish)
        elif protocol and (named := [role for role in wish.folders if role in target.folder_roles]):
            yield _left_out(protocol, named, wish)
        return
    if target.folders_found:
        return
    names = {**provider.folders, **wish.folders}
    # Where the server itself files what is sent, no folder is named for it.
    roles = [role for role in target.folder_roles if role != "sent" or "saves-sent-copy" not in workarounds]
    missing = [role for role in roles if role not in names]
    if missing:
        yield _unknown(provider, target, missing, single=not wish.id)
    told = [role for role in roles if role in provider.folders and role not in wish.folders]
    if told and provider.folder_language:
        yield _by_language(provider, told)
    beyond = [names[role] for role in roles if role in names and not names[role].isascii()]
    if beyond and "folders" in target.utf8_locale:
        yield _needs_utf8(provider, target, beyond)


def _unknown(provider: Provider, target: Target, missing: list[str], single: bool) -> Finding:
    """Return what comes of folders without names: by the template where it says so, else by the program."""
    facts = {"roles": Listed(", ", [Text(role) for role in missing]), "title": target.title}
    comes = {**target.folder_defaults, **(target.folders_unnamed if single else {})}
    if told := [Translated(comes[role]) for role in missing if role in comes]:
        what = Text(
            "the names of the server's folders for {roles} are not known; "
            "unless you say otherwise, {title} {comes}",
            comes=Listed("; ", told),
            **facts,
        )
    else:
        what = Text("the names of the server's folders for {roles} are not known; {title} uses none", **facts)
    mend = Text("name them once you have seen them: {folder}", folder=_named(missing[0]))
    return Finding("note", "folders-unknown", what, Translated(provider.name), mend)


def _none_over(protocol: str, target: Target, wish: Wish) -> Finding:
    comes = [Translated(target.folder_defaults[role]) for role in target.folder_roles]
    return Finding(
        "note",
        "folders-here",
        Text(
            "over {protocol} the server has no folders; unless you say otherwise, {title} {comes}",
            protocol=protocol.upper(),
            title=target.title,
            comes=Listed("; ", comes),
        ),
        wish.label or Text("the account"),
        Text("nothing has to be done; over IMAP they can lie on the server"),
    )


def _left_out(protocol: str, named: list[str], wish: Wish) -> Finding:
    return Finding(
        "note",
        "folders-here",
        Text(
            "over {protocol} the server has no folders, so the names for {roles} are left out",
            protocol=protocol.upper(),
            roles=Listed(", ", [Text(role) for role in named]),
        ),
        wish.label or Text("the account"),
        Text("nothing has to be done; over IMAP they can lie on the server"),
    )


def _by_language(provider: Provider, told: list[str]) -> Finding:
    facts = {
        "roles": Listed(", ", [Text(role) for role in told]),
        "language": Translated(LANGUAGES[provider.folder_language]),
    }
    look = Text("look at them in the account, and name those that differ: {folder}", folder=_named(told[-1]))
    return Finding(
        "note",
        "folders-by-language",
        Text(
            "the names of the server's folders for {roles} are those of an account in {language}; "
            "one in another language has others",
            **facts,
        ),
        Translated(provider.name),
        Listed("; ", [Translated(provider.folder_others), look]) if provider.folder_others else look,
    )


def _needs_utf8(provider: Provider, target: Target, names: list[str]) -> Finding:
    return Finding(
        "warning",
        "needs-utf8-locale",
        Text(
            "{title} finds {names} on the server in a UTF-8 locale only; in another it makes a file of that "
            "name on this machine",
            title=target.title,
            names=Listed(", ", names),
        ),
        Translated(provider.name),
        Text("run it in such a locale, with LC_ALL=C.UTF-8 for instance"),
    )


def _named(role: str) -> Option:
    return Option(f"folders.{role}", "NAME")
