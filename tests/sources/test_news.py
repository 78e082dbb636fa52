from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.errors import AddressError
from hubs.sources.news import posts
from hubs.sources.session import Session
from tests.sources.asking import failing
from tests.sources.conftest import NOON
from tests.sources.news import FEED, atom, item, rss, services
from tests.sources.outside import Outside, says

EVIL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        (
            rss(item("Q &amp;amp; A"), item("<![CDATA[Oil &lt;3 &amp; more]]>")),
            ["Q & A", "Oil <3 & more"],
        ),
        (rss(item("&lt;script&gt;x()&lt;/script&gt;&lt;b&gt;Hi&lt;/b&gt;")), ["Hi"]),
        (rss(item("a < b").replace("a < b", "1 &lt; 2")), ["1 < 2"]),
        (rss(item("x" * 900)), ["x" * 300]),
        (
            rss(item("", more="<description>&lt;p&gt;First words&lt;/p&gt;</description>")),
            ["First words"],
        ),
        (rss(item("Bad", link="javascript:alert(1)"), item("No day", date="soon")), []),
        (EVIL.encode() + rss(item("a&x;b")), ["a&x;b"]),
        (atom("A &lt;i&gt;new&lt;/i&gt; wick"), ["A new wick"]),
        (atom("1 &lt; 2", "text"), ["1 < 2"]),
    ],
)
async def test_posts_have_titles_of_text_and_nothing_else(
    body: bytes,
    titles: list[str],
    outside: Outside,
    session_for: Callable[[Services], Session],
) -> None:
    outside.paths[FEED] = says(body)
    found = await posts(session_for(services(outside.url())), outside.url(FEED))
    assert [one.title for one in found] == titles


async def test_a_post_says_who_wrote_it_when_and_where(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    outside.paths[FEED] = says(atom("Wick"))
    [one] = await posts(session_for(services(outside.url())), outside.url(FEED))
    assert (one.author, one.blog, one.time) == ("Zoe", "Wicks", NOON)
    assert one.url == "https://blog.example/2"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<author>jane@mail.example (Jane Doe)</author>", "Jane Doe"),
        ("<author>jane@mail.example</author>", ""),
        ("<author><name>Jane</name><email>jane@mail.example</email></author>", "Jane"),
        ("<author><name>jane@mail.example</name></author>", ""),
    ],
)
async def test_mail_addresses_of_authors_are_left_out(
    author: str, name: str, outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    zoe = b"<author><name>Zoe</name></author>"
    as_atom = atom("Wick").replace(zoe, author.encode())
    outside.paths[FEED] = says(as_atom if "<name>" in author else rss(item("Wick", more=author)))
    [one] = await posts(session_for(services(outside.url())), outside.url(FEED))
    assert one.author == name


async def test_a_feed_that_the_settings_do_not_know_is_not_asked_in_a_private_network(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    outside.paths[FEED] = says(rss(item("Secret")))
    error = await failing(posts(session_for(Services(status=outside.url())), outside.url(FEED)))
    assert isinstance(error, AddressError)
    assert outside.seen == []
