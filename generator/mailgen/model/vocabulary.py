"""The words for mail that data, formats and doors share; the enums of the schemas are compared with them."""

from __future__ import annotations

#: How mail comes in.
INCOMING = ("imap", "pop3")
#: What a user says instead of one of these where an account only sends.
NO_INCOMING = "none"
#: What a mail program speaks.
PROTOCOLS = (*INCOMING, "smtp")
#: What else providers have, and what it is called; of most a record has a URL (see provider.schema.json).
FURTHER = {"managesieve": "ManageSieve", "jmap": "JMAP", "caldav": "CalDAV", "carddav": "CardDAV"}
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
#: What of an authorisation server is an address (oauth2 of a provider).
OAUTH2_URLS = ("issuer_url", "auth_url", "token_url", "device_url", "revoke_url")
#: How mailgen itself prints an access token: the address stands behind it.
OWN_TOKENS = ("mailgen", "token")
#: Forms of a login name that follow from an address, and what they are called.
LOGINS = {
    "address": {"en": "the whole address", "zh": "完整地址"},
    "localpart": {"en": "the part before the @", "zh": "@ 之前的部分"},
    "localpart.domain": {"en": "the address with a dot in place of the @", "zh": "把 @ 换成点的地址"},
}
#: Roles of the special folders (RFC 6154).
ROLES = ("sent", "drafts", "trash", "junk", "archive", "all")
#: Kinds of secrets (credentials.kind of a provider), and what they are called before people.
SECRETS = {
    "login-password": {"en": "the password of its web site", "zh": "网页登录密码"},
    "app-password": {"en": "an app password, not the login password", "zh": "应用专用密码，而非登录密码"},
    "authorisation-code": {
        "en": "an authorisation code (授权码), not the login password",
        "zh": "授权码，而非登录密码",
    },
    "client-password": {
        "en": "a separate password for mail programs, not the login password",
        "zh": "客户端专用密码，而非登录密码",
    },
    "oauth2-only": {"en": "OAuth2; no password works", "zh": "OAuth2 登录，任何密码均无效"},
    "none": {"en": "nothing: mail programs are refused", "zh": "无（不接受邮件程序登录）"},
    "unknown": {"en": "a password", "zh": "密码"},
}
#: What a source is.
KINDS = {
    "vendor": {"en": "the operator", "zh": "运营者"},
    "dataset": {"en": "public set", "zh": "公开数据集"},
    "guide": {"en": "guide", "zh": "教程"},
    "report": {"en": "report", "zh": "用户报告"},
    "preset": {"en": "other programs", "zh": "其他程序的预设"},
    "list": {"en": "old list", "zh": "旧列表"},
}
#: How far a server is to be trusted.
LEVELS = {
    "high": {"en": "confidence high", "zh": "可信度高"},
    "medium": {"en": "confidence medium", "zh": "可信度中"},
    "low": {"en": "confidence low", "zh": "可信度低"},
}
#: The languages in which providers name folders (provider.schema.json).
LANGUAGES = {
    "de": {"en": "German", "zh": "德语"},
    "en": {"en": "English", "zh": "英语"},
    "fr": {"en": "French", "zh": "法语"},
    "ja": {"en": "Japanese", "zh": "日语"},
    "ko": {"en": "Korean", "zh": "韩语"},
    "ru": {"en": "Russian", "zh": "俄语"},
    "uk": {"en": "Ukrainian", "zh": "乌克兰语"},
    "zh": {"en": "Chinese", "zh": "中文"},
}
