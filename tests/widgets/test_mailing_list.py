from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import FailingError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.mailing_list.widget import FindThreads, MailingListWidget
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources.asking import failing
from tests.sources.hyperkitty import (
    ADDRESS,
    LIST,
    archive,
    email_path,
    mailing_list,
    services,
    thread,
    threads,
)
from tests.sources.outside import Outside, says

OIL = "oil@127.0.0.1"
CLOSED = "board@127.0.0.1"
GONE = "gone@127.0.0.1"
ELSEWHERE = "moss@lists.example"
OILS = LIST.replace(ADDRESS, OIL)


def team(*lists: str) -> Hub:
    return Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": {"lists": lists}})


@pytest.fixture
def stores(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    """Give stores of which only HyperKitty is there: nothing else is read."""
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services(outside.url())), nothing)


async def found(stores: Stores, hub: Hub, **config: Any) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    widget = WidgetInstance(7, 1, "mailing_list", config=config)
    return json.loads(json.dumps(await FindThreads().execute(hub, widget, stores)))


async def test_the_threads_of_all_lists_come_by_their_last_mail_with_who_began_them(
    stores: Stores, outside: Outside
) -> None:
    archive(
        outside,
        (thread("A", "Wicks", "2026-11-24T10:00:00Z", 4), "Zoe Lamp"),
        (thread("B", "Long ago", "2026-11-20T10:00:00Z"), "Abe"),
    )
    outside.paths[OILS] = says(mailing_list())
    outside.paths[f"{OILS}threads/"] = says(threads(thread("C", "Oil", "2026-11-24T11:00:00Z")))
    data = await found(stores, team(ADDRESS, OIL, CLOSED), lists=[ADDRESS, OIL], count=2)
    assert [(one["title"], one["author"], one["list"]) for one in data["threads"]] == [
        ("Oil", "", OIL),
        ("Wicks", "Zoe Lamp", ADDRESS),
    ]
    assert (data["open"], data["failures"]) == (True, [])
    asked = [seen.uri for seen in outside.seen]
    assert email_path("A") in asked
    assert email_path("B") not in asked


async def test_archives_that_cannot_be_read_are_named_with_why(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[LIST.replace(ADDRESS, CLOSED)] = says({"detail": "No."}, 403)
    data = await found(stores, team(CLOSED, GONE, ELSEWHERE))
    assert data["threads"] == []
    assert (data["private"], data["missing"], data["unknown"]) == ([CLOSED], [GONE], [ELSEWHERE])
    assert (data["open"], data["failures"]) == (False, [])


async def test_a_list_that_is_away_is_named_and_the_others_are_shown(
    stores: Stores, outside: Outside
) -> None:
    archive(outside, (thread("A", "Wicks"), "Zoe"))
    outside.paths[OILS] = says(b"", 500)
    data = await found(stores, team(ADDRESS, OIL))
    assert [one["title"] for one in data["threads"]] == ["Wicks"]
    assert data["failures"] == [f"{outside.host} has a fault of its own (HTTP status 500)"]
    outside.paths[LIST] = says(b"", 500)
    assert isinstance(await failing(found(stores, team(ADDRESS, OIL))), FailingError)


async def test_without_a_list_nobody_is_asked(stores: Stores, outside: Outside) -> None:
    data = await found(stores, team())
    assert (data["threads"], outside.seen) == ([], [])


@pytest.mark.parametrize("line", ["lamps", "a b@lists.example", "https://lists.example/"])
def test_what_is_no_list_is_refused(line: str) -> None:
    with pytest.raises(ConfigurationError, match="expected the address of a mailing list"):
        validate_config(MailingListWidget.parameters, {"lists": line})
