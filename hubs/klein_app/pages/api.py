"""The page about the API, for people; and its document, for programs."""

from __future__ import annotations

from typing import Any

import attrs
from klein import Klein
from pydantic import RootModel
from twisted.web.iweb import IRequest

from hubs.klein_app.api.answers import ROOT, answer
from hubs.klein_app.api.document import PATH
from hubs.klein_app.portal import Portal
from hubs.klein_app.refusals import REFUSALS


@attrs.frozen
class ApiPages:
    """Says what the API is.

    Attributes:
        portal: What all pages share.
        document: The OpenAPI document.
    """

    app = Klein()
    portal: Portal
    document: dict[str, Any]

    @app.route("/api/", methods=["GET"])
    async def about(self, request: IRequest) -> str:
        """Say what it is, how to get a token, and how to call."""
        refusals = {why.name.lower().replace("_", "-"): one for why, one in REFUSALS.items()}
        values = {"document": self.document, "document_path": ROOT + PATH, "refusals": refusals}
        return self.portal.page(request, "api.html", values)

    @app.route(ROOT + PATH, methods=["GET"])
    async def openapi(self, request: IRequest) -> bytes:
        """Give the document."""
        return answer(request, RootModel(self.document))
