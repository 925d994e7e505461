"""What Thunderbird's own reader makes of Mozilla's config-v1.1.xml, many files in one process.

Its account wizard fetches such a file and hands it to the same function (`readFromXML`). No window, and no
network: it is started offline.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab.marionette import Thunderbird
from tests.lab.thunderbird import new_profile
from tests.programs import need

#: Arguments: the documents by name; the address whose account is wanted.
_READ = """
const load = name => ChromeUtils.importESModule("resource:///modules/" + name);
const { JXON } = load("JXON.sys.mjs");
const { readFromXML } = load("accountcreation/readFromXML.sys.mjs");
const { AccountConfig } = load("accountcreation/AccountConfig.sys.mjs");
const server = one => [one.type, one.hostname, one.port, one.socketType, one.auth, one.username];
const answers = {};
for (const [name, text] of Object.entries(args[0])) {
  try {
    const read = readFromXML(JXON.build(new DOMParser().parseFromString(text, "text/xml")), "test");
    AccountConfig.replaceVariables(read, "Ada", args[1], "");
    answers[name] = {
      id: read.id,
      name: read.displayName,
      domains: read.domains,
      incoming: [read.incoming, ...read.incomingAlternatives].map(server),
      outgoing: [read.outgoing, ...read.outgoingAlternatives].map(server),
    };
  } catch (problem) {
    answers[name] = String(problem);
  }
}
return answers;
"""


def read(documents: Mapping[str, str], address: str) -> dict[str, dict[str, Any] | str]:
    """What Thunderbird would set up for `address`, by document; a sentence for one that it refuses.

    Servers are lists of type, host, port, socketType, authMethod and login name; of all outgoing ones but
    the first it leaves the placeholder in the login name.
    """
    need("thunderbird", "thunderbird")
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as folder:
        profile = new_profile(Path(folder) / "profile")
        with Thunderbird(profile, "--offline") as thunderbird:
            answers: dict[str, dict[str, Any] | str] = thunderbird.script(_READ, dict(documents), address)
    return answers
