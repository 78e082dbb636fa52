"""Where people make tokens for programs, and revoke them."""

from __future__ import annotations

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length

from hubs.database.token_store import TokenStore, TooManyTokensError
from hubs.klein_app.forms import PageForm, field_of, read_form
from hubs.klein_app.portal import Portal
from hubs.klein_app.times import DAY, date, moment
from hubs.model.viewer import Viewer
from hubs.model.words import gettext_noop

_LONGEST_NAME = 60
_MOST_DIGITS = 9
READ, WRITE = "read", "write"
SCOPES = {READ: gettext_noop("Read"), WRITE: gettext_noop("Read and change")}
#: How long a token may be valid.
DAYS = {
    "7": gettext_noop("A week"),
    "30": gettext_noop("A month"),
    "90": gettext_noop("Three months"),
    "365": gettext_noop("A year"),
}
_PATH = "/settings/tokens/"
_TOO_MANY = gettext_noop("You have as many tokens as one may have: revoke one first.")


class TokenForm(PageForm):
    """What a new token is to be like."""

    name = StringField(
        gettext_noop("What is it for?"), [InputRequired(), Length(max=_LONGEST_NAME)]
    )
    scope = StringField(gettext_noop("What may it do?"), [AnyOf(SCOPES)], default=READ)
    days = StringField(gettext_noop("How long is it valid?"), [AnyOf(DAYS)], default="90")


@attrs.frozen
class TokenPages:
    """Makes tokens.

    Attributes:
        portal: What all pages share.
    """

    app = Klein()
    portal: Portal

    @property
    def _store(self) -> TokenStore:
        return TokenStore(self.portal.stores.hubs.pool)

    @app.route(_PATH, methods=["GET"])
    async def tokens(self, request: IRequest) -> str:
        """Show the tokens of a person, and how to make one."""
        viewer = self.portal.person(request)
        form = read_form(TokenForm, request, self.portal.language(request))
        return await self._page(request, viewer, form)

    @app.route(_PATH, methods=["POST"], endpoint="make")
    async def make(self, request: IRequest) -> str:
        """Make one, and show it this once."""
        viewer = self.portal.person(request)
        form = read_form(TokenForm, request, self.portal.language(request))
        # What no line has, is no name either.
        form.name.data = " ".join((form.name.data or "").split())
        if not form.validate():
            return await self._page(request, viewer, form)
        made = await self.portal.read(self._make(viewer, form))
        if made is None:
            form.name.errors = [_TOO_MANY]
            return await self._page(request, viewer, form)
        empty = TokenForm(meta={"language": self.portal.language(request)})
        html = await self._page(request, viewer, empty, made)
        request.setHeader("Cache-Control", "no-store")
        return html

    @app.route(f"{_PATH}revoke/", methods=["POST"])
    async def revoke(self, request: IRequest) -> str:
        """Revoke one."""
        viewer, number = self.portal.person(request), field_of(request, "token")
        if not (number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS):
            raise NotFound
        await self.portal.read(self._store.revoke(viewer, int(number)))
        return self.portal.go_to(request, _PATH)

    async def _make(self, viewer: Viewer, form: TokenForm) -> str | None:
        now = self.portal.clock.seconds()
        try:
            return await self._store.make(
                viewer,
                form.name.data or "",
                may_write=form.scope.data == WRITE,
                now=now,
                ends=now + int(form.days.data or 0) * DAY,
            )
        except TooManyTokensError:
            return None

    async def _page(
        self, request: IRequest, viewer: Viewer, form: TokenForm, made: str = ""
    ) -> str:
        language = self.portal.language(request)
        tokens = await self.portal.read(self._store.of(viewer))
        values = {
            "form": form,
            "scopes": SCOPES,
            "days": DAYS,
            "tokens": tokens,
            "ends": {one.id: date(moment(one.ends).date(), language) for one in tokens},
            "now": self.portal.clock.seconds(),
            "made": made,
        }
        return self.portal.page(request, "tokens.html", values)
