"""A form over HTTPS to an authorisation server, and its answer."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

#: Seconds that a server may take.
PATIENCE = 20
#: OpenSSL's codes for a certificate that is not valid yet, and one that is not any more.
_NOT_TODAY = (9, 10)
#: No answer is larger.
MOST = 1 << 20
_FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": "mailgen",
}


class Unreachable(MailgenError):
    """The server could not be asked: nothing is said of the login."""

    code = "unreachable"


def post(url: str, body: str, content_type: str = "", context: ssl.SSLContext | None = None) -> str:
    """Send a form to an https address and return the text of the answer, whatever its status.

    The certificate is checked, and no redirect is followed: a secret goes to the one address that is known.
    Raises Unreachable if there is no answer, and MailgenError for an address that is not https.
    """
    return _asked(
        "POST", url, body, {**_FORM, **({"Content-Type": content_type} if content_type else {})}, context
    )


def get(url: str, context: ssl.SSLContext | None = None) -> str:
    """Return the text at an https address, as `post` does."""
    return _asked("GET", url, None, {"Accept": "application/json", "User-Agent": "mailgen"}, context)


def _asked(
    method: str, url: str, body: str | None, headers: dict[str, str], context: ssl.SSLContext | None
) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise MailgenError(Text("{url} is no https address", url=url), url, Text("use https"))
    connection = http.client.HTTPSConnection(
        parts.hostname, parts.port, timeout=PATIENCE, context=context or ssl.create_default_context()
    )
    try:
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers)
        answer = connection.getresponse()
        content = answer.read(MOST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(
            Text("{host} cannot be asked: {why}", host=parts.hostname, why=_why(error)),
            parts.hostname,
            _mend(error),
        ) from None
    finally:
        connection.close()
    if 300 <= answer.status < 400:
        raise MailgenError(
            Text("{host} sends us elsewhere, and a login goes nowhere else", host=parts.hostname),
            parts.hostname,
            Text("its token endpoint may have a new address; look for a newer mailgen"),
        )
    if len(content) > MOST:
        raise MailgenError(Text("the answer is too large"), parts.hostname, Text("try again later"))
    return content.decode(errors="replace")


def _mend(error: Exception) -> Text:
    """Return what to do: what a clock that is off makes of a certificate is told as such."""
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _NOT_TODAY:
        return Text("the clock of this machine may be off: set it, then try again")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Text("something between may answer in its place: look at the network, then try again")
    return Text("look at the network, then try again")


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message or "its certificate is not to be trusted"
    return getattr(error, "strerror", None) or type(error).__name__
