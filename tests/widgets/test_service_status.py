from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.service_status.widget import FindOutages
from tests.sources.outside import Outside, says
from tests.sources.status import ONGOING, PLANNED, outage, outages, services

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")


async def test_what_is_out_comes_first_and_then_what_is_planned_next(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    nothing: Any = None
    stores = Stores(nothing, nothing, session_for(services(outside.url())), nothing)
    outside.paths[ONGOING] = says(
        outages(outage("Old"), outage("New", None, "2026-11-24T11:00:00", "2026-11-24T13:00+0000"))
    )
    outside.paths[PLANNED] = says(
        outages(
            outage("Later", start="2026-12-24T09:00:00+0000"),
            outage("Some day", start=None),
            outage("Soon", start="2026-11-27T10:00:00+0100"),
        )
    )
    widget = WidgetInstance(7, 1, "service_status", config={"count": 4})
    data = json.loads(json.dumps(await FindOutages().execute(TEAM, widget, stores)))
    assert [one["title"] for one in data["ongoing"]] == ["New", "Old"]
    assert [one["title"] for one in data["planned"]] == ["Soon", "Later"]
    assert (data["shown"], data["count"]) == (4, 5)
    new, old = data["ongoing"]
    assert (new["start"], new["end"]) == (1795518000.0, 1795525200.0)
    assert new["url"] == outside.url()
    assert old["url"] == "https://pagure.io/fedora-infrastructure/issue/12345"


def test_it_is_found_anew_by_its_age_as_no_message_tells_of_an_outage() -> None:
    function = FindOutages()
    assert function.interests(TEAM, WidgetInstance(7, 1, "service_status")) == frozenset()
    assert function.time_to_live == 300
