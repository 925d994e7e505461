"""What the page asks of mailgen, inside the worker: text in, text out; no secret is held or taken."""

import json

from mailgen.answer import answer
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.languages import refusal_data
from mailgen.resolve.wish import Wish

_CATALOGUE = open_catalogue()


def programs() -> str:
    """Return the programs that a person can choose, and the state of the data."""
    shown = [
        {"name": target.name, "title": target.title, "kind": target.kind}
        for target in _CATALOGUE.targets()
        if target.scope == "user" and target.kind != "provision"
    ]
    data = {"programs": shown, "serial": _CATALOGUE.serial, "compared": _CATALOGUE.compared}
    return json.dumps(data, ensure_ascii=False)


def asked(request: str) -> str:
    """Return the answer for a request {client, address, name, protocol}, or the refusal, as JSON."""
    wanted = json.loads(request)
    wish = Wish(name=wanted.get("name") or None, protocol=wanted.get("protocol") or None)
    try:
        said = answer(wanted["client"], wanted["address"], wish, catalogue=_CATALOGUE)
    except MailgenError as error:
        said = refusal_data(error)
    except ModuleNotFoundError as error:
        what = Text("this needs the Python package of {module}, which is missing", module=error.name)
        said = refusal_data(MailgenError(what, Text("this page"), Text("use mailgen on your machine")))
    return json.dumps(said, ensure_ascii=False)
