"""What is said of a provider's secret, and where people get it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.provider import Provider


def tell_secret(provider: Provider, lang: str, who: str = "") -> None:
    """Print to stderr what secret a provider wants and how to get it; `who` stands before it."""
    from mailgen.cli import terminal

    credentials = provider.credentials
    hint = terminal.in_language(credentials.hint, lang)
    colon = {"en": ":", "zh": "："}[lang]
    if credentials.kind != "unknown":
        terminal.say(who + secret_sentence(provider, lang) + (colon if hint else ""))
    elif hint:
        terminal.say(who + {"en": "about the password", "zh": "关于密码"}[lang] + colon)
    if hint:
        terminal.advise(hint)
        if credentials.url:
            terminal.advise(credentials.url)


def secret_sentence(provider: Provider, lang: str) -> str:
    """Return the sentence that says what kind of secret the provider wants."""
    from mailgen.cli.secret_options import KINDS
    from mailgen.cli.terminal import in_language

    name = in_language(provider.name, lang)
    kind = KINDS[provider.credentials.kind][lang]
    form = in_language(provider.credentials.format, lang)
    shape = {"en": f" ({form})", "zh": f"（{form}）"}[lang] if form else ""
    if lang == "zh":
        return f"{name}需要使用{kind}{shape}"
    return f"{name} wants {kind}{shape}"
