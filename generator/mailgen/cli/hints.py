"""What people are told to do next: about a provider's secret, and where they get it; what to run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailgen.api import Result
    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.provider import Credentials, Provider
    from mailgen.model.records import Record


def tell_secret(provider: Provider, account: Account, lang: str, who: str = "") -> None:
    """Print to stderr what secret an account needs, and how to get it; `who` stands before it."""
    from mailgen.render.next_steps import secrets_of

    for credentials in secrets_of(provider, account):
        _tell(provider, credentials, lang, who)


def _tell(provider: Provider, credentials: Credentials, lang: str, who: str) -> None:
    from mailgen.cli import terminal
    from mailgen.resolve.for_people import secret_sentence

    hint = terminal.in_language(credentials.hint, lang)
    colon = {"en": ":", "zh": "："}[lang]
    if credentials.kind != "unknown":
        terminal.say(who + secret_sentence(provider, credentials, lang) + (colon if hint else ""))
    elif hint:
        terminal.say(who + {"en": "about the password", "zh": "关于密码"}[lang] + colon)
    if hint:
        terminal.advise(hint)
        if credentials.url:
            terminal.advise(credentials.url)


def tell_after(files: Iterable[RenderedFile], lang: str) -> None:
    """Say what is to be run once these files are in place, each command once; nothing is run."""
    wanted = dict.fromkeys(argv for file in files for argv in file.after)
    if not wanted:
        return
    from mailgen.cli import terminal
    from mailgen.formats.quoting import shell_words
    from mailgen.render.next_steps import RUN_AFTER

    terminal.say(RUN_AFTER[lang])
    for argv in wanted:
        terminal.copy_line(shell_words(argv))


def tell_opening(result: Result, manifest: Record, lang: str) -> None:
    """Say how a program is opened in which people read mail, and where it is missing; of others nothing."""
    import os
    from shutil import which

    from mailgen.cli import terminal
    from mailgen.core.text import Text
    from mailgen.formats.quoting import shell_words
    from mailgen.render.next_steps import opening

    argv = [os.path.expanduser(word) for word in opening(result.target, result.account, manifest)]
    if not argv:
        return
    if which(argv[0]) is None:
        what = Text("{title} is not installed here yet; then open it with:", title=result.target.title)
    else:
        what = Text("open {title} with:", title=result.target.title)
    terminal.say(what, lang=lang)
    terminal.copy_line(shell_words(argv))
