"""The keywords of mbsyncrc, in small letters: isync 1.4 and 1.5, and what 1.4 takes of older ones."""

from __future__ import annotations

ACCOUNT = frozenset(
    """host port user usercmd pass passcmd usekeychain tunnel authmech authmechs ssltype tlstype sslversion
    sslversions tlsversion tlsversions systemcertificates certificatefile clientcertificate clientkey
    cipherstring timeout pipelinedepth disableextension disableextensions requirecram requiressl useimaps
    usesslv2 usesslv3 usetlsv1 usetlsv1.1 usetlsv1.2""".split()
)
_STORE = frozenset("path maxsize mapinbox flatten trash trashnewonly trashremotenew".split())
_ALL_CHANNELS = frozenset(
    "sync create remove expunge maxmessages expireunread copyarrivaldate syncstate".split()
)

SECTIONS = frozenset("imapaccount imapstore maildirstore channel group".split())
IN_SECTION = {
    "imapaccount": ACCOUNT,
    "imapstore": ACCOUNT | _STORE | frozenset("account usenamespace pathdelimiter subscribedonly".split()),
    "maildirstore": _STORE | frozenset("inbox infodelimiter subfolders altmap".split()),
    "channel": _ALL_CHANNELS | frozenset("far near master slave pattern patterns maxsize expireside".split()),
    "group": frozenset("channel channels".split()),
}
#: What may stand before all sections.
GLOBAL = _ALL_CHANNELS | frozenset("fsync fielddelimiter bufferlimit buffersize".split())
#: Keywords that take several words; all others take one.
SEVERAL = frozenset(
    """pattern patterns channel channels group sync create remove expunge authmech authmechs sslversion
    sslversions tlsversion tlsversions disableextension disableextensions""".split()
)

YES = frozenset("yes true on 1".split())
NO = frozenset("no false off 0".split())
BOOLEANS = frozenset(
    """usekeychain systemcertificates requirecram requiressl useimaps usesslv2 usesslv3 usetlsv1 usetlsv1.1
    usetlsv1.2 trashnewonly trashremotenew usenamespace subscribedonly altmap expireunread copyarrivaldate
    fsync""".split()
)
NUMBERS = frozenset("port timeout pipelinedepth maxmessages".split())
#: Keyword -> the words that it takes.
CHOICES = {
    "ssltype": frozenset("none starttls imaps".split()),
    "tlstype": frozenset("none starttls imaps".split()),
    "subfolders": frozenset("verbatim maildir++ legacy".split()),
    **dict.fromkeys(("create", "remove", "expunge"), frozenset("none far near both master slave".split())),
}
