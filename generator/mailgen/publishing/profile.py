"""A profile for Apple's devices that everybody of a domain installs: the device asks who it is for.

Without address and login names a device asks for them (Apple, Device Management, Mail: both keys are
optional). It is made of the profile of one person, of which all that is his is taken out.
"""

from __future__ import annotations

import plistlib

from mailgen.api import generate
from mailgen.core.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider
    from mailgen.resolve.wish import Wish

#: The target whose profile it is made of.
TARGET = "apple-mobileconfig"
#: Where a web server has it, and what it says it is.
PATH, TYPE = "mail.mobileconfig", "application/x-apple-aspen-config"
TITLE = "iPhone, iPad, Mac"
_OF_ONE_PERSON = (
    "EmailAddress",
    "EmailAccountName",
    "IncomingMailServerUsername",
    "OutgoingMailServerUsername",
)


def profile(
    domain: str, wish: Wish, name: str, provider: str | Provider | None, catalogue: Catalogue
) -> bytes:
    """Return the profile of a domain, called `name`; raises as `generate` does.

    Calendars and contacts are left out: their addresses are each person's own.
    """
    options = {"calendars": False, "contacts": False}
    asked = replace(wish, label=name, options=options, username=wish.username or f"you@{domain}")
    result = generate(TARGET, f"you@{domain}", asked, provider=provider, catalogue=catalogue)
    data: dict[str, Any] = plistlib.loads(result.files[0].content)
    for payload in data["PayloadContent"]:
        for key in _OF_ONE_PERSON:
            payload.pop(key, None)
    data["PayloadDescription"] = f"Mail of {domain}: the device asks for address and password."
    return plistlib.dumps(data)
