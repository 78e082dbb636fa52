"""Log-ins that have begun, from the way out to the account system until the way back."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

import attrs

from hubs.klein_app.sessions import Session
from hubs.redis import Redis

#: How long somebody may take to log in, seconds.
LASTS = 600
_FLOW = "hubs:login:"


@attrs.frozen
class Flow:
    """One log-in that has begun.

    Attributes:
        state: What the way back must carry, so that nobody is brought here by another's.
        nonce: What the ID token must carry, so that it is of this log-in.
        verifier: What shows that the code was asked for by us (PKCE, RFC 7636).
        next: The path to go to afterwards.
    """

    state: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)
    verifier: str = attrs.field(repr=False)
    next: str

    @property
    def challenge(self) -> str:
        """What the account system is told of the verifier, by the method ``S256``."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@attrs.frozen
class Flows:
    """Keeps them in Redis, each for the session that began it.

    Attributes:
        redis: Where.
    """

    redis: Redis

    async def begin(self, session: Session, next_path: str) -> Flow:
        """Begin a log-in.

        Args:
            session: The browser's.
            next_path: The path to go to afterwards.

        Returns:
            It, with secrets of its own.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        flow = Flow(state, nonce, verifier, next_path)
        key = _key(session, state)
        await self.redis.execute_command("SET", key, json.dumps(attrs.asdict(flow)), "EX", LASTS)
        return flow

    async def take(self, session: Session | None, state: str) -> Flow | None:
        """Give a log-in that comes back, once.

        Args:
            session: The browser's.
            state: What it came back with.

        Returns:
            It, or None if there is none of that state that this browser began.
        """
        if session is None:
            return None
        text = await self.redis.execute_command("GETDEL", _key(session, state))
        return None if text is None else Flow(**json.loads(text))


def _key(session: Session, state: str) -> str:
    return _FLOW + hashlib.sha256(f"{session.identifier} {state}".encode()).hexdigest()
