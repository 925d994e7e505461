"""The accounts file: what it says, what is wrong in it and where, and what the command line overrides."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.accounts import reader, schema
from mailgen.accounts import requests as household
from mailgen.accounts.overrides import with_overrides
from mailgen.accounts.planner import Planner
from mailgen.accounts.schema import account_keys, problems
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, UsageError
from tests.cases import targets
from tests.support import answer

TARGETS = sorted(targets())
PLANNER = Planner(open_catalogue())
CANARY = "hunter2-Zyx"
WHOLE = """\
defaults: {password_command: "pass show mail/{address}"}
accounts:
  home: {address: ada@sohu.com, name: "Ada O'Brien", targets: [msmtp, mutt], default: true}
  work: {address: ada@qq.com, name: 艾达, targets: [msmtp, fetchmail, thunderbird], protocol: pop3}
  lab:
    address: ada@lab.example
    imap: {host: imap.lab.example, port: 993, tls: implicit}
    smtp: {host: smtp.lab.example, port: 465, tls: implicit}
    identities: [{address: dr.ada@lab.example, name: Dr. Ada}]
    targets: [mutt]
"""
HOME = "accounts:\n  home:\n    address: ada@sohu.com\n    targets: [mutt]\n"


def more(lines: str, field: str, words: str, line: int = 5) -> tuple[str, list[tuple[int, str, str]]]:
    """Return a case: further lines of the account home, and what is wrong with one of its fields."""
    return f"{HOME}    {lines}\n", [(line, f"accounts.home.{field}", words)]


#: Name: text of the file, then (line, field, words) of each refusal in order.
WRONG: dict[str, tuple[str, list[tuple[int, str, str]]]] = {
    "empty": ("", [(1, "", "a mapping (key: value), and is nothing")]),
    "a list": ("- a\n", [(1, "", "a mapping (key: value), and is a list")]),
    "no accounts": ("defaults: {}\n", [(1, "", "the key 'accounts' is missing")]),
    "key twice": (HOME + "  home: {}\n", [(5, "", "the key 'home' stands here twice")]),
    "open quote": (HOME + "    name: 'x\n", [(6, "", "cannot be read as YAML")]),
    "tab": (HOME + "\tname: x\n", [(5, "", "cannot start any token")]),
    "two documents": (HOME + "---\n", [(5, "", "another document")]),
    "alias": ("a: &b [1]\nc: *b\n", [(1, "", "anchors and aliases")]),
    "merge": ("a:\n  <<: *b\n", [(2, "", "anchors and aliases")]),
    "tag": (HOME + "    name: !!python/name:os.system x\n", [(5, "", "tags (words after !)")]),
    "number as a tag": (HOME + "    name: !!int x\n", [(5, "", "tags (words after !)")]),
    "own tag": (HOME + "    name: !x!y z\n", [(5, "", "tags (words after !)")]),
    "deep": ("a: " + "[" * 5000 + "]" * 5000, [(1, "", "nested deeper than 20")]),
    "deep mapping": ("a: " + "{b: " * 5000, [(1, "", "nested deeper than 20")]),
    "control": ('accounts: {}\nx: "\x07"\n', [(2, "", "U+0007 may not stand")]),
    "half a character": ('accounts: {}\nx: "\\ud800"\n', [(2, "", "surrogate")]),
    "mapping as a key": ("? {a: b}\n: c\n", [(1, "", "a key is not plain text")]),
    "typo in a key": more("passwort_command: x", "passwort_command", "did you mean 'password_command'?"),
    "hyphen in a key": more("password-command: x", "password-command", "did you mean 'password_command'?"),
    "another's key": more("user: x", "user", "did you mean 'username'?"),
    "no such key": more("zzz: x", "zzz", "the keys here are address, name"),
    "no address": (
        "accounts: {home: {targets: [mutt]}}\n",
        [(1, "accounts.home", "the key 'address' is missing")],
    ),
    "address is a number": (HOME.replace("ada@sohu.com", "12"), [(3, "accounts.home.address", "in quotes")]),
    "no mail address": (
        HOME.replace("ada@sohu.com", "sohu.com"),
        [(3, "accounts.home.address", "it has no @")],
    ),
    "port is text": more("imap: {port: '993'}", "imap.port", "a whole number, and is text"),
    "port too high": more("imap:\n      port: 70000", "imap.port", "1 to 65535", 6),
    "port of many digits": more(f"imap: {{port: {'9' * 5000}}}", "imap.port", "a whole number"),
    "no host name": more("imap: {host: a_b}", "imap.host", "'a_b' cannot be a part"),
    "no protocol": more("protocol: pop", "protocol", "did you mean 'pop3'?"),
    "no TLS": more("smtp: {tls: ssl}", "smtp.tls", "starttls"),
    "typo in a target": (
        HOME.replace("[mutt]", "[mutt, msmpt]"),
        [(4, "accounts.home.targets.1", "did you mean 'msmtp'?")],
    ),
    "no such target": (
        HOME.replace("[mutt]", "[wombat]"),
        [(4, "accounts.home.targets.0", ", autoconfig-xml, ")],
    ),
    "target twice": (HOME.replace("[mutt]", "[mutt, mutt]"), [(4, "accounts.home.targets", "twice")]),
    "target in options": more("options: {mut: {a: b}}", "options.mut", "did you mean 'mutt'?"),
    "no targets": (
        "accounts:\n  home: {address: a@sohu.com, default: true}\n",
        [(2, "accounts.home", "no targets")],
    ),
    "empty targets": (
        "defaults: {targets: [mutt]}\n" + HOME.replace("[mutt]", "[]"),
        [(3, "accounts.home", "no targets")],
    ),
    "two defaults": (
        "defaults: {targets: [mutt]}\naccounts:\n  a: {address: a@sohu.com, default: true}\n"
        "  b: {address: b@sohu.com, default: true}\n",
        [(4, "accounts.b.default", "two accounts are the default: a and b")],
    ),
    "ids alike": (
        HOME + "  HOME: {address: a@sohu.com, targets: [mutt]}\n",
        [(5, "accounts.HOME", "home and HOME")],
    ),
    "no id": (HOME.replace("home", "a/b"), [(2, "accounts.a/b", "'a/b' cannot be an id")]),
    "identity": more("identities: [x@sohu.com, {address: y}]", "identities.1.address", "it has no @"),
    "identity's reply": more(
        "identities:\n    - address: x@y.example\n      reply_to: y@@z", "identities.0.reply_to", "two @", 7,
    ),
    "identity's key": more(
        "identities: [{address: x@y.example, nmae: X}]", "identities.0.nmae", "did you mean 'name'?",
    ),
    "pipe": more("password_command: pass x | head", "password_command", "only a shell"),
    "pipe in defaults": (
        "defaults:\n  token_command: a|b\n" + HOME,
        [(2, "defaults.token_command", "only a shell")],
    ),
    "two ways": more("credential: pass\n    password_command: x", "credential", "side by side"),
    "store": more("credential: {kind: pass, entri: x}", "credential.entri", "did you mean 'entry'?"),
    "kind of store": more("credential: pas", "credential", "did you mean 'pass'?"),
    "relative path": more("signature: sig", "signature", "path of a file"),
    "version as number": more("client_version: {mutt: 2}", "client_version.mutt", "in quotes"),
    "password": more(f"password: {CANARY}", "password", "mailgen secret set"),
    "several": (
        "accounts:\n  a: {address: a@sohu.com, targets: [mutt], nmae: x}\n  b: {targets: [mut]}\n",
        [(2, "accounts.a.nmae", "'name'"),
         (3, "accounts.b", "the key 'address' is missing"), (3, "accounts.b.targets.0", "'mutt'")],
    ),
}  # fmt: skip


def write(folder: Path, text: str) -> str:
    path = folder / "accounts.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_whole_file_has_no_problems(tmp_path: Path) -> None:
    data = reader.load_accounts(write(tmp_path, WHOLE), TARGETS)
    found = household.requests(data)
    assert [request.id for request in found] == ["home", "work", "lab"]
    assert found[2].data["imap"] == {"host": "imap.lab.example", "port": 993, "tls": "implicit"}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_line_and_field(tmp_path: Path, name: str) -> None:
    text, expected = WRONG[name]
    path = write(tmp_path, text)
    error = answer(reader.load_accounts, path, TARGETS)
    assert isinstance(error, MailgenError)
    said = [error, *error.more]
    for refusal, (line, field, words) in zip(said, expected, strict=True):
        assert refusal.where == f"{path}:{line}" + (f": {field}" if field else "")
        assert words in str(refusal)
    assert len(str(error)) < 1500


def test_the_first_default_is_the_first_account(tmp_path: Path) -> None:
    text = "defaults: {targets: [mutt]}\naccounts: {a: {address: a@b.c}, b: {address: b@b.c, default: true}}"
    data = reader.load_accounts(write(tmp_path, text), TARGETS)
    assert [request.id for request in household.requests(data)] == ["b", "a"]


def test_yaml_1_2_words_are_text(tmp_path: Path) -> None:
    text = HOME + "    name: no\n    username: 0123\n    label: 2026-11-01\n"
    data = reader.load_accounts(
        write(
            tmp_path,
            text
            + "  on: {address: a@sohu.com, targets: [mutt]}\n  1: {address: b@sohu.com, targets: [mutt]}\n",
        ),
        TARGETS,
    )
    home = data["accounts"]["home"]
    assert (home["name"], home["username"], home["label"]) == ("no", "0123", "2026-11-01")
    assert list(data["accounts"]) == ["home", "on", "1"]


def test_an_empty_list_of_accounts_may_be_left_empty(tmp_path: Path) -> None:
    assert (
        reader.load_accounts(write(tmp_path, "defaults:\naccounts:\n# home: {}\n"), TARGETS)["accounts"] == {}
    )


def test_more_than_ten_problems_are_counted(tmp_path: Path) -> None:
    ids = range(25)
    text = "accounts:\n" + "".join(f"  a{id}: {{address: a@sohu.com, targets: [zz]}}\n" for id in ids)
    error = answer(reader.load_accounts, write(tmp_path, text), TARGETS)
    assert [one.where.split(":")[1] for one in (error, *error.more[:9])] == [
        str(line) for line in range(2, 12)
    ]
    assert error.more[-1].what == "15 more things are wrong"


def test_files_that_are_none(tmp_path: Path) -> None:
    missing = answer(reader.read_accounts, str(tmp_path / "x.yaml"))
    assert "mailgen accounts add" in missing.mend
    assert "is not a file" in answer(reader.read_accounts, str(tmp_path)).what
    os.mkfifo(tmp_path / "fifo")
    assert "is not a file" in answer(reader.read_accounts, str(tmp_path / "fifo")).what
    assert "is not a file" in answer(reader.read_accounts, "/dev/zero").what
    (tmp_path / "large").write_bytes(b"#" * (reader.LARGEST + 1))
    assert "larger than 4 MiB" in answer(reader.read_accounts, str(tmp_path / "large")).what
    (tmp_path / "latin").write_bytes(b"a: b\nc: \xe9\n")
    assert answer(reader.read_accounts, str(tmp_path / "latin")).where.endswith("latin:2")


def test_the_default_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c")
    assert reader.default_path() == "/c/mailgen/accounts.yaml"
    for nothing in ("", "relative"):
        monkeypatch.setenv("XDG_CONFIG_HOME", nothing)
        assert reader.default_path() == "/home/ada/.config/mailgen/accounts.yaml"


def test_check_needs_no_file_and_knows_callers_with_a_vault() -> None:
    data = yaml.safe_load(HOME)
    data["accounts"]["home"]["password"] = CANARY
    reader.check(data, TARGETS)
    with pytest.raises(DataError) as caught:
        reader.check(data, ["msmtp"])
    assert caught.value.field == ("accounts", "home", "targets", 0)
    with pytest.raises(DataError, match="does not belong"):
        reader.check(data, TARGETS, passwords=False)


@pytest.mark.parametrize(
    "value", [{1: 2}, {"accounts": {1: {}}}, {"accounts": {"a": {"name": {1, 2}}}}, None, 7]
)
def test_data_of_other_kinds_are_refused(value: Any) -> None:
    with pytest.raises(DataError):
        reader.check(value, TARGETS)


def test_data_without_end_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["accounts"] = endless
    with pytest.raises(DataError, match="nested deeper"):
        reader.check(endless, TARGETS)


def test_located_adds_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    error = reader.located_error(path, DataError("no", ("accounts", "lab", "imap", "port"), "yes"))
    assert error.where == f"{path}:7: accounts.lab.imap.port"


SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Cs"]), min_size=6
)


@settings(deadline=None)
@given(secret=SECRETS, place=st.sampled_from([*account_keys(), "passwort"]), bare=st.booleans())
def test_no_message_repeats_a_value(secret: str, place: str, bare: bool) -> None:
    """Whatever key a secret was put under, quoted or not; keys and words of the schema are no secrets."""
    secret = f"Zq{secret}qZ"
    written = secret if bare else yaml.safe_dump(secret, width=9999).removesuffix("...\n").strip()
    text = f"accounts:\n  home:\n    name: x\n    {place}: {written}\n    zz: 1\n"
    told = ("address", "reply_to", "default")  # addresses are named, they are no secrets
    try:
        data = reader.parsed(text, "f")
        found: list[MailgenError] = [*problems(data, TARGETS, passwords=False)]
    except MailgenError as error:
        found = [error]
    assert found
    if place not in told and ":" not in secret and "#" not in secret:
        assert not any(secret in f"{error}{error!r}" for error in found)


WORDS = st.sampled_from([*account_keys(), "kind"]) | st.text(max_size=5)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
        max_leaves=20,
    )
)  # fmt: skip
def test_any_data_are_judged_or_become_requests(account: Any) -> None:
    data = {"accounts": {"home": account}, "defaults": account}
    if not problems(copy.deepcopy(data), TARGETS):
        household.requests(data)


VALUES = st.none() | st.text(max_size=2) | st.sampled_from(["imap", "pass", "~/x"])
ACCOUNTS = st.fixed_dictionaries(
    {"address": st.text(max_size=2) | st.integers()},
    optional={
        key: VALUES | st.lists(WORDS, max_size=2) for key in [*account_keys(), "zz"] if key != "address"
    },
)  # fmt: skip


#: What stands around the accounts: their defaults, and what does not belong there.
AROUND = st.fixed_dictionaries(
    {},
    optional={
        "defaults": st.dictionaries(st.sampled_from(["name", "protocol", "imap", "zz"]), VALUES, max_size=2),
        "zz": VALUES,
    },
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "C", "-d", ""]), ACCOUNTS, max_size=4),
    st.lists(AROUND, min_size=1, max_size=3),
)
def test_judging_like_accounts_once_misses_nothing(household: dict[str, Any], arounds: list[Any]) -> None:
    """The shortcut for large households, and many, finds an error exactly where the schema does."""
    for around in arounds:
        data = {"accounts": household, **around}
        everything = list(schema._validator().iter_errors(data))
        for _ in range(2):
            found = list(schema._errors(data))
            assert [error.message for error in found] == [error.message for error in everything]


BOTH: dict[str, Any] = yaml.safe_load(WHOLE)


def test_overrides_for_all_and_for_one() -> None:
    before = copy.deepcopy(BOTH)
    data = with_overrides(
        BOTH, ["protocol=pop3", "work.name=Ada", "lab.smtp.port=587", "work.protocol=imap"], TARGETS
    )
    found = {request.id: request.data for request in household.requests(data)}
    assert [found[id]["protocol"] for id in ("home", "work", "lab")] == ["pop3", "imap", "pop3"]
    assert found["work"]["name"] == "Ada"
    assert found["lab"]["smtp"] == {"host": "smtp.lab.example", "port": 587, "tls": "implicit"}
    assert before == BOTH


def test_overrides_take_yaml_and_dots_in_ids() -> None:
    data = {
        "accounts": {"a": {"address": "a@sohu.com"}, "a.b": {"address": "b@sohu.com", "credential": "pass"}}
    }
    new = with_overrides(
        data, ["targets=[mutt, msmtp]", "a.b.password_command=x 'y z'", "a.options.mutt.ca_file=/c"], TARGETS
    )["accounts"]
    assert new["a"]["targets"] == ["mutt", "msmtp"]
    assert new["a"]["options"] == {"mutt": {"ca_file": "/c"}}
    assert new["a.b"]["password_command"] == "x 'y z'"
    assert "credential" not in new["a.b"]


REFUSED = {
    "protocl=pop3": "did you mean 'protocol'?",
    "wrok.name=x": "did you mean 'work'?",
    "work.nmae=x": "did you mean 'name'?",
    "protocol": "KEY=VALUE",
    "=x": "KEY=VALUE",
    "protocol=": "empty",
    "protocol=#x": "empty",
    "protocol=smtp": "imap, pop3 or none",
    "smtp.port=x": "a whole number, and is text",
    "smtp.prot=1": "did you mean 'port'?",
    "address=a@b.example": "name one: ID.address",
    "work.address=ab": "it has no @",
    "targets=[mut]": "did you mean 'mutt'?",
    "name=[a": "quotes",
    "name=12": "in quotes",
    "password_command=a|b": "only a shell",
    f"home.password={CANARY}": "can be seen by everybody",
    f"password={CANARY}": "can be seen by everybody",
}


@pytest.mark.parametrize("text", REFUSED)
def test_overrides_that_cannot_be_name_the_option(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        with_overrides(BOTH, ["home.name=Ada", text], TARGETS, "--account")
    assert REFUSED[text] in str(caught.value)
    assert caught.value.where.startswith("--account '")
    assert CANARY not in str(caught.value)


KEYS = {
    "protocol": ["imap", "pop3"],
    "name": ["A", "B"],
    "smtp.port": ["25", "587"],
    "folders.sent": ["S", "T"],
    "password_command": ["pass a", "pass b"],
    "client_version.mutt": ["'2.1'", "'2.2'"],
}
LAYER = st.dictionaries(st.sampled_from(sorted(KEYS)), st.integers(0, 1))


def nested(layer: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, choice in layer.items():
        first, _, second = key.partition(".")
        value = yaml.safe_load(KEYS[key][choice])
        result[first] = {second: value} if second else value
    return result


@settings(deadline=None)
@given(defaults=LAYER, account=LAYER, everybody=LAYER, one=LAYER)
def test_the_nearest_word_wins(
    defaults: dict[str, int], account: dict[str, int], everybody: dict[str, int], one: dict[str, int]
) -> None:
    """Defaults give way to the account, this to the command line, and what is said of one comes last."""

    data = {
        "defaults": nested(defaults),
        "accounts": {
            id: {"address": f"{id}@sohu.com", "targets": ["mutt"], **nested(account)} for id in "ab"
        },
    }
    said = [f"{key}={KEYS[key][choice]}" for key, choice in everybody.items()]
    said += [f"a.{key}={KEYS[key][choice]}" for key, choice in one.items()]
    found = {request.id: request.data for request in household.requests(with_overrides(data, said, TARGETS))}
    for id, layers in (("a", (defaults, account, everybody, one)), ("b", (defaults, account, everybody))):
        last = {key: choice for layer in layers for key, choice in layer.items()}
        for key in KEYS:
            node: Any = found[id]
            for step in key.split("."):
                node = node.get(step, {}) if isinstance(node, dict) else {}
            assert node == (yaml.safe_load(KEYS[key][last[key]]) if key in last else {})


@settings(deadline=None)
@given(defaults=LAYER, account=LAYER, said=LAYER)
def test_the_provider_gives_way_to_every_word_of_the_user(
    defaults: dict[str, int], account: dict[str, int], said: dict[str, int]
) -> None:
    """What an account comes to is the provider's own where nobody said anything, else what was said last."""

    def made(*layers: dict[str, int]) -> dict[str, Any]:
        defaults, account, said = layers
        ada = {"address": "a@gmail.com", "targets": ["mutt"], **nested(account)}
        data = {"defaults": nested(defaults), "accounts": {"a": ada}}
        words = [f"{key}={KEYS[key][choice]}" for key, choice in said.items()]
        [one] = PLANNER.plan(with_overrides(data, words, TARGETS)).made
        found = one.account
        assert found.incoming
        assert found.smtp
        return {
            "protocol": found.incoming.protocol,
            "name": found.name,
            "smtp.port": found.smtp.port,
            "folders.sent": found.folders.sent and found.folders.sent.name,
            "password_command": found.password_command and " ".join(found.password_command.argv),
        }

    own = made({}, {}, {})
    assert own["folders.sent"]
    last = {**defaults, **account, **said}
    meant = {key: yaml.safe_load(KEYS[key][last[key]]) if key in last else own[key] for key in own}
    assert made(defaults, account, said) == meant


def test_the_place_of_a_field_is_where_it_stands() -> None:
    data = yaml.safe_load(WHOLE)
    data["defaults"]["options"] = {"mutt": {"ca_file": "/c"}}
    data["accounts"]["lab"]["options"] = {"mutt": {"other": "x"}}
    lab = household.requests(data)[2]
    assert lab.field("password_command") == ("defaults", "password_command")
    assert lab.field("imap", "port") == ("accounts", "lab", "imap", "port")
    assert lab.field("options", "mutt", "other") == ("accounts", "lab", "options", "mutt", "other")
    assert lab.field("options", "mutt", "ca_file") == ("defaults", "options", "mutt", "ca_file")
    assert lab.field("identities", 0, "address") == ("accounts", "lab", "identities", 0, "address")
