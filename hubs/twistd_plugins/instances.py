"""Several processes of one service under one parent."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.runner.procmon import ProcessMonitor

from hubs.watch.systemd import environment_of_children

#: A process that ends sooner is started again after a longer pause each time, seconds.
SHORT_LIFE = 60
SHORTEST_PAUSE = 1
LONGEST_PAUSE = 60
#: How long processes may take to end what they have in hand when they are stopped, seconds.
LAST_WORK = 120
_BETWEEN_LOOKS = 0.1

# There is no ``python -m`` for twistd.
_TWISTD = "from twisted.scripts.twistd import run; run()"


class Instances(ProcessMonitor):
    """Keeps processes running, and waits for all of them when it is stopped."""

    def __init__(self, reactor: Any) -> None:
        """Run nothing yet.

        Args:
            reactor: What the processes are children of.
        """
        super().__init__(reactor)
        self.threshold = SHORT_LIFE
        self.minRestartDelay = SHORTEST_PAUSE
        self.maxRestartDelay = LONGEST_PAUSE
        self.killTime = LAST_WORK

    # The interface lets a service fire later; ProcessMonitor is typed as if it never did.
    def stopService(self) -> Deferred[LoopingCall]:  # type: ignore[override]
        """Ask the processes to end.

        Returns:
            Fires when none is left.
        """
        super().stopService()

        def look() -> None:
            if not self.protocols:
                watch.stop()

        # ProcessMonitor does not tell when its last process is gone.
        watch = LoopingCall(look)
        return watch.start(_BETWEEN_LOOKS)


def instances(command: str, count: int, options: Mapping[str, Any], reactor: Any) -> Instances:
    """Run a twistd command several times.

    Args:
        command: Its name, as in ``hubs-worker``.
        count: How many processes.
        options: What to tell each, by name of option; what is None is left out.
        reactor: What the processes are children of.

    Returns:
        A service that keeps them running.
    """
    said = [f"--{name}={value}" for name, value in options.items() if value is not None]
    monitor = Instances(reactor)
    for number in range(1, count + 1):
        monitor.addProcess(
            f"{command}-{number}",
            [
                *(sys.executable, "-c", _TWISTD, "--nodaemon", "--pidfile="),
                *(command, *said, f"--number={number}"),
            ],
            env=environment_of_children(),
        )
    return monitor
