"""Settings that targets have: those of one, and whose it is that another was given."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.target import Target


#: So many targets are named; what more have is everybody's.
_FEW = 4


def settings_of(target: Target, name: str) -> Text:
    """Return, as an error's mend, which settings a target has, and whose is the one that it has not."""
    known = Listed(", ", target.options)
    others = [one for one, record in open_catalogue().manifests() if name in record.get("options", ())]
    if not others:
        return Text("its settings are: {names}", names=known) if known else Text("it has none; leave it out")
    targets = Listed(", ", others) if len(others) <= _FEW else Text("other targets")
    if not known:
        return Text("it has none; '{name}' is a setting of {targets}", name=name, targets=targets)
    return Text(
        "its settings are: {names}; '{name}' is a setting of {targets}",
        names=known,
        name=name,
        targets=targets,
    )
