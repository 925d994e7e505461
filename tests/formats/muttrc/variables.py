"""The variables that both mutt 2.2.12 and neomutt 20220429 (Debian 12) know, as far as mail needs them.

Source: `mutt -n -Q NAME` and `neomutt -n -Q NAME`; the kinds from both manuals. Not here, because one
of them, or both, answers "unknown variable":

    in neither        account_command imap_send_id message_cache_dir socket_timeout ssl_use_system_certs
                      ssl_usesystemcerts
    only in neomutt   imap_rfc5161 imap_server_noise real_name smtp_user spool_file
    only in mutt      ssl_verify_host_override

neomutt takes `spoolfile` and `realname` for its `spool_file` and `real_name`, and both take
`envelope_from` for `use_envelope_from`.
"""

KINDS = {
    "string": "attribution default_hook dsn_notify dsn_return hostname imap_delim_chars imap_headers"
    " imap_login imap_pass imap_user indent_string pager_format pipe_sep pop_host pop_pass pop_user"
    " post_indent_string preconnect realname simple_search smtp_pass smtp_url spam_separator ssl_ciphers"
    " status_format",
    "path": "certificate_file editor folder header_cache imap_oauth_refresh_command mbox message_cachedir"
    " pop_oauth_refresh_command postponed record sendmail shell signature smtp_oauth_refresh_command"
    " spoolfile ssl_ca_certificates_file ssl_client_cert trash tunnel",
    "address": "envelope_from_address from",
    "list": "imap_authenticators mailcap_path pop_authenticators smtp_authenticators",
    "charset": "assumed_charset charset config_charset send_charset",
    "choice": "mbox_type sort",
    "boolean": "envelope_from idn_decode idn_encode imap_check_subscribed imap_condstore"
    " imap_idle imap_list_subscribed imap_passive imap_qresync mail_check_stats pop_auth_try_all pop_last"
    " reverse_name ssl_force_tls ssl_use_sslv3 ssl_use_tlsv1 ssl_use_tlsv1_1 ssl_use_tlsv1_2"
    " ssl_use_tlsv1_3 ssl_verify_dates ssl_verify_host use_domain use_envelope_from use_from use_ipv6",
    "quad": "copy delete move pop_delete pop_reconnect quit ssl_starttls",
    "number": "connect_timeout imap_keepalive imap_poll_timeout mail_check pop_checkinterval sendmail_wait"
    " ssl_min_dh_prime_bits timeout",
}
VARIABLES = {name: kind for kind, names in KINDS.items() for name in names.split()}
"""Every name and its kind. `my_…` variables exist besides, as strings; neomutt does not show them."""
