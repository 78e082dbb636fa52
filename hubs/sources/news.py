"""Feeds of blogs: RSS, and Atom (RFC 4287), of any kind that feedparser reads.

Its manual: https://feedparser.readthedocs.io/en/latest/. It is given bytes that were fetched here,
so that it asks nobody; entities of XML it leaves alone.
"""

from __future__ import annotations

import calendar
import html
import io
from typing import Any

import attrs
import feedparser
import nh3

from hubs.model.names import without_mail
from hubs.sources.answer import Answer
from hubs.sources.errors import AddressError, UnreadableError
from hubs.sources.request import Request
from hubs.sources.session import Session

#: How many posts of one feed are read.
MOST_POSTS = 50
#: The longest title that is kept, characters.
LONGEST_TITLE = 300
_ACCEPT = "application/atom+xml, application/rss+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8"


@attrs.frozen
class Post:
    """A post of a blog.

    Attributes:
        title: Its title, as text.
        url: Where it is.
        time: When it came out, or was changed if that is not said, seconds since the epoch.
        author: The name of who wrote it, or empty; RSS has their mail address there.
        blog: The name of the blog.
        home: Where the blog is, or empty.
    """

    title: str
    url: str
    time: float
    author: str
    blog: str
    home: str = ""


async def posts(session: Session, address: str) -> list[Post]:
    """Read the feed of a blog.

    Args:
        session: Asks for it.
        address: Of the feed, as somebody typed it.

    Returns:
        Its posts, in its order; what has no time, no title or no address is left out.

    Raises:
        SourceError: It could not be had, or is no feed.
    """
    origin = Request.to(address).origin
    known = {Request.to(base).origin for base in session.services.blogs}
    answer = await session.get(address, accept=_ACCEPT, typed=origin not in known)
    return await session.apart(_read, answer)


def _read(answer: Answer) -> list[Post]:
    parsed = feedparser.parse(io.BytesIO(answer.body))
    if not parsed.get("version"):
        raise UnreadableError(answer.host, "answered with what is no feed")
    blog = _text(parsed.feed, "title") or answer.host
    home = _address(parsed.feed.get("link", ""))
    found = [_post(entry, blog, home) for entry in parsed.entries[:MOST_POSTS]]
    return [one for one in found if one is not None]


def _post(entry: Any, blog: str, home: str) -> Post | None:
    moment = entry.get("published_parsed" if "published" in entry else "updated_parsed")
    url = _address(entry.get("link", ""))
    title = _text(entry, "title") or _text(entry, "summary")
    if moment is None or not url or not title:
        return None
    return Post(title, url, float(calendar.timegm(moment)), _author(entry), blog, home)


def _author(entry: Any) -> str:
    """Give the name of who wrote a post; feedparser's own cuts long mail addresses short."""
    name = without_mail(_text(entry, "author"))
    # RSS has it as in ``jane@mail.example (Jane Doe)``.
    bracketed = name.startswith("(") and name.endswith(")")
    return name[1:-1] if bracketed else name


def _text(found: Any, name: str) -> str:
    """Give what a feed says as text, whether it is written as that or as HTML."""
    said = str(found.get(name) or "")
    if found.get(f"{name}_detail", {}).get("type") != "text/plain" or "</" in said:
        said = nh3.clean(said, tags=set())
    return " ".join(html.unescape(said).split())[:LONGEST_TITLE]


def _address(text: str) -> str:
    try:
        return Request.to(text).url
    except AddressError:
        return ""
