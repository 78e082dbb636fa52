from __future__ import annotations

import pytest

from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.widgets.about.widget import AboutWidget
from hubs.widgets.base import Stores
from hubs.widgets.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert to_html(text) == html


def test_tables_are_shown() -> None:
    assert "<th>a</th>" in to_html("| a |\n|---|\n| b |")


def test_a_link_tells_nothing_to_where_it_leads() -> None:
    html = to_html("[x](https://lamp.example/ 'y')")
    assert 'href="https://lamp.example/"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_a_picture_becomes_a_link_because_nothing_is_fetched() -> None:
    html = to_html("![lamp](https://lamp.example/x.png)")
    assert "<img" not in html
    assert ">lamp</a>" in html


@pytest.mark.parametrize(
    ("text", "levels"), [("# a\n## b", "34"), ("## a\n### b", "34"), ("###### a", "3"), ("a", "")]
)
def test_headings_stand_below_the_title_of_the_widget(text: str, levels: str) -> None:
    html = to_html(text)
    assert "".join(level for level in "123456" if f"<h{level}>" in html) == levels


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        '<https://x.example/"onmouseover=alert(1)>',
        "<javascript:alert(1)>",
        '[x](https://x.example "\\" onmouseover=alert(1)")',
        "<svg/onload=alert(1)>",
        "<style>*{}</style>",
        "```<script>\nx\n```",
    ],
)
def test_nothing_that_runs_comes_through(text: str) -> None:
    html = to_html(text).lower()
    for bad in ("<script", "<img", "<svg", "<style", 'href="javascript', 'href="data', 'href="vb'):
        assert bad not in html
    assert ' onmouseover="' not in html.replace("&quot;", "'")
    assert "<a onmouseover" not in html


async def test_the_text_is_what_the_owner_set(stores: Stores) -> None:
    hub = Hub(1, HubType.TEAM, "lamps", "Lamps", "")
    empty = await AboutWidget().context(hub, WidgetInstance(1, 1, "about"), {}, stores)
    assert empty == {"text": ""}
    widget = WidgetInstance(1, 1, "about", config={"text": "*hi*"})
    assert "<em>hi</em>" in (await AboutWidget().context(hub, widget, {}, stores))["text"]
