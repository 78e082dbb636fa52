"""What an account system says of itself (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from hubs.klein_app.login.errors import ProviderAwayError

#: Where an issuer says it, below its own address.
WELL_KNOWN = "/.well-known/openid-configuration"


@attrs.frozen
class Metadata:
    """Where an account system is asked what.

    Attributes:
        issuer: Its name, as in its ID tokens.
        authorization_endpoint: Where browsers go to log in.
        token_endpoint: Where a code becomes an ID token.
        jwks_uri: Where its keys are.
        userinfo_endpoint: Where it says more of a person; empty if nowhere.
        end_session_endpoint: Where browsers go to log out there too; empty if nowhere.
        basic: Whether it takes our secret in a header, which is the usual way.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    basic: bool


def read_metadata(values: Mapping[str, Any], issuer: str) -> Metadata:
    """Read what was found at the well-known place.

    Args:
        values: It.
        issuer: The issuer of the settings. A slash at its end more or less makes no difference,
            since Fedora's has one and people leave it out.

    Returns:
        The same, checked.

    Raises:
        ProviderAwayError: It is of another issuer, or something is missing, or would go over the
            network in the clear.
    """
    if str(values.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise ProviderAwayError(f"expected the issuer {issuer}, got {values.get('issuer')!r}")

    def endpoint(name: str, *, needed: bool = False) -> str:
        found = values.get(name) or ""
        if not found and not needed:
            return ""
        scheme = urlsplit(found).scheme if isinstance(found, str) else ""
        if scheme not in {"https", urlsplit(issuer).scheme}:
            raise ProviderAwayError(f"expected an address in {name}, got {found!r}")
        return str(found)

    methods = values.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=values["issuer"],
        authorization_endpoint=endpoint("authorization_endpoint", needed=True),
        token_endpoint=endpoint("token_endpoint", needed=True),
        jwks_uri=endpoint("jwks_uri", needed=True),
        userinfo_endpoint=endpoint("userinfo_endpoint"),
        end_session_endpoint=endpoint("end_session_endpoint"),
        basic="client_secret_basic" in methods,
    )
