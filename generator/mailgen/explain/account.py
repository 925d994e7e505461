"""Why each value of an account is what it is: whose word it was, who attests it, and why it was chosen.

Everything is derived again from the data that `resolve` chose from; nothing here takes part in a choice.
A value is named by its path as templates name it: `smtp.host`, `incoming.username`, `folders.sent`.
"""

from __future__ import annotations

from mailgen.explain import mailboxes, published, servers
from mailgen.explain.reason import (
    Case,
    Reason,
    as_written,
    by_default,
    by_option,
    by_rule,
    by_user,
    from_provider,
    manifest,
    words,
)
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.render.next_steps import secrets_of
from mailgen.resolve.wish import default_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mailgen.model.server import Server

_SERVERS = ("incoming", *PROTOCOLS)
#: Names by which templates reach the way to the secret.
_SECRETS = (
    "credential",
    "password_command",
    "token_command",
    "password",
    "secret_command",
    "fetches",
    "sends_with_another_secret",
    "sending_command",
)


def reasons_for(path: str, case: Case) -> tuple[Reason, ...]:
    """Return the reasons for the value at `path` of the case's account; never none.

    A composite value, such as a URL, has one for each of its parts.
    """
    first, _, rest = path.partition(".")
    if first in ("itself", "senders[0]") and rest:
        return reasons_for(rest, case)
    if first == "published" and rest:
        return (published.reason_of_published(case, rest),)
    if first in _SERVERS:
        server = case.account.smtp if first == "smtp" else case.account.incoming
        if server is not None and rest.partition(".")[0] in _SECRETS:
            return (_credential(case, server),)
        return servers.reasons_of_server(case, server, rest)
    if first == "servers" and rest:
        protocol, _, part = rest.partition(".")
        return servers.reasons_of_server(case, case.account.servers[protocol], part)
    if first in _SECRETS:
        smtp = case.account.smtp if first in ("sends_with_another_secret", "sending_command") else None
        return (_credential(case, smtp or case.account.incoming or case.account.smtp),)
    if first in ("folders", "mailboxes") and rest:
        return (
            mailboxes.reason_of_box(case, rest)
            if rest.startswith("known")
            else mailboxes.reason_of_folder(case, rest),
        )
    if first == "sent_copies":
        if case.account.maildir:
            return (mailboxes.reason_of_maildir(case), mailboxes.reason_of_local(case, "sent"))
        return (
            *servers.reasons_of_server(case, case.account.incoming, "url"),
            mailboxes.reason_of_folder(case, "sent"),
        )
    if first == "local_drafts":
        return (mailboxes.reason_of_maildir(case), mailboxes.reason_of_local(case, "drafts"))
    if first == "local_inbox":
        return (mailboxes.reason_of_maildir(case), by_option(case, "inbox"))
    if first == "local" and rest:
        return (mailboxes.reason_of_local(case, rest),)
    if first == "options" and rest:
        return (by_option(case, rest),)
    if first == "workarounds":
        return tuple(quirk(case, name) for name in case.account.workarounds) or (_no_quirk(case),)
    known = _PLAIN.get(first)
    return (known(case) if known else _other(path, case),)


def quirk(case: Case, name: str) -> Reason:
    """Return the reason for doing something about a quirk of the provider."""
    known = case.provider.quirks[name] if case.provider else None
    happens = known.says["en"] if known else "departs from the standards"
    title = case.target.title
    return from_provider(
        case,
        f"quirks.{name}",
        known.sources if known else (),
        words(
            f"the server {happens}; {title} has to be told",
            f"服务器有已知的特殊行为（{name}），需要为 {title} 专门设置",
        ),
    )


def _no_quirk(case: Case) -> Reason:
    return by_rule(
        manifest(case, "quirks"),
        words(
            f"no quirk of the server is known that {case.target.title} has to be told of",
            f"没有需要为 {case.target.title} 专门设置的已知服务器特殊行为",
        ),
    )


def _address(case: Case) -> Reason:
    if not case.account.address.isascii() or "xn--" in case.account.address:
        why = words(
            "your address; its domain is written as mail programs need it (A-labels, RFC 5890)",
            "您的地址；域名写成邮件程序需要的形式（A-label，RFC 5890）",
        )
    else:
        why = words("your address", "您的地址")
    return by_user(case, "address", why)


def _sender(case: Case) -> Reason:
    if case.provider and "sender-must-match" in case.provider.quirks:
        return from_provider(
            case,
            "quirks.sender-must-match",
            case.provider.quirks["sender-must-match"].sources,
            words(
                "your address: the server takes only mail whose From is the address of the login",
                "您的地址：服务器只接受发件人与登录地址一致的邮件",
            ),
        )
    return _address(case)


