"""`mailgen discover` and `--discover` as people use them, unmodified, in a network with real servers."""

from __future__ import annotations

import json
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.cli import discovery_dialogue
from mailgen.cli.commands import discover
from mailgen.dataset import providers
from tests.cases import run
from tests.internet import places
from tests.outputs import objections
from tests.support import ROOT, assert_refused, ran

if TYPE_CHECKING:
    from tests.internet.net import Net

#: What stands before the @ in all that these tests type; nobody may ever hear of it.
LOCAL = "nobodys-business"


PROXY = f"http://127.0.0.1:{places.PROXY}"
PROXIES = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"), PROXY)
#: Command lines by name, run in this order by one user whose XDG_CONFIG_HOME is no absolute path.
LINES: dict[str, tuple[list[str], dict[str, str]]] = {
    "found": (["discover", f"{LOCAL}@Well-Known.example."], {}),
    "json": (["discover", f"{LOCAL}@srv-abroad.example", "--json"], {}),
    "yaml": (["discover", "srv-order.example", "--yaml"], {}),
    "elsewhere": (["discover", "document-elsewhere.example"], {}),
    "elsewhere as JSON": (["discover", "document-elsewhere.example", "--json"], {}),
    "elsewhere, not agreed": (["msmtp", f"{LOCAL}@document-elsewhere.example", "--discover"], {}),
    "known servers": (["discover", "document-known.example"], {}),
    "nothing": (["discover", "nothing.example"], {}),
    "known": (["discover", f"{LOCAL}@sohu.com"], {}),
    "guess": (["discover", "mx-known.example"], {}),
    "onion": (["discover", f"{LOCAL}@secret-service.onion"], {}),
    "environment": (["discover", "wants-login.example"], {**PROXIES, "NO_PROXY": ""}),
    "not agreed": (["msmtp", f"{LOCAL}@abroad.example", "--discover"], {}),
    "agreed": (["msmtp", f"{LOCAL}@abroad.example", "--discover", "--yes"], {}),
    "no TLS": (["msmtp", f"{LOCAL}@plain-only.example", "--discover", "--yes"], {}),
    "listed": (["msmtp", f"{LOCAL}@sohu.com", "--discover"], {}),
    "not saved": (["discover", f"{LOCAL}@bücher.example", "--save"], {}),
    "saved": (["discover", f"{LOCAL}@bücher.example", "--save", "--yes"], {}),
    "saved again": (["discover", f"{LOCAL}@bücher.example", "--save", "--yes"], {}),
    "saved and used": (["msmtp", f"{LOCAL}@bücher.example"], {}),
}


@dataclass(frozen=True)
class Talk:
    """What was said to each command line, and the home of the user."""

    said: dict[str, Any]
    home: Path

    def __getitem__(self, name: str) -> Any:
        return self.said[name]


@pytest.fixture(scope="module")
def talk(net: Net) -> Talk:
    home = net.new_home()
    (home / ".netrc").write_text("default login me password canary\n")
    (home / ".netrc").chmod(0o600)
    lines = {name: (words, {"XDG_CONFIG_HOME": "relative", **env}) for name, (words, env) in LINES.items()}
    return Talk(net.talk(lines, home), home)


def test_steps_are_told_and_the_provider_is_shown(talk: Talk) -> None:
    done = talk["found"]
    assert done["status"] == 0
    for told in (
        "mailgen: asking for the mail servers of well-known.example; nothing but the domain is told",
        "  pacc        TXT _ua-auto-config.well-known.example: no such name",
        "  autoconfig  https://autoconfig.well-known.example/mail/config-v1.1.xml: the server said 404",
        "mailgen TARGET you@well-known.example --discover",
    ):
        assert told in done["stderr"]
    for shown in (
        "imap.well-known.example:993",
        "confidence high: the operator says so [autoconfig]",
        "found by   autoconfig",
    ):
        assert shown in done["stdout"]


def test_the_local_part_reaches_nobody(talk: Talk, net: Net) -> None:
    questions = net.questions(b"wants-login")
    assert b"srv-abroad" in questions
    assert LOCAL.encode() not in questions
    assert LOCAL not in json.dumps([done["web"] for done in talk.said.values()])
    for name, done in talk.said.items():
        if LINES[name][0][0] == "discover":
            assert LOCAL not in done["stdout"] + done["stderr"]
    assert b"secret-service" not in questions
    assert "not in public DNS" in talk["onion"]["stderr"]


