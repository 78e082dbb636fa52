"""Widgets that show what owners wrote: with something, with nothing, with too much."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.model.hub import Hub, HubType
from hubs.widgets.help_wanted.call import Call
from hubs.widgets.library.widget import Link
from hubs.widgets.parameters import ConfigurationError
from tests.widgets.drawing import Drawing

SOURCES = {"channels": ["#lamps:example.org"], "lists": ["lamps@lists.fedoraproject.org"]}
TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "Light.", config={"sources": SOURCES})
BARE = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")


@pytest.mark.parametrize(
    ("plugin", "config", "says"),
    [
        ("sticky", {"text": "Tea at **five**"}, "Tea at five"),
        ("rules", {"rules": "Be kind\nAsk"}, "Be kind Ask"),
        ("rules", {"link": "https://example.org/rules"}, "Read the guidelines"),
        ("library", {"links": ["https://a.example/x First"]}, "First a.example"),
        ("avatar", {}, "TL Team Lamps Light."),
        ("chat", {"rooms": ["#wick"]}, "#wick A channel of IRC on Libera.Chat"),
        ("chat", {"welcome": "Say hello."}, "Say hello. #lamps:example.org A room of Matrix"),
        (
            "help_wanted",
            {"calls": "Test | easy, old | Ask Zoe | https://a.example"},
            "Test Next step: Ask Zoe easy old",
        ),
        ("contact", {"mail": "zoe@example.org"}, "zoe@example.org Mail lamps@lists"),
        ("contact", {"times": "at night"}, "at night Best time lamps@lists"),
    ],
)
async def test_what_owners_wrote_is_shown(
    drawing: Drawing, plugin: str, config: dict[str, Any], says: str
) -> None:
    assert says in (await drawing.draw(TEAM, plugin, config)).text


@pytest.mark.parametrize(
    "plugin", ["sticky", "rules", "library", "chat", "help_wanted", "contact", "about"]
)
async def test_who_wrote_nothing_is_told_what_to_do(drawing: Drawing, plugin: str) -> None:
    drawn = await drawing.draw(BARE, plugin)
    assert 'class="empty"' in drawn.html
    assert "set up this widget" in drawn.text


@pytest.mark.parametrize(
    ("plugin", "config", "more"),
    [
        ("rules", {"rules": [f"Rule {n}" for n in range(50)]}, 42),
        ("library", {"links": [f"https://a.example/{n}" for n in range(100)]}, 92),
        ("chat", {"rooms": [f"#room{n}" for n in range(20)]}, 15),
        ("help_wanted", {"calls": [f"Task {n}" for n in range(50)]}, 45),
    ],
)
async def test_of_too_much_the_rest_unfolds(
    drawing: Drawing, plugin: str, config: dict[str, Any], more: int
) -> None:
    drawn = await drawing.draw(BARE, plugin, config)
    [start] = [drawn.html.index("<details")]
    assert f"and {more} more" in drawn.text
    assert drawn.html.count("<li", start) >= more
    assert 'id="more-7"' in drawn.html


@pytest.mark.parametrize(
    ("plugin", "config"),
    [
        ("sticky", {"text": "<script>alert(1)</script> [x](javascript:alert(1))"}),
        ("rules", {"rules": ["<script>alert(1)</script>"]}),
        ("library", {"links": ['https://a.example/"><script>alert(1)</script>']}),
        ("chat", {"welcome": "<script>alert(1)</script>", "rooms": ['#"><script>alert(1)']}),
        ("help_wanted", {"calls": ["<script>alert(1)</script> | <b> | <i>"]}),
        ("contact", {"times": "<script>alert(1)</script>", "irc": '"><b>'}),
    ],
)
async def test_what_owners_wrote_is_text(
    drawing: Drawing, plugin: str, config: dict[str, Any]
) -> None:
    drawn = await drawing.draw(BARE, plugin, config)
    assert "<script" not in drawn.html
    assert 'href="javascript' not in drawn.html
    assert "<b>" not in drawn.html
    assert 'class="empty"' not in drawn.html


@pytest.mark.parametrize(
    ("plugin", "config", "expected"),
    [
        ("library", {"links": ["example.org First"]}, "an address and its title"),
        ("library", {"links": ["javascript:alert(1) First"]}, "an address and its title"),
        ("chat", {"rooms": ["lamps"]}, "rooms, as in"),
        ("help_wanted", {"calls": ["| easy"]}, "what is to be done"),
        ("help_wanted", {"calls": ["a|b|c|d|e"]}, "what is to be done"),
        ("contact", {"mail": "zoe"}, "an address for mail"),
        ("contact", {"matrix": "zoe"}, "a name on Matrix"),
        ("contact", {"page": "zoe"}, "the address of a web page"),
        ("sticky", {"colour": "beige"}, "one of features, friends"),
    ],
)
async def test_what_cannot_be_shown_is_refused(
    drawing: Drawing, plugin: str, config: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        await drawing.draw(TEAM, plugin, config)


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("Test", Call("Test")),
        ("Test | a, b,", Call("Test", ("a", "b"))),
        ("Test | | Ask", Call("Test", (), "Ask")),
        ("Test | https://a.example", Call("Test", (), "", "https://a.example")),
        ("Test | a | Ask | https://a.example", Call("Test", ("a",), "Ask", "https://a.example")),
    ],
)
def test_a_call_for_help_is_written_on_a_line(line: str, call: Call) -> None:
    assert Call.of(line) == call


def test_a_link_without_a_title_is_called_by_its_address() -> None:
    assert Link.of("https://a.example/guide/").title == "a.example/guide"
