"""Files whose settings have no line each: what their own readers read under another name is never shown."""

from __future__ import annotations

import json
import plistlib
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Letters that stand nowhere but in secrets, and what they may be escaped as.
SECRET = "ЖЩЮ"
TRACES = (*SECRET, "\\u04", "&#")
NAMES = "host port command! url"


def hidden_values(value: Any, name: str = "") -> Iterator[str]:
    """Yield what stands under names that may not be shown."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from hidden_values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from hidden_values(inner, name)
    elif name not in ("host", "port", "url") and isinstance(value, str):
        yield value


FORMS: dict[str, tuple[list[str], Callable[[str], Any]]] = {
    "toml": (
        [
            "host", "password", '"password"', "a.password", "[t]\n", "[[t]]\n", "[a.'b']\n", " = ",
            '"h"', "'h'", '"""', "'''", "\n", "[", "]", "{", "}", ", ", "# x\n", "#", "1", "true",
            '"\\u0416"', '"\\""', "\\", 'command = "echo ЖЩЮ"\n',
            'command = ["echo", "ЖЩЮ"]\n', 'password = """\nЖЩЮ"""\n',
            "t = {host = 'h', password = 'ЖЩЮ'}\n", 'password = [ # x\n "ЖЩЮ"]\n',
        ],
        tomllib.loads,
    ),
    "yaml": (
        [
            "host: ", "password: ", '"password": ', "a:\n", "  ", "- ", "\n", "\n  ", '"', "'", "h", "ЖЩЮ",
            '"h"', "[", "]", "{", "}", ", ", "|\n", ">\n", "&a ", "*a", "!!str ", "? ", "# x", " # ЖЩЮ",
            "\r", "\t", '"\\u0416"', '"\\""', "\\", "command: echo ЖЩЮ\n", "  password: ЖЩЮ\n",
            "---\n", "<<: ",
        ],
        yaml.safe_load,
    ),
    "json": (
        [
            "{", "}", "[", "]", '"host"', '"password"', ":", ",", '"h"', '"\\u0416"', '"\\""', "1", "true",
            "\n", " ", '{"password": "ЖЩЮ"}', '"command": ["echo", "ЖЩЮ"]', '{"password": ["ЖЩЮ"]}',
        ],
        json.loads,
    ),
    "plist": (
        [
            '<plist version="1.0">', "</plist>", "<dict>", "</dict>", "<array>", "</array>",
            "<key>host</key>", "<key>password</key>", "<string>", "</string>", "<string>h</string>",
            "<true/>", "\n", "<!-- ", "-->", "<![CDATA[", "]]>", "&#1046;", "<string>ЖЩЮ</string>",
            "<integer>1</integer>",
        ],
        lambda text: plistlib.loads(text.encode()),
    ),
}  # fmt: skip


def leaks(form: str, text: str) -> bool:
    shown = "\n".join(redacted(text, f"{form} {NAMES}"))
    return any(trace in shown for trace in TRACES)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_secret_is_shown_in_any_shape(form: str, data: st.DataObject) -> None:
    pieces, read = FORMS[form]
    text = "".join(data.draw(st.lists(st.sampled_from([*pieces, SECRET]), max_size=14)))
    try:
        value = read(text)
    except Exception:  # what is no file of the form has no secret that its program would read
        return
    if not isinstance(value, dict | list):
        return
    found = "".join(hidden_values(value))
    named = "".join(str(one) for one in _shown_values(value))
    shown = named + _keys(value) + _comments(text)
    if set(SECRET) & set(found) and not any(trace in shown for trace in TRACES):
        assert not leaks(form, text), text


def _shown_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key in ("host", "port", "url") else _shown_values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _shown_values(inner)


def _keys(value: Any) -> str:
    if isinstance(value, dict):
        return "".join([*map(str, value), *map(_keys, value.values())])
    return "".join(map(_keys, value)) if isinstance(value, list) else ""


def _comments(text: str) -> str:
    return text[text.find("#") :] if "#" in text else text[text.find("<!--") :] if "<!--" in text else ""


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("toml", 'password = "ЖЩЮ"'),
        ("toml", 'imap.sasl.plain.password.raw = "ЖЩЮ" # x'),
        ("toml", "[accounts.a]\nbackend = {host = 'h', auth.raw = 'ЖЩЮ'}"),
        ("toml", 'command = ["sh", "-c", "echo ЖЩЮ"]'),
        ("toml", 'password = """\nline\nЖЩЮ"""'),
        ("toml", "url = 'imaps://a:ЖЩЮ@h'"),
        ("toml", '# password = "ЖЩЮ"'),
        ("yaml", 'password: "ЖЩЮ"'),
        ("yaml", "accounts:\n- password: ЖЩЮ"),
        ("yaml", "password: |\n  host: ЖЩЮ\n\n  port: ЖЩЮ"),
        ("yaml", '"password":\n  ЖЩЮ'),
        ("yaml", "secret:\n  - ЖЩЮ"),
        ("yaml", 'password: "a\nhost: ЖЩЮ"'),
        ("yaml", "password: [\nhost: ЖЩЮ]"),
        ("yaml", "host: h\rpassword: ЖЩЮ"),
        ("yaml", "\tpassword: ЖЩЮ"),
        ("yaml", "host: [a, {password: ЖЩЮ}]"),
        ("yaml", "host: &a ЖЩЮ"),
        ("yaml", "host: h # ЖЩЮ"),
        ("yaml", "command: echo ЖЩЮ"),
        ("yaml", "host: h\n  ЖЩЮ"),
        ("yaml", "{password: ЖЩЮ}"),
        ("yaml", "# password: ЖЩЮ"),
        ("toml", 'host = "never closed ЖЩЮ'),
        ("json", '{"host": "h", "password": "ЖЩЮ"}'),
        ("json", '{"command": ["echo",\n "ЖЩЮ"]}'),
        ("plist", "<key>host</key><string>h</string><key>password</key><string>ЖЩЮ</string>"),
        ("plist", "<key>password</key>\n<array>\n<string>ЖЩЮ</string>\n</array>"),
        ("plist", "<key>password</key><string><![CDATA[</string>ЖЩЮ]]></string>"),
        ("plist", "<!-- password ЖЩЮ -->"),
        ("plist", "ЖЩЮ"),
    ],
)
def test_these_are_hidden(form: str, text: str) -> None:
    assert not leaks(form, text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("yaml", 'host: "h"\na:\n  - port: 1\n    command: "pass show x"\n# a remark'),
        ("toml", '[accounts.a]\nimap.host = "h"\nt = { port = 1 }\ncommand = ["pass", "show", "x"]'),
        ("json", '{"a": {"host": "h", "port": 1}, "command": ["pass", "show", "x"]}'),
        ("plist", "<dict>\n\t<key>host</key>\n\t<string>h</string>\n\t<key>a</key>\n\t<true/>\n</dict>"),
    ],
)
def test_the_rest_is_shown(form: str, text: str) -> None:
    assert redacted(text, f"{form} {NAMES}") == text.split("\n")


def test_a_form_that_nobody_knows_shows_nothing() -> None:
    assert redacted('host = "h"', "none host") == ["***"]
