r"""How fetchmail 6.4.37 reads its run control file. Source: fetchmail(1), and the values read back with
`fetchmail --configdump` (`tests/formats/fetchmail/program.py`).

For the words and their escapes see `fetchmail_words.py`. An entry is `poll NAME`, then server options,
then users, each with its user options, in this order. The options of a `defaults` entry, which must come
first, hold for every later entry that does not set them itself; options of one user never hold for the
next user of the same poll (`ssl` included).
"""

from dataclasses import dataclass, field
from typing import NoReturn

from tests.formats.fetchmail.reader_words import Token, tokens
from tests.readers import Doubtful, Rejected

__all__ = ["Poll", "Token", "User", "read", "settings", "tokens"]

OptionValue = str | int | bool | list[str] | list[int]
END = Token("end", "", 0)

SERVER_STRINGS = frozenset(
    "via principal esmtpname esmtppassword qvirtual interface monitor plugin plugout".split()
)
SERVER_NUMBERS = frozenset(["interval", "timeout"])
SERVER_LISTS = frozenset(["aka", "localdomains"])
SERVER_FLAGS = frozenset(["uidl", "checkalias", "dns", "tracepolls"])
SERVER_SPECIAL = frozenset(["protocol", "service", "port", "auth", "envelope", "bad-header"])
USER_STRINGS = frozenset(
    "password smtpaddress smtpname mda bsmtp preconnect postconnect sslkey sslcert sslproto sslcertfile"
    " sslcertpath sslcommonname sslfingerprint properties".split()
)
USER_NUMBERS = frozenset("limit warnings fetchlimit fetchsizelimit fastuidl batchlimit expunge".split())
USER_LISTS = frozenset(["folder", "smtphost", "fetchdomains"])
USER_FLAGS = frozenset(
    "keep flush limitflush fetchall rewrite forcecr stripcr pass8bits dropstatus dropdelivered mimedecode"
    " idle ssl sslcertck".split()
)
USER_SPECIAL = frozenset(["is", "to", "antispam", "lmtp"])
SETTING_FLAGS = frozenset("bouncemail spambounce softbounce syslog invisible showdots".split())
SETTING_STRINGS = frozenset("logfile idfile pidfile postmaster properties".split())
SERVER = SERVER_STRINGS | SERVER_NUMBERS | SERVER_LISTS | SERVER_FLAGS | SERVER_SPECIAL
USER = USER_STRINGS | USER_NUMBERS | USER_LISTS | USER_FLAGS | USER_SPECIAL


@dataclass(slots=True)
class User:
    """One mailbox. `name` is None where options come without a `user`. Flags are True or False."""

    name: str | None
    options: dict[str, OptionValue] = field(default_factory=dict)


