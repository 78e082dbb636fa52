"""Turns Markdown that anybody wrote into HTML that is safe to show to everybody."""

from __future__ import annotations

import functools

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: The level of the first heading, below the title of the page and that of the widget.
TOP_HEADING = 3
_LOWEST_HEADING = 6

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    *(f"h{level}" for level in range(TOP_HEADING, _LOWEST_HEADING + 1)),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# A picture would be fetched from somewhere: it becomes a link.
_PARSER = MarkdownIt("commonmark", {"html": False})
_PARSER.enable(["table", "strikethrough"]).disable("image")


@functools.lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Turn Markdown into HTML.

    Args:
        text: Markdown; HTML in it is shown as it is written.

    Returns:
        HTML without scripts, styles, pictures and addresses other than of the web and of mail.
    """
    tokens = _PARSER.parse(text)
    _lower_headings(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Markup(  # noqa: S704 - this is what nh3 is for
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )


def _lower_headings(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    by = TOP_HEADING - min((int(token.tag[1:]) for token in headings), default=TOP_HEADING)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1:]) + by, _LOWEST_HEADING)}"
