from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from hubs.klein_app.assets import FOREVER, Assets, AssetsError
from tests.klein_app.visitor import Visitor


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("br;q=0", None),
    ],
)
@pytest.mark.parametrize("name", ["main.css", "main.js", "icons.svg"])
async def test_a_file_comes_in_the_best_encoding(
    visitor: Visitor, assets: Assets, name: str, accepted: str, encoding: str | None
) -> None:
    answer = await visitor.get(assets.path(name), Accept_Encoding=accepted)
    assert answer.status == 200
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    plain = (await visitor.get(assets.path(name))).body
    if encoding == "gzip":
        assert gzip.decompress(answer.body) == plain
    assert (len(answer.body) < len(plain)) is (encoding is not None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.css", "text/css; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("open-sans-latin-wght-normal.woff2", "font/woff2"),
    ],
)
async def test_a_hashed_name_is_kept_for_ever(
    visitor: Visitor, assets: Assets, name: str, kind: str
) -> None:
    answer = await visitor.get(assets.path(name))
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == FOREVER


async def test_what_has_no_hash_is_asked_about_again(visitor: Visitor) -> None:
    first = await visitor.get("/static/manifest.json")
    assert first.headers["cache-control"] == "no-cache"
    again = await visitor.get("/static/manifest.json", If_None_Match=first.headers["etag"])
    assert again.status == 304
    assert again.body == b""
    other = await visitor.get("/static/manifest.json", If_None_Match='"other"')
    assert other.status == 200


async def test_head_of_a_file_names_its_length(visitor: Visitor, assets: Assets) -> None:
    path = assets.path("main.css")
    get, head = await visitor.get(path), await visitor.get(path, "HEAD")
    assert head.headers["content-length"] == str(len(get.body))
    assert head.headers["cache-control"] == FOREVER


@pytest.mark.parametrize(
    "path", ["", "nope.css", "../setup.py", "%2e%2e/setup.py", "/etc/passwd", "%ff"]
)
async def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(f"/static/{path}")).status == 404


def test_a_front_end_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match=r"run python static/build\.py"):
        Assets.read(tmp_path)


def test_a_name_that_is_not_in_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"files": {}}))
    with pytest.raises(AssetsError, match=r"has no other\.css"):
        Assets.read(tmp_path).path("other.css")
