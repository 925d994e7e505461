"""Files of structured formats (plist, TOML, JSON, YAML): a template says what is in them, a library writes.

Such a template is in TOML, one line for each setting, its values quoted as everywhere; it is read into a
structure of mappings, lists, texts, numbers and truths, and an encoder of the format's folder writes that. So
no file of such a format is put together from text, and each line of the template can be explained.
"""

from __future__ import annotations

from importlib import import_module

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Structure = dict[str, Any]


def read_structure(text: str) -> Structure:
    """Return the structure that a template has written."""
    import tomllib

    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Encoder:
    """How a structure becomes a file: `write` returns its text, or bytes where it has none.

    `shown` are the names of settings that hold no secret. `form` is how the file is cut into words to be
    shown: `toml`, `plist`, `json` or `yaml` (see `redaction/keyed.py`); empty where nothing of it may be.
    `read` takes what the template has written, which is TOML unless the encoder says otherwise; `template`
    is how that is shown.
    """

    write: Callable[[Mapping[str, Any]], str | bytes]
    form: str = ""
    shown: str = ""
    read: Callable[[str], Mapping[str, Any]] = read_structure
    template: str = ""

    @property
    def redaction(self) -> str:
        """How the file is shown: what `redaction` takes for a grammar."""
        return _redaction(self.form, self.shown)

    @property
    def template_redaction(self) -> str:
        """How what the template says is shown."""
        return self.template or _redaction("toml", self.shown)


def _redaction(form: str, shown: str) -> str:
    return " ".join([form, *shown.split()])


def encoder(name: str) -> Encoder:
    """Return the encoder of a name, NAME or NAME/FORM: of ENCODERS in encoder.py of the folder NAME.

    Raises KeyError for another.
    """
    folder, _slash, form = name.partition("/")
    module = f"mailgen.formats.{folder}.encoder"
    try:
        encoders: Mapping[str, Encoder] = import_module(module).ENCODERS
    except ModuleNotFoundError as error:
        if error.name not in (module, f"mailgen.formats.{folder}"):
            raise
        raise KeyError(name) from None
    return encoders[form]
