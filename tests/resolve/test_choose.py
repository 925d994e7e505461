"""Every choice that is made for an account, and the order of precedence, on values made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.values import replace
from mailgen.model.finding import Finding
from mailgen.model.provider import Credentials, Provider, Source
from mailgen.model.server import Credential
from mailgen.model.target import QuirkSupport, Target
from mailgen.model.tokens import Command, Folder, Label
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import resolve
from mailgen.resolve.wish import Refusal, Resolution, Wish
from tests.resolve.test_compat import clients, providers
from tests.support import answer, client, endpoint, provider

ADDRESS = parse_address("Ada.L@x.example")
COMMAND = Credential("command", Command(("pass", "show", "x")))
TOKEN = Credential("token", Command(("token",)))
PASSWORD_ONLY = {"tls": ("implicit", "starttls"), "auth": ("password",)}


def made(mine: Provider | None = None, target: Target | None = None, **wish: Any) -> Resolution:
    """Resolve Ada's address for a provider (default: one server for each protocol) and a client."""
    return resolve(ADDRESS, mine or provider(), target or client(), Wish(**wish))


def refused(mine: Provider | None = None, target: Target | None = None, **wish: Any) -> MailgenError:
    with pytest.raises(MailgenError) as caught:
        made(mine, target, **wish)
    return caught.value


def finding(resolution: Resolution, code: str) -> Finding:
    return next(one for one in resolution.findings if one.code == code)


def place(resolution: Resolution, protocol: str = "imap") -> tuple[str, int, str]:
    account = resolution.account
    server = account.smtp if protocol == "smtp" else account.incoming
    assert server
    assert server.protocol == protocol
    return server.host, server.port, server.tls


def test_the_plain_case() -> None:
    done = made()
    assert done.findings == ()
    assert done.account.address == "Ada.L@x.example"
    assert done.account.label == Label("Ada.L@x.example")
    assert done.account.name == ""
    assert done.account.credential == Credential()
    assert place(done) == ("imap.x.example", 1, "implicit")
    assert place(done, "smtp") == ("smtp.x.example", 1, "implicit")
    assert made() == done, "the same input gives the same account"


def test_the_identity_is_as_wished() -> None:
    account = made(name="Ada", label="work").account
    assert (account.name, account.label) == ("Ada", Label("work"))


def test_only_what_the_client_does_is_chosen() -> None:
    sends = made(target=client(incoming=False)).account
    assert (sends.incoming, sends.smtp is not None) == (None, True)
    fetches = made(target=client(outgoing=False)).account
    assert (fetches.incoming is not None, fetches.smtp) == (True, None)


def test_imap_is_the_default_and_a_wish_comes_first() -> None:
    assert place(made(), "imap")
    assert place(made(protocol="pop3"), "pop3")
    assert place(made(provider(endpoint("pop3"), endpoint("smtp"))), "pop3")


def test_the_client_may_prefer_pop3() -> None:
    """The manifest lists the preferred incoming protocol first (target.schema.json)."""
    assert place(
        made(target=client(protocols=dict.fromkeys(("pop3", "imap", "smtp"), PASSWORD_ONLY))), "pop3"
    )


def test_a_better_protocol_that_cannot_work_is_passed_over_with_the_reason() -> None:
    mine = provider(quirks={"imap-id-required": ("s",)})
    done = made(mine, client(quirks={"imap-id-required": QuirkSupport("none")}))
    assert place(done, "pop3")
    warning = finding(done, "imap-id-required")
    assert (warning.severity, warning.passed_over) == ("warning", "imap")
    assert warning.what.endswith("; POP3 is used instead")
    known = provider(endpoint("pop3"), endpoint("smtp"))
    assert made(known).findings == (), "what nobody offers is not passed over"


def test_a_wished_protocol_that_cannot_work_is_refused_with_the_other() -> None:
    mine = provider(quirks={"imap-id-required": ("s",)})
    error = refused(mine, client(quirks={"imap-id-required": QuirkSupport("none")}), protocol="imap")
    assert isinstance(error, Refusal)
    assert error.protocol == "imap"
    assert error.mend.startswith("protocol: pop3; or ")


