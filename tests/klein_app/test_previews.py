from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.task import Clock

from hubs.klein_app.assets import Assets
from hubs.klein_app.languages import ENGLISH
from hubs.klein_app.previews import preview
from hubs.klein_app.templating import Templates
from hubs.model.hub import HubType
from hubs.widgets.about.widget import AboutWidget
from hubs.widgets.registry import Registry
from tests.hygiene import LoggedErrors
from tests.klein_app.conftest import NOON
from tests.widgets.ours import POINTS


@pytest.fixture
def templates(registry: Registry, assets: Assets, clock: Clock) -> Templates:
    """Give the templates of our widgets."""
    return Templates(registry, assets, clock)


@pytest.mark.parametrize("name", [point.name for point in POINTS])
def test_a_widget_has_a_preview_for_each_sort_of_hub_that_it_suits(
    templates: Templates, registry: Registry, name: str
) -> None:
    kind = registry.widgets[name]
    assert kind.summary.endswith(".")
    for hub_type in kind.hub_types:
        html = preview(templates, kind, hub_type, ENGLISH, NOON)
        assert html.strip()
        assert 'class="empty"' not in html


class WornWidget(AboutWidget):
    """Has a sample that does not fit its template."""

    __module__ = AboutWidget.__module__

    def sample(self, now: float) -> dict[str, Any]:
        return {}


def test_a_preview_that_cannot_be_drawn_is_left_out(
    templates: Templates, logged_errors: LoggedErrors
) -> None:
    assert preview(templates, WornWidget(), HubType.TEAM, ENGLISH, NOON) == ""
    assert len(logged_errors.flush(Exception)) == 1
