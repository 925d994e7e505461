"""The registry of OAuth2 clients: the ids under which this user's mailgen is known at authorisation servers.

mailgen brings none: an id belongs to whoever registered it, and to nobody who copied it.
"""

from __future__ import annotations

import os

from mailgen import paths
from mailgen.core.errors import InFileError, MailgenError, dotted
from mailgen.core.text import Text
from mailgen.core.values import EMPTY, dataclass
from mailgen.credentials.stores import STORES
from mailgen.dataset import yaml_lines
from mailgen.dataset.schema import Wording, sentences
from mailgen.model.vocabulary import OWN_TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from mailgen.oauth2.issuers import Issuer

FILE = "oauth2-clients.yaml"
#: What a client is called that mailgen registers by itself; no name in a registry begins so.
UNREGISTERED = "@mailgen"


@dataclass(frozen=True, slots=True)
class Client:
    """A client that is registered at an issuer (RFC 6749, section 2).

    `tenant` is the one whose accounts it serves, "" for any.
    `secret_command` prints the client's secret: a desktop
    program's is none (RFC 8252, section 8.5), yet some issuers insist on it. `redirect` is the address that
    was registered, if it is a particular one. `flow` is browser, device or paste, "" for what the issuer can.
    """

    name: str
    issuer: str
    client_id: str
    tenant: str = ""
    secret_command: tuple[str, ...] = ()
    flow: str = ""
    redirect: str = ""


def registry_files() -> tuple[str, ...]:
    """Return where a registry may lie: the user's own, then the system's. Source: XDG base directories."""
    system = [
        base for base in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if base.startswith("/")
    ]
    return (os.path.join(paths.config(), FILE), *(os.path.join(base, "mailgen", FILE) for base in system))


def registered() -> tuple[Client, ...]:
    """Return all registered clients, the user's own first.

    Raises MailgenError for a file that cannot be used.
    """
    return tuple(client for place in registry_files() if os.path.exists(place) for client in _read(place))


def _read(path: str) -> list[Client]:
    text = yaml_lines.text_of(path)
    data = yaml_lines.plain(text, path)
    found = sentences(_validator().iter_errors(data), Wording(EMPTY, key="the name of a client"))
    if found:
        lines = yaml_lines.Lines(text)
        first = min(found, key=lambda error: lines.of(error.field))
        where = ": ".join(
            filter(None, (f"{path}:{lines.of(first.field)}", dotted(first.field) if first.field else ""))
        )
        raise InFileError(first.what, where, first.mend)
    return [_client(name, one) for name, one in data["clients"].items()]


def _validator() -> Any:
    import json

    import jsonschema

    path = os.path.join(paths.data_folder("schema"), "oauth2-clients.schema.json")
    return jsonschema.Draft202012Validator(json.loads(paths.text_of_ours(path)))


def _client(name: str, data: dict[str, Any]) -> Client:
    return Client(
        name,
        data["issuer"],
        data["client_id"],
        data.get("tenant", ""),
        tuple(data.get("client_secret_command", ())),
        data.get("flow", ""),
        data.get("redirect", ""),
    )


def chosen(
    clients: Sequence[Client], issuer: Issuer, tenants: Collection[str], name: str = ""
) -> Client | None:
    """Return the client to use at an issuer: the one called `name`, else that of a tenant, else one of any.

    A client of another tenant is never taken: it is refused there. Raises MailgenError for a name that is not
    registered, or is registered elsewhere.
    """
    here = [client for client in clients if client.issuer == issuer.name]
    if name:
        found = next((client for client in clients if client.name == name), None)
        if found is None or found not in here:
            raise MailgenError(
                Text("there is no client {name} for {issuer}", name=name, issuer=issuer.name),
                registry_files()[0],
                Text("name one of {names}", names=", ".join(client.name for client in here) or "-"),
            )
        return found
    ours = [client for client in here if client.tenant and client.tenant in tenants]
    return next(iter(ours + [client for client in here if not client.tenant]), None)


def missing(issuer: Issuer) -> MailgenError:
    """Return what to say where no client is registered at an issuer: what is missing, and how to get it."""
    return MailgenError(
        Text(
            "{issuer} wants to know which program signs in, and no client id is registered for it",
            issuer=issuer.name,
        ),
        registry_files()[0],
        Text(
            "register one there (docs/oauth2.md tells how) and write it into this file; "
            "or let a program that has one fetch the tokens: {helpers}",
            helpers=f"credential: {', '.join(_others())}",
        ),
    )


def _others() -> list[str]:
    """Return the kinds of credential by which other programs fetch tokens; each wants a client id, too."""
    return [
        kind for kind, store in STORES.items() if store.token and store.show[: len(OWN_TOKENS)] != OWN_TOKENS
    ]
