"""Sessions: who a browser's requests are from, kept in Redis."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs
from klein import SessionProcurer
from klein.interfaces import ISession, ISessionStore, NoSuchSession, SessionMechanism
from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from twisted.web.iweb import IRequest
from zope.interface import implementer

from hubs.model.viewer import NOBODY, Viewer
from hubs.redis import Redis

#: The name of the cookie under TLS. Browsers take a name that starts so only from the very host,
#: with Secure and for all paths (RFC 6265bis, section 4.1.3.2), so that no other host can set it.
SECURE_COOKIE = b"__Host-hubs"
COOKIE = b"hubs"
#: How long browsers keep the cookie: as long as they allow (RFC 6265bis, section 5.5), because it
#: is Redis that says whether the session is over; seconds.
COOKIE_SECONDS = 400 * 86_400
#: How long a session of nobody waits to be used, which only a log-in needs, seconds.
VISITOR_SECONDS = 3600
_SESSION = "hubs:session:"
_OF_PERSON = "hubs:sessions:"
#: More than any identifier of ours has; longer ones are not even looked up.
_LONGEST = 100


@implementer(ISession)
@attrs.frozen
class Session:
    """One browser's session.

    Attributes:
        identifier: What the browser sends in its cookie. Nobody else knows it.
        isConfidential: Whether it is sent under TLS alone.
        authenticatedBy: That it came in a cookie.
        viewer: Whose it is.
        csrf_token: What every form of the session carries, and no other site can know.
    """

    identifier: str = attrs.field(repr=False)
    isConfidential: bool  # noqa: N815 - the names are klein's
    authenticatedBy: Any  # noqa: N815
    viewer: Viewer
    csrf_token: str = attrs.field(repr=False)

    def authorize(self, interfaces: Iterable[Any]) -> Deferred[dict[Any, Any]]:
        """See `ISession`; there is nothing to give but the attributes."""
        del interfaces
        return succeed({})


@implementer(ISessionStore)
class RedisSessions:
    """Keeps sessions in Redis, under a hash of their identifiers.

    Who can read Redis cannot take over a session.
    """

    _log = Logger()

    def __init__(self, redis: Redis, idle_seconds: int) -> None:
        """Prepare to keep them.

        Args:
            redis: Where.
            idle_seconds: How long the session of a person lasts after it was last used.
        """
        self._redis = redis
        self._idle_seconds = idle_seconds

    def newSession(  # noqa: N802
        self,
        isConfidential: bool,  # noqa: N803
        authenticatedBy: Any,  # noqa: N803
    ) -> Deferred[Session]:
        """See `ISessionStore`: begin a session of nobody."""
        return Deferred.fromCoroutine(self.begin(NOBODY, isConfidential, authenticatedBy))

    async def begin(
        self,
        viewer: Viewer,
        confidential: bool,
        mechanism: Any = SessionMechanism.Cookie,
    ) -> Session:
        """Begin a session.

        Args:
            viewer: Whose.
            confidential: Whether its identifier is sent under TLS alone.
            mechanism: How it is sent.

        Returns:
            The session, with a new identifier.
        """
        session = Session(
            identifier=secrets.token_urlsafe(32),
            isConfidential=confidential,
            authenticatedBy=mechanism,
            viewer=viewer,
            csrf_token=secrets.token_urlsafe(32),
        )
        await self._redis.execute_command(
            *("SET", _key(session.identifier, confidential), _write(session)),
            *("EX", self._idle_seconds if viewer.logged_in else VISITOR_SECONDS),
        )
        if viewer.logged_in:
            await self._remember(session)
        return session

    def loadSession(  # noqa: N802
        self,
        identifier: str,
        isConfidential: bool,  # noqa: N803
        authenticatedBy: Any,  # noqa: N803
    ) -> Deferred[Session]:
        """See `ISessionStore`; a session that is used lasts on."""
        return Deferred.fromCoroutine(self._load(identifier, isConfidential, authenticatedBy))

    def sentInsecurely(self, identifiers: Sequence[str | bytes]) -> None:  # noqa: N802
        """See `ISessionStore`: what went over the network in the clear is valid no more."""
        for one in identifiers:
            identifier = one.decode("latin-1") if isinstance(one, bytes) else one
            ending = self._redis.execute_command("UNLINK", _key(identifier, confidential=True))
            ending.addErrback(
                lambda failure: self._log.error(
                    "A session that was sent in the clear cannot be ended: {error}",
                    error=failure.value,
                )
            )

    async def end(self, session: Session) -> None:
        """End a session.

        Args:
            session: The session.
        """
        key = _key(session.identifier, session.isConfidential)
        await self._redis.execute_command("UNLINK", key)
        if session.viewer.logged_in:
            await self._redis.execute_command("SREM", _of(session.viewer.person_id), key)

    async def end_all(self, person_id: int) -> None:
        """End every session of a person.

        Args:
            person_id: The person.
        """
        keys = await self._redis.execute_command("SMEMBERS", _of(person_id))
        if keys:
            # One that begins meanwhile stays among them, for the next time.
            await self._redis.execute_command("UNLINK", *keys)
            await self._redis.execute_command("SREM", _of(person_id), *keys)

    async def count(self, person_id: int) -> int:
        """Say how many sessions of a person are open.

        Args:
            person_id: The person.
        """
        keys = await self._redis.execute_command("SMEMBERS", _of(person_id))
        return int(await self._redis.execute_command("EXISTS", *keys)) if keys else 0

    async def described(self, person_id: int) -> list[dict[str, Any]]:
        """Say of each open session of a person what may be told: not how to use it.

        Args:
            person_id: The person.

        Returns:
            Whether it is ``under_tls``, and how long it lasts when it is not used,
            ``seconds_left``.
        """
        found = []
        for key in await self._redis.execute_command("SMEMBERS", _of(person_id)):
            seconds = int(await self._redis.execute_command("TTL", key))
            if seconds > 0:
                tls = key.startswith(f"{_SESSION}tls:")
                found.append({"under_tls": tls, "seconds_left": seconds})
        return found

    async def _load(self, identifier: str, confidential: bool, mechanism: Any) -> Session:
        if mechanism is not SessionMechanism.Cookie or len(identifier) > _LONGEST:
            raise NoSuchSession("Sessions come in cookies.")
        key = _key(identifier, confidential)
        text = await self._redis.execute_command("GET", key)
        if text is None:
            raise NoSuchSession("The session is over.")
        values = json.loads(text)
        viewer = Viewer(**values["viewer"])
        if viewer.logged_in:
            await self._redis.execute_command("EXPIRE", key, self._idle_seconds)
        return Session(identifier, confidential, mechanism, viewer, values["csrf_token"])

    async def _remember(self, session: Session) -> None:
        """Add a session to those of its person, and forget those that are over."""
        of_person = _of(session.viewer.person_id)
        await self._redis.execute_command(
            "SADD", of_person, _key(session.identifier, session.isConfidential)
        )
        keys = await self._redis.execute_command("SMEMBERS", of_person)
        found = await self._redis.execute_command("MGET", *keys)
        over = [key for key, value in zip(keys, found, strict=True) if value is None]
        if over:
            await self._redis.execute_command("SREM", of_person, *over)


class Sessions:
    """Finds the session of a request, and gives browsers new ones."""

    def __init__(self, store: RedisSessions, public_url: str = "") -> None:
        """Prepare to find them.

        Args:
            store: Where they are.
            public_url: The portal's address as people know it. If it begins with ``https``, every
                request is taken for one under TLS, which then ends at a proxy of ours.
        """
        self._store = store
        self._public = urlsplit(public_url) if public_url else None
        # It never sets a cookie itself: klein's has no SameSite.
        self._procurer = SessionProcurer(
            store, secureCookie=SECURE_COOKIE, insecureCookie=COOKIE, setCookieOnGET=False
        )

    async def find(self, request: IRequest) -> Session | None:
        """Find the session of a request; from then on `session_of` gives it.

        Args:
            request: The request.

        Returns:
            The session, or None.

        Raises:
            txredisapi.RedisError: Redis cannot be asked.
        """
        self._use_public_address(request)
        try:
            session: Session = await self._procurer.procureSession(request)
        except (NoSuchSession, UnicodeDecodeError):
            return None
        return session

    async def viewer(self, request: IRequest) -> Viewer:
        """Say who a request is from.

        Args:
            request: The request.

        Returns:
            A person, or nobody.
        """
        session = await self.find(request)
        return session.viewer if session else NOBODY

    async def begin(self, request: IRequest, viewer: Viewer = NOBODY) -> Session:
        """Give the browser a new session, in the place of the one it has.

        Args:
            request: Sent by the browser; its answer will set the cookie.
            viewer: Whose session it is.

        Returns:
            The session. Its identifier is new, so that nobody who made the browser use an old one
            shares it (session fixation).
        """
        before = await self.find(request)
        session = await self._store.begin(viewer, bool(request.isSecure()))
        if before is not None:
            await self._store.end(before)
        _set_cookie(request, session.identifier, COOKIE_SECONDS)
        request.setComponent(ISession, session)  # type: ignore[attr-defined]
        return session

    async def end(self, request: IRequest) -> None:
        """End the session of a request."""
        session = await self.find(request)
        if session is not None:
            await self._store.end(session)
            _set_cookie(request, "", 0)
            request.unsetComponent(ISession)  # type: ignore[attr-defined]

    async def end_all(self, request: IRequest) -> None:
        """End every session of the person whose session a request has, in all their browsers."""
        session = await self.find(request)
        if session is not None and session.viewer.logged_in:
            await self._store.end_all(session.viewer.person_id)
        await self.end(request)

    async def count(self, person_id: int) -> int:
        """Say in how many browsers a person is logged in."""
        return await self._store.count(person_id)

    def _use_public_address(self, request: IRequest) -> None:
        if self._public is not None and self._public.hostname:
            secure = self._public.scheme == "https"
            port = self._public.port or (443 if secure else 80)
            request.setHost(self._public.hostname.encode("idna"), port, secure)


def session_of(request: IRequest) -> Session | None:
    """Give the session of a request that `Sessions.find` has found, if there is one."""
    session: Session | None = request.getComponent(ISession)  # type: ignore[attr-defined]
    return session


def viewer_of(request: IRequest) -> Viewer:
    """Say who a request is from, once `Sessions.find` has looked.

    Args:
        request: The request.

    Returns:
        A person, or nobody.
    """
    session = session_of(request)
    return session.viewer if session else NOBODY


def _set_cookie(request: IRequest, value: str, seconds: int) -> None:
    secure = bool(request.isSecure())
    request.addCookie(  # type: ignore[call-arg]
        SECURE_COOKIE if secure else COOKIE,
        value,
        path="/",
        max_age=str(seconds),
        secure=secure,
        httpOnly=True,
        sameSite="lax",
    )


def _key(identifier: str, confidential: bool) -> str:
    kind = "tls:" if confidential else "plain:"
    return _SESSION + kind + hashlib.sha256(identifier.encode()).hexdigest()


def _of(person_id: int) -> str:
    return f"{_OF_PERSON}{person_id}"


def _write(session: Session) -> str:
    return json.dumps({"viewer": attrs.asdict(session.viewer), "csrf_token": session.csrf_token})
