"""Accounts meet a target and become files: text in, text out, the same bytes every time."""

from __future__ import annotations

from mailgen import formats
from mailgen.core.errors import DataError, MailgenError, Unquotable, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.core.text import Text
from mailgen.core.values import remembered_for_values, replace
from mailgen.formats.quoting import literal_pattern
from mailgen.model.account import household_key
from mailgen.model.target import Version, version_key
from mailgen.model.tokens import FileName, Label
from mailgen.render.runtime import Environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.core.files import Clash
    from mailgen.core.places import ReadPlace
    from mailgen.formats.quoting import Grammar
    from mailgen.model.account import Account, Identity
    from mailgen.model.target import Target, TargetFile


def render(
    target: Target,
    accounts: Sequence[Account],
    layout: str = "single",
    make: Callable[[Grammar, Mapping[str, str]], Environment] = Environment,
) -> list[RenderedFile]:
    """Render all files of `target` for `accounts`, in the layout `single` or `household`.

    `make` makes the environment that the target's templates run on. Accounts whose options give a file
    another path get a file of their own; a template that writes nothing makes no file. Raises
    Unrepresentable if a value cannot be written exactly, DataError if two accounts would have one name
    where names must differ, MailgenError if a template is wrong or two files would have the same path.
    """
    accounts = _with_shared(target, accounts)
    if target.send_only and any(account.only_sends for account in accounts):
        from mailgen.render.keepers import receiving_first, with_keepers

        accounts = with_keepers(numbered(receiving_first(target, accounts), layout))
    else:
        accounts = numbered(accounts, layout)
    root = next((name for name, option in target.options.items() if option.holds_mail), None)
    if root is not None:
        from mailgen.render.refusals import refuse_mail_elsewhere

        refuse_mail_elsewhere(target, accounts, root)
    own = formats.load(target.grammar)
    if Label in own.forms and (len(accounts) > 1 or accounts[0].identities):
        from mailgen.render.refusals import refuse_same_names

        refuse_same_names(target, accounts, own.nests)
    environments: dict[str, Environment] = {}
    made: dict[str, RenderedFile] = {}
    for file, path, variables in units(target, accounts, layout):
        grammar = file.grammar or target.grammar
        environment = environments.get(grammar)
        if environment is None:
            known = own if grammar == target.grammar else formats.load(grammar)
            environment = environments[grammar] = make(known, target.templates)
        environment.wrote_secret = False
        text = _text(file, environment, target, variables)
        if not text.strip() and file.kind == "file":
            continue
        redaction, binary = environment.grammar.redaction, None
        if file.encoder:
            text, binary, redaction = _encoded(file.encoder, text, target)
        if path in made:
            raise MailgenError(
                Text("two files of {title} would have the same path", title=target.title),
                path,
                "give the accounts other ids or options",
            )
        if environment.wrote_secret and not file.may_hold_secret:
            raise MailgenError(
                Text(
                    "the template of {path} writes a password, which its manifest does not allow", path=path
                ),
                Text("templates/{name}/target.yaml", name=target.name),
                "say secret: true there, or take the password out of the template",
            )
        made[path] = RenderedFile(
            path,
            file.mode,
            text,
            environment.wrote_secret,
            file.merge,
            file.comment,
            target.name,
            tuple([account.id for account in variables["accounts"]]),
            _clashes(file, target, variables["accounts"]),
            redaction,
            target.scope,
            file.group and filled_path(file.group, target, variables["account"], variables["account"].id),
            file.kind,
            file.template if file.checked else "",
            file.after,
            _reads(file, target, variables["client"]["version"]) if layout == "household" else (),
            file.under,
            binary,
            file.aside,
        )
    return list(made.values())