def test_everything_as_json(talk: Talk) -> None:
    data = json.loads(talk["json"]["stdout"])
    assert not objections("discover", data)
    assert [step["method"] for step in data["steps"]] == [
        "pacc",
        *["autoconfig"] * 2,
        "database",
        *["srv"] * 7,
        "mx",
    ]
    assert data["found"]["foreign"] == [{"host": "imap.hoster.example", "owner": "hoster.example"}]
    assert data["known"] is None


def test_nothing_found_is_a_refusal_that_says_what_was_tried_and_what_to_do(talk: Talk) -> None:
    done = talk["nothing"]
    assert done["status"] == 1
    assert done["stdout"] == ""
    refusal = "no mail servers could be discovered for 'nothing.example'\n  where: pacc: no such name; auto"
    for told in (refusal, "--imap-host", "--smtp-host", "--provider ID"):
        assert told in done["stderr"]


def test_what_mailgen_knows_is_said_and_compared(talk: Talk) -> None:
    done = talk["known"]
    assert done["status"] == 0
    assert "sohu.com is served by sohu.com" in done["stderr"]
    assert "mailgen goes on using its own data" in done["stderr"]
    for differing in (
        "smtp imap.sohu.com:465 (TLS) was found, and mailgen's own data do not have it",
        "smtp smtp.sohu.com:465 (TLS) is in mailgen's own data, and was not found",
    ):
        assert f"  differs    {differing}\n" in done["stdout"]


def test_mail_that_goes_elsewhere_is_a_warning(talk: Talk) -> None:
    what = (
        "mail of document-elsewhere.example is delivered to mxbiz1.qq.com, as with exmail.qq.com, which has "
        "none of these servers"
    )
    assert f"  delivery   {what}\n" in talk["elsewhere"]["stdout"]
    printed = json.loads(talk["elsewhere as JSON"]["stdout"])
    assert not objections("discover", printed)
    data = printed["found"]
    assert data["delivery"] == {"hosts": ["mxbiz1.qq.com"], "provider": "exmail.qq.com", "agrees": False}
    asked = talk["elsewhere, not agreed"]
    assert f"warning: {what}" in " ".join(asked["stderr"].split())
    assert "if that is who hosts your mail: --provider exmail.qq.com" in " ".join(asked["stderr"].split())
    assert "is delivered to" not in talk["found"]["stdout"]


def test_servers_of_a_provider_that_is_known_are_said_to_be(talk: Talk) -> None:
    told = (
        "these are servers of exmail.qq.com, which mailgen knows; --provider exmail.qq.com has what it knows"
    )
    assert told in " ".join(talk["known servers"]["stdout"].split())
    assert "is delivered to" not in talk["known servers"]["stdout"]


def test_a_guess_by_mx_names_the_provider(talk: Talk) -> None:
    done = talk["guess"]
    for shown in ("[unverified]", "Guessed from the host", "as with    exmail.qq.com", "belong to qq.com"):
        assert shown in done["stdout"]
    assert "mailgen TARGET you@mx-known.example --provider exmail.qq.com" in done["stderr"]


def test_a_result_as_a_provider_file(talk: Talk, tmp_path: Path) -> None:
    path = tmp_path / "srv-order.example.yaml"
    path.write_text(talk["yaml"]["stdout"])
    records, problems = providers.load_providers([path])
    assert problems == []
    assert records[path]["sources"]["srv"]["title"] == "SRV records of srv-order.example (RFC 6186)"


def test_proxies_and_logins_of_the_environment_are_not_used(talk: Talk) -> None:
    done = talk["environment"]
    assert "autoconfig.wants-login.example" in {line["host"] for line in done["web"]}
    assert {line["login"] for line in done["web"]} == {""}
    assert done["tripwire"] == []


