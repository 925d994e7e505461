"""Preferences for everybody on a machine: policies.json and mozilla.cfg of Thunderbird.

Source: Policies.sys.mjs of Thunderbird 153 (Preferences), which takes those that begin with mail.; its
nsReadConfig.cpp and prefcalls.js; a started Thunderbird with the files in /etc/thunderbird.
"""

from __future__ import annotations

import json

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.prefs.reader import read
from mailgen.formats.structure import Encoder
from mailgen.redaction.prefs import SHOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: By which a template says what becomes of the preferences: `default`, or `locked`, which nobody may change.
_STATUS = "mail.status"


def preferences(text: str) -> dict[str, Any]:
    r"""Return what a template has written as prefs.

    >>> preferences('user_pref("mail.a", 1);\nuser_pref("mail.b", "x\\u0022");')
    {'mail.a': 1, 'mail.b': 'x"'}
    """
    return {one.name: one.value for one in read(text).statements}


def policies(structure: Mapping[str, Any]) -> str:
    """Write preferences as policies. Raises Unquotable for one that policies cannot set.

    >>> print(policies({"mail.status": "locked", "mail.a": True}), end="")
    {
      "policies": {
        "Preferences": {
          "mail.a": {"Value": true, "Status": "locked"}
        }
      }
    }
    """
    status = structure.get(_STATUS, "default")
    named = {name: value for name, value in structure.items() if name != _STATUS}
    if foreign := next((name for name in named if not name.startswith("mail.")), None):
        raise Unquotable(Text("a policy cannot set {name}", name=foreign))
    members = ",\n".join(
        f"      {_json(name)}: {_json({'Value': value, 'Status': status})}" for name, value in named.items()
    )
    return f'{{\n  "policies": {{\n    "Preferences": {{\n{members}\n    }}\n  }}\n}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


#: What becomes of a preference -> the function of an administrator's script that says so.
_CALLS = {"default": "defaultPref", "locked": "lockPref", "user": "pref"}


def script(structure: Mapping[str, Any]) -> str:
    """Write preferences as calls of JavaScript, in ASCII. The first line of such a file is not run.

    >>> print(script({"mail.status": "locked", "mail.a": True, "mail.b": "中"}), end="")
    // Made by mailgen. The first line is never run.
    lockPref("mail.a", true);
    lockPref("mail.b", "\\u4e2d");
    """
    call = _CALLS[structure.get(_STATUS, "default")]
    calls = (
        f"{call}({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in structure.items()
        if name != _STATUS
    )
    return "// Made by mailgen. The first line is never run.\n" + "".join(calls)


ENCODERS = {
    "policies": Encoder(policies, "json", " ".join(sorted(SHOWN)), preferences, "prefs"),
    "cfg": Encoder(script, "prefs", read=preferences, template="prefs"),
}
