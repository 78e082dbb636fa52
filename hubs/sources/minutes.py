"""What the minutes of a meeting ask help for.

Both bots write an HTML page with one ``<li>`` an item. That of Matrix says
``HALP: what (@who:host, 12:30:00)``, with the tag that was typed; that of IRC ``HELP: what (who,
12:30:00)``, where who is a link to the line of the log.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import attrs

#: The longest request that is kept, characters.
LONGEST_REQUEST = 400
#: How many requests of one meeting are read.
MOST_REQUESTS = 30
_ITEM = re.compile(r"(HELP|HALP): (?P<what>.+) \((?P<who>[^\s()]+), \d\d:\d\d:\d\d\)")
#: The tag stands within what was said where a bridge wrote the name of who said it before it.
_TAG = re.compile(r"[#^](help|halp)\b", re.IGNORECASE)
#: An account of Fedora on Matrix has the name of the account.
_OURS = re.compile(r"^@([^@:]+):fedora\.im$")
_LINE = re.compile(r"#(l-\d+)")


@attrs.frozen
class HelpRequest:
    """A request for help in the minutes of a meeting.

    Attributes:
        what: What was asked for, as text.
        who: Who asked: an account name, or what they are called in the room.
        url: Where it stands: the line of the log where the minutes tell it, else the minutes.
    """

    what: str
    who: str
    url: str


def help_requests(minutes: str, page: str, log: str) -> list[HelpRequest]:
    """Find what minutes ask help for.

    Args:
        minutes: Their HTML.
        page: Their address.
        log: The address of the log.

    Returns:
        The requests, in their order.
    """
    reader = _Items()
    reader.feed(minutes)
    reader.close()
    found = []
    for text, anchor in reader.items:
        item = _ITEM.fullmatch(text)
        what = " ".join(_TAG.sub("", item["what"]).split()) if item else ""
        if item and what:
            who = _OURS.sub(r"\1", item["who"])
            url = f"{log}#{anchor}" if anchor else page
            found.append(HelpRequest(what[:LONGEST_REQUEST], who, url))
    return found[:MOST_REQUESTS]


class _Items(HTMLParser):
    """Collects the text of each item of a list, and the line of the log that it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._anchor = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"li", "ol", "ul"}:
            self._end_item()
        elif tag == "a":
            line = _LINE.search(dict(attrs).get("href") or "")
            self._anchor = line[1] if line else self._anchor

    def handle_endtag(self, tag: str) -> None:
        if tag in {"li", "ol", "ul"}:
            self._end_item()

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_item()

    def _end_item(self) -> None:
        self.items.append((" ".join("".join(self._text).split()), self._anchor))
        self._text, self._anchor = [], ""
