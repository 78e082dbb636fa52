"""Redis that refuse us, and say why."""

from __future__ import annotations

import re

import pytest
from txredisapi import ConnectionError as RedisConnectionError

from hubs.redis import Redis
from tests.until import until


async def refused(redis: Redis, why: str) -> None:
    """Wait until no command can be run, and it is known why.

    Args:
        redis: Connections to it; they are closed.
        why: What is said in the end, a regular expression.
    """
    await until(lambda: refuses(redis, why))
    await redis.disconnect()


async def refuses(redis: Redis, why: str) -> bool:
    """Try a command, which must fail; who is slow may have given up before they knew why.

    Args:
        redis: Connections to it.
        why: What is to be said, a regular expression.

    Returns:
        Whether it was.
    """
    with pytest.raises(RedisConnectionError) as caught:
        await redis.execute_command("PING")
    return bool(re.search(why, str(caught.value)))
