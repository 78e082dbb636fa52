from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from hubs.klein_app.atom import atom
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from tests.klein_app.conftest import NOON

ROOT = "https://hubs.example"
HUB = Hub(7, HubType.TEAM, "lamps", "Lamps & <Wicks>", "All that shines.")
PUSH = Entry("1", NOON, "git.receive", "abe pushed <b>&", "https://src.example/x?a=1&b", "abe")


def parsed(data: bytes) -> feedparser.FeedParserDict:
    """Read a feed as a feed reader does, and as the RFC wants it."""
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    root = ET.fromstring(data)  # noqa: S314 - it is ours
    ids = check(root)
    for entry in root.iter("{http://www.w3.org/2005/Atom}entry"):
        ids += check(entry)
    assert len(ids) == len(set(ids))
    return feed


def check(element: ET.Element) -> list[str]:
    """Check what RFC 4287 demands of a feed and of an entry, and give its id."""
    atom = "{http://www.w3.org/2005/Atom}"
    for name in ("id", "title", "updated"):
        assert len(element.findall(atom + name)) == 1, name
    if element.tag == f"{atom}feed":
        assert element.find(f"{atom}author/{atom}name") is not None
    assert all(one.text for one in element.findall(f"{atom}author/{atom}name"))
    assert element.find(f"{atom}link[@rel='alternate']") is not None
    identity = element.findtext(f"{atom}id") or ""
    assert urlsplit(identity).scheme
    return [identity]


def feed_of(*entries: Entry, root: str = ROOT, hub: Hub = HUB) -> feedparser.FeedParserDict:
    return parsed(atom(hub, entries, root))


def test_a_feed_says_what_happened_and_where_to_see_it() -> None:
    older = Entry("2", NOON - 60, "lamp.lit", "a lamp was lit", "javascript:alert(1)")
    found = feed_of(PUSH, older)
    assert found.feed.title == "Lamps & <Wicks> · Fedora Hubs"
    assert found.feed.link == f"{ROOT}/t/lamps/"
    assert found.feed.updated == "2026-11-24T12:00:00Z"
    first, second = found.entries
    assert first.title_detail.type == "text/plain"
    assert first.title == "abe pushed <b>&"
    assert first.link == PUSH.link
    assert first.author == "abe"
    assert first.updated == "2026-11-24T12:00:00Z"
    assert [tag.term for tag in first.tags] == ["code"]
    assert second.link == f"{ROOT}/t/lamps/"


def test_a_feed_names_itself() -> None:
    [own] = [link for link in feed_of(PUSH).feed.links if link.rel == "self"]
    assert own.href == f"{ROOT}/t/lamps/feed.atom"


def test_an_empty_feed_is_one_too() -> None:
    assert feed_of().entries == []


def test_the_same_entry_has_the_same_id_in_one_hub_and_another_in_others() -> None:
    again, elsewhere = feed_of(PUSH), feed_of(PUSH, hub=Hub(8, HubType.USER, "abe", "Abe", ""))
    assert again.entries[0].id == feed_of(PUSH).entries[0].id
    assert again.entries[0].id != elsewhere.entries[0].id


def test_without_an_address_of_its_own_a_feed_has_links_from_where_it_is() -> None:
    assert feed_of(PUSH, root="").feed.link == "/t/lamps/"


@pytest.mark.parametrize(
    "sentence", ["", "\x00\x0b\ufffe bad", "]]>", "</title></entry>", "\ud800", "ünï 🦊", "a\r\nb"]
)
@pytest.mark.parametrize(
    "link", ["", "https://x.example/a b", "https://[::1", "ftp://x", "\x00", "https://x/\ud800"]
)
def test_whatever_the_bus_says_is_text_of_a_whole_feed(sentence: str, link: str) -> None:
    entry = Entry("1", NOON, "x.y", sentence, link, sentence)
    found = feed_of(entry)
    assert len(found.entries) == 1
    assert found.entries[0].title
    assert found.entries[0].link.startswith("https://")


def ids(entries: Sequence[feedparser.FeedParserDict]) -> list[str]:
    return [entry.id for entry in entries]


def test_a_hundred_entries_keep_their_order() -> None:
    entries = [Entry(str(number), NOON - number, "x.y", f"s{number}") for number in range(100)]
    found = feed_of(*entries).entries
    assert [entry.title for entry in found] == [entry.sentence for entry in entries]
    assert len(set(ids(found))) == 100
