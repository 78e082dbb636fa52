"""Measures how long it takes to find whom a message concerns, with more and more hubs.

``python -m tests.benchmarks.interests`` runs ours beside what the prototype of 2015 did, which
asked every widget for every message, both on one PostgreSQL in one run, and prints what one is to
the other. It asserts nothing about time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import react

from hubs.bus.message import BusMessage
from hubs.database import interests, migrate
from hubs.database.pool import Pool
from hubs.database.rows import HUB, HUB_WIDTH, WIDGET, read_hub, read_widget
from hubs.demo.private_postgres import PrivatePostgres
from tests.database.many_hubs import fill, packages_of
from tests.pipeline.lamp_widget import CountLamps

SIZES = (1_000, 10_000, 100_000)
#: How many messages each is given.
OURS, THEIRS = 200, 3


@attrs.frozen
class Cost:
    """What a message costs, seconds.

    Attributes:
        ours: By interests.
        scan: By asking every widget.
    """

    ours: float
    scan: float


async def by_interests(pool: Pool, message: BusMessage) -> int:
    return len({found.hub.id for found in await interests.concerned(pool, message.keys())})


async def by_scan(pool: Pool, message: BusMessage) -> int:
    rows = await pool.query(
        f"SELECT {HUB}, {WIDGET} FROM widgets JOIN hubs ON hubs.id = widgets.hub_id"
    )
    function, keys, concerned = CountLamps(), message.keys(), set()
    for row in rows:
        hub, widget = read_hub(row[:HUB_WIDTH]), read_widget(row[HUB_WIDTH:])
        if (hub.feed_interests() | function.interests(hub, widget)) & keys:
            concerned.add(hub.id)
    return len(concerned)


async def measure(pool: Pool, hubs: int) -> Cost:
    """Give messages to both, each of which concerns three hubs.

    Args:
        pool: The database.
        hubs: How many hubs it has.

    Returns:
        What they cost.
    """

    async def fastest(find: Callable[[Pool, BusMessage], Awaitable[int]], messages: int) -> float:
        spent = []
        for number in range(messages):
            named = [1 + (number * 7919 + part * hubs // 3) % hubs for part in range(3)]
            message = BusMessage(
                f"m{number}", "bodhi.update.comment", 1.0, {}, "", packages=packages_of(named)
            )
            begin = time.perf_counter()
            found = await find(pool, message)
            spent.append(time.perf_counter() - begin)
            if found != len(named):
                raise SystemExit(f"expected {len(named)} hubs, found {found}")
        # What else the machine does may only add to it.
        return min(spent)

    await fastest(by_interests, 20)
    return Cost(await fastest(by_interests, OURS), await fastest(by_scan, THEIRS))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def run(url: str, most: int, reactor: Any) -> None:
    """Measure with more and more hubs, and print.

    Args:
        url: An empty database.
        most: The most hubs.
        reactor: What runs it.
    """
    pool = Pool(url, 1, reactor)
    pool.startService()
    costs: dict[int, Cost] = {}
    for hubs in [size for size in SIZES if size <= most]:
        say(f"Making {hubs:,} hubs …")
        await fill(pool, hubs)
        costs[hubs] = cost = await measure(pool, hubs)
        say(
            f"{hubs:7,} hubs: {cost.ours * 1000:6.1f} ms to find three by interests,"
            f" {cost.scan * 1000:8.1f} ms by asking all: {cost.scan / cost.ours:.0f} times as long"
        )
    pool.stopService()
    fewest, *_, last = costs
    say(
        f"With {last / fewest:.0f} times the hubs interests need"
        f" {costs[last].ours / costs[fewest].ours:.1f} times as long, asking all"
        f" {costs[last].scan / costs[fewest].scan:.1f} times"
    )


def main() -> None:
    """Start a PostgreSQL and measure on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the most hubs")
    most = parser.parse_args().most
    with tempfile.TemporaryDirectory(prefix="fedora-hubs-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with PrivatePostgres(folder / "postgres", fsync=False) as url:
            migrate.upgrade(url, lambda _: None)
            react(lambda reactor: Deferred.fromCoroutine(run(url, most, reactor)))


if __name__ == "__main__":
    main()
