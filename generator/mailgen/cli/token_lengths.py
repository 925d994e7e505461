"""Whether the mail programs of an account can use the token that it got."""

from __future__ import annotations

from mailgen.catalog.fitness import judged_with_token
from mailgen.cli.installed import installed_targets, programs_here
from mailgen.cli.terminal import warn
from mailgen.core.text import Text
from mailgen.resolve.token_length import too_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Address, Provider


def warn_of_length(
    address: Address, provider: Provider, catalogue: Catalogue, targets: Collection[str], length: int
) -> None:
    """Tell which mail programs cannot log in with a token of some length.

    Asked are those of `targets`, in the version that is here, or else the one that is written for; if none
    are named, those that are here.
    """
    records = {name: catalogue.manifest(name) for name in targets} or installed_targets(catalogue)
    limited = {name: one for name, one in records.items() if "token_length" in one["secret"]}
    versions = {name: one.version for name, one in programs_here(limited).found.items()}
    for name in limited if targets else versions:
        target = catalogue.target(name)
        version = versions.get(name, target.version)
        for server in judged_with_token(address, provider, target, version):
            if said := too_long(target, version, server, length):
                warn(
                    "warning",
                    said,
                    Text("the login of {address}", address=str(address)),
                    Text("use a newer version of it, if there is one, or another program"),
                )
