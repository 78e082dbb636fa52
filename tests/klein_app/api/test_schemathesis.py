"""What schemathesis makes up, by the document, and what the API answers to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.utils import getProcessOutputAndValue

from hubs.database.token_store import TokenStore
from hubs.klein_app.api.answers import ROOT
from hubs.model.person import Role
from hubs.redis import Redis
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.home import PUSH, at_home
from tests.klein_app.visitor import Visitor
from tests.until import PATIENCE

#: What the document cannot say: that one of two things to hide is needed, which version If-Match
#: has to name, and what each widget and each setting takes.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "412", "428"]

[[operations]]
include-path-regex = "(hides|widgets|settings|widget_id})/$"
checks.positive_data_acceptance.enabled = false
"""
SEED = 7


async def test_no_answer_is_outside_the_document(
    visitor: Visitor, town: Town, redis: Redis, tmp_path: Path
) -> None:
    home = await at_home(visitor, town, redis)
    await home.tell(PUSH)
    pool = town.stores.hubs.pool
    await town.stores.hubs.set_role(home.hub.id, "abe", "Abe", Role.OWNER)
    await town.stores.feeds.add(home.hub.feed, PUSH)
    await town.known("bea")
    widget = await town.widget(home.hub, "about", text="We make lamps.")
    token = await TokenStore(pool).make(
        home.viewer, "schemathesis", may_write=True, now=NOON, ends=NOON + 3600
    )
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    program = Path(sys.executable).with_name("schemathesis")
    out, err, status = await getProcessOutputAndValue(
        str(program),
        [
            *("--config-file", str(config), "run", f"{visitor.origin}{ROOT}/openapi.json"),
            *("--url", visitor.origin, "--header", f"Authorization: Bearer {token}"),
            *("--seed", str(SEED), "--generation-database", "none", "--max-examples", "6"),
            *("--phases", "coverage,fuzzing", "--no-color", "--warnings", "off"),
            # A slow machine is no fault of the API.
            *("--request-timeout", str(PATIENCE), "--suppress-health-check", "all"),
        ],
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.klein_app.api.made_up",
            "PYTHONPATH": str(Path(__file__).parents[3]),
            # What it makes up must not depend on the order of a set.
            "PYTHONHASHSEED": str(SEED),
            "HUBS_TEST_WIDGET": str(widget.id),
        },
        path=str(tmp_path),
        reactor=reactor,
    )
    assert status == 0, (out + err).decode()
