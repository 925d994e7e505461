"""Sentences that remember what they were made of, so that each door says them in its own words.

Below the doors a sentence is English and names a setting as the accounts file does. A door looks up its
`template` in another language, and spells `Option`s and `Place`s in its own way.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Collection, Mapping, Sequence


class Text(str):
    """A sentence made of a `template` (as str.format has it) and `values`; it is its English text.

    >>> made = Text("{title} does not speak {protocol}", title="msmtp", protocol="IMAP")
    >>> made, made.template
    ('msmtp does not speak IMAP', '{title} does not speak {protocol}')
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Text:
        made = super().__new__(cls, template.format_map(values))
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return _remade, (self.template, dict(self.values))


def _remade(template: str, values: Mapping[str, object]) -> Text:
    return Text(template, **values)


class Option(str):
    """A setting that the user can give: its path in an account of the accounts file, and perhaps a value.

    >>> Option("imap.host"), Option("protocol", "pop3"), Option("options.msmtp.x", "y")
    ('imap.host', 'protocol: pop3', 'options: {msmtp: {x: y}}')
    """

    __slots__ = ("path", "value")

    path: str
    value: str | None

    def __new__(cls, path: str, value: str | None = None) -> Option:
        keys = path.split(".")
        told = path if value is None else ": {".join(keys) + f": {value}" + "}" * (len(keys) - 1)
        made = super().__new__(cls, told)
        made.path, made.value = path, value
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Option, (self.path, self.value)


class OwnWord(str):
    """Somebody's own word in a sentence of ours, in quotes; each language has its own.

    >>> OwnWord("mstp"), OwnWord("mstp").word
    ("'mstp'", 'mstp')
    """

    __slots__ = ("word",)

    word: str

    def __new__(cls, word: str) -> OwnWord:
        made = super().__new__(cls, f"'{word}'")
        made.word = word
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return OwnWord, (self.word,)


class Listed(str):
    """Several texts as one: joined with `joint`, which is a text of its own ("; or ", ", ").

    A part that is a single plain word is somebody's name, and stays as it is in every language.
    """

    __slots__ = ("joint", "parts")

    parts: Sequence[str]
    joint: str

    def __new__(cls, joint: str, parts: Collection[str]) -> Listed:
        made = super().__new__(cls, joint.join(parts))
        made.joint, made.parts = joint, tuple(parts)
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Listed, (self.joint, self.parts)


def placed(text: str, value_of: Callable[[str], str]) -> str:
    """Return `text` with the value of each {name} in its place; braces around anything else stay.

    A name is letters, digits and _. `value_of` may raise what it likes.

    >>> placed("pass insert {id} # {} {a b}", {"id": "mail/ada"}.__getitem__)
    'pass insert mail/ada # {} {a b}'
    """
    first, *rest = text.split("{")
    made = [first]
    for piece in rest:
        name, closed, after = piece.partition("}")
        known = closed and name.replace("_", "a").isalnum()
        made.append(value_of(name) + after if known else "{" + piece)
    return "".join(made)


class Translated(str):
    """A text that people wrote in several languages, as a provider's hint is; it is the English one.

    >>> Translated({"en": "Make one.", "zh": "请生成一个。"})
    'Make one.'
    """

    __slots__ = ("texts",)

    texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Translated:
        made = super().__new__(cls, texts.get("en", ""))
        made.texts = texts
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Translated, (dict(self.texts),)


def told(
    text: str,
    templates: Mapping[str, str],
    spelled: Callable[[Option], str | None],
    lang: str = "en",
) -> str:
    """Return a text in another language, with each option as `spelled` says.

    `templates` has the `lang`'s template for ours; what it lacks stays English. An option that
    has no spelling is left out together with the text that it is a value of, if that is part of another.

    >>> adopt = Text(", or give {option}", option=Option("adopt"))
    >>> told(Text("look at it{more}", more=adopt), {}, lambda option: "--" + option.path)
    'look at it, or give --adopt'
    >>> told(Text("look at it{more}", more=adopt), {}, lambda option: None)
    'look at it'
    """
    if isinstance(text, Option):
        return spelled(text) or ""
    if isinstance(text, Translated):
        return text.texts.get(lang) or text
    if isinstance(text, OwnWord):
        return f"\u201c{text.word}\u201d" if lang == "zh" else text
    if isinstance(text, Listed):
        parts = [str(_value(part, templates, spelled, lang)) for part in text.parts]
        joint = templates.get(text.joint, text.joint)
        parts = [part for part in parts if part]
        return _joined_in_chinese(joint, parts) if lang == "zh" else joint.join(parts)
    if not isinstance(text, Text):
        return templates.get(text, text)
    if any(isinstance(value, Option) and spelled(value) is None for value in text.values.values()):
        return ""
    values = {name: _value(value, templates, spelled, lang) for name, value in text.values.items()}
    template = templates.get(text.template, text.template)
    return _set_in_chinese(template, values) if lang == "zh" else template.format_map(values)


def _set_in_chinese(template: str, values: Mapping[str, object]) -> str:
    """Return a template with its values, each set off by a blank where Chinese meets Latin, and only there.

    What holds an equals sign is there to be copied, and keeps the blanks around it.

    >>> _set_in_chinese("{name} 的 {protocol} 与{client}", dict(name="网易", protocol="IMAP", client="mutt"))
    '网易的 IMAP 与 mutt'
    """
    taken = template + "".join(map(str, values.values()))
    mark = next(char for char in map(chr, range(0xE000, 0xF900)) if char not in taken)
    text = template.format_map({name: _Between(value, mark) for name, value in values.items()})
    made, before = "", ""
    for piece in text.split(mark):
        if piece and "=" not in before + piece:
            made, piece = _met(made, piece)
        made += piece
        before = piece or before
    return made


class _Between:
    """A value that is formatted between two marks."""

    def __init__(self, value: object, mark: str) -> None:
        self.value, self.mark = value, mark

    def __format__(self, form: str) -> str:
        return f"{self.mark}{format(self.value, form)}{self.mark}"


def _joined_in_chinese(joint: str, parts: Sequence[str]) -> str:
    made = "".join(parts[:1])
    for part in parts[1:]:
        for piece in (joint, part):
            made = "".join(_met(made, piece))
    return made


def _met(left: str, right: str) -> tuple[str, str]:
    """Return two texts with one blank between Chinese and Latin, and none between Chinese and Chinese."""
    if left[-1:] == " " and _is_wide(left[-2:-1]) and _is_wide(right[:1]):
        return left[:-1], right
    if right[:1] == " " and _is_wide(left[-1:]) and _is_wide(right[1:2]):
        return left, right[1:]
    ends = (left[-1:], right[:1])
    mixed = any("\u4e00" <= one <= "\u9fff" and _is_latin(other) for one, other in (ends, ends[::-1]))
    return left + " " * mixed, right


def _is_wide(char: str) -> bool:
    return char in ("\u201c", "\u201d") or "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _value(
    value: object, templates: Mapping[str, str], spelled: Callable[[Option], str | None], lang: str
) -> object:
    """Return a value in a language if it has words of ours: a single plain word is somebody's name."""
    ours = isinstance(value, (Text, Listed, Translated, Option, OwnWord))
    if isinstance(value, str) and (ours or " " in value):
        return told(value, templates, spelled, lang)
    return value
