"""Opening the catalogue as every verb does that asks for a provider."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue, with_own_providers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue


def opened(
    folder: str | None = None, beneath: Catalogue | None = None, *, told: bool = True, quiet: bool = False
) -> Catalogue:
    """Return the catalogue (`beneath`, if it is open already) with what this user has of providers over it.

    `folder` is what --providers names. Prints a warning for each file that is not used, and, unless `quiet`,
    a note where data that were fetched count; none of it if whoever asks has it `told` otherwise.
    """
    catalogue = with_own_providers(beneath or open_catalogue(), folder)
    if told and catalogue.findings:
        from mailgen.cli.terminal import warn

        for finding in catalogue.findings:
            if not (quiet and finding.severity == "note"):
                warn(finding.severity, finding.what, finding.where, finding.mend)
    return catalogue
