"""The stores that widgets read."""

from __future__ import annotations

import pytest

from hubs.database.hub_store import HubStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.widgets.base import Stores


@pytest.fixture
def stores(hub_store: HubStore, feed_store: PostgresFeeds) -> Stores:
    """Give the stores."""
    return Stores(hub_store, feed_store)
