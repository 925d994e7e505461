"""The words for mail that data, formats and doors share; the enums of the schemas are compared with them."""

from __future__ import annotations

#: How mail comes in.
INCOMING = ("imap", "pop3")
#: What a mail program speaks; providers have more (see provider.schema.json).
PROTOCOLS = (*INCOMING, "smtp")
#: What a user may say of a server of his own.
SERVER = ("host", "port", "tls")
#: Forms of TLS, the best first (RFC 8314, section 3), and what they are called.
TLS = {
    "implicit": {"en": "implicit TLS", "zh": "隐式 TLS"},
    "starttls": {"en": "STARTTLS", "zh": "STARTTLS"},
    "none": {"en": "no TLS", "zh": "无 TLS"},
}
#: Ways to log in.
AUTH = ("password", "xoauth2", "oauthbearer")
#: Forms of a login name that follow from an address, and what they are called.
LOGINS = {
    "address": {"en": "the whole address", "zh": "完整地址"},
    "localpart": {"en": "the part before the @", "zh": "@ 之前的部分"},
    "localpart.domain": {"en": "the address with a dot in place of the @", "zh": "把 @ 换成点的地址"},
}
#: Roles of the special folders (RFC 6154).
ROLES = ("sent", "drafts", "trash", "junk", "archive", "all")