def test_without_any_incoming_server_the_refusal_says_so() -> None:
    assert "no IMAP server is known for X" in refused(provider(endpoint("smtp"))).what
    assert "no SMTP server is known for X" in refused(provider(endpoint("imap"))).what
    assert (
        "does not speak POP3"
        in refused(target=client(protocols={"imap": PASSWORD_ONLY}), protocol="pop3").what
    )


def test_a_protocol_means_nothing_to_a_client_that_sends() -> None:
    note = finding(made(target=client(incoming=False), protocol="pop3"), "protocol-idle")
    assert note.severity == "note"


def test_plaintext_is_never_chosen() -> None:
    clear = endpoint(tls="none", port=143)
    error = refused(provider(clear, endpoint("smtp")), protocol="imap")
    assert "offer no TLS" in error.what
    assert "nothing is written" in error.what
    assert "imap.host" in error.mend
    assert place(made(provider(clear, endpoint(tls="starttls", port=144), endpoint("smtp"))))[1] == 144
    assert place(made(provider(clear, endpoint("pop3"), endpoint("smtp"))), "pop3")


def test_servers_for_others_are_skipped_and_order_is_preference() -> None:
    mine = provider(endpoint(audience="overseas"), endpoint(port=2), endpoint(port=3), endpoint("smtp"))
    assert place(made(mine))[1] == 2


def test_a_server_that_suits_the_client_is_chosen() -> None:
    tls = {"tls": ("starttls",), "auth": ("password",)}
    mine = provider(endpoint(), endpoint(tls="starttls", port=143), endpoint("smtp"))
    assert place(made(mine, client(protocols={"imap": tls, "smtp": PASSWORD_ONLY})))[1] == 143


OWN: dict[str, tuple[dict[str, Any], tuple[str, int, str]]] = {
    "host": ({"host": "own.example"}, ("own.example", 993, "implicit")),
    "host and port": ({"host": "own.example", "port": 143}, ("own.example", 143, "starttls")),
    "host and tls": ({"host": "own.example", "tls": "starttls"}, ("own.example", 143, "starttls")),
    "port and tls": ({"port": 1993, "tls": "implicit"}, ("imap.x.example", 1993, "implicit")),
    "all": ({"host": "own.example", "port": 993, "tls": "starttls"}, ("own.example", 993, "starttls")),
    "port": ({"port": 143}, ("imap.x.example", 143, "starttls")),
    "tls": ({"tls": "starttls"}, ("imap.x.example", 143, "starttls")),
}


@pytest.mark.parametrize("name", OWN)
def test_own_servers_come_before_the_dataset(name: str) -> None:
    wished, meant = OWN[name]
    done = made(servers={"imap": wished})
    assert place(done) == meant
    assert place(done, "smtp") == ("smtp.x.example", 1, "implicit"), "the others stay"


@pytest.mark.parametrize(
    ("protocol", "port", "tls"),
    [
        ("imap", 993, "implicit"),
        ("imap", 143, "starttls"),
        ("pop3", 995, "implicit"),
        ("pop3", 110, "starttls"),
        ("smtp", 465, "implicit"),
        ("smtp", 587, "starttls"),
    ],
)
def test_port_and_tls_follow_from_each_other(protocol: str, port: int, tls: str) -> None:
    incoming = None if protocol == "smtp" else protocol
    for half in ({"port": port}, {"tls": tls}):
        servers = {protocol: {"host": "own.example", **half}}
        assert place(made(servers=servers, protocol=incoming), protocol) == ("own.example", port, tls)


