"""What servers of known houses are reported to say: each text with its source."""

from __future__ import annotations

from tests.imitations.protocols import ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Line, words_of_plain


class Coremail(ImapServer):
    """NetEase: says that it takes an initial response and does not; opens nothing before an ID was told.

    Sources: pimalaya/himalaya 729 (initial response); smiley22/S22.Imap 167, joeyates/imap-backup 217 (ID).
    """

    greeting = "* OK Coremail System IMap Server Ready(163com[10774b260cc7a37d26d71b52404dcf5c])"
    can = "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS SASL-IR AUTH=PLAIN XAPPLEPUSHSERVICE"
    refusal = "NO LOGIN Login error or password error"  # NetEase help
    wants_id = True
    refuses_initial_response = True
    folders = (
        '* LIST () "/" "INBOX"',
        '* LIST (\\Drafts) "/" "&g0l6P3ux-"',
        '* LIST (\\Sent) "/" "&XfJT0ZAB-"',
        '* LIST (\\Trash) "/" "&XfJSIJZk-"',
        '* LIST (\\Junk) "/" "&V4NXPpCuTvY-"',
    )


class CoremailSmtp(SmtpServer):
    """NetEase; its list of codes."""

    greeting = "220 163.com Anti-spam GT for Coremail System (163com[20141201])"
    ways = "LOGIN PLAIN"
    refusal = ("535 Error: authentication failed",)  # Vincedream/NodeMail 11


class CoremailSmtpOff(CoremailSmtp):
    """The same where SMTP is switched off for the account (NetEase's list of codes)."""

    refusal = ("550 User has no permission",)


class Gmail(ImapServer):
    """Gmail, before a password of the web site (LukeSmithxyz/mutt-wizard 831), with Chinese folders (r)."""

    greeting = "* OK Gimap ready for requests from 192.0.2.7 a1mb1234567"
    can = (
        "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 SASL-IR AUTH=XOAUTH2 AUTH=PLAIN"
    )
    refusal = (
        "NO [ALERT] Application-specific password required: "
        "https://support.google.com/accounts/answer/185833 (Failure)"
    )
    refused_token = "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"  # jstedfast/MailKit 1276
    folders = (
        '* LIST (\\HasNoChildren) "/" "INBOX"',
        '* LIST (\\HasNoChildren \\Sent) "/" "[Gmail]/&XfJT0ZCuTvY-"',
        '* LIST (\\Drafts \\HasNoChildren) "/" "[Gmail]/&g0l6Pw-"',
        '* LIST (\\HasNoChildren \\Trash) "/" "[Gmail]/&XfJSIJZkkK5O9g-"',
        '* LIST (\\HasNoChildren \\Junk) "/" "[Gmail]/&V4NXPpCuTvY-"',
        '* LIST (\\All \\HasNoChildren) "/" "[Gmail]/&YkBnCZCuTvY-"',
    )


class GmailBlocked(Gmail):
    """board 1304."""

    refusal = (
        "NO [ALERT] Please log in via your web browser: "
        "https://support.google.com/mail/accounts/answer/78754 (Failure)"
    )


class GmailOff(Gmail):
    """IMAP is switched off (Google's help)."""

    refusal = (
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page "
        "and enable your account for IMAP access. (Failure)"
    )


class GmailFull(Gmail):
    """jstedfast/MailKit 377."""

    refusal = "NO [ALERT] Too many simultaneous connections. (Failure)"


class GmailSmtp(SmtpServer):
    """Gmail; its sentences go over several lines (Google, SMTP errors and codes)."""

    greeting = "220 smtp.gmail.com ESMTP a1mb1234567 - gsmtp"
    ways = "LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH"
    refusal = (
        "534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log",
        "534-5.7.14 in via your web browser and then try again.",
        "534-5.7.14  Learn more at",
        "534 5.7.14  https://support.google.com/mail/answer/78754 a1mb1234567 - gsmtp",
    )


class ExchangeOnline(ImapServer):
    """Exchange Online: a password is always refused (mjs/imapclient 602)."""

    greeting = "* OK The Microsoft Exchange IMAP4 service is ready. [TABPADQAUAAyADYANQBDAEEA]"
    can = (
        "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
    )
    refusal = "NO LOGIN failed."
    takes_password = False


