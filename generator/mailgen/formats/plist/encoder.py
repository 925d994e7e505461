"""Apple's property lists in XML (plist(5) of macOS), written by Python's plistlib; read back by libxml2."""

from __future__ import annotations

from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def property_list(structure: Mapping[str, Any]) -> str:
    """Write a property list, its keys in the order of the structure.

    >>> property_list({"PayloadVersion": 1, "PayloadContent": [{"Port": True}]}).splitlines()[4:6]
    ['\\t<key>PayloadVersion</key>', '\\t<integer>1</integer>']
    """
    import plistlib

    return plistlib.dumps(structure, sort_keys=False).decode()


#: The keys of configuration profiles that hold no secret (Apple, Device Management).
_SHOWN = """PayloadType PayloadVersion PayloadIdentifier PayloadUUID PayloadDisplayName PayloadDescription
    PayloadOrganization PayloadContent EmailAccountDescription EmailAccountName EmailAccountType EmailAddress
    IncomingMailServerAuthentication IncomingMailServerHostName IncomingMailServerPortNumber
    IncomingMailServerUseSSL IncomingMailServerUsername IncomingMailServerIMAPPathPrefix
    OutgoingMailServerAuthentication OutgoingMailServerHostName OutgoingMailServerPortNumber
    OutgoingMailServerUseSSL OutgoingMailServerUsername OutgoingPasswordSameAsIncomingPassword
    CalDAVAccountDescription CalDAVHostName CalDAVPort CalDAVUseSSL CalDAVUsername CalDAVPrincipalURL
    CardDAVAccountDescription CardDAVHostName CardDAVPort CardDAVUseSSL CardDAVUsername CardDAVPrincipalURL"""

ENCODERS = {"": Encoder(property_list, "plist", _SHOWN)}
