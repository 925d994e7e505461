"""What the people of a household should know, told once: hints, next steps, warnings."""

from __future__ import annotations

import os

from mailgen.cli import terminal, wording
from mailgen.cli.account_options import accounts_option
from mailgen.cli.hints import tell_after, tell_secret
from mailgen.cli.kept import is_kept
from mailgen.cli.opening import opened
from mailgen.render.next_steps import notes, notes_of_removal, wants_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from mailgen.accounts.planner import Made, Plan
    from mailgen.writer.changes import FileChange


def tell_household(plan: Plan, changes: Sequence[FileChange] | None, arguments: argparse.Namespace) -> None:
    """Print to stderr what follows for the accounts that have changed; for all if `changes` is None.

    Warnings always; notes, the providers' hints and next steps unless --quiet. An account that was
    there before gets no hint again, unless --verbose.
    """
    lang = terminal.language(arguments.lang)
    everything = changes is None or arguments.verbose
    touched = {
        (change.file.target, id)
        for change in changes or ()
        if change.file and change.on_disk
        for id in change.file.accounts
    }
    known = {
        (change.entry.target, id) for change in changes or () if change.entry for id in change.entry.accounts
    }
    made = [one for one in plan.made if everything or (one.target.name, one.id) in touched]
    tell_warnings(made, arguments.quiet, lang)
    if not arguments.quiet:
        new = [one for one in made if everything or (one.target.name, one.id) not in known]
        _hints(new, lang)
        tell_steps(new, lang, accounts_option(arguments.accounts))
        changed = {change.file.path for change in changes or () if change.file and change.on_disk}
        tell_after((file for file in plan.files if changes is None or file.path in changed), lang)


def tell_removed(
    changes: Sequence[FileChange], shown: Callable[[str], str], arguments: argparse.Namespace
) -> None:
    """Print what programs keep of files that have been taken away, and what undoes it; once each folder."""
    lang = terminal.language(getattr(arguments, "lang", None))
    catalogue = opened(arguments.providers, quiet=True)  # told when it was planned
    known = catalogue.target_names()
    texts: dict[str, None] = {}
    for change in changes:
        if change.entry and change.entry.target in known:
            folder = os.path.dirname(shown(change.path))
            for note in notes_of_removal(catalogue.target(change.entry.target), folder):
                texts[terminal.in_language(note, lang)] = None
    for text in texts:
        terminal.say({"en": "this stays:", "zh": "仍会保留："}[lang])
        terminal.advise(wording.worded(text, lang, wording.as_in_files))


def tell_warnings(made: Sequence[Made], quiet: bool, lang: str) -> None:
    """Print each finding once, with all accounts and clients that it is about."""
    about: dict[tuple[str, str, str], list[str]] = {}
    for one in made:
        for finding in one.findings:
            if finding.severity == "warning" or not quiet:
                what = finding.translations.get(lang) or finding.what
                ids = about.setdefault((finding.severity, what, finding.mend), [])
                if one.id not in ids:
                    ids.append(one.id)
    for (severity, what, mend), ids in about.items():
        terminal.warn(severity, what, ", ".join(ids), mend, wording.as_in_files, lang)


def _hints(made: list[Made], lang: str) -> None:
    seen = set()
    for one in made:
        if one.id not in seen and wants_secret(one.provider, one.account):
            seen.add(one.id)
            tell_secret(one.provider, one.account, lang, one.id + wording.COLON[lang])


def _is_there(one: Made) -> bool:
    """Say whether mailgen has put the secret of an account into its store, or has seen it come out."""
    command = one.account.credential.command
    return command is not None and is_kept(command.argv)


def _sign_in(made: Sequence[Made], lang: str, option: str) -> None:
    """Tell of the logins from which tokens come, once for each account."""
    signing = {one.id: one for one in made if one.account.needs_login}
    if signing:
        from mailgen.cli.logins import advise_login

        for id, one in signing.items():
            advise_login(one.provider, one.account.address, lang, f"{id}{option}")


def tell_steps(made: Sequence[Made], lang: str, option: str) -> None:
    """Print what is to be done next, once for each client; lines to copy for each account.

    `option` names the accounts file, if it is not the usual one.
    """
    texts: dict[str, list[str]] = {}
    ids = dict.fromkeys(one.id for one in made if one.store and not _is_there(one))
    if ids:
        keep = {
            "en": "Keep each secret once where the account says (or see that it is there: secret check).",
            "zh": "请把各账户的密码存入其指定的位置（或用 secret check 检查是否已存）。",
        }
        texts[keep[lang]] = [f"mailgen secret set {id}{option}" for id in ids]
    for one in made:
        if one.step and not one.account.credential.is_own_token:
            copies = texts.setdefault(terminal.in_language(one.step.text, lang), [])
            if one.step.copy and one.step.copy not in copies:
                copies.append(one.step.copy)
        for note in notes(one.target, "household", one.account):
            texts.setdefault(terminal.in_language(note, lang), [])
    _sign_in(made, lang, option)
    if texts:
        terminal.say({"en": "next:", "zh": "下一步："}[lang])
    for text, copies in texts.items():
        terminal.advise(wording.worded(text, lang, wording.as_in_files))
        for copy in copies:
            terminal.copy_line(copy)
