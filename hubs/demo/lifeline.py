"""A claim on a server's folder, and the process that stops the server when its owner is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from hubs.demo.account import Account
from hubs.demo.server_program import ServerError

#: The file that the owner of a folder holds locked.
OWNER_LOCK = "owner.lock"
#: The file that the owner's lifelines hold locked, which may outlive the owner for a moment.
LIFELINE_LOCK = "lifeline.lock"

_WAIT_FOR_END_OF_INPUT = 'read -r _; exec "$@"'


@contextlib.contextmanager
def claim(folder: Path) -> Iterator[int]:
    """Hold a folder, so that nobody else starts a server in it.

    When the one who held it before was killed, wait until its lifeline has stopped its server:
    that would otherwise stop ours.

    Args:
        folder: The folder of the server.

    Yields:
        The descriptor of the lock that the lifeline is to keep.

    Raises:
        ServerError: Somebody holds it.
    """
    with _opened(folder / OWNER_LOCK) as owner, _opened(folder / LIFELINE_LOCK) as lifeline_lock:
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerError(f"{folder} is in use: another demo runs on it.") from None
        fcntl.flock(lifeline_lock, fcntl.LOCK_EX)
        yield lifeline_lock


@contextlib.contextmanager
def lifeline(
    stop: Sequence[str | Path], account: Account, folder: Path, lock: int
) -> Iterator[None]:
    """Have a server stopped at the end, even if this process is killed before it gets there.

    A small process reads from a pipe that only we hold open. However we end, it comes to the end
    of its input, and becomes the command that stops the server.

    Args:
        stop: The command that stops the server and waits until it is gone.
        account: Who runs the command.
        folder: Where the command runs.
        lock: The descriptor that `claim` gave.
    """
    process = subprocess.Popen(
        ["/bin/sh", "-c", _WAIT_FOR_END_OF_INPUT, "lifeline", *stop],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock],
        **account.process_options,
    )
    try:
        yield
    finally:
        # The end of its input is what it waits for; then it has as long as the command needs.
        process.communicate(timeout=60)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
