"""What the tests ask of Thunderbird: keep passwords, fetch, send.

A user.js is applied at start, and passwords live elsewhere; so a profile is made in two phases: first the
passwords are stored, once for all users, then each test gets a copy of that profile and its own user.js.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.lab.lab import Lab
from tests.lab.names import HOSTS, USERS, Host, User, fake_domains

# Not part of what is tested: keeps Thunderbird from showing windows and from asking the world for news.
_QUIET = {
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "browser.safebrowsing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.spam.version": 1,
    "mail.winsearch.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore",
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.manage-offline-status": False,  # there is only a loopback, which it takes for no network
    "offline.autoDetect": False,
    "toolkit.telemetry.enabled": False,
}

_STORE_LOGINS = """
for (const [origin, user, password] of args[0]) {
  const info = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
  info.init(origin, null, origin, user, password, "", "");
  await Services.logins.addLoginAsync(info);
}
return (await Services.logins.getAllLogins()).length;
"""

_FIND_SERVER = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const serverOf = login => MailServices.accounts.accounts.map(account => account.incomingServer)
  .find(one => (one.type == "imap" || one.type == "pop3") && (!login || one.username == login));
const stopped = start => new Promise(resolve => {
  const listener = { OnStartRunningUrl() {}, OnStopRunningUrl: (url, status) => resolve(status) };
  start(listener);
});
const pause = () => new Promise(resolve => ChromeUtils.importESModule(
  "resource://gre/modules/Timer.sys.mjs").setTimeout(resolve, 200));
const findInbox = server => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
// Lists of folders come one after the other. At a first start Thunderbird asks for another (performExpand)
// while the first comes, as the account opens in the folder pane, and drops what it was told before that,
// until it is told again. Ours drops nothing; when it has ended, all folders are there.
const listFolders = async server => {
  const status = await stopped(listener =>
    MailServices.imap.discoverAllFolders(server.rootFolder, listener, null));
  if (status)
    throw new Error("listing the folders ended with 0x" + (status >>> 0).toString(16));
};
"""

#: Arguments: the subject to wait for; the login, if there are several accounts.
FETCH = (
    _FIND_SERVER
    + """
const server = serverOf(args[1]);
let subjects = [];
while (!subjects.includes(args[0])) {
  const inbox = findInbox(server);
  if (inbox && server.type == "imap") {
    await stopped(listener =>
      inbox.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, listener));
  } else if (inbox && !server.serverBusy) {
    await stopped(listener => MailServices.pop3.GetNewMail(null, listener, inbox, server));
  }
  await pause();
  subjects = inbox ? [...inbox.messages].map(header => header.mime2DecodedSubject) : [];
}
return subjects;
"""
)

#: Arguments: to whom, the subject; the sender's address, if there are several.
SEND = (
    _FIND_SERVER
    + """
const [to, subject, from] = args;
const identity = from ? MailServices.accounts.allIdentities.find(one => one.email == from)
  : MailServices.accounts.getFirstIdentityForServer(serverOf());
const [server] = MailServices.accounts.getServersForIdentity(identity);
// Who sends before the folders are known gets his copies into Local Folders, for ever. Nobody is that fast.
if (server.type == "imap")
  await listFolders(server);
const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
fields.from = MailServices.headerParser.makeMimeAddress(identity.fullName, identity.email);
fields.to = to;
fields.subject = subject;
const send = Cc["@mozilla.org/messengercompose/send;1"].createInstance(Ci.nsIMsgSend);
await new Promise((resolve, reject) => {
  const judge = status => status && reject("sending ended with 0x" + (status >>> 0).toString(16));
  const listener = {
    QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener", "nsIMsgCopyServiceListener"]),
    onStartSending() {}, onSendProgress() {}, onStatus() {}, onGetDraftFolderURI() {},
    onTransportSecurityError() {},
    onSendNotPerformed: (id, status) => judge(status || 1),
    onStopSending: (id, status) => judge(status),
    onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() {},
    onStopCopy: resolve,  // the copy in the Sent folder comes last
  };
  send.createAndSendMessage(null, identity, "", fields, false, false, Ci.nsIMsgSend.nsMsgDeliverNow, null,
    "text/plain", "Hello from Thunderbird.\\n", null, null, listener, "", "", Ci.nsIMsgCompType.New)
    .catch(reject);
});
return "sent";
"""
)