def test_a_domain_that_nobody_knows_takes_own_servers_only() -> None:
    smtp = {"host": "smtp.own.example", "port": 587}
    servers: dict[str, dict[str, Any]] = {"imap": {"host": "imap.own.example"}, "smtp": smtp}
    done = resolve(ADDRESS, None, client(), Wish(servers=servers))
    assert place(done) == ("imap.own.example", 993, "implicit")
    assert place(done, "smtp") == ("smtp.own.example", 587, "starttls")
    assert done.account.smtp
    assert done.account.smtp.username == "Ada.L@x.example"
    assert done.findings == ()
    token = resolve(ADDRESS, None, client(), Wish(servers=servers, credential=TOKEN)).account.smtp
    assert token
    assert token.auth == "xoauth2"


@pytest.mark.parametrize("wished", [{"port": 993}, {"tls": "starttls"}])
def test_a_port_without_a_host_is_refused(wished: dict[str, Any]) -> None:
    error = answer(resolve, ADDRESS, None, client(), Wish(servers={"imap": wished}))
    assert isinstance(error, UsageError)
    assert error.mend == "add imap.host"


@pytest.mark.parametrize(
    ("form", "name"),
    [("address", "Ada.L@x.example"), ("localpart", "Ada.L"), ("localpart.domain", "Ada.L.x.example")],
)
def test_the_login_name_has_the_form_of_the_server(form: str, name: str) -> None:
    mine = provider(endpoint(username=form), endpoint("smtp"))
    account = made(mine).account
    assert account.incoming
    assert account.smtp
    assert (account.incoming.username, account.smtp.username) == (name, "Ada.L@x.example")
    wished = made(mine, username="7").account
    assert wished.incoming
    assert wished.smtp
    assert (wished.incoming.username, wished.smtp.username) == ("7", "7")
    own = made(mine, servers={"imap": {"host": "own.example"}}).account
    assert own.incoming
    assert own.incoming.username == "Ada.L@x.example", "the rule of a provider is none of another's host"
    beside = made(mine, servers={"imap": {"host": "mail.x.example"}}).account
    assert beside.incoming
    assert beside.incoming.username == name, "another host of the same provider has the same rule"


def test_an_account_id_is_asked_for() -> None:
    mine = provider(endpoint(username="account-id"), endpoint("smtp"))
    assert refused(mine).mend == "give it with username."
    told = replace(mine, credentials=Credentials("client-password", {"en": "It is the id."}))
    assert refused(told).mend == "give it with username. It is the id."
    assert made(mine, username="a-1").account.incoming


def test_an_international_domain_logs_in_with_its_a_labels() -> None:
    address = parse_address("ada@bücher.example")
    account = resolve(address, provider(), client(), Wish()).account
    assert account.address == "ada@xn--bcher-kva.example"
    assert account.smtp
    assert account.smtp.username == "ada@xn--bcher-kva.example"


def test_a_password_is_preferred_to_a_token_and_the_reverse_when_one_is_given() -> None:
    both = ("xoauth2", "password")
    mine = provider(endpoint(auth=both), endpoint("smtp", auth=both))
    for credential, auth in ((Credential(), "password"), (COMMAND, "password"), (TOKEN, "xoauth2")):
        account = made(mine, credential=credential).account
        assert account.incoming
        assert account.incoming.auth == auth
        assert account.credential == credential


def test_no_token_where_only_passwords_are_taken() -> None:
    error = refused(credential=TOKEN)
    assert "X takes no OAuth2 token over IMAP" in error.what
    assert "password_command" in error.mend


def test_a_token_that_the_client_cannot_show_is_not_blamed_on_the_provider() -> None:
    both = ("xoauth2", "password")
    mine = provider(endpoint(auth=both), endpoint("smtp", auth=both))
    later = {"tls": ("implicit",), "auth": ("password", "xoauth2"), "since": {"xoauth2": "2.5"}}
    error = refused(mine, client(protocols={**client().protocols, "imap": later}), credential=TOKEN)
    assert "logs in with no OAuth2 token over IMAP that X takes" in error.what
    assert "2.5 or newer" in error.mend


