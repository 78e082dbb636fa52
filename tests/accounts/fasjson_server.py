"""A FASJSON on this machine, with the shapes of the real one and its guard.

The shapes are those of fasjson/web/resources/ and of its own tests; the guard does what Apache's
mod_auth_gssapi does before it.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import gssapi
from gssapi.raw.misc import GSSError
from klein import Klein
from twisted.internet.defer import Deferred
from twisted.web.iweb import IRequest

_SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
Answer = dict[str, Any]


@attrs.define
class Fasjson:
    """Answers about groups and users.

    Attributes:
        keytab: The keys of the web service.
        address: Where it is, once it listens.
        allowed: The accounts that may use it.
        groups: What it knows of each group; ``members`` and ``sponsors`` are lists of names.
        users: What it knows of each user.
        failure: The HTTP status it answers with, or 0 for good answers.
        silent: Whether it takes requests and never answers.
        asked: The path of each request that came with a ticket.
        masks: The fields each of them wanted to see.
    """

    keytab: Path
    address: str = ""
    allowed: tuple[str, ...] = ("hubs/worker@HUBS.TEST",)
    groups: dict[str, Answer] = attrs.field(factory=dict)
    users: dict[str, Answer] = attrs.field(factory=dict)
    failure: int = 0
    silent: bool = False
    asked: list[str] = attrs.field(factory=list)
    masks: list[str] = attrs.field(factory=list)
    edit: Callable[[Answer], object] = lambda answer: answer

    app = Klein()

    @app.route("/fasjson/v1/groups/<name>/")
    def group(self, request: IRequest, name: str) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            group = self.groups.get(name)
            if group is None:
                return None
            known = {key: group[key] for key in group if key not in {"members", "sponsors"}}
            return {"result": {"groupname": name, **known, "uri": self._uri("groups", name)}}

        return self._answer(request, answer, groupname=name)

    @app.route("/fasjson/v1/groups/<name>/members/")
    def members(self, request: IRequest, name: str) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            if name not in self.groups:
                return None
            names = self.groups[name]["members"]
            members = [{"username": one, "uri": self._uri("users", one)} for one in names]
            return self._paged(request, members, f"groups/{name}/members")

        return self._answer(request, answer, groupname=name)

    @app.route("/fasjson/v1/groups/<name>/sponsors/")
    def sponsors(self, request: IRequest, name: str) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            if name not in self.groups:
                return None
            names = self.groups[name]["sponsors"]
            return {"result": [{"username": one, "uri": self._uri("users", one)} for one in names]}

        return self._answer(request, answer, groupname=name)

    @app.route("/fasjson/v1/users/<name>/")
    def user(self, request: IRequest, name: str) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            return {"result": self._user(request, name)} if name in self.users else None

        return self._answer(request, answer, name=name)

    @app.route("/fasjson/v1/users/<name>/groups/")
    def groups_of(self, request: IRequest, name: str) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            if name not in self.users:
                return None
            names = [group for group, one in self.groups.items() if name in one["members"]]
            groups = [{"groupname": one, "uri": self._uri("groups", one)} for one in names]
            mask = request.getHeader("x-fields") or "groupname,uri"
            shown = [{key: one.get(key) for key in mask.split(",")} for one in groups]
            return self._paged(request, shown, f"users/{name}/groups")

        return self._answer(request, answer, name=name)

    @app.route("/fasjson/v1/search/users/")
    def search(self, request: IRequest) -> bytes | Deferred[bytes]:
        def answer() -> Answer | None:
            group = _argument(request, "group")
            if len(group) < 3:
                request.setResponseCode(400)
                return {"message": "Search term must be at least 3 characters long."}
            if int(_argument(request, "page_size") or 40) > 40:
                request.setResponseCode(400)
                return {"message": "Page size must be between 1 and 40 when searching."}
            names = self.groups[group]["members"] if group in self.groups else []
            people = [self._user(request, name) for name in names if name in self.users]
            return self._paged(request, people, "search/users")

        return self._answer(request, answer)

    def _answer(
        self, request: IRequest, answer: Callable[[], Answer | None], **missing: str
    ) -> bytes | Deferred[bytes]:
        request.setHeader("Content-Type", "application/json")
        refusal = self._refusal(request)
        if refusal:
            return json.dumps({"message": refusal}).encode()
        self.asked.append(request.uri.decode().removeprefix("/fasjson/v1/"))
        self.masks.append(request.getHeader("x-fields") or "")
        if self.silent:
            return Deferred()
        if self.failure:
            request.setResponseCode(self.failure)
            return b"<h1>Bad</h1>"
        found = answer()
        if found is None:
            request.setResponseCode(404)
            found = {"message": "Not found", **missing}
        return json.dumps(self.edit(found)).encode()

    def _refusal(self, request: IRequest) -> str:
        scheme, _, token = (request.getHeader("authorization") or "").partition(" ")
        request.setHeader("WWW-Authenticate", "Negotiate")
        if scheme != "Negotiate":
            request.setResponseCode(401)
            return "Unauthorized"
        try:
            credentials = gssapi.Credentials(usage="accept", store={"keytab": str(self.keytab)})
            context = gssapi.SecurityContext(creds=credentials, usage="accept")
            said = context.step(base64.b64decode(token))
            # Asked for this, it also raises what it held back to answer first.
            established = bool(context.complete)
        except GSSError:
            established = False
        if not established:
            request.setResponseCode(401)
            return "Unauthorized"
        request.setHeader("WWW-Authenticate", f"Negotiate {base64.b64encode(said).decode()}")
        if str(context.initiator_name) not in self.allowed:
            request.setResponseCode(403)
            return "Forbidden"
        return ""

    def _user(self, request: IRequest, name: str) -> Answer:
        user = {"username": name, "uri": self._uri("users", name), **self.users[name]}
        mask = request.getHeader("x-fields")
        return {key: user[key] for key in mask.split(",") if key in user} if mask else user

    def _paged(self, request: IRequest, things: list[Answer], path: str) -> Answer:
        size, number = (int(_argument(request, key) or 0) for key in ("page_size", "page_number"))
        if not size:
            return {"result": things}
        pages = math.ceil(len(things) / size)
        page: Answer = {
            "total_results": len(things),
            "page_size": size,
            "page_number": number or 1,
            "total_pages": pages,
        }
        if (number or 1) < pages:
            # As the real one has it: without what was searched for.
            page["next_page"] = (
                f"http://proxied.invalid/v1/{path}/?page_size={size}&page_number={number + 1}"
            )
        start = ((number or 1) - 1) * size
        return {"result": things[start : start + size], "page": page}

    def _uri(self, kind: str, name: str) -> str:
        return f"{self.address}/v1/{kind}/{name}/"


def _argument(request: IRequest, name: str) -> str:
    return str(request.args.get(name.encode(), [b""])[0], "utf-8")
