"""The private world: a network of its own, with our names and our certificate authority.

As root one namespace is enough. An ordinary user becomes "root" of a user namespace to mount and to
bring up the network, and then himself again in a second one inside it, because Dovecot looks up who it is.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from tests.lab.names import HOSTS

_FLAGS = [
    "--net",
    "--mount",
    "--pid",
    "--uts",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--propagation=private",
]
_HOSTNAME = "lab.example"
_ROOT = Path(__file__).parents[2]


def as_root() -> bool:
    return os.geteuid() == 0


def _unshare() -> list[str]:
    return ["unshare", *_FLAGS] if as_root() else ["unshare", "--user", "--map-root-user", *_FLAGS]


def why_impossible() -> str | None:
    """Say why this machine allows no namespaces, or None if it does."""
    try:
        probe = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, timeout=10)
    except FileNotFoundError:
        return "the program 'unshare' (util-linux) is missing"
    return None if probe.returncode == 0 else f"no private network here: {probe.stderr.strip()}"


def enter(base: Path, inside: str = "tests.lab.inside") -> list[str]:
    """The command which enters a new world and runs the module `inside` there.

    It also sweeps up after a good end, since the tests may have died and left that to it.
    """
    within = [sys.executable, "-m", __name__, str(base), str(os.getuid()), str(os.getgid()), inside]
    return ["sh", "-c", '"$@" && rm -rf "$0"', str(base), *_unshare(), *within]


def environment() -> dict[str, str]:
    """What the lab's own processes need: this checkout on the path, and the daemons' programs."""
    python_path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": python_path, "PATH": search_path(), "LC_ALL": "C.UTF-8"}


def search_path() -> str:
    """Where programs are looked for; servers lie in folders that an ordinary user's path leaves out."""
    return os.pathsep.join([os.environ.get("PATH", "/usr/bin:/bin"), "/usr/sbin", "/sbin"])


def write_files(base: Path) -> None:
    """The few files of /etc which the lab puts in front of the real ones."""
    lines = [
        "127.0.0.1 localhost",
        f"127.0.0.1 {_HOSTNAME} lab",
        *(f"{h.address} {h.name}" for h in HOSTS.values()),
    ]
    write_etc(base, lines)


def write_etc(base: Path, hosts: list[str]) -> None:
    """The same with other lines for /etc/hosts."""
    etc = base / "etc"
    (etc / "hosts").write_text("\n".join(hosts) + "\n")
    (etc / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    (etc / "nsswitch.conf").write_text(
        "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\n"
    )


def _loopback_up() -> None:
    """`ip link set lo up`, without needing iproute2."""
    up, get_flags, set_flags = 0x1, 0x8913, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = bytearray(struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(sock, get_flags, request)
        (flags,) = struct.unpack_from("h", request, 16)
        struct.pack_into("h", request, 16, flags | up)
        fcntl.ioctl(sock, set_flags, request)


def _furnish(base: Path) -> None:
    _loopback_up()
    if (base / "addresses").exists():
        subprocess.run(["ip", "-batch", str(base / "addresses")], check=True, timeout=10)
    socket.sethostname(_HOSTNAME)
    Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")
    mounts = {base / "etc" / name: Path("/etc") / name for name in ("hosts", "resolv.conf", "nsswitch.conf")}
    mounts[base / "tls" / "trusted"] = Path("/etc/ssl/certs")
    for ours, theirs in mounts.items():
        if theirs.exists():
            subprocess.run(["mount", "--bind", str(ours), str(theirs)], check=True, timeout=10)


def main(base: str, uid: str, gid: str, inside: str) -> None:
    """Runs as (perhaps pretended) root of the new world; becomes the module `inside`."""
    _furnish(Path(base))
    argv = [sys.executable, "-m", inside, base]
    if uid != "0":
        argv = ["unshare", "--user", f"--map-user={uid}", f"--map-group={gid}", *argv]
    os.execvp(argv[0], argv)


if __name__ == "__main__":
    main(*sys.argv[1:])
