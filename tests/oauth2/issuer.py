"""A real authorisation server over TLS on loopback: Authlib's, with everything in memory.

Registration of any program (RFC 7591), code with PKCE (required), refresh tokens that change at each use and
whose second use ends the whole login,
device codes, introspection, revocation, metadata (RFC 8414) and the issuer's name in the answer (RFC 9207).
Whoever opens the page agrees at once: `browse` does what a browser would.

    with Issuer(folder) as issuer: ...

`issuer.refreshes` counts the requests for a new token; `issuer.good_for` is for how many seconds tokens are
good, `issuer.padding` makes them longer.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import flask
import trustme
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from pathlib import Path

USER = "ada@lab.example"
NAME = "login.lab.example"
SCOPE = "mail"


class Client(ClientMixin):  # type: ignore[misc]
    """A public client, as programs on people's machines are."""

    def __init__(self, client_id: str, secret: str = "") -> None:
        self.client_id, self.secret = client_id, secret

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith(("http://127.0.0.1", "http://localhost"))

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == ("client_secret_post" if self.secret else "none")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return True


class Kept(TokenMixin):  # type: ignore[misc]
    """A pair of tokens; `family` are all that came of one login."""

    def __init__(self, data: dict[str, Any], client: str, family: list[Kept]) -> None:
        self.access_token, self.refresh_token = data["access_token"], data.get("refresh_token", "")
        self.scope, self.expires_in, self.issued = data.get("scope", ""), data["expires_in"], time.time()
        self.client_id, self.family, self.used, self.revoked = client, family, False, False
        family.append(self)

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id

    def get_scope(self) -> str:
        return str(self.scope)

    def get_expires_in(self) -> int:
        return int(self.expires_in)

    def is_expired(self) -> bool:
        return bool(time.time() > self.issued + self.expires_in)

    def is_revoked(self) -> bool:
        return self.revoked


class Code(dict[str, Any]):
    """An authorisation code and what it was asked with."""

    code_challenge = property(lambda self: self["challenge"])
    code_challenge_method = property(lambda self: self["method"])

    def get_redirect_uri(self) -> str:
        return str(self["redirect"])

    def get_scope(self) -> str:
        return str(self["scope"])


class Registered(Client):
    """A client that has registered by itself; it shows a secret if it was told to."""

    def __init__(self, client_id: str, secret: str, metadata: dict[str, Any]) -> None:
        super().__init__(client_id, secret)
        self.metadata = metadata

    @property
    def client_info(self) -> dict[str, Any]:
        return {"client_id": self.client_id}

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        host = redirect_uri.split(":")[1]
        return any(one.startswith(f"http:{host}") for one in self.metadata["redirect_uris"])


class Issuer:
    """The server, its certificate and all that it remembers."""

    def __init__(self, folder: Path, *, iss: bool = True, secret: str = "") -> None:
        self.codes: dict[str, Code] = {}
        self.given_codes: list[str] = []
        self.tokens: list[Kept] = []
        self.devices: dict[str, tuple[DeviceCredentialDict, bool]] = {}
        self.client = Client("mailgen-test", secret)
        self.refreshes, self.good_for, self.denies, self.html = 0, 3600, False, False
        self.refresh_token: str | None = None
        self.padding = 0
        self.introspects = True
        self.registered: list[Registered] = []
        self.registers, self.registers_with = True, "none"
        self._authority = trustme.CA()
        self.ca = folder / "issuer-ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca))
        context = self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.shows_certificate()
        self._iss, self.iss = iss, f"https://{NAME}"
        self._server = make_server("127.0.0.1", 0, _app(self), threaded=True, ssl_context=context)
        self.url = f"https://localhost:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Issuer:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def shows_certificate(self, begins: float = -1) -> None:
        """Show a certificate from now on that is valid in so many days: none is where a clock is behind."""
        begin = datetime.now(UTC) + timedelta(days=begins)
        names = ("localhost", "127.0.0.1")
        leaf = self._authority.issue_cert(
            *names, common_name=names[0], not_before=begin, not_after=begin + timedelta(days=90)
        )
        leaf.configure_cert(self._context)

    @property
    def sends_iss(self) -> bool:
        return self._iss

    def token_of(self, text: str) -> Kept | None:
        """Return the pair that an access or a refresh token belongs to."""
        return next(
            (one for one in self.tokens if text and text in (one.access_token, one.refresh_token)), None
        )

    def end_login(self) -> None:
        """End every login, as a change of password does."""
        for one in self.tokens:
            one.revoked = True

    def browse(self, page: str) -> str:
        """Open a page as a browser does that agrees, and follow it back; returns the last address."""
        trusted = ssl.create_default_context(cafile=str(self.ca))
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted), _Stop)
        with opener.open(page, timeout=20) as answer:
            back = answer.headers["Location"]
        if "localhost:" in back or "127.0.0.1:" in back:
            with urllib.request.urlopen(back, timeout=20) as answer:
                answer.read()
        return str(back)


