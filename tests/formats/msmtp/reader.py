r"""How msmtp 1.8.23 reads its configuration. Source: msmtp(1) and values read back with `msmtp -P`.

One command to a line: a word, blanks, an argument. Blanks are space and tab only. There are no
escapes, no expansions, no comments behind a command. If the argument begins and ends with a double
quote, that one pair is dropped. A carriage return goes with the line feed behind it, and only with it.

Lines, measured: a line may hold 499 bytes, with or without the line feed that ends it; a carriage
return before the line feed counts. From 500 bytes on, comments and empty lines included, msmtp stops
with exit code 78 and "line longer than 500 characters". Bytes, not characters: a Chinese one is three.

Not a matter of grammar, but good to know of the values: msmtp replaces %U, %H, %C and %M in `from`
and `domain` and knows no way to escape them (`%%U` becomes `%root`; `%M` without /etc/mailname is an
error), and takes `?`, `*` and `[` in `from` for a wildcard pattern.
"""

from tests.readers import Doubtful, Rejected

LINE_LIMIT = 499
"""Bytes in the longest line that msmtp accepts, without the line feed."""

COMMANDS = frozenset(
    "account aliases allow_from_override auth auto_from defaults domain dsn_notify dsn_return eval from"
    " host logfile logfile_time_format maildomain ntlmdomain password passwordeval port protocol"
    " proxy_host proxy_port remove_bcc_headers set_date_header set_from_header set_msgid_header socket"
    " source_ip syslog timeout tls tls_cert_file tls_certcheck tls_crl_file tls_fingerprint"
    " tls_host_override tls_key_file tls_min_dh_prime_bits tls_priorities tls_starttls tls_trust_file"
    " undisclosed_recipients user".split()
)
"""The commands of the manual page. msmtp also knows a few older ones, which it does not describe."""

NOT_EMPTY = frozenset("allow_from_override dsn_notify dsn_return host port protocol timeout".split())
"""Commands that must have an argument. Of the arguments themselves only msmtp knows what is right."""

OLD_COMMANDS = frozenset(
    "add_missing_date_header add_missing_from_header connect_timeout keepbcc tls_nocertcheck"
    " tls_nostarttls".split()
)


def read(text: str) -> list[tuple[str, str]]:
    """The commands of an msmtprc in order, each with its argument ("" if it has none).

    Raises Rejected for an unknown command, a missing argument and a line that is too long. Raises
    Doubtful for `eval`, which runs a program to get its line, for an undocumented command, and for a
    NUL, which cuts a line.

    >>> read('# work\\naccount a\\n  user "x y "\\nfrom "a"b"')
    [('account', 'a'), ('user', 'x y '), ('from', 'a"b')]
    """
    commands = []
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise Doubtful(number, "msmtp cuts the line at a NUL")
        if len(line.encode()) > LINE_LIMIT:
            raise Rejected(number, f"more than {LINE_LIMIT} bytes")
        line = (line.removesuffix("\r") if number < len(lines) else line).strip(" \t")
        if not line or line.startswith("#"):
            continue
        end = min((at for at in map(line.find, " \t") if at >= 0), default=len(line))
        command, argument = line[:end], line[end:].lstrip(" \t")
        if command == "eval" or command in OLD_COMMANDS:
            raise Doubtful(number, f"{command} is not modelled")
        if command not in COMMANDS:
            raise Rejected(number, f"unknown command {command}")
        if len(argument) > 1 and argument[0] == argument[-1] == '"':
            argument = argument[1:-1]
        if command in NOT_EMPTY and not argument:
            raise Rejected(number, f"command {command} needs an argument")
        commands.append((command, argument))
    return commands


def accounts(text: str) -> dict[str, dict[str, str]]:
    """Every account by its name, with the settings it has in the end: command to argument.

    An account starts with the defaults so far, then takes what its parents set (the last one wins),
    then its own commands. An empty argument stays, as "": for most commands it means "unset".

    Raises what `read` raises; Rejected for an account without a name, twice defined, or inheriting
    from one that is not yet defined; Doubtful for commands before the first account, which msmtp
    puts in an account without a name.

    >>> accounts('defaults\\ntls on\\naccount a\\nuser u\\naccount b : a\\nuser v\\n')["b"]
    {'tls': 'on', 'user': 'v'}
    """
    defaults: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    whole: dict[str, dict[str, str]] = {}
    targets: list[dict[str, str]] = []
    for number, (command, argument) in enumerate(read(text), start=1):
        if command == "defaults":
            if argument:
                raise Rejected(number, "defaults does not take an argument")
            targets = [defaults]
        elif command == "account":
            name, colon, rest = (part.strip(" \t") for part in argument.partition(":"))
            parents = [parent.strip(" \t") for parent in rest.split(",")] if colon else []
            if not name or "" in parents:
                raise Rejected(number, "missing account name")
            if "," in name:
                raise Rejected(number, "an account name must not contain colons or commas")
            if name in own:
                raise Rejected(number, f"account {name} was already defined")
            own[name] = {}
            for parent in parents:
                if parent not in own or parent == name:
                    raise Rejected(number, f"account {parent} not (yet) defined")
                own[name] |= own[parent]
            whole[name] = defaults | own[name]
            targets = [own[name], whole[name]]
        elif not targets:
            raise Doubtful(number, f"{command} belongs to no account")
        for target in targets if command not in ("defaults", "account") else ():
            target[command] = argument
    return whole
