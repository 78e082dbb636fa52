"""Reading what an outside service answered."""

from __future__ import annotations

import pytest

from hubs.sources.answer import Answer
from hubs.sources.errors import UnreadableError


def answer(body: bytes = b"", **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("a.example", "https://a.example/", 200, names, body)


def test_json_of_the_expected_kind_is_read() -> None:
    assert answer(b'{"a": 1}').json(dict) == {"a": 1}
    assert answer(b"[]").json(list) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "what is no JSON"),
        (b"<html>", "what is no JSON"),
        (b"\xff\xfe\xff", "what is no JSON"),
        (b"[" * 100_000, "what is no JSON"),
        (b"[]", "a list where a dict was expected"),
        (b"null", "a NoneType where a dict was expected"),
    ],
)
def test_anything_else_is_named(body: bytes, complaint: str) -> None:
    with pytest.raises(UnreadableError, match=rf"a\.example answered with {complaint}"):
        answer(body).json(dict)


def test_text_is_in_the_character_set_that_is_named() -> None:
    assert answer("ä".encode()).text() == "ä"
    assert answer(b"\xe4", content_type="text/html; charset=ISO-8859-1").text() == "ä"
    assert answer("ä".encode(), content_type="text/html; charset=fish").text() == "ä"
    assert answer(b"\xff").text() == "\ufffd"


def test_the_next_page_is_in_the_link_header() -> None:
    link = (
        '<https://a.example/?page=1>; rel="prev", <https://a.example/?a=b,c&page=3>; rel="next", '
        '<https://a.example/?page=9>; rel="last"'
    )
    assert answer(link=link).next_page == "https://a.example/?a=b,c&page=3"
    assert answer(link='<https://a.example/?page=9>; rel="last"').next_page is None
    assert answer().next_page is None
