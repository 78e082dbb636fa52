"""What is wrong with a call, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

#: The media type of problem details.
CONTENT_TYPE = "application/problem+json"
#: Where the page about the API says what a type of problem means.
TYPES = "/api/#"
_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The call cannot be read.",
    HTTPStatus.UNAUTHORIZED: (
        "This is for people who are logged in: send a token, as in Authorization: Bearer TOKEN. "
        "One makes tokens at /settings/tokens/."
    ),
    HTTPStatus.FORBIDDEN: "The role that it takes on this hub is not yours.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or nothing that you may know of.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The header Allow names the methods that there are.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side, and has been written down.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Hubs cannot reach its database. Try again in a while.",
}


class WrongValue(BaseModel):
    """One value that cannot be used."""

    name: str = Field(description="Where it stands, as in body.words or query.page.")
    value: str = Field(description="What was given, as JSON; cut off if it is long.")
    expected: str = Field(description="What was expected.")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="What sort of problem; about:blank if the status says it all.")
    title: str = Field(description="The sort of problem in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What is wrong here, and what one can do.")
    errors: tuple[WrongValue, ...] = Field((), description="The values that cannot be used.")


class ProblemError(HTTPException):
    """A call cannot be answered.

    Attributes:
        problem: Why.
        headers: What the answer says beside it, by name.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str = "",
        *,
        type_: str = "about:blank",
        title: str = "",
        errors: Sequence[WrongValue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say why.

        Args:
            status: The status of the answer.
            detail: See `Problem`; by default what is usual for the status.
            type_: See `Problem`.
            title: See `Problem`; by default the words of HTTP.
            errors: See `Problem`.
            headers: See the class.
        """
        super().__init__()
        self.code = status
        self.problem = Problem(
            type=type_,
            title=title or status.phrase,
            status=status,
            detail=detail or _DETAILS.get(status, status.description),
            errors=tuple(errors),
        )
        self.headers = headers or {}
