"""Searching the archive of the bus."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_twisted

from hubs.config import Services, Sources
from hubs.sources.datagrepper import Datagrepper, Filters
from hubs.sources.errors import StatusError, UnreadableError
from hubs.sources.session import Session
from tests.sources.archive import Archive, record
from tests.sources.conftest import NOON, Reactor
from tests.sources.outside import Outside, says

START = int(NOON)


@pytest.fixture
def archive(outside: Outside) -> Archive:
    return Archive(outside)


@pytest_twisted.async_yield_fixture
async def datagrepper(archive: Archive, timed: Reactor) -> AsyncIterator[Datagrepper]:
    session = Session(Sources(), Services(datagrepper=archive.url), timed)
    yield Datagrepper(session)
    await session.close()


async def test_pages_come_oldest_first(archive: Archive, datagrepper: Datagrepper) -> None:
    archive.fill(7, NOON, 1.5)
    archive.records.reverse()
    pages = [
        await datagrepper.search(Filters(), START, START + 60, page, 3) for page in (1, 2, 3, 4)
    ]
    assert [page.total for page in pages] == [7] * 4
    found = [one for page in pages for one in page.records]
    assert [one.id for one in found] == archive.ids[::-1]
    assert found[0].topic == "org.fedoraproject.prod.bodhi.update.new"
    assert found[0].headers["sent-at"] == "2026-11-24T12:00:00+00:00"
    assert found[0].body == {"update": {"alias": "FEDORA-2026-0", "user": {"name": "abe"}}}


async def test_filters_of_one_kind_are_alternatives(
    archive: Archive, datagrepper: Datagrepper
) -> None:
    for number, topic in enumerate(("bodhi.update.new", "wiki.article.edit", "buildsys.tag")):
        archive.records.append(record(number, NOON, topic))
    topic = archive.records[0]["topic"]
    for filters, found in (
        (Filters(), 3),
        (Filters(categories=("bodhi", "wiki")), 2),
        (Filters((topic,)), 1),
        (Filters((topic,), ("wiki",)), 0),
    ):
        assert (await datagrepper.search(filters, START, START)).total == found


@pytest.mark.parametrize(
    "answer", [[], {}, {"raw_messages": {}, "total": 1}, {"raw_messages": [], "total": None}]
)
async def test_another_shape_is_named(
    answer: object, archive: Archive, datagrepper: Datagrepper
) -> None:
    archive.troubles[1] = says(answer)
    with pytest.raises(UnreadableError, match=archive.outside.host):
        await datagrepper.search(Filters(), START, START)


async def test_a_record_of_another_shape_is_for_others_to_refuse(
    archive: Archive, datagrepper: Datagrepper
) -> None:
    archive.troubles[1] = says({"raw_messages": [7, {"headers": None, "body": 3}], "total": 2})
    page = await datagrepper.search(Filters(), START, START)
    assert [(one.id, one.headers, one.body) for one in page.records] == [
        ("", {}, None),
        ("", {}, 3),
    ]


async def test_a_search_that_is_refused_is_no_answer(
    archive: Archive, datagrepper: Datagrepper
) -> None:
    with pytest.raises(StatusError, match="refuses the request"):
        await datagrepper.search(Filters(), START, START, rows=101)