class _Stop(urllib.request.HTTPRedirectHandler):
    """Hands a redirect over instead of following it."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


def _app(issuer: Issuer) -> flask.Flask:
    app = flask.Flask("issuer")
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {}
    server = AuthorizationServer(
        app,
        query_client=lambda name: next(
            (one for one in (issuer.client, *issuer.registered) if name == one.client_id), None
        ),
        save_token=lambda data, request: _save(issuer, data, request),
    )

    def lifetimes(data: dict[str, Any]) -> dict[str, Any]:
        data["expires_in"] = issuer.good_for
        return data

    class WithCode(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_post")

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            issuer.given_codes.append(code)
            issuer.codes[code] = Code(
                redirect=asked["redirect_uri"],
                scope=asked.get("scope", ""),
                challenge=asked["code_challenge"],
                method=asked["code_challenge_method"],
                hint=asked.get("login_hint", ""),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return issuer.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            issuer.codes = {code: one for code, one in issuer.codes.items() if one is not authorization_code}

        def authenticate_user(self, authorization_code: Code) -> str:
            return USER

    class Refreshing(grants.RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_post")
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token: str) -> Kept | None:
            issuer.refreshes += 1
            kept = issuer.token_of(refresh_token)
            if kept is None or kept.revoked:
                return None
            if kept.used:  # the second use of one that was changed: somebody else has it
                for one in kept.family:
                    one.revoked = True
                return None
            self.request.family = kept.family
            return kept

        def authenticate_user(self, refresh_token: Kept) -> str:
            return USER

        def revoke_old_credential(self, refresh_token: Kept) -> None:
            refresh_token.used = True

    class Devices(DeviceCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_post")

        def query_device_credential(self, device_code: str) -> DeviceCredentialDict | None:
            return issuer.devices[device_code][0] if device_code in issuer.devices else None

        def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
            typed = any(one["user_code"] == user_code and done for one, done in issuer.devices.values())
            return (USER, not issuer.denies) if typed else None

        def should_slow_down(self, credential: DeviceCredentialDict) -> bool:
            return False

    class NewDevice(DeviceAuthorizationEndpoint):  # type: ignore[misc]
        INTERVAL = 1

        def get_verification_uri(self) -> str:
            return f"{issuer.url}/type"

        def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
            asked = {"client_id": client_id, "scope": scope, "expires_at": time.time() + 600}
            kept = DeviceCredentialDict({**asked, **data})
            issuer.devices[data["device_code"]] = (kept, False)

    class Introspecting(IntrospectionEndpoint):  # type: ignore[misc]
        CLIENT_AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")

        def authenticate_endpoint_client(self, request: Any) -> Client:
            return issuer.client

        def check_permission(self, token: Kept, client: Client, request: Any) -> bool:
            return True

        def query_token(self, token_string: str, token_type_hint: str) -> Kept | None:
            return issuer.token_of(token_string)

        def introspect_token(self, token: Kept) -> dict[str, Any]:
            return {
                "active": issuer.introspects,
                "username": USER,
                "scope": token.scope,
                "client_id": token.client_id,
            }

    class Revoking(RevocationEndpoint):  # type: ignore[misc]
        CLIENT_AUTH_METHODS = ("none", "client_secret_post")

        def query_token(self, token_string: str, token_type_hint: str) -> Kept | None:
            return issuer.token_of(token_string)

        def revoke_token(self, token: Kept, request: Any) -> None:
            for one in token.family:
                one.revoked = True

    class Registering(ClientRegistrationEndpoint):  # type: ignore[misc]
        def get_server_metadata(self) -> dict[str, Any]:
            return {}

        def authenticate_token(self, request: Any) -> bool:
            return issuer.registers  # open to all

        def generate_client_info(self, request: Any) -> dict[str, Any]:
            """Hand out a secret in any case, and say whether it is wanted, as some servers do."""
            return {
                **super().generate_client_info(request),
                "token_endpoint_auth_method": issuer.registers_with,
            }

        def save_client(
            self, client_info: dict[str, Any], client_metadata: dict[str, Any], request: Any
        ) -> Any:
            secret = client_info["client_secret"] if issuer.registers_with != "none" else ""
            issuer.registered.append(Registered(client_info["client_id"], secret, client_metadata))
            return issuer.registered[-1]

    server.register_endpoint(Registering)
    server.register_grant(WithCode, [CodeChallenge(required=True)])
    server.register_grant(Refreshing)
    server.register_grant(Devices)
    server.register_endpoint(NewDevice)
    server.register_endpoint(Introspecting)
    server.register_endpoint(Revoking)
    server.register_token_generator("default", lambda **said: lifetimes(_pair(issuer, said)))

    @app.get("/authorize")
    def authorize() -> Any:
        from urllib.parse import urlencode

        asked = flask.request.args
        if issuer.denies:
            query = urlencode({"error": "access_denied", "state": asked["state"], "iss": issuer.iss})
            return flask.redirect(f"{asked['redirect_uri']}?{query}")
        grant = server.get_authorization_grant(server.create_oauth2_request(None))
        answer = server.create_authorization_response(grant_user=USER, grant=grant)
        if issuer.sends_iss:
            answer.headers["Location"] += "&" + urlencode({"iss": issuer.iss})
        return answer

    @app.post("/token")
    def token() -> Any:
        return "<html>maintenance</html>" if issuer.html else server.create_token_response()

    @app.post("/device")
    def device() -> Any:
        return server.create_endpoint_response(NewDevice.ENDPOINT_NAME)

    @app.post("/introspect")
    def introspect() -> Any:
        return server.create_endpoint_response(Introspecting.ENDPOINT_NAME)

    @app.post("/revoke")
    def revoke() -> Any:
        return server.create_endpoint_response(Revoking.ENDPOINT_NAME)

    @app.post("/register")
    def register() -> Any:
        return server.create_endpoint_response(Registering.ENDPOINT_NAME)

    @app.get("/.well-known/oauth-authorization-server")
    def metadata() -> Any:
        return {
            "issuer": issuer.iss,
            "authorization_endpoint": f"{issuer.url}/authorize",
            "token_endpoint": f"{issuer.url}/token",
            "device_authorization_endpoint": f"{issuer.url}/device",
            "revocation_endpoint": f"{issuer.url}/revoke",
            "registration_endpoint": f"{issuer.url}/register",
            "authorization_response_iss_parameter_supported": True,
        }

    return app


def _pair(issuer: Issuer, said: dict[str, Any]) -> dict[str, Any]:
    import secrets

    data = {
        "token_type": "Bearer",
        "access_token": "access-" + secrets.token_urlsafe(20) + "x" * issuer.padding,
        "scope": said.get("scope") or "",
    }
    if issuer.refresh_token != "":
        data["refresh_token"] = "refresh-" + secrets.token_urlsafe(20)
    return data


def _save(issuer: Issuer, data: dict[str, Any], request: Any) -> None:
    issuer.tokens.append(Kept(data, request.client.client_id, getattr(request, "family", [])))
