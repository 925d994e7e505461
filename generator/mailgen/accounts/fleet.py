"""The users of a machine: what a tool for fleets knows of them becomes a plan for each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailgen.accounts import reader
from mailgen.accounts.planner import Plan, Planner, harmless_checks
from mailgen.accounts.requests import merged
from mailgen.catalog.opening import open_catalogue
from mailgen.catalog.reader import Catalogue
from mailgen.core.errors import DataError
from mailgen.core.text import Listed, Text
from mailgen.core.values import dataclass
from mailgen.formats.quoting import shell_word
from mailgen.render.next_steps import notes, secrets_of, wants_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from mailgen.accounts.planner import Made
    from mailgen.core.errors import Field
    from mailgen.core.files import RenderedFile
    from mailgen.model.records import Record

_KEYS = ("state", "defaults", "accounts")
_STATES = ("present", "absent")
#: Whose the files of the whole system are.
_SYSTEM_OWNER = "root"
#: A login name may be of many shapes; it is no path and no line of /etc/passwd.
_NO_LOGIN = re.compile(r"^$|^\.{1,2}$|[/:\x00-\x20\x7f]")


#: What users do themselves whose programs get tokens from mailgen: nobody else can sign in for them.
_SIGN_IN = {
    "en": "Mail programs get their tokens from mailgen, which has to be installed here: sign in once.",
    "zh": "邮件程序从 mailgen 获取令牌，因此本机须安装 mailgen：请登录一次。",
}


@dataclass(frozen=True, slots=True)
class UserPlan:
    """What one user is to get. Without a `plan` all that mailgen wrote for him is to go."""

    user: str
    plan: Plan | None

    @property
    def files(self) -> tuple[RenderedFile, ...]:
        """What is to be there."""
        return self.plan.files if self.plan else ()


def get_ready() -> None:
    """Have what judges households imported and compiled: what is there before a fork is there after it.

    A process that is made for each host, as Ansible does, would do this anew for each.
    """
    reader.check({"accounts": {}}, [], rules=False)


def plan_users(
    users: Mapping[str, Any], defaults: Mapping[str, Any] | None = None, *, catalogue: Catalogue | None = None
) -> list[UserPlan]:
    """Plan the households of users, by login name: each has `accounts`, and may have `defaults` and `state`.

    `accounts` and `defaults` are those of accounts.schema.json; what is nearer to the account wins:
    the account, the user's defaults, `defaults`. `state: absent` takes a user's files away. Writes
    nothing. Raises DataError for the first thing that is wrong, all others of the host as its
    `more`; `field` is the path in {users: ..., defaults: ...}. Sentences name keys and targets, no secrets.
    """
    catalogue = catalogue or open_catalogue()
    defaults = {} if defaults is None else defaults
    names = catalogue.target_names()
    planner = Planner(catalogue)
    errors = []
    plans = []
    reader.check({"defaults": defaults, "accounts": {}}, names, rules=False)
    _check_users(users)
    for user, given in users.items():
        try:
            plans.append(UserPlan(user, _planned(planner, user, given, defaults, names)))
        except DataError as error:
            errors.append(DataError(error.what, _field(error.field, user, given), error.mend))
    if errors:
        errors[0].more = tuple(errors[1:])
        raise errors[0]
    return plans


def _planned(
    planner: Planner, user: str, given: Mapping[str, Any], defaults: Mapping[str, Any], names: list[str]
) -> Plan | None:
    if not isinstance(given, Mapping):
        raise DataError("a user is a mapping (key: value)", (), "write accounts: below the name")
    for key in given:
        if key not in _KEYS:
            raise DataError(
                "a user has no such key", (key,), Text("the keys are {names}", names=Listed(", ", _KEYS))
            )
    state = given.get("state", "present")
    if state not in _STATES:
        raise DataError("this is no state", ("state",), Text("say {names}", names=" or ".join(_STATES)))
    own = given.get("defaults") or {}
    household = {"defaults": own, "accounts": given.get("accounts") or {}}
    reader.check(household, names, rules=False)
    if state == "absent":
        return None
    if "accounts" not in given:
        raise DataError(
            "this user has no accounts", ("accounts",), "name them, or say state: absent to take all away"
        )
    plan = planner.plan({"defaults": merged(defaults, own), "accounts": household["accounts"]})
    if user != _SYSTEM_OWNER:
        _refuse_system_files(plan)
    return plan


def _refuse_system_files(plan: Plan) -> None:
    for made in plan.made:
        if made.target.scope == "system":
            raise DataError(
                Text("{name} sets up the whole system, and that is not this user's", name=made.target.name),
                ("accounts", made.id, "targets"),
                Text(
                    "name the account below users/{system_owner}, or use a target of the user's own",
                    system_owner=_SYSTEM_OWNER,
                ),
            )


def _check_users(users: object) -> None:
    if not isinstance(users, Mapping):
        raise DataError("this is no mapping of users", ("users",), "write the accounts below login names")
    for name in users:
        if not isinstance(name, str) or _NO_LOGIN.search(name):
            raise DataError(
                "a login name is text without blanks, slashes and colons",
                ("users", str(name)),
                "name the user as in /etc/passwd; put a number in quotes",
            )


def _field(field: Field, user: str, given: object) -> Field:
    """Return where a field of a user's household stands: below the user, or in the common defaults."""
    if field[:1] == ("defaults",) and isinstance(given, Mapping):
        own = given.get("defaults") or {}
        if len(field) > 1 and isinstance(own, Mapping) and field[1] not in own:
            return field
    return ("users", user, *field)