def _name(case: Case) -> Reason:
    return by_user(case, "name", words("your name as others shall read it", "您希望对方看到的名字"))


def _label(case: Case) -> Reason:
    if case.wish.label:
        return by_user(case, "label", words("the name you chose for the account", "您为账户取的名称"))
    if case.account.label.name in (case.account.address, default_label(case.address)):
        why = words(
            "you named no label, so the account is called like the address", "您未指定名称，故以地址为账户名"
        )
        return by_default(case, "label", why)
    why = words("the account's key among your accounts", "账户在您的账户列表中的键名")
    return by_user(case, "id", why)


def _credential(case: Case, server: Server | None) -> Reason:
    """Answer for the way to the secret of one of the account's servers."""
    own = case.wish.credentials.get(server.protocol) if server else None
    field = f"credentials.{server.protocol}" if server and own else "credential"
    credential = server.credential if server and own else case.account.credential
    kind = credential.kind
    wished = (own or case.wish.credential).kind
    title = case.target.title
    if kind == "prompt" and wished == "prompt":
        why = words(f"you named no way, so {title} asks for it", f"您未指定方式，故由 {title} 询问")
        return by_default(case, field, why)
    asked = secrets_of(case.provider, case.account) if case.provider else []
    if kind != wished and case.provider and asked[0].kind == "oauth2-only":
        cases = case.provider.credentials.cases
        index = next((index for index, one in enumerate(cases) if one is asked[0]), None)
        fetches = "mailgen" if credential.is_own_token else title
        return from_provider(
            case,
            "credentials.kind" if index is None else f"credentials.cases[{index}].kind",
            asked[0].sources,
            words(
                f"the provider takes no password from mail programs, and {fetches} fetches OAuth2 tokens",
                f"服务商不接受邮件程序使用密码，{fetches} 可自行获取 OAuth2 令牌",
            ),
        )
    if kind != wished:
        why = words(f"what you asked for is more than {title} can do", f"{title} 无法按您指定的方式取得密码")
        return by_user(case, field, why)
    sentences = {
        "command": words(
            f"you asked for it: {title} runs this command, which prints the password; it is not in the file",
            f"按您的要求：{title} 运行此命令取得密码；文件中没有密码",
        ),
        "token": words(
            f"you asked for it: {title} runs this command, which prints an OAuth2 access token",
            f"按您的要求：{title} 运行此命令取得 OAuth2 访问令牌",
        ),
        "oauth2": words("you asked for OAuth2", "按您的要求使用 OAuth2"),
        "netrc": words("you asked for it: the secret stands in ~/.netrc", "按您的要求：密码保存在 ~/.netrc"),
        "literal": words("you asked for the secret in this file", "按您的要求把密码写入此文件"),
    }
    return by_user(case, field, sentences[kind])


def _sendmail(case: Case) -> Reason:
    if case.wish.options.get("sendmail") is not None:
        return by_option(case, "sendmail")
    if case.account.sendmail is None:
        why = words(
            f"no other program sends for {case.target.title}", f"没有代替 {case.target.title} 发信的程序"
        )
        return by_default(case, "options.sendmail", why)
    why = words("a target of the account sends for it", "该账户的另一目标负责发信")
    return by_user(case, "targets", why)


def _number(case: Case) -> Reason:
    why = words(
        "the accounts of a file have numbers in their order, or keys made of their ids",
        "文件中的账户按顺序编号，或以其 id 为键",
    )
    return by_rule("numbering", why)


_PLAIN: dict[str, Callable[[Case], Reason]] = {
    "address": _address,
    "domain": _address,
    "local_part": _address,
    "pattern": _address,
    "from_pattern": _address,
    "sender": _sender,
    "name": _name,
    "named": lambda case: _name(case) if case.account.name else _address(case),
    "label": _label,
    "number": _number,
    "key": _number,
    "variable": as_written("id"),
    "id": as_written("id"),
    "handle": lambda case: _handle(case),
    "uuid": lambda case: _uuid(case),
    "serial": lambda case: _uuid(case),
    "one_secret": lambda case: _one_secret(case),
    "secret_file": lambda case: _secret_file(case),
    "reply_to": as_written("reply_to"),
    "signature": as_written("signature"),
    "maildir": mailboxes.reason_of_maildir,
    "tagged": mailboxes.reason_of_tagged,
    "sendmail": lambda case: _sendmail(case),
    "language": lambda case: _language(case),
    "only_sends": lambda case: _only_sends(case),
    "keeper": lambda case: _keeper(case),
    "account": lambda case: _keeper(case),  # of the one that keeps for another, as templates reach it
}