def _text(file: TargetFile, environment: Environment, target: Target, variables: Mapping[str, Any]) -> str:
    """Return what is in a file: what its template makes, or where a link leads; nothing for a folder."""
    if file.kind != "file":
        return filled_path(file.goal, target, variables["account"], variables["account"].id)
    try:
        text = environment.render(file.template, variables)
    except Unquotable as error:
        name = environment.field.replace("_", " ")
        raise Unrepresentable(name, target.title, error.why) from None
    longest = environment.grammar.longest_line
    # No character has more than four bytes.
    if longest is not None and not has_short_lines(text, longest // 4):
        from mailgen.render.refusals import refuse_long_lines

        refuse_long_lines(text, longest, target.title)
    return text


def has_short_lines(text: str, longest: int) -> bool:
    """Say whether no line has more characters, by hops from one line break to a further one."""
    start, end = 0, len(text)
    while end - start > longest:
        start = text.rfind("\n", start, start + longest + 1) + 1
        if not start:
            return False
    return True


def _encoded(name: str, text: str, target: Target) -> tuple[str, bytes | None, str]:
    """Return what a library writes of what a template has said, as text or bytes, and how that is shown."""
    from mailgen.formats import structure

    encoder = structure.encoder(name)
    try:
        written = encoder.write(encoder.read(text))
    except Unquotable as error:
        raise Unrepresentable("account", target.title, error.why) from None
    if isinstance(written, bytes):
        return "", written, encoder.redaction
    return written, None, encoder.redaction


def _reads(file: TargetFile, target: Target, version: Version) -> tuple[ReadPlace, ...]:
    """Return where the program looks for its own file, if this is it; on its way to a home, that is."""
    if not target.reads or file.path != target.files[0].path:
        return ()
    return _places(target, version.text)


@remembered_for_values(256)
def _places(target: Target, version: str) -> tuple[ReadPlace, ...]:
    from mailgen.resolve.places import places_of

    return tuple(places_of(target, version))


def _with_shared(target: Target, accounts: Sequence[Account]) -> Sequence[Account]:
    """Return accounts that all have what one of them says of the options that are `shared`.

    Raises DataError where two say different things.
    """
    names = [name for name, option in target.options.items() if option.shared]
    if not names or len(accounts) < 2:
        return accounts
    values: dict[str, Any] = {}
    for name in names:
        unset = target.options[name].unset
        for account in accounts:
            given = account.options.get(name)
            if given is None or given == unset:
                continue
            if values.setdefault(name, given) != given:
                raise DataError(
                    Text(
                        "{name} is about all of {title}, and two accounts differ in it",
                        name=name,
                        title=target.title,
                    ),
                    ("accounts", account.id, "options", target.name, name),
                    Text("say it once, or the same at both"),
                )
    return [replace(one, options={**one.options, **values}) for one in accounts] if values else accounts


def _clashes(file: TargetFile, target: Target, accounts: Sequence[Account]) -> tuple[Clash, ...]:
    """Return what the user's own lines must not hold, the names of our accounts filled in."""
    wanted = target.clashes if file.clashes is None else file.clashes
    holding = _holding_names(wanted)
    if not holding:
        return wanted
    filled = list(wanted)
    for place, has_labels, has_handles in holding:
        clash = wanted[place]
        pattern = clash.pattern
        if has_labels:
            labels = "|".join([literal_pattern(name) for account in accounts for name in account.names])
            pattern = pattern.replace("{labels}", labels)
        if has_handles:
            handles = "|".join([literal_pattern(account.handle) for account in accounts])
            pattern = pattern.replace("{handles}", handles)
        path = filled_path(clash.path, target, accounts[0], accounts[0].id)
        filled[place] = replace(clash, pattern=pattern, path=path)
    return tuple(filled)


@remembered_for_values(256)
def _holding_names(wanted: tuple[Clash, ...]) -> tuple[tuple[int, bool, bool], ...]:
    """Return the places of what holds something to be filled in, and whether that is labels and handles."""
    return tuple(
        (place, "{labels}" in clash.pattern, "{handles}" in clash.pattern)
        for place, clash in enumerate(wanted)
        if "{" in clash.pattern + clash.path
    )


def units(
    target: Target, accounts: Sequence[Account], layout: str
) -> Iterator[tuple[TargetFile, str, dict[str, Any]]]:
    """Yield each time a file is made: what it is, its path, and the variables that its template sees.

    The accounts are `numbered`.
    """
    uses = _uses(accounts)
    client = {"version": _oldest(target, accounts)}
    for file in target.files:
        if file.layout not in ("both", layout):
            continue
        for path, group, sender in _groups(file, target, accounts, layout):
            unasked = file.when and not any(account.has(file.when) for account in group)
            if unasked or "{secret_file}" in path:  # nobody has a secret to be kept there
                continue
            yield (
                file,
                path,
                {
                    "target": target,
                    "client": client,
                    "accounts": group,
                    "account": group[0],
                    "sender": sender,
                    "layout": layout,
                    "language": group[0].language,
                    "uses": uses,
                    "after_sync": list(dict.fromkeys([one for each in group for one in each.after_sync])),
                    "free_key": "0" if layout == "household" else str(len(group) + 1),
                },
            )


def numbered(accounts: Sequence[Account], layout: str) -> list[Account]:
    """Give accounts their numbers from 1, and their identities ids, labels and the numbers behind these."""
    last = len(accounts)
    result = []
    for number, account in enumerate(accounts, 1):
        household = layout == "household"
        key = household_key(account.id) if household else str(number)
        if not account.identities and (account.number, account.key) == (number, key):
            result.append(account)
            continue
        identities = tuple(
            replace(
                identity,
                number=last + place,
                id=f"{account.id}.{place + 1}",
                label=Label(f"{account.label.name}.{place + 1}"),
                key=f"{key}_{place + 1}" if household else str(last + place),
            )
            for place, identity in enumerate(account.identities, 1)
        )
        last += len(identities)
        result.append(replace(account, number=number, key=key, identities=identities))
    return result


def _groups(
    file: TargetFile, target: Target, accounts: Sequence[Account], layout: str
) -> Iterator[tuple[str, Sequence[Account], Identity | None]]:
    """Yield path, accounts and sender of each file that comes of one template."""
    if file.each == "account":
        for account in accounts:
            yield filled_path(file.path, target, account, account.id), [account], account.itself
    elif file.each == "sender":
        for account in accounts:
            for sender in account.senders:
                yield filled_path(file.path, target, account, sender.id), [account], sender
    else:
        groups: dict[str, list[Account]] = {}
        for account in accounts:
            groups.setdefault(filled_path(file.path, target, account, account.id), []).append(account)
        for path, group in groups.items():
            yield path, group if len(groups) == 1 else numbered(group, layout), None


def _uses(accounts: Sequence[Account]) -> frozenset[str]:
    """Return what any of the accounts needs, so that a template can put it back for the others.

    These are parts of an identity, options of the target, quirks that it works around, and the ways to the
    secrets of its servers (`command`, `token` ...).
    """
    used: set[str] = set()
    for account in accounts:
        senders: Sequence[Account | Identity] = (account, *account.identities)
        for sender in senders:
            if sender.name:
                used.add("name")
            if sender.reply_to:
                used.add("reply_to")
            if sender.signature:
                used.add("signature")
        for name, value in account.options.items():
            if value is not None:
                used.add(name)
        for server in (account.incoming, account.smtp):
            if server:
                used.add(server.credential.kind)
        used |= account.workarounds
        if account.maildir:
            used.add("maildir")
        if account.tagged:
            used.add("tagged")
        if account.identities:
            used.add("identities")
    if len(accounts) > 1 or "identities" in used:
        used.add("senders")
    return frozenset(used)


def filled_path(path: str, target: Target, account: Account, id: str) -> str:
    """Put an id and the account's options, or their defaults, into the path of a target's file."""
    if "{" not in path:
        return path
    path = path.replace("{id}", id).replace("{handle}", account.handle)
    if account.secret_file is not None:
        path = path.replace("{secret_file}", account.secret_file.path)
    if account.maildir is not None:
        path = path.replace("{maildir}", account.maildir.path.rstrip("/"))
    for name, option in target.options.items():
        value = account.options.get(name)
        filled = option.unset if value is None else value
        path = path.replace("{" + name + "}", filled.path if isinstance(filled, FileName) else str(filled))
    return path


def _oldest(target: Target, accounts: Sequence[Account]) -> Version:
    """Return the version that a file is for: one program reads it, and the oldest that is named must."""
    if len(accounts) == 1:
        return Version(accounts[0].client_version or target.version)
    return Version(min({one.client_version or target.version for one in accounts}, key=version_key))
