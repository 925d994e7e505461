"""What is added to an account that a person sets up by hand: a language, and where the secret comes from."""

from __future__ import annotations

from mailgen.core.values import replace
from mailgen.model.account import SecretHint
from mailgen.model.vocabulary import SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.account import Account
    from mailgen.model.provider import Credentials, Provider
    from mailgen.resolve.wish import Wish


def told_to_people(account: Account, provider: Provider, wish: Wish) -> Account:
    """Return an account with the language that is asked for, else English, and words about its secrets."""
    lang = str(wish.options.get("language") or wish.language or "en")
    servers = [server for server in (account.incoming, account.smtp) if server]
    wanted = provider.asked_for(server.protocol for server in servers)
    if not any(server.auth == "password" for server in servers):
        wanted = [one for one in wanted if one.kind == "oauth2-only"]
    told = tuple(_told(provider, one, lang) for one in wanted if one.kind != "unknown" or one.hint)
    return replace(account, language=lang, secrets=told)


def _told(provider: Provider, secret: Credentials, lang: str) -> SecretHint:
    hint = secret.hint.get(lang) or secret.hint.get("en", "")
    return SecretHint(secret_sentence(provider, secret, lang), hint, (secret.url or "") if hint else "")


def secret_sentence(provider: Provider, secret: Credentials, lang: str) -> str:
    """Return the sentence, without its end, that says what kind of secret a provider wants.

    >>> from mailgen.model.provider import Credentials, Provider
    >>> code = Credentials("authorisation-code", format={"en": "16 letters"})
    >>> secret_sentence(Provider("x", {"en": "X Mail"}, {}, code), code, "en")
    'X Mail wants an authorisation code (授权码), not the login password (16 letters)'
    """
    name = provider.name.get(lang) or provider.name.get("en", "")
    kind = SECRETS[secret.kind][lang]
    form = secret.format.get(lang) or secret.format.get("en", "")
    if lang == "zh":
        return f"{name}需要使用{kind}{f'（{form}）' if form else ''}"
    return f"{name} wants {kind}{f' ({form})' if form else ''}"
