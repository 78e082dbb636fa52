"""Redis: its addresses, and connections that come back."""

from hubs.redis.address import RedisUrlError
from hubs.redis.connections import COMMAND_TIMEOUT, Redis, connect
from hubs.redis.tls import CertificateError, Identity

__all__ = ["COMMAND_TIMEOUT", "CertificateError", "Identity", "Redis", "RedisUrlError", "connect"]
