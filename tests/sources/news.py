"""Blogs on this machine: RSS 2.0 (https://www.rssboard.org/rss-specification) and Atom."""

from __future__ import annotations

from html import escape

from hubs.config import Services
from hubs.sources.news import posts
from tests.sources.conditions import Row

FEED = "/feed/"


def services(url: str) -> Services:
    return Services(blogs=(url,))


def item(
    title: str,
    link: str = "https://blog.example/1",
    date: str = "Tue, 24 Nov 2026 10:00:00 +0100",
    more: str = "",
) -> str:
    """Give a post as RSS has it; its title as it stands in XML."""
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>{more}</item>"


def rss(*items: str, title: str = "Lamps") -> bytes:
    channel = f"<title>{escape(title)}</title><link>https://blog.example/</link>"
    return f'<rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'.encode()


def atom(title: str, type_: str = "html") -> bytes:
    """Give an Atom feed with one post; its title as it stands in XML."""
    return f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Wicks</title><entry>
        <title type="{type_}">{title}</title><link href="https://blog.example/2"/>
        <updated>2026-11-24T12:00:00Z</updated><author><name>Zoe</name></author>
        </entry></feed>""".encode()


ROWS = (
    Row(
        name="news",
        services=services,
        path=FEED,
        ask=lambda session, url: posts(session, url + FEED),
        two=lambda _: rss(item("Lanterns"), item("Wicks")),
        none=rss(),
        pages=None,
        wrong={},
        language="feed",
    ),
)
