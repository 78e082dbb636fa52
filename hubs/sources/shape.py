"""Reads the JSON of an answer into the shape that a service's manual gives it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    HttpUrl,
    NaiveDatetime,
    TypeAdapter,
)
from pydantic import ValidationError as _WrongShapeError

from hubs.sources.answer import Answer
from hubs.sources.errors import UnreadableError

T = TypeVar("T")

#: The longest text of a field that is read, characters; titles are far from it.
LONGEST_TEXT = 4000

if TYPE_CHECKING:
    Time = float
    NaiveTime = float
    Link = str
else:
    #: A time as text, by ISO 8601 or as seconds since the epoch; it becomes the latter.
    Time = Annotated[AwareDatetime, AfterValidator(lambda time: time.timestamp())]
    #: A time as text without a zone, as those write it who mean UTC; it becomes the same.
    NaiveTime = Annotated[
        NaiveDatetime, AfterValidator(lambda time: time.replace(tzinfo=datetime.UTC).timestamp())
    ]
    #: The address of a page, which nothing but http and https can be.
    Link = Annotated[HttpUrl, AfterValidator(str)]


class Shape(BaseModel):
    """The fields of an object that are read; what else it has does not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_max_length=LONGEST_TEXT)


def read(answer: Answer, shape: TypeAdapter[T]) -> T:
    """Read an answer.

    Args:
        answer: It.
        shape: What it is to be.

    Returns:
        What it says.

    Raises:
        UnreadableError: It is no JSON, or of another shape; the sentence says what is wrong where.
    """
    try:
        return shape.validate_json(answer.body)
    except _WrongShapeError as error:
        raise _unreadable(answer.host, error) from None


def checked(host: str, value: object, shape: TypeAdapter[T]) -> T:
    """Check what an answer says that is no JSON.

    Args:
        host: Who answered.
        value: What it says.
        shape: What it is to be.

    Returns:
        The same.

    Raises:
        UnreadableError: It is of another shape; the sentence says what is wrong where.
    """
    try:
        return shape.validate_python(value)
    except _WrongShapeError as error:
        raise _unreadable(host, error) from None


def _unreadable(host: str, error: _WrongShapeError) -> UnreadableError:
    return UnreadableError(host, _reason(error.errors(include_url=False)[0]))


def _reason(first: Any) -> str:
    if first["type"] == "json_invalid":
        return "answered with what is no JSON"
    where = ".".join(str(step) for step in first["loc"]) or "the beginning"
    message = first["msg"]
    return f"answered with something unexpected at {where}: {message[:1].lower()}{message[1:]}"
