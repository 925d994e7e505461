"""The grammar of Evolution's files of sources. Read back from evolution-source-registry 3.46."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import (
    Grammar,
    named_address,
    percent_encoded,
    refuse_control_characters,
    verbatim,
)
from mailgen.model.tokens import Joined, NamedAddress, StoreRef, Verbatim


def text(value: str) -> str:
    r"""Write a value to the right of an equals sign, as GLib itself would write it.

    A backslash begins an escape, so it is doubled. Raises Unquotable for control characters, as everywhere,
    and for blanks at the ends, which Evolution takes away.
    Source: GLib, Key-value file parser; e_util_strdup_strip in e-data-server-util.c; what
    evolution-source-registry handed out.

    >>> print(text("Ada \\ Lovelace #1 ; $x"))
    Ada \\ Lovelace #1 ; $x
    """
    refuse_control_characters(value)
    if value != value.strip(" "):
        raise Unquotable("Evolution takes blanks at the ends of a value away")
    return value.replace("\\", "\\\\")


def folder(value: StoreRef) -> str:
    """Write a folder of an account, whose source is the store, as Evolution names it.

    Raises Unquotable for control characters.
    Source: e_mail_folder_uri_build in e-mail-folder-utils.c of Evolution.

    >>> from mailgen.model.tokens import Folder
    >>> folder(StoreRef("mailgen-account-ada", Folder("INBOX/Sent Items?")))
    'folder://mailgen-account-ada/INBOX/Sent%20Items%3F'
    """
    box = value.box.name if value.box else ""
    refuse_control_characters(box)
    levels = "/".join(percent_encoded(level) for level in box.split("/"))
    return f"folder://{value.store}/{levels}"


def addresses_by_line(value: Joined) -> str:
    r"""Write a list of addresses, each on a line of the value.

    >>> print(addresses_by_line(Joined((NamedAddress("a@x.org", "Ada"), NamedAddress("b@x.org")), ", ")))
    Ada <a@x.org>\nb@x.org
    """
    parts = (named_address(part) if isinstance(part, NamedAddress) else str(part) for part in value.parts)
    return r"\n".join(text(part) for part in parts)


GRAMMAR = Grammar(
    "sourcefile",
    text,
    ("false", "true"),
    {
        Joined: addresses_by_line,
        NamedAddress: lambda value: text(named_address(value)),
        StoreRef: folder,
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="=@",
    comments=(("\n#", "\n"),),
    shown="""[] DisplayName Enabled Parent BackendName IdentityUid NeedsInitialSetup ArchiveFolder MarkSeen
    MarkSeenTimeout Host Method Port User ProxyUid RememberPassword CredentialName IsExternal
    SendClientId UseIdle UseMultiFetch CheckAll CheckSubscribed ConcurrentConnections FetchOrder FilterAll
    FilterJunk FilterJunkInbox UseNamespace Namespace UseQresync UseSubscriptions UseRealTrashPath
    RealTrashPath UseRealJunkPath RealJunkPath KeepOnServer DeleteAfterDays DeleteExpunged DisableExtensions
    AutoFetch StaySynchronized IntervalMinutes Address Aliases Name Organization ReplyTo SignatureUid
    SentFolder TransportUid UseSentFolder RepliesToOriginFolder DraftsFolder TemplatesFolder Bcc Cc
    ReplyStyle SignImip Revision""",
)
