"""Where systems keep the certificates that they trust: each elsewhere, so that a path is good for one."""

from __future__ import annotations

#: Files and folders of all that a system trusts. Source: ca-certificates of Debian, Alpine, Arch, Fedora and
#: openSUSE, ca_root_nss of FreeBSD, Homebrew, MacPorts, NixOS, Termux, macOS and OpenBSD.
_BUNDLES = frozenset(
    """/etc/ssl/certs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-bundle.crt /etc/ssl/cert.pem
    /etc/ssl/ca-bundle.pem /etc/pki/tls/cert.pem /etc/pki/tls/certs /etc/pki/tls/certs/ca-bundle.crt
    /etc/pki/tls/certs/ca-bundle.trust.crt /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
    /etc/ca-certificates/extracted/tls-ca-bundle.pem /etc/ca-certificates/extracted/cadir
    /usr/share/ssl/certs/ca-bundle.crt /usr/lib/ssl/certs /usr/lib/ssl/cert.pem
    /var/lib/ca-certificates/ca-bundle.pem
    /usr/local/share/certs/ca-root-nss.crt /usr/local/etc/ssl/cert.pem /usr/local/etc/ssl/certs
    /usr/local/etc/openssl/cert.pem /usr/local/etc/openssl@1.1/cert.pem /usr/local/etc/openssl@3/cert.pem
    /usr/local/etc/ca-certificates/cert.pem /opt/homebrew/etc/openssl@1.1/cert.pem
    /opt/homebrew/etc/openssl@3/cert.pem /opt/homebrew/etc/ca-certificates/cert.pem
    /opt/local/etc/openssl/cert.pem /opt/local/share/curl/curl-ca-bundle.crt
    /run/current-system/etc/ssl/certs/ca-certificates.crt /system/etc/security/cacerts
    /data/data/com.termux/files/usr/etc/tls/cert.pem""".split()
)


def is_system_bundle(path: str) -> bool:
    """Say whether a path is where some system keeps all the certificates that it trusts.

    >>> is_system_bundle("/etc/ssl/certs/ca-certificates.crt"), is_system_bundle("~/ca.pem")
    (True, False)
    """
    return path.rstrip("/") in _BUNDLES