def test_where_only_oauth2_works() -> None:
    servers = [endpoint(name, auth=("oauthbearer", "xoauth2")) for name in ("imap", "smtp")]
    mine = provider(*servers, kind="oauth2-only")
    for credential in (Credential(), COMMAND):
        assert "token_command" in refused(mine, credential=credential).mend
    smtp = made(mine, credential=TOKEN).account.smtp
    assert smtp
    assert smtp.auth == "oauthbearer"
    itself = made(mine, client(secret=("prompt", "oauth2"))).account
    assert itself.smtp
    assert itself.smtp.auth == "oauthbearer"
    assert "has no OAuth2" in refused(mine, client(secret=("prompt",))).mend


def test_a_command_that_the_client_cannot_run_is_left_out_aloud() -> None:
    done = made(target=client(secret=("prompt",)), credential=COMMAND)
    assert done.account.credential == Credential()
    assert finding(done, "no-command").severity == "warning"
    assert "token_command" in refused(target=client(secret=("prompt",)), credential=TOKEN).where
    both = ("password", "xoauth2")
    mine = provider(endpoint(auth=both), endpoint("smtp", auth=both))
    speaks = {name: {"tls": ("implicit",), "auth": both} for name in ("imap", "smtp")}
    own = client(secret=("prompt", "oauth2"), protocols=speaks)
    left_out = made(mine, own, credential=TOKEN)
    assert left_out.account.credential == Credential("oauth2")
    assert finding(left_out, "own-oauth2").where == "token_command"
    assert "token_command" in refused(target=client(secret=("token",)), credential=Credential("oauth2")).mend
    assert (
        refused(target=client(secret=("prompt",)), credential=Credential("oauth2")).where
        == "credential: oauth2"
    )


@pytest.mark.parametrize("status", ["unverified", "limited"])
def test_a_doubtful_service_is_configured_with_a_warning(status: str) -> None:
    warning = finding(made(provider(status=status, note={"en": "Nobody knows."})), "provider-note")
    assert (warning.severity, warning.what) == ("warning", "Nobody knows.")
    assert ("smtp.host" in warning.mend) == (status == "unverified")
    assert finding(made(provider(note={"en": "Mind this."})), "provider-note").severity == "note"


def test_a_closed_service_is_refused() -> None:
    error = refused(provider(status="retired"))
    assert (error.what, error.where) == ("X is closed", "the address at x.example")


def test_a_server_that_too_little_attests_is_told_with_its_source() -> None:
    sources = {"old": Source("list", "an old list", "2026-01-01"), "own": Source("vendor", "X", "2026-01-01")}
    mine = provider(endpoint(sources=("old",)), endpoint("smtp", sources=("own",)), sources=sources)
    mine = replace(mine, domains=("x.example",))
    [warning] = made(mine).findings
    assert warning.code == "unconfirmed"
    assert "imap.x.example:1 (IMAP) is not confirmed: an old list" in warning.what
    assert warning.where == "mailgen show x.example"
    assert made(mine, servers={"imap": {"host": "own.example"}}).findings == (), "the user knows best"


def test_the_version_of_the_client() -> None:
    assert finding(made(client_version="0.9"), "old-client").severity == "warning"
    for version in ("1", "1.0", "1.0.1", "9"):
        assert made(client_version=version).findings == ()
    assert refused(client_version="new").status == 2


def test_addresses_that_a_client_or_a_server_may_not_take() -> None:
    quoted, beyond = parse_address('"a b"@x.example'), parse_address("张三@x.example")
    assert resolve(quoted, provider(), client(), Wish()).account.address == '"a b"@x.example'
    rewrites = client(rewrites_quoted_local=True)
    assert "drops the quotes" in answer(resolve, quoted, provider(), rewrites, Wish()).what
    assert made(target=rewrites)
    assert "SMTPUTF8" in finding(resolve(beyond, provider(), client(), Wish()), "utf8-local-part").what


def test_folders_are_the_users_then_the_providers() -> None:
    mine = provider(folders={"sent": "已发送", "trash": "已删除"})
    folders = made(mine, folders={"sent": "Sent/2026"}).account.folders
    assert (folders.sent, folders.trash, folders.drafts) == (Folder("Sent/2026"), Folder("已删除"), None)


