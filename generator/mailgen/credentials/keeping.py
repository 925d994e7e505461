"""Handing a secret to the program that keeps it, and trying whether it comes out again.

A secret goes through standard input only: never into an argument, the environment, a message or an exception.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from mailgen.core.errors import MailgenError
from mailgen.core.printing import printable
from mailgen.core.text import Text
from mailgen.credentials.stores import STORES
from mailgen.formats.quoting import in_the_home
from mailgen.model.tokens import Secret
from mailgen.writer import disk, walking
from mailgen.writer.private import alone_in, make_private_folders, replace_file, sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.credentials.stores import Store

#: Somebody may have to type a passphrase meanwhile; after this nobody will.
PATIENCE = 300


def keep(kind: str, store: Store, secret: Secret, user: str) -> None:
    """Put a secret into a store, instead of the one that was there.

    `user` is the login name that stores of items show beside it. Raises MailgenError if the program is
    missing or fails; with 1Password and Bitwarden also if there is one already: they would hold both.
    """
    path = os.path.expanduser(store.parts["path"]) if "path" in store.parts else ""
    if path:
        _keep_in_file(path, store, secret)
        return
    argv = _at_home(store.keep)
    _require(argv[0])
    if store.form in ("op", "bw") and _run(_at_home(store.show), b"")[0] == 0:
        raise MailgenError(
            Text("{kind} holds a secret for this account already", kind=kind),
            store.parts["item"],
            "change it in the application, or delete the item and call this again",
        )
    _succeed(argv, _handed_over(store, secret, user).encode(), secret.text)


def _keep_in_file(path: str, store: Store, secret: Secret) -> None:
    """Write the file of a store, or have it written beside and renamed: a failure leaves the old one."""
    folder = os.path.dirname(path)
    argv = _at_home(store.keep)
    given = _handed_over(store, secret, "").encode()
    if argv:
        _require(argv[0])
    make_private_folders(folder)
    with alone_in(folder) as handle:
        sweep(handle, os.path.basename(path))
        if argv:
            _written_beside(handle, argv, path, given, secret.text)
        else:
            replace_file(handle, path, given, 0o600)


def _written_beside(folder: int, argv: list[str], path: str, given: bytes, secret: str) -> None:
    """Have a program write a new file, and put it in the place of the old one.

    The program takes a path and no descriptor; what it has made is looked for in the open folder, which
    nobody else can change.
    """
    name = os.path.basename(path)
    temporary = disk.temporary_for(name)
    beside = os.path.join(os.path.dirname(path), temporary)
    try:
        with walking.private_umask():
            _succeed([beside if word == path else word for word in argv], given, secret)
        disk.narrowed(walking.Place(folder, temporary, path), 0o600)
        disk.put_over(folder, temporary, name)
        os.fsync(folder)
    except OSError as error:
        raise disk.refusal(error, path, "the old one stays", "the secret cannot be kept") from None
    finally:
        if walking.look(folder, temporary):
            os.unlink(temporary, dir_fd=folder)


def ask_by_itself(store: Store) -> None:
    """Let a program ask for the secret on the terminal itself; raises MailgenError if it fails."""
    argv = _at_home(store.keep)
    _require(argv[0])
    if subprocess.run(argv, check=False).returncode:
        raise MailgenError("the secret was not kept", argv[0], _mend(argv))


def output_problem(argv: Sequence[str]) -> str:
    """Run a command that prints a secret; return "" if something came out, else what is wrong with it.

    What came out is not returned, and no message repeats it. Raises MailgenError if the program is missing.
    """
    return came_out(argv)[1]


def came_out(argv: Sequence[str]) -> tuple[Secret | None, str]:
    """Run a command that prints a secret; return the secret, or None and what is wrong with what came.

    No message repeats what came out. Raises MailgenError if the program is missing.
    """
    argv = _at_home(argv)
    _require(argv[0])
    status, out, err = _run(argv, None)
    printed = out.decode(errors="replace")
    if status:
        return None, Text("it ends with status {status}{said}", status=status, said=_said(err, printed))
    if not printed.strip():
        return None, Text("nothing comes out{said}", said=_said(err, printed))
    if len(printed.splitlines()) > 1:
        return None, "several lines come out, and a secret is one"
    return Secret(printed.splitlines()[0]), ""


def read_out(argv: Sequence[str]) -> Secret:
    """Run a command that prints a secret, and return the secret.

    Raises MailgenError if the program is missing or fails, or if what comes out is not one line.
    """
    secret, wrong = came_out(argv)
    if secret is None:
        raise MailgenError(
            Text("{argv} does not give the secret out: {wrong}", argv=argv[0], wrong=wrong),
            argv[0],
            _mend(argv),
        )
    return secret


def drop(store: Store) -> None:
    """Take the secret out of a store; a file that is not there is none. Raises MailgenError if it stays."""
    if "path" in store.parts:
        path = os.path.expanduser(store.parts["path"])
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise disk.refusal(error, path, "it is as it was") from None
        return
    argv = _at_home(store.drop)
    _require(argv[0])
    status, _, err = _run(argv, b"")
    if status:
        raise MailgenError(
            Text("{argv} did not let the secret go{said}", argv=argv[0], said=_said(err, "")),
            argv[0],
            _mend(argv),
        )


def _handed_over(store: Store, secret: Secret, user: str) -> str:
    """Return the secret in the form in which the program reads it."""
    if store.form == "line":
        return f"{secret.text}\n"
    if store.form == "op":
        name = {"id": "username", "type": "STRING", "purpose": "USERNAME", "label": "username"}
        password = {"id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "password"}
        fields = [{**name, "value": user}, {**password, "value": secret.text}]
        return json.dumps({"title": store.parts["item"], "category": "LOGIN", "fields": fields})
    if store.form == "bw":
        login = {"username": user, "password": secret.text}
        item: dict[str, object] = {"type": 1, "name": store.parts["item"], "notes": None, "login": login}
        return base64.b64encode(json.dumps(item).encode()).decode()
    return secret.text


def _at_home(argv: Sequence[str]) -> list[str]:
    return [os.path.expanduser(word) if in_the_home(word) else word for word in argv]


def _require(program: str) -> None:
    if shutil.which(program) is None:
        raise MailgenError(
            Text("the program {program} is not installed", program=program),
            program,
            "install it, or choose another credential",
        )


def _succeed(argv: Sequence[str], given: bytes, secret: str) -> None:
    status, _, err = _run(argv, given)
    if status:
        raise MailgenError(
            Text("{argv} did not keep the secret{said}", argv=argv[0], said=_said(err, secret)),
            argv[0],
            _mend(argv),
        )


def _mend(argv: Sequence[str]) -> str:
    """Return what to do when a program refuses: what its store says, whoever named it."""
    name = os.path.basename(argv[0])
    told = next((store.mend for store in STORES.values() if store.mend and store.show[0] == name), "")
    return told or "run the program by hand to see why"


def _run(argv: Sequence[str], given: bytes | None) -> tuple[int, bytes, bytes]:
    """Run a program with `given` on its standard input (None: ours); return status, stdout and stderr."""
    environment = dict(os.environ)
    with suppress(OSError):
        environment.setdefault("GPG_TTY", os.ttyname(0))  # gpg asks for a passphrase there
    try:
        with subprocess.Popen(
            argv,
            stdin=None if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            umask=0o077,
        ) as process:
            try:
                out, err = process.communicate(given, PATIENCE)
            except BaseException:
                process.kill()
                raise
            return process.returncode, out, err
    except subprocess.TimeoutExpired:
        raise MailgenError(Text("{argv} does not answer", argv=argv[0]), argv[0], _mend(argv)) from None
    except OSError as error:
        raise MailgenError(
            Text("{argv} cannot be started: {strerror}", argv=argv[0], strerror=error.strerror),
            argv[0],
            _mend(argv),
        ) from None


def _said(err: bytes, secret: str) -> str:
    """Return what a program said to its standard error, unless the secret or a part of it is in there."""
    text = " ".join(err.decode(errors="replace").split())
    parts = [part for part in {secret.strip(), *secret.split()} if part]
    if not text or any(part in text for part in parts):
        return ""
    return Text(": {words}", words=printable(text[:300]))