@dataclass(slots=True)
class Poll:
    """One `poll` or `skip` entry: the name, its server options, its users."""

    name: str
    active: bool = True
    options: dict[str, OptionValue] = field(default_factory=dict)
    users: list[User] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The name that is dialled."""
        return str(self.options.get("via", self.name))


def read(text: str) -> list[Poll]:
    """The polls of a fetchmailrc in order, each with everything that holds for it, `defaults` included.

    `port` and `service` both end in "service", as text. Paths are as written (fetchmail puts its working
    directory before relative ones). Raises Rejected where fetchmail finds a syntax error, and Doubtful
    for `user … here`, for `defaults` that come late or name a user, and for lists that would be merged.

    >>> [poll] = read('poll h proto imap service 993 user "a" ssl nokeep')
    >>> poll.options, poll.users
    ({'protocol': 'IMAP', 'service': '993'}, [User(name='a', options={'ssl': True, 'keep': False})])
    """
    return _Parser(tokens(text)).file()[1]


def settings(text: str) -> dict[str, OptionValue]:
    """What the `set` statements of a fetchmailrc set. Raises what `read` raises.

    >>> settings("set no spambounce set daemon 300")
    {'spambounce': False, 'daemon': 300}
    """
    return _Parser(tokens(text)).file()[0]


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.at = 0

    @property
    def next(self) -> Token:
        return self.words[self.at] if self.at < len(self.words) else END

    def fail(self) -> NoReturn:
        raise Rejected(self.next.line, f"syntax error at {self.next.value or 'end of input'}")

    def take(self, *kinds: str) -> Token:
        if self.next.kind not in kinds:
            self.fail()
        self.at += 1
        return self.words[self.at - 1]

    def accept(self, *values: str) -> str | None:
        token = self.next
        if token.kind not in ("keyword", "mark") or token.value not in values:
            return None
        self.at += 1
        return str(token.value)

    def string(self) -> str:
        return str(self.take("string").value)

    def strings(self) -> list[str]:
        found = [self.string()]
        while self.next.kind == "string":
            found.append(self.string())
        return found

    def file(self) -> tuple[dict[str, OptionValue], list[Poll]]:
        found: dict[str, OptionValue] = {}
        defaults: Poll | None = None
        polls: list[Poll] = []
        while self.next is not END:
            if self.accept("set"):
                found |= self.setting()
            elif self.next.value == "defaults" and self.next.kind == "keyword":
                line = self.take("keyword").line
                if defaults or polls:
                    raise Doubtful(line, "defaults must come first")
                defaults = self.entry("defaults", True)
                if [user.name for user in defaults.users] != [None]:
                    raise Doubtful(line, "defaults that name a user")
            else:
                word = self.accept("poll", "skip") or self.fail()
                polls.append(_with(defaults, self.entry(self.string(), word == "poll")))
        return found, polls

    def setting(self) -> dict[str, OptionValue]:
        if self.accept("no"):
            return {self.accept(*SETTING_FLAGS) or self.fail(): False}
        if word := self.accept(*SETTING_FLAGS):
            return {word: True}
        word = self.accept("daemon", *SETTING_STRINGS) or self.fail()
        self.accept("=")
        return {word: self.take("number" if word == "daemon" else "string").value}

    def entry(self, name: str, active: bool) -> Poll:
        poll = Poll(name, active)
        while self.option("server", poll.options):
            pass
        user = User(None)
        while self.option("user", user.options):
            pass
        while not user.options and self.accept("user"):
            poll.users.append(self.user())
        poll.users = poll.users or [user]
        return poll

    def user(self) -> User:
        names = self.mappings()
        if self.accept("here"):
            raise Doubtful(self.next.line, "user … here is not modelled")
        if len(names) > 1 or self.words[self.at - 2].value == "=":
            self.fail()
        self.accept("there")
        user = User(names[0])
        while self.option("user", user.options):
            pass
        return user

    def mappings(self) -> list[str]:
        found = []
        while self.next.kind == "string":
            name = self.string()
            found.append(f"{name}={self.string()}" if self.accept("=") else name)
        return found or self.fail()

    def option(self, level: str, options: dict[str, OptionValue]) -> bool:
        """Read one option of this level into `options`; False if the next word is none."""
        start = self.at
        no = self.accept("no") is not None
        flags = SERVER_FLAGS | {"envelope"} if level == "server" else USER_FLAGS
        word = self.accept(*(flags if no else SERVER if level == "server" else USER))
        if not word:
            self.at = start
            return False
        if no or (word in flags and word != "envelope"):
            options[word] = not no
        elif word in SERVER_STRINGS | USER_STRINGS:
            options[word] = self.string()
        elif word in SERVER_NUMBERS | USER_NUMBERS:
            options[word] = self.take("number").value
        elif word in SERVER_LISTS | USER_LISTS:
            options[word] = [*options.get(word, []), *self.strings()]
        elif word == "lmtp":
            options[word] = True
        elif word == "antispam":
            numbers = [int(self.take("number").value)]
            while self.next.kind == "number":
                numbers.append(int(self.take("number").value))
            options[word] = numbers
        elif word in ("is", "to"):
            options["localnames"] = self.mappings()
            if not self.accept("here") and self.accept("there"):
                raise Doubtful(self.next.line, "is … there is not modelled")
        elif word in ("service", "port"):
            options["service"] = str(
                self.take(*["string", "number"] if word == "service" else ["number"]).value
            )
        elif word == "bad-header":
            options[word] = self.accept("accept", "reject") or self.fail()
        elif word == "envelope":
            skip = self.take("number").value if self.next.kind == "number" else 0
            options[word], options["envskip"] = self.string(), skip
        else:
            options[word] = self.take(word).value
        return True


def _with(defaults: Poll | None, poll: Poll) -> Poll:
    """The poll with what `defaults` sets and it does not."""
    if defaults:
        for user in poll.users:
            _merge(defaults.users[0].options, user.options)
        _merge(defaults.options, poll.options)
    return poll


def _merge(defaults: dict[str, OptionValue], options: dict[str, OptionValue]) -> None:
    for name, value in defaults.items():
        if isinstance(value, list) and name in options:
            raise Doubtful(0, f"{name} in defaults and in a poll")
        options.setdefault(name, value)
