"""What `mailgen check` prints: a line a stage, and below one that failed why, and what to do."""

from __future__ import annotations

import sys

from mailgen.check.verdicts import cause_sentences
from mailgen.cli.terminal import cells, coloured, in_language, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text, Translated
from mailgen.model.hosts import in_url
from mailgen.model.vocabulary import TLS
from mailgen.resolve.address import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from typing import Any

    from mailgen.check import Step, Subject
    from mailgen.check.endpoint import Examination
    from mailgen.check.gate import Hosts
    from mailgen.model.server import Server

#: Stages as people read them.
STAGE_NAMES = {
    "dns": {"en": "name", "zh": "域名"},
    "tcp": {"en": "connection", "zh": "连接"},
    "tls": {"en": "TLS", "zh": "TLS"},
    "greeting": {"en": "greeting", "zh": "问候"},
    "starttls": {"en": "STARTTLS", "zh": "STARTTLS"},
    "capabilities": {"en": "capabilities", "zh": "功能"},
    "login": {"en": "login", "zh": "登录"},
    "id": {"en": "ID", "zh": "ID"},
    "folders": {"en": "folders", "zh": "文件夹"},
    "inbox": {"en": "inbox", "zh": "收件箱"},
    "sender": {"en": "sender", "zh": "发件人"},
    "recipient": {"en": "recipient", "zh": "收件人"},
    "round-trip": {"en": "round trip", "zh": "收发"},
}
_RED, _YELLOW = "\x1b[1;31m", "\x1b[1;33m"
_WIDEST = 13
_INDENT = " " * 6
#: Causes of which the provider's own words tell where to click.
_OF_SECRETS = (
    "wrong-secret", "need-app-password", "need-auth-code", "need-client-password", "oauth-only",
    "service-off", "browser-check",
)  # fmt: skip
_SAYS = {"en": 'the server says: "{said}"', "zh": "服务器称：“{said}”"}
_WITH = {"en": "{text} ({more})", "zh": "{text}（{more}）"}
_OR = {"en": "or: {text}", "zh": "或者：{text}"}


def report_of(
    subject: Subject, lang: str, as_json: bool, login: bool, context: ssl.SSLContext, hosts: Hosts
) -> Report:
    """Examine an account, tell each step as it is done, and return what has come of it, not closed yet.

    That it was refused is remembered.
    """
    from mailgen.check.run import examined
    from mailgen.cli.check_memory import remember_refusal

    report = Report(subject, lang, as_json)
    for server, examination, step in examined(subject, context, hosts, login):
        report.add(server, examination, step)
    if subject.name in hosts.refused.values():
        remember_refusal(subject.name)
    return report


