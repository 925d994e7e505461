"""The grammar of main.cf, master.cf and tables of regular expressions. Read back from Postfix 3.7.11."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, plain_address, refuse_control_characters, verbatim
from mailgen.model.hosts import in_url
from mailgen.model.tokens import HostPort, Sender, Verbatim

#: Patterns that our tables have for a From with a name or a remark: they stand where a setting's name does.
_NAMED = (
    r"""/^from:[[:space:]]*("[^"\\[:cntrl:]]+"[[:space:]]*|[^][<>"(),;:@\\[:cntrl:][:space:]]"""
    r"""[^][<>"(),;:@\\[:cntrl:]]*)<[^<>]*>[[:space:]]*$/"""
)
_REMARKED = r"""/^from:[^<>"(),;:[:cntrl:]]+(\([^()\\[:cntrl:]]+\))[[:space:]]*$/"""


def text(value: str) -> str:
    r"""Write a value as one word of a parameter.

    There are no quotes: blanks and commas end a word, braces hold several together, and a dollar begins the
    name of another parameter unless it is doubled. Raises Unquotable for what holds one of the others.
    Source: postconf(5), "parameter = value"; master(5), "-o name=value".

    >>> text("/etc/ssl/my$ca.pem")
    '/etc/ssl/my$$ca.pem'
    """
    refuse_control_characters(value)
    if not value or any(char in value for char in ' ,{}"\\'):
        raise Unquotable('a word of main.cf holds no blank and none of , { } " or a backslash')
    return value.replace("$", "$$")


def sole_address(value: str) -> str:
    r"""Write an address as the result of a regular expression, in which a dollar is doubled.

    The header gets it as it stands here, so Unquotable is raised for one that needs quotes there, or that is
    beyond ASCII. Source: regexp_table(5), TEXT SUBSTITUTION; header_checks(5), REPLACE.

    >>> sole_address("a$b+x@sohu.com")
    'a$$b+x@sohu.com'
    """
    return plain_address(value).replace("$", "$$")


def next_hop(value: HostPort) -> str:
    """Write a server that mail is handed to; in brackets its own address is looked up, and no MX.

    >>> next_hop(HostPort("smtp.sohu.com", 465))
    '[smtp.sohu.com]:465'
    """
    return f"[{in_url(value.host).strip('[]')}]:{value.port}"


def own_parameter(line: str) -> str:
    """Return a line of the user's own; Unquotable for one that would go on with the line before."""
    if line[:1] in (" ", "\t"):
        raise Unquotable("a line of your own begins with a blank, and would go on with the one before")
    return verbatim(line)


GRAMMAR = Grammar(
    "postfix",
    text,
    ("no", "yes"),
    {
        HostPort: next_hop,
        Sender: lambda value: sole_address(value.address),
        Verbatim: lambda value: own_parameter(value.line),
    },
    delimiters=":={}<>",
    comments=(("\n#", "\n"),),
    shown=f"""default_transport sender_canonical_classes sender_canonical_maps virtual_alias_maps mailgen -o
    /@/ /^from:/ /^sender:/ {_NAMED} {_REMARKED}""",
)
