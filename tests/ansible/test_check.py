"""configs with check: true, and server_check, by real ansible-core: what a host reaches, and what not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, machine, results
from tests.imitations.protocols import ImapServer, SmtpServer
from tests.imitations.server import Papers

if TYPE_CHECKING:
    from tests.imitations.server import Imitation

NAMES = ("127.0.0.1",)


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada") as made:
        yield made


def place(server: Imitation, tls: str = "implicit") -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": server.port, "tls": tls}


def closed_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def configs(desk: Machine, papers: Papers, *words: str, **servers: Any) -> tuple[dict[str, Any], str]:
    """Return the result of a task with check: true, and what Ansible warned of."""
    account = {"address": "ada@own.example", "targets": ["mutt"], "password_command": "cat /x", **servers}
    task = {"mailgen.mail.configs": {"users": {"ada": {"accounts": {"own": account}}}, "check": True}}
    trusting = {"SSL_CERT_FILE": str(papers.file)}
    [done] = results(desk.play([task], *words, env=trusting))
    told = desk.play([task], *words, env={**trusting, "ANSIBLE_STDOUT_CALLBACK": "default"})
    return done, " ".join((told.stderr + told.stdout).split())


def test_a_blocked_port_and_a_bad_certificate_are_told(desk: Machine, papers: Papers) -> None:
    """They are warnings: the files are written, and the administrator knows before the user does."""
    blocked = closed_port()
    with ImapServer(context=papers.of("elsewhere.example")) as imap:
        done, warned = configs(
            desk, papers,
            imap=place(imap), smtp={"host": "127.0.0.1", "port": blocked, "tls": "implicit"},
        )  # fmt: skip
        assert imap.attempts == []
        assert [said for _, said in imap.heard] == []
    assert done["kind"] == "ok", done
    assert ".muttrc" in desk.files("ada")
    found = {one["protocol"]: one for one in done["servers"]}
    assert (found["imap"]["ok"], found["imap"]["stage"]) == (False, "tls")
    assert found["imap"]["cause"] in ("cert-wrong-name", "cert-unknown-ca")
    assert (found["smtp"]["ok"], found["smtp"]["stage"], found["smtp"]["cause"]) == (False, "tcp", "refused")
    assert f"smtp 127.0.0.1:{blocked} is not reached from this host (tcp: refused)" in warned
    assert f"imap 127.0.0.1:{imap.port} is not reached from this host (tls: cert-" in warned
    assert all(one["mend"] for one in done["servers"])


def test_what_is_reached_gives_no_warning_in_check_mode_too(desk: Machine, papers: Papers) -> None:
    with ImapServer(papers, NAMES) as imap, SmtpServer(papers, NAMES, "starttls") as smtp:
        done, warned = configs(desk, papers, "--check", imap=place(imap), smtp=place(smtp, "starttls"))
        assert imap.attempts == smtp.attempts == []
    assert [one["ok"] for one in done["servers"]] == [True, True]
    assert "not reached" not in warned
    assert desk.files("ada") == {}


def test_without_being_asked_nobody_is_connected_to(desk: Machine, papers: Papers) -> None:
    with ImapServer(papers, NAMES) as imap:
        account = {"address": "ada@own.example", "targets": ["fetchmail"], "imap": place(imap)}
        done = desk.configs({"users": {"ada": {"accounts": {"own": account}}}})
        assert done["kind"] == "ok", done
        assert imap.heard == []
    assert "servers" not in done


def test_other_causes_have_their_names(desk: Machine, papers: Papers) -> None:
    with (
        ImapServer(papers, NAMES, "starttls") as plain,
        ImapServer(context=papers.of(*NAMES, strange=True)) as stranger,
        ImapServer(context=papers.of(*NAMES, days=-1)) as expired,
    ):
        servers = [
            {"protocol": "imap", "host": "nowhere.invalid", "port": 993},
            {"protocol": "imap", **place(plain)},
            {"protocol": "imap", **place(stranger)},
            {"protocol": "imap", **place(expired)},
            {"protocol": "smtp", **place(plain, "starttls")},
        ]
        outcome = desk.play(
            [{"mailgen.mail.server_check": {"servers": servers}}], env={"SSL_CERT_FILE": str(papers.file)}
        )
    [done] = results(outcome)
    causes = [one["cause"] for one in done["servers"]]
    assert causes[0] in ("no-such-name", "resolver-down")
    assert causes[1:] == ["not-tls", "cert-unknown-ca", "cert-expired", "no-starttls"]
    assert not done["changed"]


def test_tokens_stay_the_users(desk: Machine) -> None:
    """Nothing is fetched on the controller; the user is told to sign in, where the tokens are to be."""
    account = {"address": "ada@outlook.com", "targets": ["msmtp"], "credential": {"kind": "mailgen"}}
    arguments = {"users": {"ada": {"accounts": {"work": account}}}}
    done = desk.configs(arguments)
    assert done["kind"] == "ok", done
    assert b'passwordeval   "mailgen token ada@outlook.com"' in desk.files("ada")[".msmtprc"][2]
    lines = [one.get("line") for one in done["hints"]]
    assert "mailgen login ada@outlook.com" in lines
    assert not any("token command" in one["text"]["en"] for one in done["hints"])
    assert not (desk.home / "ada/.local/state/mailgen/logins").exists()
    assert not (desk.folder / ".local").exists()
    again = desk.configs(arguments)
    assert (again["kind"], again["changed"]) == ("ok", False)
