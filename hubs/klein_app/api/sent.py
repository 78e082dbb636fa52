"""What calls send: their queries and bodies, checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails
from twisted.web.iweb import IRequest
from werkzeug.http import parse_options_header

from hubs.klein_app.api.problem import ProblemError, WrongValue

S = TypeVar("S", bound=BaseModel)

#: Texts of one line: what no store of ours keeps is refused.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=300)]


def _whole(value: object) -> object:
    # To JSON Schema, 3.0 is an integer.
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: Reads a whole number of JSON; it stands behind its limits, which else were not in the document.
WHOLE = BeforeValidator(_whole)
#: The number of a hub.
HubNumber = Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]
_MOST_PARAMETERS = 50
_LONGEST_SHOWN = 100
_LONGEST_NAMES = 300
#: Who sends a thousand wrong values is not told of each.
_MOST_ERRORS = 20


class Query(BaseModel):
    """What stands after the question mark; a word that means nothing is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What is sent as JSON; a name that means nothing is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def read_query(kind: type[S], request: IRequest) -> S:
    """Read the query of a call.

    Args:
        kind: What it may say.
        request: The call.

    Returns:
        What it says.

    Raises:
        ProblemError: 400 for what is no query at all, 422 for what it may not say.
    """
    text = urlsplit(request.uri).query
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            f"Expected at most {_MOST_PARAMETERS} parameters after the question mark, in UTF-8.",
        ) from None
    given = dict(pairs)
    names = [name for name, _ in pairs]
    twice = [
        wrong(f"query.{name}", given[name], "It is given once.")
        for name in given
        if names.count(name) > 1
    ]
    if twice:
        raise unusable(twice)
    return _checked("query", lambda: kind.model_validate_strings(given))


def read_body(kind: type[S], request: IRequest) -> S:
    """Read the body of a call.

    Args:
        kind: What it may say.
        request: The call.

    Returns:
        What it says.

    Raises:
        ProblemError: 415 for what does not call itself JSON, 400 for what is none, 422 for what it
            may not say.
    """
    content_type, _ = parse_options_header(request.getHeader("Content-Type"))
    if content_type.lower() != "application/json":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Expected Content-Type: application/json, got {content_type[:_LONGEST_SHOWN]!r}.",
        )
    text = request.content.read() if request.content is not None else b""
    return _checked("body", lambda: kind.model_validate_json(text))


def _checked(place: str, read: Callable[[], S]) -> S:
    try:
        return read()
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
    if errors[0]["type"] == "json_invalid":
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"The body is no JSON: {errors[0]['msg']}.")
    raise unusable([wrong(_name(place, one), one["input"], one["msg"]) for one in errors])


def _name(place: str, error: ErrorDetails) -> str:
    return ".".join([place, *map(str, error["loc"])])


def wrong(name: str, value: object, expected: str) -> WrongValue:
    """Say what is wrong with a value.

    Args:
        name: Where it stands, as in ``body.words``.
        value: What was given.
        expected: What was expected.

    Returns:
        That, with values and names cut off that are too long.
    """
    text = json.dumps(value, default=str)
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return WrongValue(name=name[:_LONGEST_SHOWN], value=short, expected=expected)


def unusable(errors: Sequence[WrongValue]) -> ProblemError:
    """Say that values cannot be used.

    Args:
        errors: Which, and why.

    Returns:
        What to raise.
    """
    names = ", ".join(error.name for error in errors)
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"What was sent cannot be used: see {names[:_LONGEST_NAMES]}.",
        errors=errors[:_MOST_ERRORS],
    )