def _uuid(case: Case) -> Reason:
    why = words(
        "made of the provider and the account: the same every time, so that a new file replaces the old one",
        "由服务商与账户得出：每次相同，新文件因此会取代旧文件",
    )
    return by_rule("UUID", why)


def _only_sends(case: Case) -> Reason:
    if case.wish.kept_at:
        why = words("an identity with a server of its own only sends", "使用自有服务器的身份只用于发信")
        return by_user(case, "servers.smtp", why)
    if case.account.only_sends:
        return by_user(
            case, "protocol", words("you said that the account only sends", "您指定该账户只用于发信")
        )
    return by_default(case, "protocol", words("the account receives mail too", "该账户也接收邮件"))


def _keeper(case: Case) -> Reason:
    if case.wish.kept_at:
        why = words("the account whose identity it is keeps what it sends", "所属账户保存其发出的邮件")
    elif case.account.only_sends:
        why = words(
            "the first account that receives keeps what it sends", "由第一个接收邮件的账户保存其发出的邮件"
        )
    else:
        why = words("the account keeps what it sends itself", "账户自行保存其发出的邮件")
    return by_rule("protocol", why)


def _one_secret(case: Case) -> Reason:
    if case.provider and case.provider.credentials.per_service:
        why = words("the provider wants a secret for each service", "服务商要求各服务分别使用密码")
        return from_provider(case, "credentials.per_service", case.attested.get("credentials", ()), why)
    if own := next((f"logins.{one}" for one in case.wish.logins), ""):
        why = words("you named another login for one direction", "您为其中一个方向指定了另外的登录名")
        return by_user(case, own, why)
    if own := next((f"credentials.{one}" for one in case.wish.credentials), ""):
        return by_user(case, own, words("you named a secret for one direction", "您为其中一个方向指定了密码"))
    return by_rule("credentials", words("one secret serves for all", "所有服务使用同一密码"))


def _handle(case: Case) -> Reason:
    if case.wish.id:
        return as_written("id")(case)
    return by_default(case, "id", words("made of the address, as there is no id", "没有 id，故由地址得出"))


def _language(case: Case) -> Reason:
    if case.wish.options.get("language") is not None:
        return by_option(case, "language")
    why = words(
        "the language of the messages; English in an accounts file", "提示信息的语言；账户文件中为英文"
    )
    return by_default(case, "options.language", why)


def _secret_file(case: Case) -> Reason:
    why = words("the secret you handed over lies there, in a file of its own", "您提供的密码单独存放于此文件")
    return by_rule(manifest(case, "secret.file"), why)


def _other(path: str, case: Case) -> Reason:
    """Answer for values of lists (identities, lines of the user's own), and for what is yet unknown here."""
    if path.startswith(("identities", "senders", "is_pattern", "is_of_a_domain")):
        if path.endswith(("number", "key")):
            return _number(case)
        why = words("an identity of yours, as you wrote it", "您的另一个身份，按您所写")
        return by_user(case, "identities", why)
    if path.startswith("secrets"):
        sources = case.provider.credentials.sources if case.provider else ()
        why = words("what is known of the secret that the provider wants", "关于服务商所需密码的已知信息")
        return from_provider(case, "credentials", sources, why)
    if path.startswith("extra"):
        return by_user(case, "extra", words("a line of yours, taken as it is", "您自己的一行，原样保留"))
    if path.startswith("target"):
        why = words("files of this client lie in a folder of this name", "此客户端的文件位于同名文件夹中")
        return by_rule(manifest(case, "files"), why)
    if path.startswith("client"):
        if case.wish.client_version:
            return as_written("client_version")(case)
        why = words("the version that the templates were tried with", "模板所测试的版本")
        return by_rule(manifest(case, "version.default"), why)
    if path.startswith("after_sync"):
        why = words(
            "another target of the account wants it run once mail has come",
            "账户的另一目标要求在收到邮件后运行",
        )
        return by_user(case, "targets", why)
    if path.startswith("brought_by"):
        why = words("another target of the account brings its mail here", "账户的另一目标把邮件收取到本机")
        return by_user(case, "targets", why)
    if path == "free_key":
        why = words("a key that no account has", "未被账户占用的键")
        return by_rule("numbering", why)
    return by_rule(f"account.{path}", words("follows from the account", "由账户得出"))
