"""A secret is typed, or comes in on standard input, and is judged by what the provider hands out."""

from __future__ import annotations

import sys

from mailgen.cli import prompts
from mailgen.cli.terminal import warn
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.render.next_steps import secrets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.tokens import Secret

_ASKED = {
    "en": ("the secret of {address} (nothing is shown)", "once more"),
    "zh": ("{address} 的密码（不会显示）", "再输入一次"),
}
_ALL_THE_SAME = {"en": "keep it all the same?", "zh": "仍要保存吗？"}


def given_secret(
    address: str, used: Sequence[tuple[Provider, Account]], from_stdin: bool, lang: str
) -> Secret:
    """Return the secret that is typed, or read from standard input if asked by name.

    It is typed twice, unless it looks as the codes do that the providers hand out to the accounts in which it
    is `used`: people paste these. Raises MailgenError if none comes.
    """
    from mailgen.credentials.shapes import has_shape

    if from_stdin:
        return prompts.secret_from(sys.stdin)
    if not prompts.welcome():
        raise UsageError(
            "nobody is there to type the secret", "standard input", "use a terminal, or --from-stdin"
        )
    first, second = _ASKED[lang]

    def is_code(secret: Secret) -> bool:
        return any(has_shape(secret, secrets_of(provider, account)) for provider, account in used)

    return prompts.secret_typed(first.format(address=address), second, is_code)


def judge_secret(
    secret: Secret, used: Sequence[tuple[Provider, Account]], where: Text, unasked: bool, lang: str
) -> None:
    """Warn of a secret that does not look like the provider's; on a terminal, keep it only if that is meant.

    Raises MailgenError if it is not.
    """
    from mailgen.credentials.shapes import misfit

    odd = None
    for provider, account in used:
        wanted = secrets_of(provider, account)
        wanted += [one for one in provider.credentials.cases if one.when and one.term.in_force]
        odd = misfit(secret, wanted, provider.name)
        if odd is None:
            return
    if odd is None:
        return
    warn("warning", odd[0], where, odd[1], lang=lang)
    if unasked or prompts.agreed(_ALL_THE_SAME[lang]):
        return
    raise MailgenError(Text("the secret was not kept"), where, odd[1])


def used_in(request: Request, catalogue: Catalogue) -> list[tuple[Provider, Account]]:
    """Return the provider and the account in each of the request's clients, as far as they can be made."""
    from mailgen.accounts.planner import Planner

    try:
        made = Planner(catalogue).alone(request)
    except MailgenError:
        return []
    return [(one.provider, one.account) for one in made]
