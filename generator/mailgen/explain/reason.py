"""What a reason is, and all that reasons are derived from."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mailgen.model.account import Account
    from mailgen.model.finding import Finding
    from mailgen.model.provider import Address, Provider, Source
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


@dataclass(frozen=True, slots=True)
class Reason:
    """Where a value is from, and why it was taken.

    `kind`: `provider` (then `provider` is its id and `field` the field of its record), `user` (`field`
    is the option or the place in the accounts file), `default` (`field` is the option that would change
    it) or `rule` (`field` names the document). `sources` attest a provider's field; `confidence`
    follows from them. `why` is a sentence by language.
    """

    kind: str
    field: str
    why: Mapping[str, str]
    provider: str = ""
    sources: Mapping[str, Source] = EMPTY
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One account of one target, with what it was chosen from.

    `provider` is as recorded, without servers of the user's own, or None if nobody lists the domain;
    `attested` names the sources of the sections of its record that have their own. `origins` says
    for a field of the wish (`label`, `servers.smtp.port`, `folders.sent`, `options.mda`) in which
    words the user gave it.
    """

    address: Address
    account: Account
    provider: Provider | None
    target: Target
    version: str
    wish: Wish
    findings: tuple[Finding, ...] = ()
    attested: Mapping[str, tuple[str, ...]] = EMPTY
    origins: Mapping[str, str] = EMPTY


def words(en: str, zh: str) -> dict[str, str]:
    """Return a sentence in English and in Chinese."""
    return {"en": en, "zh": zh}


def by_user(case: Case, field: str, why: Mapping[str, str]) -> Reason:
    """Return the reason for what the user said; `field` is one of the wish."""
    return Reason("user", case.origins.get(field, field), why)


def by_rule(document: str, why: Mapping[str, str]) -> Reason:
    """Return the reason for what follows from a rule that stands in `document`."""
    return Reason("rule", document, why)


def by_default(case: Case, field: str, why: Mapping[str, str]) -> Reason:
    """Return the reason for what is so because the user did not say otherwise in `field` of the wish."""
    return Reason("default", case.origins.get(field, field), why)


def from_provider(
    case: Case, field: str, attested: Iterable[str], why: Mapping[str, str], confidence: str = ""
) -> Reason:
    """Return the reason for a field of the provider's record, which the sources `attested` attest."""
    provider = case.provider
    if provider is None:
        return by_rule(field, why)
    sources = {name: provider.sources[name] for name in attested}
    return Reason("provider", field, why, provider.id, sources, confidence)


def manifest(case: Case, field: str) -> str:
    """Return the name of a field of the target's manifest, as the document of a rule."""
    return f"templates/{case.target.name}/target.yaml, {field}"


def by_option(case: Case, name: str) -> Reason:
    """Return the reason for the value of an option: the user, or nobody, set it."""
    if case.wish.options.get(name) is not None:
        return by_user(case, f"options.{name}", words("you set it", "由您设置"))
    return by_default(case, f"options.{name}", words("you did not set it", "您没有设置"))


def as_written(key: str) -> Callable[[Case], Reason]:
    """Return what answers for a value that stands in the accounts file as it is."""
    return lambda case: by_user(case, key, words("as you wrote it", "按您所写"))
