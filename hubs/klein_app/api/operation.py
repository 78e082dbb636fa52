"""Operations of the API: each is declared once, by the function that answers it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol, TypeVar, get_type_hints

import attrs
from klein import Klein
from pydantic import BaseModel
from twisted.web.iweb import IRequest

from hubs.klein_app.api.answers import ROOT, answer
from hubs.klein_app.api.sent import read_body, read_query
from hubs.klein_app.portal import Portal
from hubs.model.permissions import Action

F = TypeVar("F", bound=Callable[..., Any])


class Resource(Protocol):
    """Operations that belong together: a class with `Operations` as its class attribute."""

    @property
    def portal(self) -> Portal:
        """What all pages share."""

    @property
    def operations(self) -> Operations:
        """What can be called."""

    @property
    def app(self) -> Klein:
        """The routes of the operations."""


@attrs.frozen
class Operation:
    """One method of one address.

    Attributes:
        method: The method.
        rule: The route.
        action: What the table of permissions is asked for; None where there is no hub to ask of.
        person: Whether it is for those who are logged in, where there is no action.
        conflicts: Whether what is asked for may be impossible as things are.
        versioned: Whether it may be tied to what the caller has seen, by ``If-Match``.
        function: Answers. The first line of its docstring is the summary.
        hints: The types of its parameters and of what it gives.
    """

    method: str
    rule: str
    action: Action | None
    person: bool
    conflicts: bool
    versioned: bool
    function: Callable[..., Any]
    hints: Mapping[str, Any]

    @property
    def query(self) -> type[BaseModel] | None:
        """What its query may say."""
        return self.hints.get("query")

    @property
    def body(self) -> type[BaseModel] | None:
        """What its body may say."""
        return self.hints.get("body")

    @property
    def answer(self) -> type[BaseModel] | None:
        """What it gives; None for nothing."""
        found = self.hints["return"]
        return None if found is type(None) else found

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def status(self) -> HTTPStatus:
        """The status of what it gives."""
        if self.answer is None:
            return HTTPStatus.NO_CONTENT
        return HTTPStatus.CREATED if self.method == "POST" else HTTPStatus.OK

    @property
    def words(self) -> str:
        """What it does, in words."""
        return inspect.getdoc(self.function) or ""

    async def perform(self, resource: Resource, request: IRequest, path: dict[str, Any]) -> bytes:
        """Answer a call.

        Args:
            resource: Whose operation it is.
            request: The call.
            path: The variable parts of its path, by name.

        Returns:
            The body of the answer.

        Raises:
            HTTPException: It cannot be answered.
        """
        given: dict[str, Any] = {"request": request, **path}
        if self.action is not None:
            kind, name = given.pop("kind", "t"), given.pop("name")
            given["view"] = await resource.portal.hub(request, kind, name, self.action)
        if self.person:
            given["viewer"] = resource.portal.person(request)
        if self.query:
            given["query"] = read_query(self.query, request)
        if self.body:
            given["body"] = read_body(self.body, request)
        wanted = {name: value for name, value in given.items() if name in self.hints}
        value = await self.function(resource, **wanted)
        request.setResponseCode(self.status)
        return answer(request, value)


class Operations:
    """The operations of a resource.

    A function says by its parameters what it needs: ``view``, the hub of the path as the caller
    sees it, who then may do the action; ``viewer``, the person who calls; ``query`` and ``body``,
    of types that say what they may be; ``request``; and each variable part of the path.
    """

    def __init__(self, tag: str) -> None:
        """Begin without any.

        Args:
            tag: What the resource is called.
        """
        self.tag = tag
        self.app = Klein()
        self.all: list[Operation] = []

    def get(
        self, rule: str, action: Action | None = None, *, person: bool = False
    ) -> Callable[[F], F]:
        """Declare what can be read.

        Args:
            rule: Where, below `ROOT`.
            action: See `Operation`.
            person: See `Operation`.

        Returns:
            What takes the function.
        """
        return self._declare("GET", rule, action, person=person)

    def change(
        self,
        method: str,
        rule: str,
        action: Action | None = None,
        *,
        conflicts: bool = False,
        versioned: bool = False,
    ) -> Callable[[F], F]:
        """Declare what can be changed, by who is logged in.

        Args:
            method: The method.
            rule: Where, below `ROOT`.
            action: See `Operation`.
            conflicts: See `Operation`.
            versioned: See `Operation`.

        Returns:
            What takes the function.
        """
        return self._declare(
            method, rule, action, person=action is None, conflicts=conflicts, versioned=versioned
        )

    def _declare(
        self,
        method: str,
        rule: str,
        action: Action | None,
        *,
        person: bool,
        conflicts: bool = False,
        versioned: bool = False,
    ) -> Callable[[F], F]:
        def declare(function: F) -> F:
            operation = Operation(
                *(method, ROOT + rule, action, person, conflicts, versioned, function),
                get_type_hints(function, include_extras=True),
            )
            self.all.append(operation)

            async def perform(resource: Resource, request: IRequest, **path: Any) -> bytes:
                return await operation.perform(resource, request, path)

            name = function.__name__
            self.app.route(operation.rule, methods=[method], endpoint=name)(perform)
            return function

        return declare