def test_the_main_form_asks_for_a_domain_that_nobody_lists(talk: Talk) -> None:
    for name in ("not agreed", "agreed"):
        assert "imap.hoster.example belongs to hoster.example, not to abroad.example" in talk[name]["stderr"]
    assert talk["not agreed"]["status"] == 1
    assert talk["not agreed"]["stdout"] == ""
    assert "add --yes" in talk["not agreed"]["stderr"]
    assert talk["agreed"]["status"] == 0
    assert re.search(r"^host +imap.hoster.example$", talk["agreed"]["stdout"], re.M)
    assert (talk["no TLS"]["status"], talk["no TLS"]["stdout"]) == (1, "")


def test_the_main_form_asks_nobody_about_a_domain_that_is_listed(talk: Talk) -> None:
    done = talk["listed"]
    assert done["status"] == 0
    assert "sohu.com is served by sohu.com, so nobody was asked" in done["stderr"]
    assert re.search(r"^host +smtp.sohu.com$", done["stdout"], re.M)
    assert done["web"] == []


def test_a_result_is_saved_once_agreed_to_and_used_from_then_on(talk: Talk) -> None:
    done = talk["not saved"]
    assert done["status"] == 1
    assert "nobody is here to agree to these servers\n  where: imap.xn--bcher-kva.example\n" in done["stderr"]
    path = talk.home / ".config" / "mailgen" / "providers" / "bücher.example.yaml"
    assert f"wrote {path}" in talk["saved"]["stderr"]
    assert [*talk.home.rglob("*.yaml")] == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    records, problems = providers.load_providers([path])
    assert problems == []
    assert records[path]["domains"] == ["bücher.example"]
    assert talk["saved again"]["status"] == 1
    assert "does not write over it" in talk["saved again"]["stderr"]
    assert talk["saved and used"]["web"] == []
    assert re.search(r"^host +imap.xn--bcher-kva.example$", talk["saved and used"]["stdout"], re.M)


@pytest.mark.parametrize(("answer", "status"), [("n\n", 1), ("y\n", 0)])
def test_the_question_is_asked_on_a_terminal(net: Net, answer: str, status: int) -> None:
    home = net.new_home()
    done = net.mailgen("discover", "abroad.example", "--save", home=home, terminal=[answer])
    assert done.rc == status, done.stdout
    for shown in ("imap  imap.hoster.example:993 (TLS)", "keep these servers for abroad.example in"):
        assert shown in done.stdout
    assert len([*home.rglob("*.yaml")]) == (status == 0)


def test_it_reads_well_on_a_terminal(net: Net) -> None:
    shell = 'stty cols 80; exec "$@"'
    argv = ("sh", "-c", shell, "sh", sys.executable, "-m", "mailgen", "discover", "redirect-inside.example")
    done = net.run(*argv, home=net.new_home(), env={"NO_COLOR": "1"}, terminal=[""])
    assert done.rc == 1
    lines = done.stdout.replace("\r\n", "\n").splitlines()
    assert any(
        line.startswith("              not asked: intern.redirect-inside.example is at") for line in lines
    )
    long = [line for line in lines if len(line) > 80]
    assert all(line.split()[-1].startswith("https://") for line in long), long


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("discover",), 2, "ADDRESS|DOMAIN"),
        (("discover", "a b"), 2, "cannot be a part of a domain name"),
        (("discover", "\x1b[31m@x.example"), 2, "U+001B"),
        (("msmtp", "u@qq.com", "--yes"), 2, "it goes with --discover"),
        (("msmtp", "u@x.example", "--discover", "--provider", "qq.com"), 2, "not allowed with"),
    ],
)
def test_wrong_words_ask_nobody(words: tuple[str, ...], status: int, told: str) -> None:
    assert_refused(run(*words), status, told)


def test_the_main_form_imports_nothing_for_it() -> None:
    script = (
        "import sys; from mailgen.cli.main import main; main(['msmtp', 'u@sohu.com']); main(['--help'])\n"
        "print(sorted(set(sys.modules) & {'httpx', 'dns', 'asyncio', 'ssl', 'socket', 'mailgen.discovery'}))"
    )
    done = ran([sys.executable, "-c", script])
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_method_has_a_name_for_people() -> None:
    text = (ROOT / "generator" / "mailgen" / "discovery" / "search.py").read_text()
    for method in discovery_dialogue.METHODS:
        assert f'"{method}"' in text
    assert discover.__doc__
