"""The mail programs of this machine, and how they get on with a provider, before one is chosen."""

from __future__ import annotations

from mailgen.catalog.fitness import fitness
from mailgen.cli.account_options import one_of_each_use
from mailgen.cli.fitness_words import fitness_said
from mailgen.cli.installed import installed_targets, programs_here
from mailgen.cli.terminal import advise, cells, padded, say
from mailgen.cli.wording import worded
from mailgen.core.text import Listed, Text, Translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mailgen.cli.unlisted import Served

#: The best first; what is refused is not proposed.
_STATES = ("ok", "degraded")


def tell_clients(who: Served, account: dict[str, Any], lang: str) -> list[str]:
    """Print how the installed programs get on with who serves the address; return which to propose."""
    here = {
        name: record
        for name, record in installed_targets(who.catalogue).items()
        if record["kind"] != "provision"
    }
    provider = who.provider_named(account.get("provider"))
    if provider is None:  # servers of one's own, of which nothing is known
        return one_of_each_use(here)
    versions = {name: one.version for name, one in programs_here(here).found.items()}
    judged = list(fitness(who.catalogue, who.address, provider, versions))
    name = Translated(provider.name)
    if here:
        say(Text("mail programs of this machine, and how they get on with {name}:", name=name), lang=lang)
    else:
        say(Text("no mail program that mailgen writes for is installed here"), lang=lang)
    width = max(map(cells, here), default=0)
    for one in judged:
        if one.target.name in here:
            advise(f"{padded(one.target.name, width)}  {worded(fitness_said(one, versions), lang)}")
            for why in one.why:
                advise(f"{'':{width}}  {worded(why, lang)}")
    others = [one for one in judged if one.target.name not in here and one.target.kind != "app"]
    able = [one.target.name for one in others if one.state == "ok"]
    if able:
        advise(Text("not installed, and would work: {names}", names=Listed(", ", able)))
    states = {one.target.name: one.state for one in judged}
    return one_of_each_use(
        {name: here[name] for state in _STATES for name in here if states.get(name) == state}
    )
