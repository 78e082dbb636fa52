"""An account system that checks all that a strict one does, and lies when a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
from joserfc import jwt
from joserfc.jwk import RSAKey
from klein import Klein
from twisted.web.iweb import IRequest

CLIENT_ID, SECRET = "hubs at home", "s3cret&more"
CODE, ACCESS_TOKEN = "the-code", "the-access-token"


def make_key(name: str) -> RSAKey:
    """Make a key that signs."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


FIRST_KEY, SECOND_KEY = make_key("first"), make_key("second")


@attrs.define(eq=False)
class Issuer:
    """One that has a single account.

    Attributes:
        now: What time it is.
        url: Where it is.
        claims: What it says of the account in its ID token.
        more: What it says of it beside.
        forge: Changes the claims of an ID token before it is signed.
        key: What it signs with.
        published: The keys that it shows.
        sign: Makes the ID token of its claims, if not as usual.
        metadata: What its metadata say otherwise than usual.
        asked: What it was asked at each endpoint.
        broken: Endpoints that answer with 500.
    """

    app = Klein()
    now: Callable[[], float]
    url: str = ""
    claims: dict[str, Any] = attrs.field(
        factory=lambda: {"sub": "7", "nickname": "abe", "name": "Abe Lamp"}
    )
    more: dict[str, Any] = attrs.field(factory=lambda: {"sub": "7"})
    forge: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    key: RSAKey = FIRST_KEY
    published: list[RSAKey] = attrs.field(factory=lambda: [FIRST_KEY])
    sign: Callable[[dict[str, Any]], str] | None = None
    metadata: dict[str, Any] = attrs.field(factory=dict)
    asked: list[tuple[str, dict[str, str]]] = attrs.field(factory=list)
    broken: set[str] = attrs.field(factory=set)

    def authorize(self, address: str) -> str:
        """Do what happens in a browser that it has sent here: agree, and give where it goes."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(("authorize", query))
        back = {"code": CODE, "state": query["state"], "iss": self.url}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    @app.route("/.well-known/openid-configuration", methods=["GET"])
    def discovery(self, request: IRequest) -> str:
        return self._answer(request, "discovery") or json.dumps(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize?lang=en",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "end_session_endpoint": f"{self.url}/end",
                **self.metadata,
            }
        )

    @app.route("/keys", methods=["GET"])
    def keys(self, request: IRequest) -> str:
        odd = [{"kty": "new"}, {"kty": "RSA", "n": "?"}, "none", {"kty": "oct", "k": "c2VjcmV0"}]
        keys = [*odd, *(key.as_dict(private=False) for key in self.published)]
        return self._answer(request, "keys") or json.dumps({"keys": keys})

    @app.route("/token", methods=["POST"])
    def token(self, request: IRequest) -> str:
        if broken := self._answer(request, "token"):
            return broken
        sent = {name.decode(): values[0].decode() for name, values in request.args.items()}
        login = next(query for name, query in reversed(self.asked) if name == "authorize")
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert login["code_challenge_method"] == "S256"
        assert sent["grant_type"] == "authorization_code"
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == login["code_challenge"]
        same = sent["redirect_uri"] == login["redirect_uri"]
        if not (proved and same and sent["code"] == CODE and self._knows(request, sent)):
            request.setResponseCode(400)
            return json.dumps({"error": "invalid_grant"})
        now = int(self.now())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": login["nonce"],
            **self.claims,
        }
        sign = self.sign or self._sign
        return json.dumps({"access_token": ACCESS_TOKEN, "id_token": sign(self.forge(claims))})

    @app.route("/userinfo", methods=["GET"])
    def userinfo(self, request: IRequest) -> str:
        assert request.getHeader("Authorization") == f"Bearer {ACCESS_TOKEN}"
        return self._answer(request, "userinfo") or json.dumps(self.more)

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _knows(self, request: IRequest, sent: dict[str, str]) -> bool:
        if "client_secret_basic" in self.metadata.get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        ):
            pair = f"{CLIENT_ID.replace(' ', '+')}:s3cret%26more".encode()
            wanted = "Basic " + base64.b64encode(pair).decode()
            return bool(request.getHeader("Authorization") == wanted)
        return (sent["client_id"], sent["client_secret"]) == (CLIENT_ID, SECRET)

    def _answer(self, request: IRequest, name: str) -> str:
        self.asked.append((name, {}))
        request.setHeader("Content-Type", "application/json")
        if name in self.broken:
            request.setResponseCode(500)
            return "broken"
        return ""
