"""Arranging the widgets of a hub, by its owners."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import attrs
from pydantic import Field, JsonValue
from twisted.internet.defer import Deferred
from twisted.web.iweb import IRequest
from werkzeug.exceptions import HTTPException, NotFound

from hubs.database.widget_store import ArrangeError, ConflictError, Why
from hubs.klein_app.api.answers import ROOT, seen_version
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.problem import ProblemError
from hubs.klein_app.api.sent import WHOLE, Body, Line, unusable, wrong
from hubs.klein_app.api.values import Moment, Value, number_of
from hubs.klein_app.attempt import attempt
from hubs.klein_app.portal import HUB, Portal
from hubs.model.hub import Column, HubType, Visibility, WidgetInstance
from hubs.model.permissions import Action
from hubs.model.viewer import HubView
from hubs.widgets.arrange import Arranger, UnknownWidgetError
from hubs.widgets.parameters import ConfigurationError, Parameter, Type

_WIDGET = f"{HUB}/widgets/<widget_id>"
T = TypeVar("T")
Config = Annotated[
    dict[str, JsonValue], Field(description="What its parameters are set to, by name.")
]


class ParameterValue(Value):
    """What can be set about a widget."""

    name: str
    label: str
    help: str
    type: Type
    default: Any
    required: bool
    least: int | None
    most: int | None
    choices: dict[str, str]

    @classmethod
    def of(cls, parameter: Parameter) -> ParameterValue:
        """Tell of a parameter."""
        return cls(**{name: getattr(parameter, name) for name in cls.model_fields})


class Kind(Value):
    """A kind of widget."""

    plugin: str
    title: str
    summary: str
    hub_types: tuple[HubType, ...] = Field(description="Whose hubs it suits.")
    parameters: tuple[ParameterValue, ...]


class Catalogue(Value):
    """The widgets there are, by name."""

    widgets: tuple[Kind, ...]


class Placed(Value):
    """A widget of a hub, as its owners see it."""

    id: int
    plugin: str
    api: str = Field(description="Its path here.")
    version: int = Field(description="Rises with each change of it.")
    column: Column
    position: int = Field(description="Its place in the column, from 0.")
    visibility: Visibility
    hidden: bool = Field(description="Whether it is put away.")
    config: dict[str, Any] = Field(description="What its parameters are set to.")

    @classmethod
    def of(cls, view: HubView, widget: WidgetInstance) -> Placed:
        """Tell of a widget on a hub."""
        names = cls.model_fields.keys() - {"api"}
        path = f"{ROOT}{view.hub.path}widgets/{widget.id}/"
        return cls(api=path, **{name: getattr(widget, name) for name in names})


class Removed(Value):
    """A widget that was removed, and can be put back for some weeks."""

    widget: Placed
    actor: str = Field(description="The account name of who removed it.")
    time: Moment


class ArrangementValue(Value):
    """All widgets of a hub, also those that are hidden, in the order of its page."""

    version: int = Field(description="Rises when a widget comes, goes or moves.")
    widgets: tuple[Placed, ...]
    removed: tuple[Removed, ...]


class NewWidget(Body):
    """A widget to put on a hub."""

    plugin: Annotated[Line, Field(max_length=100)]
    config: Config = Field(default_factory=dict)
    column: Column = Column.MAIN
    visibility: Visibility = Visibility.PUBLIC


class WidgetSettings(Body):
    """How a widget is from now on."""

    config: Config
    visibility: Visibility = Visibility.PUBLIC


class Hiding(Body):
    """Whether a widget is put away."""

    hidden: bool


class Place(Body):
    """Where a widget stands from now on."""

    column: Column
    position: Annotated[
        int, Field(ge=0, le=1000, description="From 0; one past the last is the last."), WHOLE
    ]


@attrs.frozen
class ArrangingResource:
    """Changes widgets, for the owners of hubs.

    Attributes:
        portal: What all pages share.
        arranger: Does it.
    """

    operations = Operations("Arranging")
    app = operations.app
    portal: Portal
    arranger: Arranger

    @operations.get("/widgets/")
    async def catalogue(self) -> Catalogue:
        """Give the kinds of widgets there are, and what can be set about each."""
        return Catalogue(
            widgets=tuple(
                Kind(
                    plugin=name,
                    title=kind.title,
                    summary=kind.summary,
                    hub_types=tuple(one for one in HubType if one in kind.hub_types),
                    parameters=tuple(map(ParameterValue.of, kind.parameters)),
                )
                for name, kind in sorted(self.arranger.registry.widgets.items())
            )
        )

    @operations.get(f"{HUB}/arrangement/", Action.ARRANGE)
    async def arrangement(self, view: HubView) -> ArrangementValue:
        """Give all widgets of a hub, and those that can be put back."""
        found = await self.portal.read(self.arranger.arrangement(view.hub))
        return ArrangementValue(
            version=found.version,
            widgets=tuple(Placed.of(view, one) for one in found.widgets),
            removed=tuple(
                Removed(widget=Placed.of(view, one.widget), **attrs.asdict(one.removal))
                for one in found.removed
            ),
        )

    @operations.change("POST", f"{HUB}/widgets/", Action.ARRANGE, conflicts=True)
    async def add(self, view: HubView, body: NewWidget) -> Placed:
        """Put a widget at the end of a column."""
        adding = self.arranger.add(
            *(view.hub, view.viewer.username, body.plugin, body.config),
            column=body.column,
            visibility=body.visibility,
        )
        return Placed.of(view, await self._done(adding, body.config))

    @operations.change("PUT", f"{_WIDGET}/", Action.ARRANGE, conflicts=True, versioned=True)
    async def configure(
        self, request: IRequest, view: HubView, widget_id: str, body: WidgetSettings
    ) -> Placed:
        """Set a widget anew; what is left out has its default."""
        number, version = _seen(request, view, widget_id)
        actor = view.viewer.username
        setting = self.arranger.configure(
            view.hub, actor, number, version, body.config, body.visibility
        )
        return Placed.of(view, await self._done(setting, body.config))

    @operations.change("PUT", f"{_WIDGET}/hidden/", Action.ARRANGE, conflicts=True, versioned=True)
    async def hide(self, request: IRequest, view: HubView, widget_id: str, body: Hiding) -> Placed:
        """Put a widget away, or show it again."""
        number, version = _seen(request, view, widget_id)
        actor = view.viewer.username
        hiding = self.arranger.hide(view.hub, actor, number, version, hidden=body.hidden)
        return Placed.of(view, await self._done(hiding))

    @operations.change("PUT", f"{_WIDGET}/place/", Action.ARRANGE, conflicts=True, versioned=True)
    async def move(
        self, request: IRequest, view: HubView, widget_id: str, body: Place
    ) -> ArrangementValue:
        """Move a widget; the ETag is that of the arrangement."""
        number, version = number_of(widget_id), seen_version(request)
        if version is None:
            version = (await self.portal.read(self.arranger.arrangement(view.hub))).version
        actor = view.viewer.username
        await self._done(
            self.arranger.move(view.hub, actor, number, version, body.column, body.position)
        )
        return await self.arrangement(view)

    @operations.change("DELETE", f"{_WIDGET}/", Action.ARRANGE, conflicts=True, versioned=True)
    async def remove(self, request: IRequest, view: HubView, widget_id: str) -> None:
        """Take a widget off a hub; for some weeks it can be put back."""
        number, version = _seen(request, view, widget_id)
        await self._done(self.arranger.remove(view.hub, view.viewer.username, number, version))

    @operations.change("POST", f"{_WIDGET}/restoration/", Action.ARRANGE, conflicts=True)
    async def restore(self, view: HubView, widget_id: str) -> Placed:
        """Put a widget back that was removed, where it was."""
        number = number_of(widget_id)
        restoring = self.arranger.restore(view.hub, view.viewer.username, number)
        return Placed.of(view, await self._done(restoring))

    async def _done(
        self,
        change: Coroutine[Deferred[Any], Any, T],
        config: Mapping[str, object] | None = None,
    ) -> T:
        outcome = await self.portal.read(attempt(_told(change, config or {}), HTTPException))
        if isinstance(outcome, HTTPException):
            raise outcome
        return outcome


def _seen(request: IRequest, view: HubView, widget_id: str) -> tuple[int, int]:
    """Read which widget is meant, and which version of it the caller has seen."""
    number, version = number_of(widget_id), seen_version(request)
    now = next((one.version for one in view.widgets if one.id == number), 0)
    return number, now if version is None else version


async def _told(change: Coroutine[Deferred[Any], Any, T], config: Mapping[str, object]) -> T:
    """Make a change, or say in the words of the API why it cannot be made."""
    try:
        return await change
    except ConflictError as error:
        who = error.last.actor if error.last else "Somebody"
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED,
            f"{who} has changed it meanwhile. Read it again, and then change that.",
        ) from None
    except ArrangeError as error:
        if error.why is Why.UNKNOWN:
            raise NotFound from None
        raise ProblemError(HTTPStatus.CONFLICT, f"It cannot be done: {error}.") from None
    except UnknownWidgetError as error:
        raise unusable([wrong("body.plugin", "", error.args[0])]) from None
    except ConfigurationError as error:
        raise unusable(
            [
                wrong(f"body.config.{name}", config.get(name), str(one))
                for name, one in error.errors.items()
            ]
        ) from None
