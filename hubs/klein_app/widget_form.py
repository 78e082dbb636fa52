"""What an owner fills in to set a widget: a field for each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from twisted.web.iweb import IRequest
from werkzeug.exceptions import BadRequest

from hubs.klein_app.board import read_column, read_number
from hubs.klein_app.forms import field_of
from hubs.klein_app.languages import Language
from hubs.model.arrangement import LastChange
from hubs.model.hub import Column, Visibility, WidgetInstance
from hubs.widgets.base import Widget
from hubs.widgets.parameters import ConfigurationError, Parameter, validate_config

#: Who may see a widget, as owners choose it.
AUDIENCES = {one.value: one for one in (Visibility.PUBLIC, Visibility.PRIVATE)}


@attrs.frozen
class Field:
    """One parameter in a form.

    Attributes:
        parameter: The parameter.
        text: What stands in the field.
        error: What is wrong with it, to the reader.
        theirs: What somebody else has set it to meanwhile, if that is something else.
    """

    parameter: Parameter
    text: str
    error: str = ""
    theirs: str | None = None

    @property
    def name(self) -> str:
        """The name of the field, and its identifier in the page."""
        return field_name(self.parameter)

    @property
    def kind(self) -> str:
        """How it is drawn: the type of the parameter."""
        return self.parameter.type.value


@attrs.frozen
class WidgetForm:
    """A form for a widget.

    Attributes:
        kind: The widget.
        fields: One for each parameter.
        visibility: Who is to see it.
        column: Where it is to stand, if it is new.
        version: The version that was seen of one that is there.
        config: What it is to be set to; None if something is wrong.
        conflict: Whether somebody else was faster.
        last: Who that was, if it is known.
        their_visibility: Who may see it as they have set it, if that is something else.
        gone: Whether they have removed it.
    """

    kind: Widget
    fields: tuple[Field, ...]
    visibility: Visibility = Visibility.PUBLIC
    column: Column = Column.MAIN
    version: int = 0
    config: Mapping[str, Any] | None = None
    conflict: bool = False
    last: LastChange | None = None
    their_visibility: Visibility | None = None
    gone: bool = False

    def beside(self, theirs: WidgetInstance | None, last: LastChange | None) -> WidgetForm:
        """Give the same form with what somebody else has set meanwhile beside it.

        Args:
            theirs: The widget as it is now; None if they have removed it.
            last: Who that was.

        Returns:
            The form; who sends it again has seen theirs.
        """
        if theirs is None:
            return attrs.evolve(self, conflict=True, last=last, gone=True)
        fields = []
        for field in self.fields:
            text = _text(field.parameter, theirs.config)
            fields.append(attrs.evolve(field, theirs=text if text != field.text else None))
        changed = audience(theirs) is not self.visibility
        return attrs.evolve(
            self,
            fields=tuple(fields),
            version=theirs.version,
            conflict=True,
            last=last,
            their_visibility=audience(theirs) if changed else None,
        )


def audience(widget: WidgetInstance) -> Visibility:
    """Say who may see a widget, as owners choose it: for it, preview and private are one."""
    is_public = widget.visibility is Visibility.PUBLIC
    return Visibility.PUBLIC if is_public else Visibility.PRIVATE


def field_name(parameter: Parameter) -> str:
    """Give the name of the field of a parameter; no other field has one like it."""
    return f"set-{parameter.name}"


def new_form(kind: Widget) -> WidgetForm:
    """Give the form for a new widget, filled in with what it is set to by itself.

    Args:
        kind: The widget.

    Returns:
        The form.
    """
    fields = tuple(Field(one, one.typed(one.default)) for one in kind.parameters)
    return WidgetForm(kind, fields, column=Column.SIDE if kind.framed else Column.MAIN, config={})


def form_of(kind: Widget, widget: WidgetInstance) -> WidgetForm:
    """Give the form for a widget that is there.

    Args:
        kind: What it is.
        widget: The widget.

    Returns:
        The form.
    """
    fields = tuple(Field(one, _text(one, widget.config)) for one in kind.parameters)
    return WidgetForm(kind, fields, audience(widget), widget.column, widget.version, widget.config)


def sent_form(kind: Widget, request: IRequest, language: Language) -> WidgetForm:
    """Give the form as somebody has filled it in, and check it.

    Args:
        kind: The widget.
        request: What was sent.
        language: The reader's.

    Returns:
        The form; what is wrong stands at its fields.

    Raises:
        BadRequest: What was sent is not what a form of ours sends.
    """
    typed = {one.name: field_of(request, field_name(one)) for one in kind.parameters}
    errors: Mapping[str, str] = {}
    config = None
    try:
        config = validate_config(kind.parameters, typed)
    except ConfigurationError as error:
        errors = {name: one.sentence(language.translate) for name, one in error.errors.items()}
    fields = tuple(Field(one, typed[one.name], errors.get(one.name, "")) for one in kind.parameters)
    visibility = field_of(request, "visibility")
    if visibility not in AUDIENCES:
        raise BadRequest
    return WidgetForm(
        kind,
        fields,
        AUDIENCES[visibility],
        read_column(field_of(request, "column")),
        read_number(field_of(request, "version")),
        config,
    )


def _text(parameter: Parameter, config: Mapping[str, Any]) -> str:
    return parameter.typed(config.get(parameter.name, parameter.default))
