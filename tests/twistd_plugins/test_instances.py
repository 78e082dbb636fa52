"""Several processes under one parent."""

from __future__ import annotations

import sys
from pathlib import Path

from twisted.internet import reactor

from hubs.twistd_plugins.instances import Instances, instances
from tests.until import until


async def test_what_dies_at_once_is_started_again_after_a_longer_pause_each_time(
    tmp_path: Path,
) -> None:
    starts = tmp_path / "starts"
    monitor = Instances(reactor)
    monitor.addProcess("short", [sys.executable, "-c", f"open({str(starts)!r}, 'a').write('x')"])
    monitor.startService()
    pauses = [monitor.delay["short"]]
    while len(pauses) < 3:
        known = pauses[-1]
        await until(lambda known=known: monitor.delay["short"] != known)
        pauses.append(monitor.delay["short"])
    await monitor.stopService()
    assert pauses[0] < pauses[1] < pauses[2]
    assert len(starts.read_text()) >= 2


async def test_a_stop_waits_for_the_last_process(tmp_path: Path) -> None:
    ready, done = tmp_path / "ready", tmp_path / "done"
    monitor = Instances(reactor)
    # What waits for a signal by a handler misses one that comes just before it waits.
    program = (
        "import signal, pathlib\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "signal.sigwait([signal.SIGTERM])\n"
        f"pathlib.Path({str(done)!r}).touch()\n"
    )
    monitor.addProcess("polite", [sys.executable, "-c", program])
    monitor.startService()
    await until(ready.exists)
    await monitor.stopService()
    assert done.exists()
    assert not monitor.protocols


def test_each_process_is_told_what_the_parent_was_told() -> None:
    monitor = instances("hubs-worker", 2, {"config": "/etc/x.toml", "other": None}, reactor)
    said = repr(monitor)
    assert said.count("'hubs-worker', '--config=/etc/x.toml'") == 2
    assert "other" not in said
