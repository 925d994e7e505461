"""Opening the catalogue as every verb does that asks for a provider."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue, with_own_providers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue


def opened(folder: str | None = None, beneath: Catalogue | None = None, *, told: bool = True) -> Catalogue:
    """Return the catalogue (`beneath`, if it is open already) with the user's own provider files over it.

    `folder` is what --providers names. Prints a warning for each file that is not used, unless whoever asks
    has it `told` otherwise.
    """
    catalogue = with_own_providers(beneath or open_catalogue(), folder)
    if told and catalogue.findings:
        from mailgen.cli.terminal import warn

        for finding in catalogue.findings:
            warn(finding.severity, finding.what, finding.where, finding.mend)
    return catalogue
