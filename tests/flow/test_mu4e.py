"""mu4e reads mail that mbsync has brought, and each address sends its own way, with what mailgen wrote."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.flow.test_gnus import own_servers
from tests.flow.test_negative import HONEST, judge, meet
from tests.lab.agent import Result
from tests.lab.desk import Desk
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.programs import need
from tests.support import cli

A, A2, B, FRIEND = "user@sohu.com", "second@sohu.com", "user@qq.com", "user@gmail.com"
FILE = ".config/mailgen/mu4e/mu4e.el"
SEND = """
(with-temp-buffer
  (insert "To: user@gmail.com\\nFrom: {sender}\\nSubject: {subject}\\n" mail-header-separator "\\nHello.\\n")
  (funcall message-send-mail-function))
"""
#: What the contexts say of a message in each folder, and where its copies would go.
CONTEXTS = """
(princ (json-serialize (vconcat (mapcar
  (lambda (maildir)
    (let* ((context (mu4e-context-determine (list :maildir maildir) 'pick-first))
           (vars (mu4e-context-vars context)))
      (vector (mu4e-context-name context) (cdr (assq 'user-mail-address vars))
              (cdr (assq 'user-full-name vars)) (cdr (assq 'mu4e-sent-folder vars)))))
  '("/one/INBOX" "/a (2nd) \\"one\\"/INBOX")))))
"""

pytestmark = pytest.mark.timeout(150)


def test_mail_is_found_here_and_each_address_sends_its_own_way(lab: Lab) -> None:
    for program, package in (("mbsync", "isync"), ("msmtp", "msmtp"), ("mu", "mu4e"), ("emacs", "emacs-nox")):
        need(program, package)
    chain = {"targets": ["mbsync", "msmtp", "mu4e"], "folders": {"sent": "Sent", "drafts": "Drafts"}}
    accounts = {
        "one": {"address": A, "name": 'Ada "A.", the first', **chain, "identities": [A2]},
        "two": {"address": B, "maildir": '~/Mail/a (2nd) "one"', **chain},
    }
    home = Household(lab, "mu4e", accounts)
    lab.deliver(A, "mu4e reads")
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    watch = lab.watch()
    root = str(home.home / "Mail")

    assert home.run(["mu", "init", f"--maildir={root}", f"--my-address={A}"]).rc == 0
    assert home.run(["mu", "index", "--quiet"]).rc == 0
    assert "mu4e reads" in home.run(["mu", "find", "--fields", "s", "maildir:/one/INBOX"]).stdout
    told = home.run(["emacs", "--batch", "-l", str(home.home / FILE), "--eval", CONTEXTS])
    assert told.rc == 0, told.stderr
    assert json.loads(told.stdout) == [
        ["one", A, 'Ada "A.", the first', "/one/Sent"],
        ["two", B, "", '/a (2nd) "one"/Sent'],
    ]
    for address in (A, A2, B):
        sent = emacs_sends(home.run, str(home.home / FILE), address, f"mu4e from {address}")
        assert sent.rc == 0, sent.stderr
        assert address in lab.arrived(FRIEND, f"mu4e from {address}")["From"]
    assert watch.login("smtp.qq.com").sender == B
    assert emacs_sends(home.run, str(home.home / FILE), "ada@lab.example", "x").rc != 0


def emacs_sends(run: Callable[[list[str]], Result], file: str, sender: str, subject: str) -> Result:
    post = SEND.format(sender=sender, subject=subject)
    return run(["emacs", "--batch", "-l", file, "--eval", f"(progn {post})"])


@meet
def test_a_password_is_told_to_the_honest_server_only(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    need("emacs", "mu4e")
    client = desk(f"user@{domain}")
    servers = {"smtp": own_servers(domain, tls)["smtp"]}
    account = {"address": client.address, "targets": ["mu4e"], "credential": "literal", **servers}
    (client.home / ".emacs.d").mkdir()
    file = client.home / "accounts.yaml"
    file.write_text(json.dumps({"accounts": {"home": account}}))
    secret = ("--secret-from-file", f"home={client.home / 'my password'}")
    state = {"XDG_STATE_HOME": str(client.home / "state")}
    done = cli("apply", "--accounts", str(file), "-o", str(client.home), *secret, env=state)
    assert done.status == 0, done.stderr
    watch = lab.watch()

    sent = emacs_sends(
        lambda argv: client.lab.run(argv, client.home), str(client.home / FILE), client.address, "x"
    )

    assert (sent.rc == 0) == (domain == HONEST), sent.stderr
    judge(watch, client, domain)
