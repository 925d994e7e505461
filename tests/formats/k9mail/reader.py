"""A reader of QR codes (ISO/IEC 18004), drawn in blocks of text or as SVG, and of what is in them.

Nothing is corrected: a drawing is not a photograph. Codes of level M up to version 20, in bytes.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any, NamedTuple

from tests.readers import Rejected

#: Centres of the alignment patterns, by version; and blocks of data, as (how many, how long).
CENTRES = [
    [], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
    [6, 30, 54], [6, 32, 58], [6, 34, 62], [6, 26, 46, 66], [6, 26, 48, 70], [6, 26, 50, 74], [6, 30, 54, 78],
    [6, 30, 56, 82], [6, 30, 58, 86], [6, 34, 62, 90],
]  # fmt: skip
BLOCKS = [
    [], [(1, 16)], [(1, 28)], [(1, 44)], [(2, 32)], [(2, 43)], [(4, 27)], [(4, 31)], [(2, 38), (2, 39)],
    [(3, 36), (2, 37)], [(4, 43), (1, 44)], [(1, 50), (4, 51)], [(6, 36), (2, 37)], [(8, 37), (1, 38)],
    [(4, 40), (5, 41)], [(5, 41), (5, 42)], [(7, 45), (3, 46)], [(10, 46), (1, 47)], [(9, 43), (4, 44)],
    [(3, 44), (11, 45)], [(3, 41), (13, 42)],
]  # fmt: skip
MASKS = [
    lambda y, x: (y + x) % 2, lambda y, x: y % 2, lambda y, x: x % 3, lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2, lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
]  # fmt: skip

Matrix = list[list[bool]]


class Server(NamedTuple):
    protocol: int
    host: str
    port: int
    security: int
    auth: int
    username: str


class Account(NamedTuple):
    incoming: Server
    outgoing: Server
    name: str
    address: str
    from_name: str


def read(drawing: str) -> Account:
    """Return the account in a code, drawn in either way."""
    text = said(from_svg(drawing) if drawing.startswith("<") else from_blocks(drawing))
    version, (number, all), incoming, [[outgoing, identity]] = json.loads(text)
    if (version, number, all, outgoing[0]) != (1, 1, 1, 0) or len(incoming) != 7 or len(outgoing) != 6:
        raise Rejected(1, "no code of version 1 with one account and no password")
    return Account(Server(*incoming[:6]), Server(*outgoing), incoming[6], *identity)


def from_blocks(text: str) -> Matrix:
    """Return the modules of a code in half blocks, which are light, dark ones being True."""
    rows: Matrix = []
    for line in text.splitlines():
        rows.append([char in " ▄" for char in line])
        rows.append([char in " ▀" for char in line])
    return _trimmed(rows[: len(rows[0])])  # the last line has one row of the code, which is a square


def from_svg(text: str) -> Matrix:
    """Return the modules of an SVG whose dark ones are lines, one high."""
    paths = [node for node in ET.fromstring(text).iter() if node.tag.endswith("path")]
    [lines] = [node.attrib["d"] for node in paths if "stroke" in node.attrib]
    x = y = 0.0
    dark = set()
    for command, first, _, second in re.findall(r"([Mmh])(-?[\d.]+)( (-?[\d.]+))?", lines):
        if command == "h":
            dark |= {(int(y), int(x) + step) for step in range(int(first))}
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    size = max(max(place) for place in dark) + 1
    return _trimmed([[(row, column) in dark for column in range(size)] for row in range(size)])


def _trimmed(rows: Matrix) -> Matrix:
    kept = [row for row in range(len(rows)) if any(rows[row])]
    columns = [column for column in range(len(rows[0])) if any(row[column] for row in rows)]
    top, left, size = kept[0], columns[0], columns[-1] - columns[0] + 1
    return [row[left : left + size] for row in rows[top : top + size]]


def said(code: Matrix) -> str:
    """Return the text of a code."""
    size = len(code)
    version = (size - 17) // 4
    bits = [code[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [code[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    form = int("".join("01"[bit] for bit in bits), 2) ^ 0b101010000010010
    if form >> 13 != 0:
        raise Rejected(1, "not of level M")
    mask, fixed = MASKS[form >> 10 & 7], _fixed(version, size)
    stream: list[bool] = []
    upward = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in reversed(range(size)) if upward else range(size):
            for x in (right, right - 1):
                if (y, x) not in fixed:
                    stream.append(code[y][x] != (mask(y, x) == 0))
        upward = not upward
    words = [int("".join("01"[bit] for bit in stream[at : at + 8]), 2) for at in range(0, len(stream) - 7, 8)]
    lengths = [length for count, length in BLOCKS[version] for _ in range(count)]
    blocks: list[list[int]] = [[] for _ in lengths]
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(words.pop(0))
    whole = "".join(f"{word:08b}" for block in blocks for word in block)
    if whole[:4] != "0100":
        raise Rejected(1, "not in bytes")
    head = 4 + (8 if version < 10 else 16)
    count = int(whole[4:head], 2)
    return bytes(int(whole[at : at + 8], 2) for at in range(head, head + 8 * count, 8)).decode()


def _fixed(version: int, size: int) -> set[tuple[int, int]]:
    """Return the modules that hold no data."""
    found = {(y, x) for y in range(9) for x in range(9)}
    found |= {(y, x) for y in range(size - 8, size) for x in range(9)}
    found |= {(y, x) for y in range(9) for x in range(size - 8, size)}
    found |= {(6, at) for at in range(size)} | {(at, 6) for at in range(size)}
    for y in CENTRES[version]:
        for x in CENTRES[version]:
            if (y, x) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                found |= {(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)}
    if version >= 7:
        found |= {(y, x) for y in range(6) for x in range(size - 11, size - 8)}
        found |= {(y, x) for x in range(6) for y in range(size - 11, size - 8)}
    return found


def as_picture(code: Matrix, scale: int = 4, border: int = 4) -> bytes:
    """Return a picture (PBM) of a code, for programs that look at one."""
    size = (len(code) + 2 * border) * scale
    rows: list[Any] = [[False] * size for _ in range(size)]
    for y, row in enumerate(code):
        for x, dark in enumerate(row):
            for dy in range(scale):
                for dx in range(scale):
                    rows[(y + border) * scale + dy][(x + border) * scale + dx] = dark
    drawn = "\n".join(" ".join("01"[dark] for dark in row) for row in rows)
    return f"P1\n{size} {size}\n{drawn}\n".encode()
