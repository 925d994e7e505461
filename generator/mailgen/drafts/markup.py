"""XML from strangers as a small tree: no DTD, no entities, bounded in size, depth and number of elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.drafts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: More than any file of mail settings has; the longest in public sets have some hundred elements.
MOST_ELEMENTS = 5000
DEEPEST = 16


@dataclass(slots=True)
class Element:
    """An element: its name (without the namespace of the root), attributes, line and children."""

    name: str
    attributes: Mapping[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly inside, with single blanks."""
        return " ".join("".join(self.pieces).split())

    def all(self, name: str) -> Iterator[Element]:
        """Yield the children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        """Return the first child of a name."""
        return next(self.all(name), None)

    @property
    def language(self) -> str:
        """What `lang` or `xml:lang` says, or nothing."""
        return self.attributes.get("lang") or self.attributes.get(_XML_LANG) or ""


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class _Tree:
    """What the parser tells about; makes elements."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.namespace = ""
        self.parser = XMLParser(target=self, forbid_dtd=True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.parser.CurrentLineNumber
        self.count += 1
        if self.root is None:
            self.namespace = tag[: tag.find("}") + 1]
        if self.count > MOST_ELEMENTS or len(self.open) >= DEEPEST:
            which = (
                Text("more than {number} elements", number=MOST_ELEMENTS)
                if self.count > MOST_ELEMENTS
                else Text("nested too deep")
            )
            raise _refused(
                Text("this is no file of mail settings: {which}", which=which), f"{self.name}:{line}"
            )
        element = Element(tag.removeprefix(self.namespace), attributes, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].pieces.append(text)

    def close(self) -> None:
        pass


def parse(content: bytes, name: str) -> Element:
    """Return the root of an XML document; `name` is what errors call it.

    Raises MailgenError for what is no XML, has a DTD or entities, or is larger than a file of
    mail settings can be. Nothing is ever fetched.
    """
    if len(content) > LONGEST:
        raise _refused(Text("it is larger than {size} KiB", size=LONGEST >> 10), name)
    tree = _Tree(name)
    try:
        tree.parser.feed(content)
        tree.parser.close()
    except DefusedXmlException:
        raise _refused("it has a DTD or entities (<!DOCTYPE>), which are never read", name) from None
    except ET.ParseError as error:
        line = error.position[0]
        what = str(error).partition(": line ")[0]
        raise _refused(Text("this is not well-formed XML: {what}", what=what), f"{name}:{line}") from None
    except (ValueError, LookupError):
        raise _refused("its encoding is not understood", name) from None
    if tree.root is None:
        raise _refused("it is empty", name)
    return tree.root


def _refused(what: str, where: str) -> MailgenError:
    return MailgenError(what, where, "name a file of mail settings in XML (config-v1.1.xml)")
