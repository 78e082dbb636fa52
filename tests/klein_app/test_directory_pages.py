from __future__ import annotations

import re

import attrs
import pytest

from hubs.model.hub import Hub, HubType, Visibility
from tests.klein_app.conftest import Town
from tests.klein_app.visitor import Answer, Visitor


def found(answer: Answer) -> list[str]:
    """Give the paths of the hubs that an answer lists."""
    return re.findall(r'stretched-link" href="([^"]+)"', answer.html)


async def test_teams_and_people_have_a_page_each(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    await town.person("abe")
    await town.team("vault", Visibility.PRIVATE)
    assert found(await visitor.get("/teams/")) == ["/t/lamps/"]
    assert found(await visitor.get("/people/")) == ["/u/abe/"]


async def test_what_is_looked_for_is_found_and_stays_in_the_form(
    visitor: Visitor, town: Town
) -> None:
    await town.team("lamps")
    await town.team("docs")
    answer = await visitor.get("/teams/?q=lam&order=size")
    assert found(answer) == ["/t/lamps/"]
    assert 'value="lam"' in answer.html
    assert '<option value="size" selected>' in answer.html
    assert "1 team" in answer.text


async def test_where_nothing_is_found_the_page_says_what_to_do(visitor: Visitor) -> None:
    assert "There are no teams here yet" in (await visitor.get("/teams/")).text
    assert "There is nobody here yet" in (await visitor.get("/people/")).text
    answer = await visitor.get("/teams/?q=xylophone")
    assert "Try fewer or shorter words" in answer.text


@pytest.mark.parametrize(
    "query",
    ["?page=x", "?page=-1", "?page=99999999999999999999", "?order=up", "?q=%00", "?q=%FF", "?q"],
)
async def test_what_makes_no_sense_is_left_out(visitor: Visitor, town: Town, query: str) -> None:
    await town.team("lamps")
    answer = await visitor.get(f"/teams/{query}")
    assert answer.status == 200


async def test_what_somebody_typed_is_text(visitor: Visitor) -> None:
    answer = await visitor.get("/teams/?q=%22%3E%3Cscript%3E&tag=%22%3E%3Cscript%3E")
    assert "<script>" not in answer.html.replace("<script src", "")


async def test_topics_and_languages_narrow_what_is_found(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    words = Hub(0, HubType.TEAM, "words", "Words", "", config={"tags": ["ink"], "language": "ja"})
    await town.stores.hubs.create_hub(words)
    await town.stores.hubs.create_hub(attrs.evolve(words, name="other", config={"tags": ["ink"]}))
    answer = await visitor.get("/teams/?tag=ink&language=ja")
    assert found(answer) == ["/t/words/"]
    assert "Japanese (1)" in answer.text
    # The chip of a chosen topic takes it off again, and leaves the rest.
    assert 'href="?language=ja" aria-current="true"' in answer.html


async def test_more_than_a_page_is_led_to(visitor: Visitor, town: Town) -> None:
    for number in range(25):
        await town.team(f"team{number:02}")
    first = await visitor.get("/teams/?q=team")
    assert 'rel="next" href="?q=team&amp;page=2"' in first.html
    assert found(await visitor.get("/teams/?q=team&page=2")) == ["/t/team24/"]
