"""The law of refusals: which wishes cannot be met follows from the facts of a provider and of a target.

Written a second time, from the plain records and without the code that judges them, so that the sweep
asks every provider and every target, and a new one of either needs no list of what is expected of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailgen.dataset.quirks import quirks
from mailgen.resolve.compat import version_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = dict[str, Any]

FORMS = {"address": "the whole address", "localpart": "the part before the @"}
TLS = {"implicit": "implicit TLS", "starttls": "STARTTLS"}
#: The ports that stand for a form of TLS where none can be said (RFC 8314, section 3.3; RFC 6409).
PORTS = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}


def refusal(provider: Record, target: Record, protocol: str | None, kind: str) -> str | None:
    """Return the sentence with which a provider and a target refuse each other, or None if they need not.

    Takes the records of both as the catalogue has them, the incoming protocol that is asked for (None: the
    best), and the kind of the credential: prompt, command or token.
    """
    name = provider["name"]["en"]
    if provider.get("status") == "retired":
        return f"{name} is closed"
    if "published" in target:
        return unsayable(provider, target, protocol)
    if ends := target.get("only_at"):
        hosts = [
            one["host"] for services in provider["services"].values() for one in services if "host" in one
        ]
        if not any(f".{host}".endswith(f".{end}") for host in hosts for end in ends):
            return f"{target['title']} is for accounts at {' and '.join(ends)} alone, and {name} is elsewhere"
    if not target["needs"]:
        return None
    used = []
    if "incoming" in target["needs"]:
        chosen, why = incoming(provider, target, protocol)
        if why:
            return why
        used.append(chosen)
    if "smtp" in target["needs"]:
        used.append("smtp")
        if why := unusable(provider, target, "smtp"):
            return why
    delivery = target["secret"]["delivery"]
    only = any(secret(provider, one) == "oauth2-only" for one in used)
    if only and kind != "token" and "oauth2" not in delivery:
        return f"{name} accepts no password from a mail program, only OAuth2"
    if kind == "token" and not {"token", "oauth2"} & set(delivery):
        return f"{target['title']} cannot log in with OAuth2"
    if not only and kind != "token" and not {kind, "prompt"} & set(delivery):
        return f"{target['title']} cannot ask for a password: nobody is there to answer"
    ways = {"xoauth2", "oauthbearer"} if only or kind == "token" else {"password"}
    for one in used:
        if not any(ways & logins(endpoint, target, one) for endpoint in usable(provider, target, one)):
            what = "password" if "password" in ways else "OAuth2 token"
            taken = {way for server in provider["services"].get(one, ()) for way in server.get("auth", ())}
            if "password" not in ways and taken - {"password"}:
                return f"{target['title']} logs in with no OAuth2 token over {one.upper()} that {name} takes"
            return f"{name} takes no {what} over {one.upper()}"
    return None


def secret(provider: Record, protocol: str) -> str:
    """Return the kind of secret that everybody needs over a protocol on the day of the newest comparison."""
    for case in provider["credentials"].get("cases", ()):
        if "when" not in case and protocol in case.get("protocols", (protocol,)) and now(provider, case):
            return str(case["kind"])
    return str(provider["credentials"]["kind"])


def now(provider: Record, dated: Record) -> bool:
    """Say whether something is so on the day of the newest comparison; a month counts as a whole."""
    day = provider.get("compared", "")
    since, until = dated.get("from", day), dated.get("until", day)
    return bool(since <= day or day.startswith(since)) and bool(until >= day or day.startswith(until))


def logins(endpoint: Record, target: Record, protocol: str) -> set[str]:
    """Return the ways to log in that a server and a target, as it is tried, have in common."""
    speaks = target["protocols"][protocol]
    tried = version_key(target["version"]["default"])
    later = {way for way, since in speaks.get("since", {}).items() if version_key(since) > tried}
    return set(endpoint.get("auth", ["password"])) & (set(speaks["auth"]) - later)


def usable(provider: Record, target: Record, protocol: str) -> Iterator[Record]:
    """Yield the servers that a target can use at all."""
    for endpoint in provider["services"].get(protocol, ()):
        forms = set(target["protocols"][protocol]["tls"]) - {"none"}  # which is for a user's own bridge
        fits = endpoint["tls"] in forms and "audience" not in endpoint
        whole = "{" not in endpoint["host"].replace("{domain}", "")
        if fits and whole and now(provider, endpoint) and logins(endpoint, target, protocol):
            yield endpoint


def unusable(provider: Record, target: Record, protocol: str) -> str | None:
    """Return why a target cannot use a protocol of a provider, or None if it can."""
    name, title, called = provider["name"]["en"], target["title"], protocol.upper()
    servers = provider["services"].get(protocol, ())
    if protocol not in target["protocols"]:
        return f"{title} does not speak {called}"
    if not servers:
        return without(provider, protocol)
    if not any(usable(provider, target, protocol)):
        if {one["tls"] for one in servers} == {"none"}:
            return (
                f"the {called} servers known for {name} offer no TLS: "
                "anybody on the way could read the password, so nothing is written"
            )
        if not any(now(provider, one) for one in servers):
            coming = [one["from"] for one in servers if one.get("from", "") > provider["compared"]]
            if coming:
                return f"{name} offers {called} from {min(coming)} on only"
            last = max(one["until"] for one in servers)
            return f"{name} has offered {called} until {last}, and does not any more"
        if not any(logins(one, target, protocol) for one in servers):
            return f"{name} accepts only OAuth2 over {called}, which {title} cannot do"
        if any("{" in one["host"].replace("{domain}", "") for one in servers):
            asks = " ".join(slot["ask"]["en"] for slot in provider["slots"].values())
            return f"the name of this server holds something that only you know: {asks}"
        if all("audience" in one for one in servers):
            audiences = " or ".join(dict.fromkeys(one["audience"] for one in servers))
            return f"{name} has {called} only for some customers ({audiences})"
        return f"no {called} server of {name} suits {title}"
    if secret(provider, protocol) == "none":
        return f"{name} lets no mail program log in over {called}"
    for quirk in provider.get("quirks", ()):
        facts = quirks()[quirk]
        if facts["severity"] != "refusal" or facts["concerns"] not in (protocol, "any"):
            continue
        answer = target.get("quirks", {}).get(quirk, {"support": "unknown"})
        version = target["version"]["default"]
        if answer["support"] == "none" or numbers(version) < numbers(answer.get("since", "0")):
            return f"{name} {facts['says']['en']}; {title} {version} does not do what it needs"
    return None


def without(provider: Record, protocol: str) -> str:
    """Return what is said of a protocol without servers: a refusal of the operator's, or a gap of ours."""
    name = provider["name"]["en"]
    if protocol in provider.get("not_offered", ()):
        return f"{name} does not offer {protocol.upper()}"
    return f"no {protocol.upper()} server is known for {name}"


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def incoming(provider: Record, target: Record, wanted: str | None) -> tuple[str, str | None]:
    """Return the protocol by which mail comes in, and why it cannot, if so."""
    offered = [one for one in target["protocols"] if one in ("imap", "pop3")]
    whys = {one: unusable(provider, target, one) for one in (*offered, *([wanted] if wanted else []))}
    working = [one for one in offered if not whys[one]]
    known = [one for one in offered if one in provider["services"]]
    chosen = wanted or [*working, *known, *offered][0]
    return chosen, whys[chosen]


