"""Certificates: one authority the lab trusts, one it does not, and one honest paper with a wrong name."""

import shutil
import subprocess
from pathlib import Path

import trustme

from tests.lab.names import HOSTS, Certificate


def write(folder: Path) -> None:
    """Put `<certificate>.pem` and `.key`, `ca.pem`, `rogue-ca.pem`, and `trusted/` into `folder`.

    `trusted/` is for /etc/ssl/certs.

    OpenSSL looks for authorities by a hash of their name, GnuTLS in one file of them all: both are made.
    fetchmail 6.4 refuses a certificate without a common name, whatever other names it has; so each has one.
    """
    trusted, rogue = trustme.CA(), trustme.CA()
    by_certificate: dict[Certificate, trustme.LeafCert] = {
        "right": trusted.issue_cert(*HOSTS, common_name="lab.example"),
        "wrong-name": trusted.issue_cert("elsewhere.example", common_name="elsewhere.example"),
        "rogue": rogue.issue_cert(*HOSTS, common_name="lab.example"),
    }
    for name, leaf in by_certificate.items():
        chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
        (folder / f"{name}.pem").write_bytes(chain)
        key = folder / f"{name}.key"
        key.touch(mode=0o600)
        key.write_bytes(leaf.private_key_pem.bytes())

    rogue.cert_pem.write_to_path(folder / "rogue-ca.pem")
    ca = folder / "ca.pem"
    trusted.cert_pem.write_to_path(ca)
    store = folder / "trusted"
    store.mkdir()
    shutil.copy(ca, store / "ca-certificates.crt")
    argv = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(ca)]
    digest = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=10).stdout.strip()
    shutil.copy(ca, store / f"{digest}.0")