#: Returns the flags (nsMsgFolderFlags) of all IMAP folders by their URIs, when the last one has been told.
FLAGS = (
    _FIND_SERVER
    + """
const server = MailServices.accounts.accounts.map(one => one.incomingServer).find(one => one.type == "imap");
await listFolders(server);
return Object.fromEntries(server.rootFolder.descendants.map(one => [one.URI, one.flags]));
"""
)


def new_profile(path: Path, ca: Path | None = None) -> Path:
    """An empty profile that trusts `ca`, with nothing in it about mail."""
    path.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _QUIET.items())
    (path / "prefs.js").write_text("".join(lines))
    if ca:
        database = ["-d", f"sql:{path}"]
        subprocess.run(["certutil", "-N", *database, "--empty-password"], check=True, timeout=10)
        argv = ["certutil", "-A", *database, "-n", "lab", "-t", "C,,", "-i", str(ca)]
        subprocess.run(argv, check=True, timeout=10)
    return path


def run_scripts(
    lab: Lab, profile: Path, *scripts: tuple[str, list[Any], float], save: bool = False
) -> list[list[Any]]:
    """Start Thunderbird in the lab, run the scripts, end it: `[[True, value] or [False, why] ...]`.

    A script comes with its arguments and its time limit in seconds. With `save` the end is a slow, clean one.
    """
    job = json.dumps({"profile": str(profile), "scripts": scripts, "save": save})
    stdout = _drive(lab, profile, job, limit=60 + sum(timeout for _, _, timeout in scripts))
    outcomes: list[list[Any]] = json.loads(stdout)
    return outcomes


def _drive(lab: Lab, profile: Path, job: str, limit: float) -> str:
    root = str(Path(__file__).parents[2])
    argv = [sys.executable, "-m", "tests.lab.marionette"]
    result = lab.run(argv, profile.parent, stdin=job, timeout=limit, env={"PYTHONPATH": root})
    assert result.rc == 0, result.stderr
    return result.stdout


def _knows(host: Host, user: User) -> bool:
    """Users of the hostile domains have passwords on all hostile hosts, so that tests can mix them."""
    domain = user.address.rpartition("@")[2]
    return host.name.split(".", 1)[1] == domain or (host.kind == "fake" and domain in fake_domains())


def open_once(lab: Lab, profile: Path, domain: str) -> None:
    """Start Thunderbird as a user does, without remote control, until a server of `domain` has been tried.

    For servers it must not trust: the window in which it complains would keep remote control waiting.
    """
    job = json.dumps({"profile": str(profile), "log": str(lab.base / "log"), "domain": domain})
    _drive(lab, profile, job, limit=70)


def profile_with_passwords(lab: Lab) -> Path:
    """Phase one: a profile that knows every user's password on every host."""
    schemes = {"imap": "imap", "pop3": "mailbox", "smtp": "smtp"}
    logins = [
        (f"{schemes[host.role]}://{host.name}", user.login, user.password)
        for host in HOSTS.values()
        for user in USERS.values()
        if _knows(host, user)
    ]
    profile = new_profile(lab.new_home() / "profile", lab.base / "tls" / "ca.pem")
    outcome = run_scripts(lab, profile, (_STORE_LOGINS, [logins], 15.0), save=True)
    assert outcome == [[True, len(logins)]]
    return profile


def copy_profile(profile: Path, home: Path, user_js: str) -> Path:
    """Phase two: a copy of the profile for one test, with the user.js as it was printed."""
    copy = shutil.copytree(profile, home / "profile", ignore=shutil.ignore_patterns("lock", ".parentlock"))
    (copy / "user.js").write_text(user_js)
    return copy
