"""The main form: `mailgen TARGET ADDRESS` prints one file, or writes all with -o."""

from __future__ import annotations

import os.path
import sys

from mailgen.api import Result, generate
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.hints import tell_after, tell_secret
from mailgen.cli.opening import opened
from mailgen.cli.plain_words import plain_form
from mailgen.cli.wish import discovered, named_provider, wish_from
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.render.next_steps import STORE_IT, notes, wants_secret
from mailgen.resolve.address import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.catalog.reader import Catalogue
    from mailgen.core.files import RenderedFile
    from mailgen.model.target import Target


def run(words: list[str]) -> int:
    """Make the configuration that `words` (target first) ask for; returns the exit status."""
    catalogue = open_catalogue()
    try:
        target = catalogue.target(words[0])
    except UsageError as error:
        raise _meant(words[0], catalogue) or error from None
    arguments = plain_form(words[1:]) or _parsed(target, words[1:])
    if arguments is None:
        return 0
    if sys.stdout is None and arguments.output is None:
        raise MailgenError("standard output is closed", "stdout", "give it somewhere to write, or use -o DIR")
    wish, store = wish_from(arguments, target)
    if arguments.json:
        from mailgen.cli.answers import print_answer

        return print_answer(arguments, target, wish, store, catalogue)
    catalogue = opened(arguments.providers, catalogue, quiet=arguments.quiet)
    provider = discovered(arguments, catalogue) or named_provider(arguments, catalogue)
    result = generate(target, arguments.address, wish, provider=provider, catalogue=catalogue)
    if arguments.output is None:
        file = _one_file(result, arguments.file)
        _tell(result, store, arguments)
        sys.stdout.buffer.write(file.content)
        sys.stdout.buffer.flush()
        return 0
    from mailgen.cli.terminal import say
    from mailgen.writer.tree import write_tree

    if target.sendmail:
        result = _beside_what_is_there(result, arguments.output, catalogue)
    done = write_tree(arguments.output, result.files, follow_links=arguments.follow_links)
    _tell(result, store, arguments)  # after what could be refused
    for path, written in done:
        say(Text("wrote {output}", output=path) if written else Text("unchanged {path}", path=path))
    return 0


def _beside_what_is_there(result: Result, folder: str, catalogue: Catalogue) -> Result:
    """Return a result with what is to be known of its target beside those whose files lie in the folder.

    Raises UsageError if both would be the sendmail of the machine whose files these are.
    """
    from mailgen.accounts.machine import beside
    from mailgen.core.errors import DataError
    from mailgen.core.values import replace
    from mailgen.writer.tree import lies_in

    target = result.target
    there = [
        other
        for other in catalogue.targets()
        if other.sendmail and other.name != target.name and lies_in(folder, other.files[0].path)
    ]
    try:
        found = beside(there, target, ("targets",))
    except DataError as error:
        mend = Text("name another folder, or take the files of the other one away")
        raise UsageError(error.what, "-o", mend) from None
    return replace(result, findings=(*result.findings, *found))


def _meant(word: str, catalogue: Catalogue) -> UsageError | None:
    """Return what to say of a first word that is no target: an address, or a verb with a slip in it.

    None where a target is nearer, or nothing is near.
    """
    from difflib import get_close_matches
    from shlex import quote

    from mailgen.cli.verbs import VERBS

    if "@" in word:
        return UsageError(
            Text("the first word is an address, and no target"),
            Text("the address {address}", address=shown(word)),
            _for_address(quote(word), catalogue),
        )
    if word == "help":
        return UsageError(
            Text("there is no verb {verb}", verb=shown(word)),
            Text("the first word"),
            Text("ask 'mailgen --help'"),
        )
    near = get_close_matches(word, [*catalogue.target_names(), *VERBS], 1)
    if not near or near[0] not in VERBS:
        return None
    return UsageError(
        Text("there is no target and no verb {word}", word=shown(word)),
        Text("the first word"),
        Text("did you mean '{name}'?", name=f"mailgen {near[0]}"),
    )


