"""What compiled templates run on: the few words of Jinja's runtime that our templates need.

Templates are Jinja2 and are compiled by Jinja2 (see templates.py), once, when the catalogue is
built. What they become is plain Python that asks its environment for attributes, filters and
`finalize`. This environment answers; so a run of mailgen does not import Jinja2, which takes
longer than everything else together. A test renders all targets through both and compares.
"""

from __future__ import annotations

from importlib import import_module

from mailgen.core.errors import MailgenError, Unquotable
from mailgen.core.text import Listed, Text
from mailgen.core.values import replace
from mailgen.formats.quoting import Grammar, Quoted, quote
from mailgen.model.account import named_uuid
from mailgen.model.tokens import (
    AllBut,
    Atom,
    FileName,
    Filing,
    Folder,
    Joined,
    MailboxPath,
    NamedAddress,
    PathUrl,
    Secret,
    StoreRef,
    Url,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.model.account import Account, Identity

#: The names that Jinja2's code generator expects to find imported.
MISSING = type("missing", (), {"__repr__": lambda self: "missing"})()


class UndefinedName(Exception):
    """A template used a name that nothing defines."""


def keyword(value: str, *allowed: str) -> Quoted:
    """The filter `kw`: print a word bare, if it is one of `allowed`. The only way to text without quotes."""
    if value not in allowed:
        raise Unquotable(Text("it is not one of the keywords {words}", words=Listed(", ", allowed)))
    return Quoted(value)


def number_filter(value: int) -> Quoted:
    """The filter `number`: print a whole number bare, also within a longer word."""
    if type(value) is not int:
        raise TypeError(f"the filter number takes an int, not {type(value).__name__}")
    return Quoted(str(value))


def plain_id(value: str) -> Quoted:
    """The filter `id`: print an id bare, also within a longer word; its letters mean nothing anywhere."""
    if not value or value.strip(_ID_LETTERS):
        raise Unquotable("an id is made of letters, digits and . _ -")
    return Quoted(value)


def below(folder: FileName, name: str) -> FileName:
    """The filter `below`: what lies under that name in a folder; an empty name is the folder, as one."""
    return FileName(f"{folder.path.rstrip('/')}/{name}")


def filed_by(folder: FileName, program: str) -> Filing:
    """The filter `filed_by`: a program, named by the template, that files each message in a folder."""
    return Filing(program, folder)


def in_store(box: Folder | None, store: str, part: str) -> StoreRef:
    """The filter `in_store`: a mailbox of one of the stores of an account, `ada-far`; None is the store."""
    return StoreRef(f"{plain_id(store)}-{part}", box)


def as_url(folder: FileName, scheme: str) -> PathUrl:
    """The filter `as_url`: a folder of this machine as a URL with this scheme."""
    return PathUrl(scheme, folder.path)


def by_way(url: Url, auth: str) -> Url:
    """The filter `by_way`: a server's URL that says in its scheme how to log in, unless by a password."""
    return url if auth == "password" else replace(url, scheme=f"{url.scheme}+{auth}")


def with_scheme(url: Url, scheme: str) -> Url:
    """The filter `with_scheme`: a server's URL as a program writes it that knows another scheme."""
    return replace(url, scheme=scheme)


def named(identities: Sequence[Identity]) -> tuple[NamedAddress, ...]:
    """The filter `named`: addresses to send as, each with its name."""
    return tuple(one.named for one in identities)


def atom(name: str) -> Atom:
    """The filter `atom`: a login name that the program sends over IMAP without quotes."""
    return Atom(name)


def other_addresses(address: str, accounts: Sequence[Account]) -> tuple[str, ...]:
    """The filter `other_addresses`: all that accounts send as, each once, but this one."""
    every = dict.fromkeys(one.address for account in accounts for one in account.senders)
    return tuple(one for one in every if one != address)


def thrown_away(root: FileName, accounts: Sequence[Account]) -> tuple[MailboxPath, ...]:
    """The filter `thrown_away`: where trash and junk of accounts lie below the folder of all mail."""
    from mailgen.resolve.local import path_within

    return tuple(
        MailboxPath(f"{path_within(account.maildir.path, root.path)}/{box.name}".lstrip("/"))
        for account in accounts
        for box in (account.local.trash, account.local.junk)
        if account.maildir and box
    )


def handles(handle: str, accounts: Sequence[Account], option: str = "") -> tuple[str, ...]:
    """The filter `handles`: those of all accounts, or of all with an option; a refusal names the first."""
    del handle
    return tuple(one.handle for one in accounts if not option or one.options.get(option))


def join(parts: tuple[str | MailboxPath | NamedAddress, ...], separator: str) -> Joined:
    """The filter `join`: a list as one word."""
    return Joined(tuple(parts), separator)


def part_uuid(uuid: str, name: str) -> str:
    """The filter `part`: the UUID of a part, by its name, of what has one."""
    return named_uuid(name, uuid)


#: What accounts.schema.json lets an id hold.
_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"


def all_but(box: Folder) -> AllBut:
    """The filter `all_but`: a pattern that leaves a mailbox out."""
    return AllBut(box)


FILTERS: dict[str, Callable[..., object]] = {
    "all_but": all_but,
    "atom": atom,
    "as_url": as_url,
    "below": below,
    "by_way": by_way,
    "filed_by": filed_by,
    "handles": handles,
    "id": plain_id,
    "in_store": in_store,
    "join": join,
    "kw": keyword,
    "named": named,
    "number": number_filter,
    "other_addresses": other_addresses,
    "part": part_uuid,
    "thrown_away": thrown_away,
    "with_scheme": with_scheme,
}


def passed(value: object) -> Quoted:
    """Stand where Jinja2 would escape HTML: let quoted text pass, and nothing else."""
    if not isinstance(value, Quoted):
        raise TypeError("a template printed a value that no grammar has quoted")
    return value


class Context:
    """The variables of one template, as generated code asks for them."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables

    def resolve_or_missing(self, name: str) -> object:
        return self._variables.get(name, MISSING)

    def get_all(self) -> Mapping[str, object]:
        return self._variables


#: What compiled templates define, by name and source: a stream of households renders the same few again.
_DEFINED: dict[tuple[str, str], Mapping[str, Any]] = {}


def _defined(name: str, source: str) -> Mapping[str, Any]:
    """Return the names that a compiled template defines: `root`, `debug_info`, and its own `name`."""
    names = _DEFINED.get((name, source))
    if names is None:
        if len(_DEFINED) >= 1000:
            _DEFINED.clear()
        names = _DEFINED[name, source] = _kept(source) or _run(name, source)
    return names


def _kept(source: str) -> Mapping[str, Any] | None:
    """Return what the module of a template defines, None where there is none.

    A wheel has a module for each template, so that Python keeps its code as it does ours: compiling takes
    longer than filling it in. The module is called by the digest of the source, which stands in its first
    line, so that no other template can be meant (see dataset/templates.py, which writes both).
    """
    head = source.partition("\n")[0]
    if not head.startswith(KEPT):
        return None
    try:
        return vars(import_module(head[2:]))
    except ModuleNotFoundError:
        return None


#: How the first line of a compiled template begins: the name of its module stands there.
KEPT = "# mailgen.render.kept.t"


def _run(name: str, source: str) -> Mapping[str, Any]:
    """Compile the source of a template and run it; return what it defines."""
    names = {"environment": None, "missing": MISSING, "escape": passed, "Undefined": None}
    code = compile(source, f"<template {name}>", "exec", dont_inherit=True)
    exec(code, names)  # noqa: S102 - our own compiled template
    return names


class Template:
    """One compiled template; `root_render_func` yields its text piece by piece."""

    def __init__(self, name: str, source: str, environment: Environment) -> None:
        self.name = name
        names = _defined(name, source)
        root = names["root"]
        self.root_render_func: Callable[[Context], Iterator[str]] = lambda context: root(
            context, environment=environment
        )
        self.debug_info: str = names["debug_info"]

    def new_context(
        self, variables: Mapping[str, object], shared: bool = False, local: Mapping[str, object] | None = None
    ) -> Context:
        known = dict(variables)
        for name, value in local.items() if local else ():
            if value is not MISSING:
                known[name] = value
        return Context(known)

    def line(self, generated: int) -> int:
        """Return the line of the template that a line of the generated code came from."""
        pairs = (pair.split("=") for pair in self.debug_info.split("&") if pair)
        return max((int(ours) for ours, theirs in pairs if int(theirs) <= generated), default=1)


class Environment:
    """One grammar's environment.

    `field` is the attribute read last, for naming it in a refusal; `wrote_secret` says whether a
    password in the clear was printed.
    """

    filters = FILTERS
    concat = "".join

    def __init__(self, grammar: Grammar, sources: Mapping[str, str]) -> None:
        self.grammar = grammar
        self.sources = sources
        self.field = ""
        self.wrote_secret = False
        self._templates: dict[str, Template] = {}

    def finalize(self, value: object) -> Quoted:
        if type(value) is Secret:
            self.wrote_secret = True
        return quote(value, self.grammar)

    def getattr(self, owner: Any, name: str) -> object:
        self.field = name
        if type(owner) is dict and name in owner:
            return owner[name]
        try:
            return getattr(owner, name)
        except AttributeError:
            pass
        try:
            return owner[name]
        except (TypeError, KeyError, LookupError):
            raise UndefinedName(name) from None

    def getitem(self, owner: Any, key: object) -> object:
        try:
            return owner[key]
        except (TypeError, LookupError):
            raise UndefinedName(str(key)) from None

    def undefined(self, name: str = "", **_: object) -> object:
        raise UndefinedName(name)

    def get_template(self, name: str, parent: str | None = None) -> Template:
        known = self._templates.get(name)
        if known is None:
            known = self._templates[name] = self.made(name)
        return known

    def made(self, name: str) -> Template:
        """Return a template that runs on this environment; it is asked for each once."""
        return Template(name, self.sources[name], self)

    def render(self, name: str, variables: Mapping[str, object]) -> str:
        """Return the whole text of the template `name`.

        Raises MailgenError, with the template's line, for a name that nothing defines; Unquotable
        from the quoters passes through, and `field` then tells which value it was.
        """
        template = self.get_template(name)
        try:
            return "".join(template.root_render_func(template.new_context(variables)))
        except UndefinedName as error:
            raise self._undefined(error) from None
        finally:
            self._templates.clear()  # they hold this environment, and what is a circle stays in memory longer

    def _undefined(self, error: UndefinedName) -> MailgenError:
        place, trace = "", error.__traceback__
        while trace is not None:
            names = trace.tb_frame.f_globals
            if "debug_info" in names:
                place = f"templates/{names['name']}:{self.get_template(names['name']).line(trace.tb_lineno)}"
            trace = trace.tb_next
        return MailgenError(
            Text("the template uses the name '{error}', which nothing defines", error=error),
            place or "a template",
            "correct the template; CONTRIBUTING.md says what a template may see",
        )
