"""Ports of the loopback for servers of the tests that nobody takes meanwhile."""

from __future__ import annotations

import random
import socket
from pathlib import Path

#: The first that the kernel gives to who connects, or listens wherever there is room: between our
#: look and the start of a server, or while it is away, it would give one of those to anybody, and
#: a client that tries to reach a server that is away would in the end be connected to itself.
#: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html, ``ip_local_port_range``.
_KERNEL = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
#: Below there are some that browsers refuse to go to.
_LOWEST = 11_000
#: Where the kernel may give any, there is nothing better than these.
_PORTS = range(_LOWEST, _KERNEL if _KERNEL > 2 * _LOWEST else 3 * _LOWEST)

_chance = random.SystemRandom()
_given: set[int] = set()


def free_port(*above: int) -> int:
    """Give a port that nobody listens on, and each only once.

    Args:
        above: How far above it are others that have to be free, too.

    Returns:
        Its number.
    """
    while True:
        port = _chance.choice(_PORTS)
        wanted = {port, *(port + distance for distance in above)}
        if not wanted & _given and all(map(_is_free, wanted)):
            _given.update(wanted)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
