"""Who calls, and the tokens of theirs. New ones are made on a page alone, by a person."""

from __future__ import annotations

import attrs
from werkzeug.exceptions import NotFound

from hubs.database.token_store import TokenStore
from hubs.klein_app.api.answers import ROOT
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.values import Moment, Value, number_of
from hubs.klein_app.portal import Portal
from hubs.model.hub import HubType, hub_path
from hubs.model.viewer import Viewer


class Caller(Value):
    """Who calls."""

    username: str
    full_name: str
    page: str
    api: str


class TokenValue(Value):
    """What is known of a token; the secret itself nobody can find out."""

    id: int
    name: str
    may_write: bool
    made: Moment
    ends: Moment
    used: Moment | None


class Tokens(Value):
    """The tokens of somebody, the newest first."""

    tokens: tuple[TokenValue, ...]


@attrs.frozen
class TokenResource:
    """Reads and revokes tokens.

    Attributes:
        portal: What all pages share.
    """

    operations = Operations("You")
    app = operations.app
    portal: Portal

    @property
    def _store(self) -> TokenStore:
        return TokenStore(self.portal.stores.hubs.pool)

    @operations.get("/me/", person=True)
    async def me(self, viewer: Viewer) -> Caller:
        """Say who calls."""
        path = hub_path(HubType.USER, viewer.username)
        return Caller(
            username=viewer.username, full_name=viewer.full_name, page=path, api=ROOT + path
        )

    @operations.get("/tokens/", person=True)
    async def tokens(self, viewer: Viewer) -> Tokens:
        """Give the tokens of the caller."""
        found = await self.portal.read(self._store.of(viewer))
        return Tokens(tokens=tuple(TokenValue(**attrs.asdict(one)) for one in found))

    @operations.change("DELETE", "/tokens/<token_id>/")
    async def revoke(self, viewer: Viewer, token_id: str) -> None:
        """Revoke a token, at once and for ever; also the one that calls."""
        if not await self.portal.read(self._store.revoke(viewer, number_of(token_id))):
            raise NotFound