def test_a_workaround_is_for_the_template_only_if_the_client_has_it() -> None:
    quirks = {"false-sasl-ir": ("s",), "enable-hangs": ("s",), "sender-must-match": ("s",)}
    supports = {
        "false-sasl-ir": QuirkSupport("option"),
        "enable-hangs": QuirkSupport("option", "2.5"),
        "sender-must-match": QuirkSupport("always"),
    }
    mine, target = provider(quirks=quirks), client(quirks=supports)
    assert made(mine, target, client_version="2.5").account.workarounds == {"false-sasl-ir", "enable-hangs"}
    assert made(mine, target, client_version="2.4").account.workarounds == {"false-sasl-ir"}


hosts = st.fixed_dictionaries(
    {"host": st.just("own.example")},
    optional={"port": st.integers(1, 65535), "tls": st.sampled_from(["implicit", "starttls"])},
)
wishes = st.builds(
    Wish,
    username=st.sampled_from([None, "u"]),
    protocol=st.sampled_from([None, "imap", "pop3"]),
    credential=st.sampled_from([Credential(), COMMAND, TOKEN]),
    servers=st.dictionaries(st.sampled_from(["imap", "pop3", "smtp"]), hosts),
)


@given(providers, clients, wishes, st.booleans())
@settings(deadline=None, max_examples=300)
def test_what_is_chosen_works_or_there_is_a_reason(
    mine: Provider, target: Target, wish: Wish, reads: bool
) -> None:
    assume("smtp" in target.protocols and (not reads or len(target.protocols) > 1))  # as the lint demands
    target = client(protocols=target.protocols, quirks=target.quirks, secret=target.secret, incoming=reads)
    done = answer(resolve, ADDRESS, mine, target, wish)
    if isinstance(done, MailgenError):
        assert done.what
        assert done.where
        assert done.mend
        return
    account = done.account
    servers = [server for server in (account.incoming, account.smtp) if server]
    assert len(servers) == 1 + reads
    assert not reads or wish.protocol in (None, account.incoming.protocol)
    for server in servers:
        can = target.protocols[server.protocol]
        assert server.tls in can["tls"]
        assert server.tls != "none"
        assert server.endpoint.audience is None
        assert server.auth in can["auth"]
        assert server.auth in server.endpoint.auth
        tokens = account.credential.kind in ("token", "oauth2")
        elsewhere = all(wish.servers.get(one.protocol) for one in servers)
        assert (server.auth == "password") == (
            not tokens and (elsewhere or mine.credentials.kind != "oauth2-only")
        )
        assert wish.username in (None, server.username)
        if wished := wish.servers.get(server.protocol):
            assert wished.items() <= {"host": server.host, "port": server.port, "tls": server.tls}.items()
    assert account.credential in (wish.credential, Credential(), Credential("oauth2"))
    assert all(one.severity != "refusal" for one in done.findings)
    if wish.credential.command and account.credential != wish.credential:
        assert any(one.code in ("no-command", "own-oauth2") for one in done.findings)
    assert done == resolve(ADDRESS, mine, target, wish)


def test_an_unknown_kind_of_secret_does_not_hinder() -> None:
    assert made(provider(credentials=Credentials("unknown"))).account.smtp


def test_folders_that_a_client_has_no_place_for_are_told() -> None:
    wished = {"sent": "Gesendet", "junk": "Spam", "archive": "Archiv"}
    reads = client(kind="reader", folder_roles=("sent", "drafts"), identity_parts=("name",))
    told = finding(made(target=reads, folders=wished), "not-expressed")
    assert told.what.endswith("has no place for: folders: junk, archive")
    assert not [one for one in made(target=reads, folders={"sent": "S"}).findings if "place" in one.what]
    sends = client(incoming=False, kind="submit")
    assert made(target=sends, folders=wished).findings == (), "which has nothing to do with folders"