class ExchangeUnconnected(ExchangeOnline):
    """The login is good, and nothing opens (simonrob/email-oauth2-proxy)."""

    not_opened = "BAD User is authenticated but not connected."


class ExchangePop(Pop3Server):
    """A token in two lines only, and no password (Exchange documentation)."""

    greeting = "+OK The Microsoft Exchange POP3 service is ready. [TABPADQAUAAyADYANQBDAEEA]"
    can = ("TOP", "UIDL", "SASL PLAIN XOAUTH2", "USER")
    refusal = "-ERR Authentication failure: unknown user name or bad password."
    takes_password = False
    in_two_lines = True


class ExchangeSmtp(SmtpServer):
    """Sending is switched off for the tenant (simonrob/email-oauth2-proxy 193)."""

    greeting = "220 LO4P265CA0133.outlook.office365.com Microsoft ESMTP MAIL Service ready"
    ways = "LOGIN XOAUTH2"
    takes_password = False
    refusal = ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [LO4P265]",)
    refused_token = (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
        "Visit https://aka.ms/smtp_auth_disabled for more information. [LO4P265]",
    )


class Qq(ImapServer):
    """QQ: five causes in one sentence (cursor-auto-free 294)."""

    greeting = (
        "* OK [CAPABILITY IMAP4 IMAP4rev1 ID AUTH=PLAIN AUTH=LOGIN NAMESPACE] QQMail XMIMAP4Server ready"
    )
    can = "IMAP4 IMAP4rev1 XLIST MOVE IDLE XAPPLEPUSHSERVICE NAMESPACE CHILDREN ID UIDPLUS AUTH=PLAIN"
    refusal = (
        "NO Login fail. Account is abnormal, service is not open, password is incorrect, login frequency "
        "limited, or system is busy. More information at https://help.mail.qq.com/detail/108/1023"
    )


class QqSmtp(SmtpServer):
    """QQ in GBK (pandolia/qqbot 221, FeeiCN/GSIL 70)."""

    greeting = "220 newxmesmtplogicsvrszc5-0.qq.com XMail Esmtp QQ Mail Server."
    ways = "LOGIN PLAIN XOAUTH XOAUTH2"
    says_in = "gbk"
    refusal = ("535 Error: 请使用授权码登录。详情请看: http://service.mail.qq.com/cgi-bin/help?id=28",)


class MailRu(ImapServer):
    """thunderbird/thunderbird-android 9069."""

    refusal = (
        "NO [AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya "
        "https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED"
    )


class Yandex(ImapServer):
    """Foundry376/Mailspring 904, 2111."""

    greeting = "* OK Yandex IMAP4rev1 at imap-production-main-1 ready to talk with 192.0.2.7, 2026-Nov-28"
    refusal = "NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=WqExample"


class YandexSmtp(SmtpServer):
    """joomla/joomla-cms 31499."""

    refusal = (
        "535 5.7.8 Error: authentication failed: This user does not have access rights to this service",
    )


class YahooSmtp(SmtpServer):
    """PHPMailer/PHPMailer 2034: said at the first try, too."""

    refusal = ("535 5.7.0 (#AUTH005) Too many bad auth attempts.",)


class Zoho(ImapServer):
    """Zoho's help."""

    refusal = (
        "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)"
    )


class LiteralRefusal(ImapServer):
    """Made up: a refusal whose words are a literal (RFC 3501 has none there)."""

    def judge(self, user: str, secret: str) -> str:
        self.attempts.append((user, secret))
        return "NO {21}\r\nno such thing, really"


class Leaky(SmtpServer):
    """Repeats what it was told, as Sendmail does (Foundry376/Mailspring 811), with codes for the terminal."""

    def _auth(self, line: Line, words: list[str]) -> None:
        user, secret = words_of_plain(words[2])
        self.attempts.append((user, secret))
        line.send(
            f"500-5.5.1 \x1b[31m{secret}\x1b[0m", f'500 5.5.1 Command unrecognized: "{" ".join(words)}"'
        )
