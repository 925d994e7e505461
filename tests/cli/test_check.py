"""`mailgen check`: what people see, what programs read, and what nobody ever sees."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from mailgen.check.verdicts import cause_sentences
from mailgen.cli.check_report import STAGE_NAMES
from mailgen.cli.terminal import cells
from tests.cases import Outcome
from tests.imitations import houses
from tests.imitations.protocols import RIGHT, TOKEN, ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Imitation, Papers
from tests.programs import need
from tests.support import MAILGEN, ROOT, TIMEOUT, assert_refused, environment, on_terminal

WRONG = "Wrong-canary-secret-90ab"
ADDRESS = "user@own.example"
SCHEMA = json.loads((ROOT / "schema/check.schema.json").read_text(encoding="utf-8"))


@dataclass
class Home:
    """A user with two servers on this machine, and a mailgen that trusts them."""

    folder: Path
    papers: Papers
    imap: Imitation
    smtp: Imitation

    @property
    def env(self) -> dict[str, str]:
        return environment(
            {
                "HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder / ".config"),
                "SSL_CERT_FILE": str(self.papers.file),
                "SSL_CERT_DIR": "/proc/nonexistent",
            }
        )

    @property
    def servers(self) -> list[str]:
        return [
            *("--imap-host", "127.0.0.1", "--imap-port", str(self.imap.port), "--imap-tls", "implicit"),
            *("--smtp-host", "127.0.0.1", "--smtp-port", str(self.smtp.port), "--smtp-tls", "implicit"),
        ]

    def account(self, credential: str) -> None:
        """Write an accounts file."""
        config = self.folder / ".config/mailgen"
        config.mkdir(parents=True, exist_ok=True)
        (config / "accounts.yaml").write_text(
            f"accounts:\n  home:\n    address: {ADDRESS}\n    targets: [mutt, msmtp]\n    {credential}\n"
            f"    imap: {{host: 127.0.0.1, port: {self.imap.port}, tls: implicit}}\n"
            f"    smtp: {{host: 127.0.0.1, port: {self.smtp.port}, tls: implicit}}\n"
        )

    def check(self, *words: str, given: str = "", **env: str) -> Outcome:
        done = subprocess.run(
            [*MAILGEN, "check", *words],
            input=given.encode(),
            capture_output=True,
            env={**self.env, **env},
            timeout=TIMEOUT,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def home(tmp_path: Path, papers: Papers) -> Iterator[Home]:
    names = ("127.0.0.1", "localhost")
    with ImapServer(papers, names) as imap, SmtpServer(papers, names) as smtp:
        yield Home(tmp_path, papers, imap, smtp)


def test_a_line_a_stage(home: Home) -> None:
    done = home.check(ADDRESS, *home.servers, "--from-stdin", given=f"{RIGHT}\n")
    assert (done.status, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [ADDRESS, f"imap 127.0.0.1:{home.imap.port} (implicit TLS)"]
    names = [line[6:19].strip() for line in lines if line.startswith("  ok  ")]
    assert names == [
        "name", "connection", "TLS", "greeting", "capabilities", "login", "folders", "inbox",
        "name", "connection", "TLS", "greeting", "capabilities", "login", "sender", "recipient",
    ]  # fmt: skip


def test_a_refusal_says_why_and_what_to_do(home: Home) -> None:
    done = home.check(ADDRESS, *home.servers, "--from-stdin", given=f"{WRONG}\n")
    assert (done.status, done.stderr) == (1, "")
    assert 'the server says: "NO [AUTHENTICATIONFAILED] Authentication failed."' in done.stdout
    assert cause_sentences()["wrong-secret"]["en"] in done.stdout
    assert "the same secret was refused by 127.0.0.1" in done.stdout
    assert len(home.imap.attempts) + len(home.smtp.attempts) == 1


def test_it_is_said_in_chinese(home: Home) -> None:
    done = home.check(ADDRESS, *home.servers, "--from-stdin", "--lang", "zh", given=f"{WRONG}\n")
    assert cause_sentences()["wrong-secret"]["zh"] in done.stdout
    assert "服务器称：“NO [AUTHENTICATIONFAILED]" in done.stdout
    for names in STAGE_NAMES.values():
        assert names.keys() == {"en", "zh"}
    assert "127.0.0.1 已拒绝同一密码" in done.stdout


def test_json_is_as_the_schema_says(home: Home) -> None:
    for given, good in ((RIGHT, True), (WRONG, False)):
        done = home.check(ADDRESS, *home.servers, "--from-stdin", "--json", given=f"{given}\n")
        data = json.loads(done.stdout)
        jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)
        assert (data["account"], data["ok"], done.status) == (ADDRESS, good, int(not good))
    stages = {one["stage"]: one for one in data["endpoints"][0]["stages"]}
    assert stages["login"]["cause"] == ["wrong-secret"]
    assert stages["login"]["mend"]
    assert [one["ok"] for one in data["endpoints"][1]["stages"]][-1] is None


@pytest.mark.parametrize("secret", [RIGHT, WRONG, "a b c1 wrong words"])
@pytest.mark.parametrize("words", [(), ("--json",), ("--lang", "zh")])
def test_no_secret_is_shown(home: Home, secret: str, words: tuple[str, ...]) -> None:
    done = home.check(ADDRESS, *home.servers, "--from-stdin", *words, given=f"{secret}\n")
    assert secret not in done.stdout + done.stderr


def test_a_server_that_repeats_the_secret_shows_it_to_nobody(home: Home) -> None:
    with houses.Leaky(home.papers, ("127.0.0.1",)) as leaky:
        home.smtp = leaky
        done = home.check(ADDRESS, *home.servers, "--only", "smtp", "--from-stdin", given=f"{WRONG}\n")
    assert done.status == 1
    assert WRONG not in done.stdout
    assert "\x1b" not in done.stdout


def test_the_secret_comes_from_where_the_clients_get_it(home: Home) -> None:
    kept = home.folder / "kept"
    kept.write_text(f"{RIGHT}\n")
    home.account(f"password_command: [cat, {kept}]")
    for word in ("home", ADDRESS, "User@OWN.example".replace("User", "user")):
        done = home.check(word)
        assert done.status == 0, done.stdout + done.stderr
        assert done.stdout.startswith(f"home ({ADDRESS})\n")
    assert home.imap.attempts == [(ADDRESS, RIGHT)] * 3


def test_no_argument_of_a_child_holds_the_secret(home: Home) -> None:
    strace = need("strace", "strace")
    kept = home.folder / "kept"
    kept.write_text(f"{WRONG}\n")
    home.account(f"password_command: [cat, {kept}]")
    log = home.folder / "trace"
    subprocess.run(
        [strace, "-f", "-qq", "-s", "9999", "-e", "trace=execve", "-v", "-o", log, *MAILGEN, "check", "home"],
        env=home.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    said = log.read_text()
    assert "cat" in said
    assert WRONG not in said
    written = [path for path in home.folder.rglob("*") if path.is_file() and path not in (kept, log)]
    assert not [path for path in written if WRONG.encode() in path.read_bytes()]


def test_a_secret_that_does_not_come_out_stops_before_any_server(home: Home) -> None:
    home.account("password_command: [sh, -c, 'exit 3']")
    assert_refused(home.check("home"), 1, "the secret of home does not come out", "status 3")
    assert home.imap.heard == []


def test_without_a_terminal_nobody_is_asked(home: Home) -> None:
    assert_refused(
        home.check(ADDRESS, *home.servers), 2, "nobody is there to type the secret", "--from-stdin"
    )
    done = home.check(ADDRESS, *home.servers, "--no-login")
    assert done.status == 0
    assert "nobody logs in, as asked" in done.stdout
    assert home.imap.attempts == []


def test_the_file_of_a_client_is_checked_as_it_is(home: Home) -> None:
    file = home.folder / ".msmtprc"
    kept = home.folder / "kept"
    kept.write_text(f"{RIGHT}\n")
    file.write_text(
        "defaults\nauth on\ntls on\ntls_starttls off\n"
        f"account own\nhost 127.0.0.1\nport {home.smtp.port}\nfrom {ADDRESS}\nuser {ADDRESS}\n"
        f'passwordeval "cat {kept}"\n'
    )
    done = home.check("--file", str(file))
    assert done.status == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"own ({ADDRESS})\n")
    assert home.smtp.attempts == [(ADDRESS, RIGHT)]


def test_a_password_in_the_file_is_used_and_not_shown(home: Home) -> None:
    file = home.folder / ".msmtprc"
    file.write_text(
        "defaults\nauth on\ntls on\ntls_starttls off\n"
        f"account own\nhost 127.0.0.1\nport {home.smtp.port}\nfrom {ADDRESS}\nuser u\npassword {WRONG}\n"
    )
    done = home.check("--file", str(file))
    assert done.status == 1
    assert WRONG not in done.stdout + done.stderr
    assert home.smtp.attempts == [("u", WRONG)]


def test_a_file_without_tls_sends_no_secret(home: Home) -> None:
    file = home.folder / ".msmtprc"
    file.write_text(
        f"account own\nhost mail.own.example\nport {home.smtp.port}\nauth on\ntls off\nuser u\n"
        f"password {WRONG}\n"
    )
    done = home.check("--file", str(file))
    assert done.status == 1
    assert home.smtp.attempts == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name an account, or a file"),
        (["a@own.example", "--file", "x"], "two things"),
        (["a@own.example", "--only", "imap,ftp"], "no protocol"),
        (["a@own.example", "b@own.example", "--from-stdin"], "one account"),
        (["a@own.example", "--all-endpoints"], "--no-login"),
        (["nobody"], "there is no account"),
    ],
)
def test_wrong_words(home: Home, words: list[str], said: str) -> None:
    done = home.check(*words)
    assert done.status == 2
    assert said in done.stderr


def test_what_is_unknown_gets_a_sentence(home: Home) -> None:
    home.account("credential: prompt")
    assert_refused(home.check("hom"), 2, "there is no account 'hom'", "did you mean 'home'?")
    assert_refused(home.check("a@unlisted.example"), 1, "no provider is known")


def test_on_a_terminal_nothing_is_wider_than_it(home: Home) -> None:
    home.account(f"password_command: [echo, {WRONG[:8]}]")
    done = on_terminal("check", "home", env=home.env, stdout=True)
    assert done.status == 1
    lines = done.stderr.splitlines()
    assert len(lines) > 10
    assert max(map(cells, lines)) <= 80 + len("\x1b[1;31m\x1b[0m")


def test_pop3_is_checked_where_it_is_used(home: Home) -> None:
    with Pop3Server(home.papers, ("127.0.0.1",)) as pop3:
        words = ["--pop3-host", "127.0.0.1", "--pop3-port", str(pop3.port), "--pop3-tls", "implicit"]
        words += home.servers[6:]
        done = home.check(ADDRESS, *words, "--from-stdin", given=f"{RIGHT}\n")
    assert done.status == 0, done.stdout + done.stderr
    assert "2 messages" in done.stdout


def test_netrc_is_read_as_clients_read_it(home: Home) -> None:
    home.account("credential: netrc")
    netrc = home.folder / ".netrc"
    netrc.write_text(f'machine 127.0.0.1 login {ADDRESS} password "{RIGHT}"\n')
    netrc.chmod(0o600)
    assert home.check("home").status == 0
    assert home.imap.attempts == [(ADDRESS, RIGHT)]


def test_who_stops_it_is_told_so(home: Home) -> None:
    import signal
    import time

    from tests.imitations.broken import Silent

    with Silent(home.papers, ("127.0.0.1",)) as silent:
        home.imap = silent
        with subprocess.Popen(
            [*MAILGEN, "check", ADDRESS, *home.servers, "--no-login"],
            env=home.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout
            for _ in range(4):
                process.stdout.readline()  # what is done is told while the rest still runs
            time.sleep(0.1)
            os.kill(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said.decode()) == (130, "mailgen: interrupted\n")


def test_a_second_try_within_a_minute_is_told_and_asked_about(home: Home) -> None:
    kept = home.folder / "kept"
    kept.write_text(f"{WRONG}\n")
    home.account(f"password_command: [cat, {kept}]")
    assert home.check("home").stderr == ""
    again = home.check("home")
    assert "home was refused" in again.stderr
    assert "providers lock accounts" in again.stderr
    assert len(home.imap.attempts) == 2
    memory = list((home.folder / ".local/state/mailgen/refused").iterdir())
    assert [(file.read_bytes(), file.stat().st_mode & 0o777) for file in memory] == [(b"", 0o600)]
    old = memory[0].stat().st_mtime - 3600
    os.utime(memory[0], (old, old))
    assert home.check("home").stderr == ""
    asked = answered("n\n", "check", "home", env=home.env)
    assert "log in all the same?" in asked.stdout
    assert "nobody logs in, as asked" in asked.stdout
    assert len(home.imap.attempts) == 3


def answered(typed: str, *words: str, env: dict[str, str]) -> Outcome:
    """Run mailgen on a terminal, and answer its first question."""
    import pty
    from contextlib import suppress

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*MAILGEN, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    ) as process:
        os.close(theirs)
        shown, waiting = b"", typed
        with suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
                if waiting and shown.rstrip().endswith(b"[y/N]"):
                    os.write(ours, waiting.encode())
                    waiting = ""
        os.close(ours)
    return Outcome(process.returncode, shown.decode().replace("\r\n", "\n"), "")


def test_a_file_in_which_nobody_logs_in(home: Home) -> None:
    file = home.folder / ".msmtprc"
    file.write_text(
        "defaults\nauth off\ntls on\ntls_starttls off\n"
        f"account own\nhost 127.0.0.1\nport {home.smtp.port}\nfrom {ADDRESS}\n"
    )
    done = home.check("--file", str(file))
    assert done.status == 0, done.stdout + done.stderr
    assert "nobody logs in" in done.stdout
    assert home.smtp.attempts == []


def test_another_login_name_than_usual_is_told(home: Home) -> None:
    """Before the secret is blamed: the provider wants the whole address, and the file has a part of it."""
    from mailgen.catalog.opening import open_catalogue
    from mailgen.check import Key, Step, Subject
    from mailgen.cli.check_report import Report
    from mailgen.model.server import Server

    provider = open_catalogue().provider_for("qq.com")
    assert provider
    server = Server(provider.endpoints["imap"][0], "ada", "password")
    subject = Subject("home", "ada@qq.com", (server,), Key(), provider)
    mends = list(
        Report(subject, "en", True)._mends(server, Step("login", False, causes=("wrong-secret",)), "en")
    )
    assert "the login name is ada here; usual is ada@qq.com" in mends


def test_what_is_said_in_chinese_holds_no_english_sentence(home: Home) -> None:
    from tests.chinese import english_in, half_width_in

    for given in (RIGHT, WRONG):
        done = home.check(ADDRESS, *home.servers, "--from-stdin", "--lang", "zh", given=f"{given}\n")
        text = "\n".join(line for line in done.stdout.splitlines() if "服务器称" not in line)
        assert english_in(text) == []
        assert half_width_in(text) == []


def test_a_token_is_got_as_the_clients_get_it(home: Home) -> None:
    with houses.ExchangeOnline(home.papers, ("127.0.0.1",)) as imap:
        home.imap = imap
        home.account(f"token_command: [echo, {TOKEN}]")
        done = home.check("home")
    assert done.status == 0, done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert imap.attempts == [(ADDRESS, TOKEN)] == home.smtp.attempts


def test_no_password_goes_where_only_oauth2_is_taken(home: Home) -> None:
    words = [*home.servers[:2], *home.servers[2:4], *home.servers[4:6], "--only", "imap"]
    done = home.check(
        "user@outlook.com", *words, "--provider", "outlook.com", "--from-stdin", given=f"{WRONG}\n"
    )
    assert done.status == 1
    assert home.imap.attempts == [] or WRONG not in done.stdout


def test_several_accounts_are_an_object_each(home: Home) -> None:
    kept = home.folder / "kept"
    kept.write_text(f"{RIGHT}\n")
    home.account(f"password_command: [cat, {kept}]")
    file = home.folder / ".config/mailgen/accounts.yaml"
    text = file.read_text()
    file.write_text(
        text + text.partition("\n")[2].replace("  home:", "  work:").replace(ADDRESS, "w@own.example")
    )
    done = home.check("home", "work", "--json")
    assert done.status == 0, done.stderr
    decoder, rest, found = json.JSONDecoder(), done.stdout, []
    while rest.strip():
        data, end = decoder.raw_decode(rest.lstrip())
        found.append(data)
        rest = rest.lstrip()[end:]
    assert [one["account"] for one in found] == ["home", "work"]
    for one in found:
        jsonschema.validate(one, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_a_bridge_on_this_machine_may_be_without_tls(home: Home) -> None:
    with ImapServer(tls="none") as imap:
        words = ["--imap-host", "127.0.0.1", "--imap-port", str(imap.port), "--imap-tls", "none"]
        done = home.check(ADDRESS, *words, *home.servers[6:], "--from-stdin", given=f"{RIGHT}\n")
    assert done.status == 0, done.stdout + done.stderr
    assert imap.attempts == [(ADDRESS, RIGHT)]


def test_each_server_sees_its_own_secret_only(home: Home) -> None:
    """An account that reads with one secret and sends with another, as relays want it."""
    reads, sends = home.folder / "reads", home.folder / "sends"
    reads.write_text(f"{RIGHT}\n")
    sends.write_text("Relay-key-4f1d\n")
    home.account(f"password_command: [cat, {reads}]")
    file = home.folder / ".config/mailgen/accounts.yaml"
    own = f"username: apikey, password_command: [cat, {sends}], "
    file.write_text(file.read_text().replace("smtp: {", f"smtp: {{{own}"))
    done = home.check("home")
    assert home.imap.attempts == [(ADDRESS, RIGHT)]
    assert home.smtp.attempts == [("apikey", "Relay-key-4f1d")]
    assert done.status == 1
    reads.write_text(f"{WRONG}\n")
    done = home.check("home")
    assert len(home.smtp.attempts) == 1
    assert "has refused this account; one wrong try is enough" in done.stdout


def test_a_file_with_two_secrets_shows_each_to_its_server(home: Home) -> None:
    file = home.folder / ".muttrc"
    url = f"imaps://user%40own.example@127.0.0.1:{home.imap.port}/"
    file.write_text(
        f"set from='{ADDRESS}'\nset folder='{url}'\nset spoolfile='+INBOX'\nset imap_pass='{RIGHT}'\n"
        f"set smtp_url='smtps://apikey@127.0.0.1:{home.smtp.port}/'\nset smtp_pass='Relay-key-4f1d'\n"
    )
    home.check("--file", str(file))
    assert {secret for _, secret in home.imap.attempts} == {RIGHT}
    assert {secret for _, secret in home.smtp.attempts} == {"Relay-key-4f1d"}


def test_a_secret_in_a_url_is_its_servers_own(home: Home) -> None:
    file = home.folder / ".muttrc"
    file.write_text(
        f"set from='{ADDRESS}'\nset spoolfile='+INBOX'\n"
        f"set folder='imaps://user%40own.example:{RIGHT}@127.0.0.1:{home.imap.port}/'\n"
        f"set smtp_url='smtps://apikey:Relay%2Dkey@127.0.0.1:{home.smtp.port}/'\n"
    )
    home.check("--file", str(file))
    assert {secret for _, secret in home.imap.attempts} == {RIGHT}
    assert {secret for _, secret in home.smtp.attempts} == {"Relay-key"}
