"""The grammar of accountrc. Read back from Claws Mail 4.1.1, which writes the file anew when it ends."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters, verbatim
from mailgen.model.tokens import Verbatim


def text(value: str) -> str:
    r"""Write a value: all that stands behind the equals sign, to the end of the line, is meant as it is.

    Raises Unquotable for control characters, as everywhere.
    Source: prefs_config_parse_one_line in prefs_gtk.c of Claws Mail 4.1.1; files that it wrote.

    >>> text(' a"b\\ #c ')
    ' a"b\\ #c '
    """
    refuse_control_characters(value)
    return value


GRAMMAR = Grammar(
    "accountrc",
    text,
    ("0", "1"),
    {Verbatim: lambda value: verbatim(value.line)},
    longest_line=32766,
    delimiters="=",
    comments=(("\n#", "\n"),),
    shown="""[] account_name config_version is_default name address organization protocol receive_server
    smtp_server user_id use_smtp_auth smtp_user_id smtp_auth_method imap_auth_method ssl_imap ssl_pop ssl_smtp
    set_imapport imap_port set_popport pop_port set_smtpport smtp_port remove_mail message_leave_time
    signature_type signature_path auto_signature set_autoreplyto auto_replyto ssl_certs_auto_accept
    use_tls_sni inbox imap_directory imap_subsonly autochk_use_default autochk_use_custom autochk_interval
    set_sent_folder sent_folder set_draft_folder draft_folder set_trash_folder trash_folder""",
)
