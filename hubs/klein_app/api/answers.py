"""How calls are answered: with JSON, an entity tag, and problem details for what went wrong."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.iweb import IRequest
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import parse_etags
from werkzeug.routing import RequestRedirect

from hubs.klein_app.api.problem import CONTENT_TYPE, ProblemError
from hubs.klein_app.portal import RETRY_AFTER

#: Where the API is.
ROOT = "/api/v1"
#: Why something is not changed that others have changed.
CHANGED = "It has changed since you read it: read it again, and then change that."
_VERSION = re.compile(r'"v([0-9]{1,9})-[0-9a-f]+"')
_CHALLENGE = 'Bearer realm="Fedora Hubs"'
_log = Logger()


def is_call(request: IRequest) -> bool:
    """Say whether a request is one to the API, also if there is nothing at its path."""
    path: bytes = request.path
    return path.startswith(f"{ROOT}/".encode())


def answer(request: IRequest, value: BaseModel | None) -> bytes:
    """Answer a call.

    Args:
        request: The call.
        value: What there is to say; None for nothing.

    Returns:
        JSON; nothing for a program that says that it has it.
    """
    _for_programs(request)
    if value is None:
        return b""
    body = value.model_dump_json().encode()
    request.setHeader("Content-Type", "application/json")
    following = getattr(value, "next", None)
    if following:
        request.setHeader("Link", f'<{following}>; rel="next"')
    tag = entity_tag(value)
    request.setHeader("ETag", f'"{tag}"')
    is_reading = request.method in {b"GET", b"HEAD"}
    if is_reading and parse_etags(request.getHeader("If-None-Match")).contains_weak(tag):
        request.setResponseCode(HTTPStatus.NOT_MODIFIED)
        return b""
    return body


def entity_tag(value: BaseModel) -> str:
    """Give the entity tag of an answer, without its quotes.

    Args:
        value: What it says; one that has a ``version`` has that in its tag.

    Returns:
        A tag, the same for the same words.
    """
    digest = hashlib.sha256(value.model_dump_json().encode()).hexdigest()[:32]
    version = getattr(value, "version", None)
    return digest if version is None else f"v{version}-{digest}"


def check_if_match(request: IRequest, tag: str) -> None:
    """Refuse to change what is not as the caller has seen it (RFC 9110, section 13.1.1).

    Args:
        request: The call; without the header ``If-Match`` anything goes.
        tag: The tag of what there is now, without its quotes.

    Raises:
        ProblemError: It has changed.
    """
    given = request.getHeader("If-Match")
    if given is not None and not parse_etags(given).contains(tag):
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, CHANGED)


def seen_version(request: IRequest) -> int | None:
    """Say which version of something the caller has seen, by the tag in ``If-Match``.

    What else was in the answer with that tag, as what the cache holds, does not count: it is not
    what is going to be changed.

    Args:
        request: The call.

    Returns:
        The version; None if the caller does not care, and says ``*``.

    Raises:
        ProblemError: 428 if the header is not there, 412 if no such tag was ever given.
    """
    given = request.getHeader("If-Match")
    if given is None:
        raise ProblemError(
            HTTPStatus.PRECONDITION_REQUIRED,
            "Send the ETag of what you have read in the header If-Match, or * to change it however "
            "it is.",
        )
    if given.strip() == "*":
        return None
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, CHANGED)
    return int(found[1])


def refuse(request: IRequest, failure: Failure) -> bytes:
    """Say why a call is not answered.

    Args:
        request: The call.
        failure: What was raised. What is no error of HTTP is written into the log, under a number
            that the answer names.

    Returns:
        Problem details.
    """
    error = failure.value
    if not isinstance(error, ProblemError):
        error = _of_http(error) if isinstance(error, HTTPException) else _broken(request, failure)
    status = HTTPStatus(error.problem.status)
    _for_programs(request)
    request.setResponseCode(status)
    request.setHeader("Content-Type", CONTENT_TYPE)
    for name, value in _headers(status, error.headers).items():
        request.setHeader(name, value)
    return error.problem.model_dump_json(exclude_defaults=True).encode()


def _of_http(error: HTTPException) -> ProblemError:
    if isinstance(error, RequestRedirect):
        return ProblemError(HTTPStatus.NOT_FOUND, "Addresses here end with a slash.")
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": allowed})
    return ProblemError(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR))


def _broken(request: IRequest, failure: Failure) -> ProblemError:
    incident = secrets.token_hex(4)
    _log.failure(
        "Incident {incident}: {path} cannot be answered",
        failure,
        incident=incident,
        path=request.path.decode("latin-1"),
    )
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Something broke on our side. If you tell us of it, name the number {incident}.",
    )


def _headers(status: HTTPStatus, more: Mapping[str, str]) -> Mapping[str, str]:
    if status is HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": _CHALLENGE, **more}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": RETRY_AFTER, **more}
    return more


def _for_programs(request: IRequest) -> None:
    request.setHeader("Cache-Control", "private, no-cache")
    request.setHeader("Vary", "Accept-Encoding, Authorization, Cookie")
