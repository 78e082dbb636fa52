from __future__ import annotations

import re

import pytest

from hubs.klein_app.app import Portal
from hubs.model.entry import Entry
from hubs.model.hub import Visibility
from tests.klein_app.conftest import Town
from tests.klein_app.visitor import Visitor

PUBLIC, PREVIEW, PRIVATE = Visibility.PUBLIC, Visibility.PREVIEW, Visibility.PRIVATE

#: What a visitor gets for each route: by the visibility of the hub, then of the widget.
STATUS = {
    "/": dict.fromkeys(Visibility, 200),
    "/<any(u, t):kind>/<name>/": {PUBLIC: 200, PREVIEW: 200, PRIVATE: 404},
    "/<any(u, t):kind>/<name>/widgets/<widget_id>/": {PUBLIC: 200, PREVIEW: 404, PRIVATE: 404},
    "/<any(u, t):kind>/<name>": dict.fromkeys(Visibility, 308),
    "/<any(u, t):kind>/<name>/widgets/<widget_id>": dict.fromkeys(Visibility, 308),
}


def test_every_route_has_a_row() -> None:
    assert {rule.rule for rule in Portal.app.url_map.iter_rules()} == set(STATUS)


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("route", STATUS)
async def test_a_visitor_gets_what_the_table_says(
    visitor: Visitor, town: Town, route: str, visibility: Visibility
) -> None:
    for kind, hub in (
        ("t", await town.team("lamps", visibility)),
        ("u", await town.person("lamps", visibility)),
    ):
        widget = await town.widget(hub, "about", text="hidden words")
        path = re.sub("<any[^>]*>", kind, route)
        path = path.replace("<name>", "lamps").replace("<widget_id>", str(widget.id))
        for headers in ({}, {"HX_Request": "true"}):
            answer = await visitor.get(path, **headers)
            assert answer.status == STATUS[route][visibility]
            if visibility is not PUBLIC:
                assert "hidden words" not in answer.html


async def test_a_private_hub_answers_in_the_words_of_one_that_does_not_exist(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("vault", PRIVATE)
    widget = await town.widget(hub, "about")
    for page in ("", f"widgets/{widget.id}/"):
        private = await visitor.get(f"/t/vault/{page}")
        missing = await visitor.get(f"/t/other/{page}")
        assert private.status == missing.status == 404
        assert private.body == missing.body
        names = private.headers.keys() | missing.headers.keys()
        assert {name for name in names if private.headers[name] != missing.headers[name]} <= {
            "date"
        }


async def test_a_private_team_is_not_listed(visitor: Visitor, town: Town) -> None:
    await town.team("vault", PRIVATE)
    await town.team("garden", PREVIEW)
    page = await visitor.get("/")
    assert "vault" not in page.html
    assert "Team garden details are for members" in page.text


async def test_a_preview_shows_header_and_summary_and_no_stream(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("garden", PREVIEW)
    await town.widget(hub, "feed")
    page = await visitor.get("/t/garden/")
    assert "Team garden All about garden." in page.text
    assert "What happens here is for members" in page.text
    assert "sse-connect" not in page.html
    assert "data-widget" not in page.html


@pytest.mark.parametrize("visibility", [PREVIEW, PRIVATE])
async def test_a_hidden_widget_of_a_public_hub_is_nowhere(
    visitor: Visitor, town: Town, visibility: Visibility
) -> None:
    hub = await town.team("lamps")
    hidden = await town.widget(hub, "about", visibility, text="hidden words")
    await town.widget(hub, "about", text="open words")
    page = await visitor.get("/t/lamps/")
    assert "open words" in page.text
    assert "hidden words" not in page.html
    assert f"widget-{hidden.id}" not in page.html
    assert (await visitor.get(f"/t/lamps/widgets/{hidden.id}/")).status == 404


async def test_people_without_a_public_hub_are_not_linked(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.person("shy", PRIVATE)
    entry = Entry("1", 1.0, "git.receive", "shy pushed to wick", agent="shy", people=("shy",))
    await town.stores.feeds.add(hub.feed, entry)
    page = await visitor.get("/t/lamps/")
    assert "shy pushed to wick" in page.text
    assert "/u/shy/" not in page.html