def _for_address(address: str, catalogue: Catalogue) -> Text:
    """Return which command to give for an address: for the programs that are installed, if there are some."""
    from mailgen.cli.installed import installed_targets

    if here := list(installed_targets(catalogue)):
        return Text(
            "installed here are {names}: {example}",
            names=Listed(", ", here),
            example=f"mailgen {here[0]} {address}",
        )
    return Text(
        "name the mail program before it: {example}; 'mailgen targets' lists them",
        example=f"mailgen TARGET {address}",
    )


def _parsed(target: Target, words: list[str]) -> argparse.Namespace | None:
    """Return the arguments, or None if they asked for help, which is then printed."""
    from mailgen.cli.parser import asked_for, form_parser
    from mailgen.cli.terminal import language

    parser = form_parser(target.name, asked_for(target))
    if "-h" in words or "--help" in words:
        parser.epilog = _settings_help(target, language())
    try:
        return parser.parse_args(words)
    except SystemExit:
        return None


def _settings_help(target: Target, lang: str) -> str | None:
    """Return what stands below the help of a target with settings of its own; None without such."""
    if not target.options:
        return None
    from mailgen.cli.help_layout import width
    from mailgen.cli.terminal import in_language, wrapped
    from mailgen.cli.wording import worded

    lines = [worded(Text("settings of {title}:", title=target.title), lang)]
    indent = " " * min(24, width() // 3)
    for name, option in target.options.items():
        lines.append(f"  --set {name}=VALUE")
        lines.append(indent + wrapped(in_language(option.help, lang), width(), len(indent), indent))
    return "\n".join(lines)


def _one_file(result: Result, wanted: str | None) -> RenderedFile:
    """Return the file to print; raise UsageError if it is not clear which, or it is none for a terminal."""
    files = [file for file in result.files if file.kind == "file"]
    names = [os.path.basename(file.path) for file in files]
    main = [file for file in files if not file.aside]
    if wanted is None and len(main) == 1:
        return _printable(main[0])
    if wanted in names:
        return _printable(files[names.index(wanted)])
    what = (
        Text("{title} has no file of that name", title=result.target.title)
        if wanted
        else Text("{title} has several files", title=result.target.title)
    )
    mend = Text("choose from {names}, or write all with -o DIR", names=Listed(", ", names))
    raise UsageError(what, "--file", mend)


def _printable(file: RenderedFile) -> RenderedFile:
    """Return a file; raise UsageError for bytes that would go to a terminal, which obeys what it reads."""
    if file.binary is not None and sys.stdout.isatty():
        name = os.path.basename(file.path)
        raise UsageError(
            Text("{name} is no text, and a terminal would take its bytes for commands", name=name),
            "--file",
            Text("send it to a file: > {name}, or write all with -o DIR", name=name),
        )
    return file


def _tell(result: Result, store: str | None, arguments: argparse.Namespace) -> None:
    """Print to stderr what the user should know: warnings always; hints and notes unless --quiet."""
    findings = [item for item in result.findings if item.severity == "warning" or not arguments.quiet]
    asked = not result.target.published and wants_secret(result.provider, result.account)
    told = list(notes(result.target, "single", result.account))
    after = [file for file in result.files if file.after]
    signs_in = result.account.needs_login
    if not (findings or result.step or store or asked or told or after or signs_in):
        return
    from mailgen.cli import terminal

    lang = terminal.language(arguments.lang)
    for finding in findings:
        what = finding.translations.get(lang) or finding.what
        terminal.warn(finding.severity, what, finding.where, finding.mend, lang=lang)
    if arguments.quiet:
        return
    if asked:
        tell_secret(result.provider, result.account, lang)
    if store and result.account.credential.kind == "command":
        terminal.say(STORE_IT[lang])
        terminal.copy_line(store)
    if signs_in:
        from mailgen.cli.logins import advise_login

        advise_login(result.provider, result.account.address, lang)
    if result.step and not result.account.credential.is_own_token:
        terminal.say({"en": "next:", "zh": "下一步："}[lang])
        terminal.advise(terminal.in_language(result.step.text, lang), result.step.copy)
    for note in told:
        terminal.advise(terminal.in_language(note, lang))
    tell_after(after, lang)
