"""What people are told to do next: about a provider's secret, and where they get it; what to run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.provider import Credentials, Provider


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
