"""The account system: who somebody is, as it says and as it can prove."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import attrs
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from twisted.internet.interfaces import IReactorTime

from hubs.config import Login
from hubs.klein_app.login.errors import AccountNameError, ProviderAwayError, UntrustedError
from hubs.klein_app.login.flow import Flow
from hubs.klein_app.login.id_token import Expected, read_id_token, read_keys
from hubs.klein_app.login.metadata import WELL_KNOWN, Metadata, read_metadata
from hubs.model.person import is_username
from hubs.sources.errors import AwayError, NotFoundError, SourceError
from hubs.sources.session import Session

#: How long what the account system says of itself holds, seconds.
METADATA_SECONDS = 3600.0
#: How often its keys are asked for at the most, when an ID token was signed by another; seconds.
KEYS_SECONDS = 60.0
#: How long it may take to answer, seconds.
PATIENCE = 10.0
_LONGEST_NAME = 200


@attrs.frozen
class Identity:
    """Who somebody is.

    Attributes:
        username: Their account name, one that Hubs can use.
        full_name: Their name as people say it; may be empty.
    """

    username: str
    full_name: str


class Provider:
    """Asks an account system that speaks OpenID Connect."""

    def __init__(self, settings: Login, session: Session, clock: IReactorTime) -> None:
        """Ask nothing yet.

        Args:
            settings: Where it is, and who we are to it.
            session: Asks it.
            clock: What time is.
        """
        self._settings = settings
        self._session = session
        self._clock = clock
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def issuer(self) -> str:
        """Give its name, as in its ID tokens.

        Raises:
            ProviderAwayError: It cannot be asked.
        """
        return (await self._discover()).issuer

    async def login_url(self, flow: Flow, redirect_uri: str) -> str:
        """Say where a browser goes to log in.

        Args:
            flow: The log-in.
            redirect_uri: Where it comes back to.

        Returns:
            An address of the account system.

        Raises:
            ProviderAwayError: It cannot be asked.
        """
        metadata = await self._discover()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(metadata.authorization_endpoint, query)

    async def logout_url(self, back: str) -> str:
        """Say where a browser goes to log out of the account system too.

        See OpenID Connect RP-Initiated Logout 1.0.

        Args:
            back: Where it comes back to.

        Returns:
            An address of the account system, or ``back`` if it has none for that. One of another
            origin counts for none: our pages do not let their forms lead there.

        Raises:
            ProviderAwayError: It cannot be asked.
        """
        metadata = await self._discover()
        there = metadata.end_session_endpoint
        if urlsplit(there)[:2] != urlsplit(self._settings.issuer)[:2]:
            return back
        query = {"client_id": self._settings.client_id, "post_logout_redirect_uri": back}
        return _with_query(there, query)

    async def identify(self, flow: Flow, code: str, redirect_uri: str) -> Identity:
        """Say who has come back from the account system.

        Args:
            flow: The log-in.
            code: What they came back with.
            redirect_uri: Where they came back to.

        Returns:
            Who they are.

        Raises:
            ProviderAwayError: The account system cannot be asked.
            UntrustedError: What it says is not to be believed.
            AccountNameError: They have no account name that Hubs can use.
        """
        metadata = await self._discover()
        tokens = await self._tokens(metadata, flow, code, redirect_uri)
        claims = await self._read_id_token(metadata, str(tokens.get("id_token", "")), flow.nonce)
        if self._settings.username_claim not in claims and metadata.userinfo_endpoint:
            more = await self._user_info(metadata, str(tokens.get("access_token", "")))
            if more.get("sub") != claims["sub"]:
                raise UntrustedError("it tells of another person than its ID token")
            claims = {**more, **claims}
        username, full_name = claims.get(self._settings.username_claim), claims.get("name", "")
        if not isinstance(username, str) or not is_username(username):
            raise AccountNameError(f"expected an account name, got {username!r}")
        printable = isinstance(full_name, str) and full_name.isprintable()
        return Identity(username, full_name[:_LONGEST_NAME] if printable else "")

    async def _discover(self) -> Metadata:
        now = self._clock.seconds()
        if self._metadata is None or self._metadata[0] + METADATA_SECONDS < now:
            issuer = self._settings.issuer
            found = await self._get(issuer.rstrip("/") + WELL_KNOWN)
            self._metadata = now, read_metadata(found, issuer)
        return self._metadata[1]

    async def _tokens(
        self, metadata: Metadata, flow: Flow, code: str, redirect_uri: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
        }
        headers = {}
        client_id, secret = (
            self._settings.client_id,
            self._settings.client_secret.get_secret_value(),
        )
        if secret and metadata.basic:
            # RFC 6749, section 2.3.1.
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
            headers["authorization"] = "Basic " + base64.b64encode(pair).decode("ascii")
        else:
            form |= {"client_id": client_id, **({"client_secret": secret} if secret else {})}
        try:
            answer = await self._session.post(
                metadata.token_endpoint,
                urlencode(form).encode("ascii"),
                "application/x-www-form-urlencoded",
                headers=headers,
                timeout=PATIENCE,
            )
            return answer.json(dict)
        except (AwayError, NotFoundError) as error:
            raise ProviderAwayError(str(error)) from error
        except SourceError as error:
            raise UntrustedError(str(error)) from error

    async def _read_id_token(self, metadata: Metadata, text: str, nonce: str) -> dict[str, Any]:
        now = self._clock.seconds()
        expected = Expected(metadata.issuer, self._settings.client_id, nonce, now)
        keys = await self._signing_keys(metadata, KEYS_SECONDS * 60)
        try:
            return read_id_token(text, keys, expected)
        except JoseError:
            # It may have been signed by a new key.
            keys = await self._signing_keys(metadata, KEYS_SECONDS)
        try:
            return read_id_token(text, keys, expected)
        except JoseError as error:
            raise UntrustedError(f"its ID token is not signed by it: {error}") from error

    async def _signing_keys(self, metadata: Metadata, longest: float) -> KeySet:
        now = self._clock.seconds()
        if self._keys is None or self._keys[0] + longest < now:
            found = (await self._get(metadata.jwks_uri)).get("keys")
            self._keys = now, read_keys(found if isinstance(found, list) else [])
        return self._keys[1]

    async def _user_info(self, metadata: Metadata, access_token: str) -> dict[str, Any]:
        return await self._get(
            metadata.userinfo_endpoint, {"authorization": f"Bearer {access_token}"}
        )

    async def _get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = await self._session.get(address, headers=headers, timeout=PATIENCE)
            return answer.json(dict)
        except SourceError as error:
            raise ProviderAwayError(str(error)) from error


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
