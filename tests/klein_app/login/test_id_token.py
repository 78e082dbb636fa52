"""ID tokens that are not for us, not of now or not of the account system."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey

from hubs.klein_app.login.errors import UntrustedError
from hubs.klein_app.login.id_token import CLOCK_SKEW, LONGEST, Expected, read_id_token, read_keys
from tests.klein_app.issuer import FIRST_KEY, SECOND_KEY

NOW = 1_795_521_600
EXPECTED = Expected("https://id.example", "hubs", "n1", NOW)
GOOD: dict[str, Any] = {
    "iss": "https://id.example",
    "sub": "7",
    "aud": "hubs",
    "iat": NOW - 1,
    "exp": NOW + 60,
    "nonce": "n1",
}
KEYS = KeySet([FIRST_KEY])


def signed(**changes: Any) -> str:
    claims = {name: one for name, one in {**GOOD, **changes}.items() if one is not None}
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, FIRST_KEY)


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_a_good_one_says_who_somebody_is() -> None:
    assert read_id_token(signed(), KEYS, EXPECTED)["sub"] == "7"
    several = signed(aud=["hubs", "other"], azp="hubs")
    assert read_id_token(several, KEYS, EXPECTED)["sub"] == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://id.example/"},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": {"hubs": 1}},
        {"aud": None},
        {"aud": ["hubs", "other"]},
        {"aud": ["hubs", "other"], "azp": "other"},
        {"azp": "other"},
        {"exp": NOW - CLOCK_SKEW - 1},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"exp": None},
        {"iat": NOW + CLOCK_SKEW + 1},
        {"iat": None},
        {"nbf": NOW + CLOCK_SKEW + 1},
        {"nonce": "n2"},
        {"nonce": None},
        {"nonce": ["n2"]},
    ],
)
def test_one_that_says_what_it_must_not_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UntrustedError, match="ID token"):
        read_id_token(signed(**changes), KEYS, EXPECTED)


def test_clocks_may_differ_a_little() -> None:
    read_id_token(signed(exp=NOW - CLOCK_SKEW + 1, iat=NOW + CLOCK_SKEW - 1), KEYS, EXPECTED)


def test_one_without_a_signature_is_refused() -> None:
    for algorithm in ("none", "None", "nOnE"):
        head = encoded({"alg": algorithm, "kid": "first"})
        for signature in ("", "AAAA"):
            with pytest.raises((JoseError, UntrustedError)):
                read_id_token(f"{head}.{encoded(GOOD)}.{signature}", KEYS, EXPECTED)


def test_one_signed_with_our_knowledge_of_its_public_key_is_refused() -> None:
    # The confusion of RFC 8725, section 2.1.
    public = FIRST_KEY.as_pem(private=False)
    key = OctKey.import_key(base64.b64encode(public), {"kid": "first"})
    head = {"alg": "HS256", "kid": "first"}
    with pytest.raises(JoseError):
        read_id_token(jwt.encode(head, GOOD, key), KEYS, EXPECTED)


def test_one_signed_by_another_key_is_refused() -> None:
    for kid in ("first", "second", "../../dev/null"):
        forged = jwt.encode({"alg": "RS256", "kid": kid}, GOOD, SECOND_KEY)
        with pytest.raises(JoseError):
            read_id_token(forged, KEYS, EXPECTED)
    head = {"alg": "RS256", "kid": "first", "jwk": SECOND_KEY.as_dict(private=False)}
    with pytest.raises(JoseError):
        read_id_token(jwt.encode(head, GOOD, SECOND_KEY), KEYS, EXPECTED)


def test_one_that_was_changed_is_refused() -> None:
    head, _, signature = signed().split(".")
    with pytest.raises(JoseError):
        read_id_token(f"{head}.{encoded({**GOOD, 'sub': '8'})}.{signature}", KEYS, EXPECTED)


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "..", "é.é.é", "{}", "a.b.c.d.e", "\0"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises((JoseError, UntrustedError)):
        read_id_token(text, KEYS, EXPECTED)


def test_one_that_is_too_long_is_not_even_read() -> None:
    with pytest.raises(UntrustedError, match="too long"):
        read_id_token(signed(more="x" * LONGEST), KEYS, EXPECTED)


def test_keys_of_other_kinds_are_left_out() -> None:
    curve = ECKey.generate_key("P-256", {"kid": "curve"})
    keys = read_keys(
        [
            {"kty": "new"},
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {"kty": "RSA", "n": "?", "e": "AQAB"},
            {"kty": "RSA", "kid": "short"},
            {"kty": ["RSA"]},
            "none",
            None,
            {**SECOND_KEY.as_dict(private=False), "use": "enc"},
            FIRST_KEY.as_dict(private=False),
            curve.as_dict(private=False),
        ]
    )
    assert [key.kid for key in keys] == ["first", "curve"]
    assert read_id_token(jwt.encode({"alg": "ES256", "kid": "curve"}, GOOD, curve), keys, EXPECTED)