class Report:
    """What came of one account: told as it comes, or as JSON at the end."""

    def __init__(self, subject: Subject, lang: str, as_json: bool) -> None:
        self.good = True
        self.refused = False  #: by a server, for what it may have against the secret
        self._subject, self._lang, self._json = subject, lang, as_json
        self._server: Server | None = None
        self._endpoints: list[dict[str, Any]] = []
        self._folders: dict[str, Any] = {"found": {}, "differ": {}}
        if not as_json:
            name, address = subject.name, subject.address
            alone = name == address or not address
            show(name if alone else _WITH[lang].format(text=name, more=address))

    def add(self, server: Server, examination: Examination | None, step: Step) -> None:
        """Take one step of a server."""
        if server is not self._server:
            self._server = server
            self._endpoints.append(
                {
                    "protocol": server.protocol,
                    "host": server.host,
                    "port": server.port,
                    "tls": server.tls,
                    "address": None,
                    "stages": [],
                }
            )
            if not self._json:
                place = f"{server.protocol} {in_url(server.host)}:{server.port}"
                show(_WITH[self._lang].format(text=place, more=TLS[server.tls][self._lang]))
        self.good = self.good and step.ok is not False
        self.refused = self.refused or bool(step.ok is False and set(step.causes) & set(_OF_SECRETS))
        endpoint = self._endpoints[-1]
        if examination:
            endpoint["address"] = examination.address or None
        endpoint["stages"].append(self._data(server, step))
        if examination and examination.folders:
            report = examination.folders
            differ = {role: {"here": here, "expected": name} for role, (here, name) in report.differ.items()}
            self._folders = {"found": dict(report.found), "differ": differ}
        if not self._json:
            self._print(server, step)

    def close(self) -> None:
        """Tell the end of the account."""
        if self._json:
            show_data(
                {
                    "account": self._subject.name,
                    "endpoints": self._endpoints,
                    "folders": self._folders,
                    "ok": self.good,
                }
            )
        sys.stdout.flush()

    def _data(self, server: Server, step: Step) -> dict[str, Any]:
        mend = [worded(text, "en") for text in self._mends(server, step, "en")]
        return {
            "stage": step.stage,
            "ok": step.ok,
            "ms": step.ms,
            "note": worded(step.note, "en"),
            "cause": list(step.causes),
            "said": step.said,
            "mend": " ".join(mend),
            "sources": list(step.sources),
        }

    def _print(self, server: Server, step: Step) -> None:
        mark, colour = "ok", ""
        if step.ok is None:
            mark = "--"
        elif not step.ok:
            mark, colour = "NO", _RED
        elif step.warns:
            mark, colour = "!!", _YELLOW
        name = in_language(STAGE_NAMES[step.stage], self._lang)
        padded = name + " " * (_WIDEST - cells(name))
        took = f"{step.ms:6} ms"
        line = f"  {mark}  {padded}{took}  {worded(step.note, self._lang)}".rstrip()
        show(line, " " * 30, colour if coloured(sys.stdout) else "")
        if step.said:
            show(_INDENT + _SAYS[self._lang].format(said=step.said), _INDENT)
        for number, text in enumerate(self._mends(server, step, self._lang)):
            told = worded(text, self._lang)
            alternative = 0 < number < len(step.causes)
            show(_INDENT + (_OR[self._lang].format(text=told) if alternative else told), _INDENT)
        sys.stdout.flush()

    def _mends(self, server: Server, step: Step, lang: str) -> Iterator[str]:
        """Yield what to do: a sentence a cause, what the provider says of it, and what else was found."""
        for cause in step.causes:
            yield Translated(cause_sentences()[cause])
        provider = self._subject.provider
        if provider and step.ok is False and set(step.causes) & set(_OF_SECRETS):
            wanted = provider.credentials.over(server.protocol)
            if wanted.hint:
                yield f"{in_language(provider.name, lang)}: {in_language(wanted.hint, lang)}"
            if wanted.url:
                yield wanted.url
            if "service-off" in step.causes:
                for hurdle in provider.off_by_default:
                    if hurdle.concerns(server.protocol):
                        yield Translated(hurdle.text)
        if step.stage == "login" and step.ok is False:
            yield from self._login_name(server)
            yield from self._shape(server)
        yield from step.more

    def _login_name(self, server: Server) -> Iterator[str]:
        """Yield that the provider expects another login name: before the secret is blamed, look at that."""
        from mailgen.resolve.choose import login_name
        from mailgen.resolve.wish import Wish

        provider = self._subject.provider
        known = provider.endpoints.get(server.protocol, ()) if provider else ()
        endpoint = next((one for one in known if one.is_at(server.host.lower())), None)
        if provider is None or endpoint is None:
            return
        try:
            wanted = login_name(provider, endpoint, parse_address(self._subject.address), Wish())
        except MailgenError:
            return
        if wanted != server.username:
            yield Text(
                "the login name is {name} here; usual is {wanted}", name=server.username, wanted=wanted
            )

    def _shape(self, server: Server) -> Iterator[str]:
        """Yield what is odd about the secret beside those that the provider hands out."""
        provider, key = self._subject.provider, self._subject.key_of(server)
        if provider is None or key.secret is None or key.kind != "password":
            return
        from mailgen.credentials.shapes import misfit

        wanted = [provider.credentials.over(server.protocol)]
        wanted += [one for one in provider.credentials.cases if one.when and one.term.in_force]
        if odd := misfit(key.secret, wanted, provider.name):
            yield Text("{what}; {mend}", what=odd[0], mend=odd[1])
