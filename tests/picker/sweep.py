"""Digests of what every target makes for every provider: run by the engine of the picker, and by this Python.

Where `wished` is there (picker/bridge.py), it words the requests; else the command line does.
"""

import json
from hashlib import sha256

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError

CATALOGUE = open_catalogue()


def requests():
    """Yield each address and target, asked for its password by the program, or in `pass` where it cannot."""
    targets = list(CATALOGUE.targets())
    for _, record in CATALOGUE.records():
        for target in targets if record.get("domains") else ():
            yield f"ada.b+c@{record['domains'][0]}", target, "" if "prompt" in target.secret else "pass"


def by_the_command_line(address, target, password):
    """Return the wish that the words of the command line come to."""
    from mailgen.cli.parser import form_parser
    from mailgen.cli.plain_words import plain_form
    from mailgen.cli.wish import wish_from

    words = [address, "--name", "Ada O’Brien", *([f"--{password}"] if password else [])]
    words += ["--lang", "zh"] if target.for_people else []
    return wish_from(plain_form(words) or form_parser(target.name).parse_args(words), target)[0]


def by_the_page(address, target, password):
    """Return the wish that the fields of the page come to."""
    said = {"client": target.name, "address": address, "name": "Ada O’Brien", "lang": "zh"}
    return wished({**said, "password": password})[1]  # noqa: F821 (the bridge has it)


def digests(wish_of):
    """Return a digest for each address and target: of its files, or of what is said instead."""
    found = {}
    for address, target, password in requests():
        try:
            result = generate(target, address, wish_of(address, target, password), catalogue=CATALOGUE)
            said = [
                [one.path, one.kind, one.mode, sha256(one.content).hexdigest()] for one in result.files
            ] + [[one.code, str(one.what)] for one in result.findings]
        except MailgenError as error:
            said = [type(error).__name__, str(error)]
        found[f"{address} {target.name}"] = sha256(json.dumps(said).encode()).hexdigest()[:16]
    return found


def as_text():
    """Return the digests as JSON."""
    return json.dumps(digests(by_the_page if "wished" in globals() else by_the_command_line))