def hints(user: str, made: Iterable[Made]) -> list[dict[str, Any]]:
    """Return what a user has to do himself for some of his accounts before the first login, as plain data.

    Each has `user`, `account`, `address`, `targets`, `text` by language, and may have `url` and a `line` to
    copy. What is alike for several clients is told once. No secret is in it.
    """
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for one in made:
        for text, more in _told(one):
            known = found.setdefault(
                (one.id, *text.values(), *more.values()),
                {"user": user, "account": one.id, "address": one.account.address, "targets": []}
                | {"text": text, **{name: word for name, word in more.items() if word}},
            )
            known["targets"].append(one.target.name)
    return list(found.values())


def _told(one: Made) -> Iterator[tuple[dict[str, str], dict[str, str | None]]]:
    if wants_secret(one.provider, one.account):
        for secret in secrets_of(one.provider, one.account):
            if secret.hint:
                yield dict(secret.hint), {"url": secret.url}
    if one.account.needs_login:
        yield _SIGN_IN, {"line": f"mailgen login {shell_word(one.account.address)}"}
    if one.step and not one.account.credential.is_own_token:
        yield dict(one.step.text), {"line": one.step.copy}
    for note in notes(one.target, "household", one.account):
        yield dict(note), {}


def checks(plans: Iterable[UserPlan], *, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Return the checks of some plans that can be made without running a command.

    That of a target's first file by its name, that of a file which has its own by `RenderedFile.check`.
    """
    return harmless_checks(_manifests(plans, catalogue))


def packages(plans: Iterable[UserPlan], packager: str, *, catalogue: Catalogue | None = None) -> list[str]:
    """Return the packages that bring the clients of some plans, sorted; `packager` as in manifests.

    Raises DataError for a target whose packages are not known there.
    """
    names: set[str] = set()
    for target, record in _manifests(plans, catalogue).items():
        known = record.get("packages")
        if known is None:
            continue  # a file for another device takes no program here
        if packager not in known:
            raise DataError(
                Text(
                    "no package that brings {target} is known for {packager}",
                    target=target,
                    packager=packager,
                ),
                ("packages",),
                Text("install it by other means; known are names for {names}", names=Listed(", ", known)),
            )
        names.update(known[packager])
    return sorted(names)


def _manifests(plans: Iterable[UserPlan], catalogue: Catalogue | None) -> dict[str, Record]:
    catalogue = catalogue or open_catalogue()
    names = {file.target: None for one in plans for file in one.files}
    return {name: catalogue.manifest(name) for name in names}