def unsayable(provider: Record, target: Record, wanted: str | None) -> str | None:
    """Return why a format that is published cannot describe a provider, or None if it can."""
    name, title, can = provider["name"]["en"], target["title"], target["published"]
    asked = [one for one in target["protocols"] if one == "smtp" or wanted in (None, one)]
    whys = {
        protocol: [unsaid(provider, one, target, protocol) for one in provider["services"].get(protocol, ())]
        for protocol in asked
    }
    said = [protocol for protocol in asked if None in whys[protocol]]
    receives = [one for one in said if one != "smtp"]
    if said if can.get("partial") else receives and "smtp" in said:
        longest = can.get("longest", {}).get("name", len(name))
        if len(name) > longest:
            return f"the name has {len(name)} characters, and {title} allows {longest}"
        return None
    missing = (
        asked if can.get("partial") else ["smtp"] if receives else [one for one in asked if one != "smtp"]
    )
    first = next((one for one in missing if whys[one]), missing[0])
    if not whys[first]:
        return without(provider, first)
    return f"{title} cannot describe {first.upper()} of {name}: {whys[first][0]}"


def unsaid(provider: Record, endpoint: Record, target: Record, protocol: str) -> str | None:
    """Return why a format has no words for a server, or None if it has."""
    title, can = target["title"], target["published"]
    forms = target["protocols"][protocol]["tls"]
    usual = PORTS[protocol][endpoint["tls"] != "implicit"]
    login = endpoint.get("username", "address")
    if "own_domain_login" in provider:
        login = "account-id"  # the sweep's address has a domain of its own
    if endpoint["tls"] == "none":
        return "it has no TLS, which would show passwords to everybody"
    if "{" in endpoint["host"].replace("{domain}", ""):
        return "its name is another for each customer"
    if endpoint["host"] == "127.0.0.1":
        return "it is a bridge on each user's own machine"
    if "audience" in endpoint:
        return f"it is for some customers only ({endpoint['audience']})"
    if not now(provider, endpoint) and endpoint.get("from", "") > provider["compared"]:
        return f"it is in use from {endpoint['from']} on only"
    if not now(provider, endpoint):
        return f"it was in use until {endpoint['until']}"
    if endpoint["tls"] not in forms:
        return f"it has {TLS[endpoint['tls']]}, and {title} can only say {' or '.join(map(TLS.get, forms))}"
    if can.get("default_ports") and endpoint["port"] != usual:
        return f"its port is {endpoint['port']}, and {title} can only say {usual}"
    if not logins(endpoint, target, protocol):
        return f"it takes OAuth2 only, which {title} cannot say"
    if login in can["usernames"]:
        return None
    if login == "account-id":
        return "the login name there does not follow from the address"
    sayable = " or ".join(map(FORMS.get, can["usernames"]))
    called = FORMS.get(login, "the address with a dot in place of the @")
    return f"the login name there is {called}, and {title} can only say {sayable}"
