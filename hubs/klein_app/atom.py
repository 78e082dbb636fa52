"""The feed of a hub as Atom (RFC 4287), for feed readers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from hubs.klein_app import times
from hubs.model.category import category_of
from hubs.model.entry import Entry
from hubs.model.hub import Hub

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
#: What the file is called beside a hub's page.
NAME = "feed.atom"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What XML 1.0 has no way to say.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What no address has (RFC 3987).
_NO_ADDRESS = re.compile('[\x00-\x20<>"{}|\\\\^`\x7f\ud800-\udfff\ufffe\uffff]')


def atom(hub: Hub, entries: Sequence[Entry], root: str) -> bytes:
    """Write the feed of a hub that everybody may see.

    Args:
        hub: The hub.
        entries: What happened, newest first.
        root: Where the portal is, without a slash at the end; if it is not known, empty, and
            links go from where the feed was fetched.

    Returns:
        XML in UTF-8.
    """
    page = f"{root}{quote(hub.path)}"
    # What the bus says is English, whatever the reader speaks.
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, _LANG: "en"})
    _add(feed, "id", _identity(page))
    _add(feed, "title", f"{hub.title} · Fedora Hubs")
    _add(feed, "subtitle", hub.summary)
    newest = entries[0].time if entries else hub.last_activity or 0.0
    _add(feed, "updated", times.iso(newest))
    _add(ET.SubElement(feed, "author"), "name", hub.title or hub.name)
    _link(feed, "self", f"{page}{NAME}", type=CONTENT_TYPE.partition(";")[0])
    _link(feed, "alternate", page, type="text/html")
    for entry in entries:
        _add_entry(feed, entry, page)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add_entry(feed: ET.Element, entry: Entry, page: str) -> None:
    one = ET.SubElement(feed, "entry")
    _add(one, "id", _identity(f"{page}{entry.id}"))
    _add(one, "title", _text(entry.sentence) or category_of(entry.category).label)
    _add(one, "updated", times.iso(entry.time))
    _link(one, "alternate", entry.link if _is_address(entry.link) else page)
    if agent := _text(entry.agent):
        _add(ET.SubElement(one, "author"), "name", agent)
    ET.SubElement(one, "category", {"term": category_of(entry.category).kind})


def _identity(name: str) -> str:
    """Give an id that stays the same for a thing that keeps its name."""
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and not _NO_ADDRESS.search(link)


def _text(text: str) -> str:
    return _NO_XML.sub("", text)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _text(text)


def _link(parent: ET.Element, relation: str, address: str, **more: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "href": address, **more})
