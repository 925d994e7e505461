"""What the page asks of mailgen, inside the worker: text in, text out; no secret is held or taken.

It words a request as the command line does (`mailgen TARGET ADDRESS --json`), and so gets the same files.
Its sentences name options of the command line where the form has no field: a page has no accounts file.
"""

import json
from types import SimpleNamespace

from mailgen.answer import answer
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.secret_options import SHORTCUTS, credential_for
from mailgen.cli.wording import as_options
from mailgen.core.errors import MailgenError
from mailgen.core.text import Option
from mailgen.languages import refusal_data
from mailgen.resolve.address import parse_address
from mailgen.resolve.wish import Wish

_CATALOGUE = open_catalogue()


def programs() -> str:
    """Return the programs that a person can choose, stores of passwords, and the state of the data."""
    shown = [
        {"name": target.name, "title": target.title, "kind": target.kind, "scope": target.scope}
        for target in _CATALOGUE.targets()
    ]
    data = {
        "programs": shown,
        "passwords": list(SHORTCUTS.values()),
        "serial": _CATALOGUE.serial,
        "compared": _CATALOGUE.compared,
    }
    return json.dumps(data, ensure_ascii=False)


def asked(request: str) -> str:
    """Return the answer for a request {client, address, name, protocol, password, lang}, or the refusal."""
    wanted = json.loads(request)
    try:
        target, wish, store = wished(wanted)
        said = answer(target, wanted["address"], wish, catalogue=_CATALOGUE, store=store, spelled=called)
    except MailgenError as error:
        said = refusal_data(error, called)
    return json.dumps(said, ensure_ascii=False)


def called(option: Option) -> str:
    """Return what an option is called here: a store as the form has it, all else as the command line does."""
    stores = SHORTCUTS.values()
    return option.value if option.path == "credential" and option.value in stores else as_options(option)


def wished(wanted: dict) -> tuple:
    """Return target, wish and the line that stores the secret, or raise MailgenError: as the command line."""
    target = _CATALOGUE.target(wanted["client"])
    chosen = {option: wanted.get("password") == kind for option, kind in SHORTCUTS.items()}
    arguments = SimpleNamespace(**chosen, oauth2=False)
    credential, store = credential_for(arguments, parse_address(wanted["address"]))
    wish = Wish(
        name=wanted.get("name") or None,
        protocol=wanted.get("protocol") or None,
        credential=credential,
        signs_in=target.scope == "user",
        language=wanted.get("lang", "en") if target.for_people else "",
    )
    return target, wish, store
