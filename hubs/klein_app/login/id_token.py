"""ID tokens: whether one says what it says for us, now, and in the account system's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from hubs.klein_app.login.errors import UntrustedError

#: Signatures by a key whose other half nobody else has. Neither ``none`` nor one by a secret that
#: we share is among them (RFC 8725, section 3.1).
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
#: How far the account system's clock may be from ours, seconds.
CLOCK_SKEW = 60
#: The longest ID token that is looked at, characters.
LONGEST = 20_000


@attrs.frozen
class Expected:
    """What an ID token must say (OpenID Connect Core 1.0, section 3.1.3.7).

    Attributes:
        issuer: Who gave it.
        client_id: For whom.
        nonce: For which log-in.
        now: What time it is, seconds since the epoch.
    """

    issuer: str
    client_id: str
    nonce: str
    now: float


def read_keys(keys: Iterable[Any]) -> KeySet:
    """Read the keys of an account system.

    Args:
        keys: As they stand in a JWK set (RFC 7517).

    Returns:
        Those of them that signatures can be checked with; of other kinds there may be more.
    """
    found = []
    for key in keys:
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct":
            try:
                found.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(found)


def read_id_token(text: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """Check an ID token.

    Args:
        text: It.
        keys: The account system's.
        expected: What it must say.

    Returns:
        What it says.

    Raises:
        joserfc.errors.JoseError: No key of these has signed it.
        UntrustedError: It is signed, and says what it must not.
    """
    if len(text) > LONGEST:
        raise UntrustedError("its ID token is too long")
    try:
        token = jwt.decode(text, keys, algorithms=ALGORITHMS)
    except ValueError as error:
        raise UntrustedError(f"its ID token is none: {error}") from error
    claims = token.claims
    registry = jwt.JWTClaimsRegistry(
        now=int(expected.now),
        leeway=CLOCK_SKEW,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise UntrustedError(f"its ID token is not for us: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else expected.client_id) != expected.client_id:
        raise UntrustedError("its ID token is for another party, in azp")
    return claims
