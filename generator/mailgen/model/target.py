"""A client, as its manifest describes it."""

from __future__ import annotations

from mailgen.core.files import Clash as Clash
from mailgen.core.files import RenderedFile as RenderedFile
from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True)
class QuirkSupport:
    """How a target meets a provider's quirk.

    `support`: `always` (nothing to do), `option` (the template writes something), `none`, or
    `unknown`. `since` is the first version of the client that can.
    """

    support: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class TargetFile:
    """A file that a target consists of: which template makes it, and how it is to lie on disk.

    `layout` says when: `single` (one account, alone), `household` (the accounts of an accounts
    file) or `both`. `each` is `account` for a file that is made once for each account, `sender` for
    one for each address that they send as; then {id} in `path` is theirs. `group` is whose members may
    read it; options stand in braces there too.
    """

    template: str
    path: str
    mode: int
    may_hold_secret: bool = False
    merge: str = "replace"
    comment: str | None = None
    layout: str = "both"
    each: str = ""
    group: str | None = None


@dataclass(frozen=True, slots=True)
class TargetOption:
    """A setting that only one target has; given as `--set NAME=VALUE`."""

    type: str
    help: Mapping[str, str]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A client, as its manifest templates/<target>/target.yaml describes it (target.schema.json).

    `published` is what a format can say of a provider; empty for programs, which are told of an account.
    `templates` maps template names (`msmtp/msmtprc.j2`) to their compiled Python source.
    """

    name: str
    title: str
    kind: str
    grammar: str
    incoming: bool
    outgoing: bool
    protocols: Mapping[str, Mapping[str, tuple[str, ...]]]
    secret: tuple[str, ...]
    steps: Mapping[str, Mapping[str, str]]
    version: str
    min_version: str
    quirks: Mapping[str, QuirkSupport]
    files: tuple[TargetFile, ...]
    options: Mapping[str, TargetOption] = EMPTY
    notes: tuple[Mapping[str, str], ...] = ()
    manual: str = ""
    rewrites_quoted_local: bool = False
    folder_roles: tuple[str, ...] = ()
    identity_parts: tuple[str, ...] = ()
    several_identities: bool = False
    uses_maildir: bool = False
    clashes: tuple[Clash, ...] = ()
    scope: str = "user"
    published: Mapping[str, Any] = EMPTY
    templates: Mapping[str, str] = EMPTY
