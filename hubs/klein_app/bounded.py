"""Requests whose bodies have an end: forms are small, and what is larger is not kept."""

from __future__ import annotations

from http import HTTPStatus

from twisted.python.failure import Failure
from twisted.web.server import Request

from hubs.klein_app.api import answers
from hubs.klein_app.api.problem import ProblemError

#: The longest body that is read, bytes.
LONGEST_BODY = 256 * 1024


class BoundedRequest(Request):
    """Drops what is past `LONGEST_BODY` as it comes, and answers 413 (RFC 9110, 15.5.14)."""

    _received = 0

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - the name is Twisted's
        """Keep a piece of the body, unless there is too much of it.

        Args:
            data: The piece.
        """
        self._received += len(data)
        if self._received <= LONGEST_BODY:
            super().handleContentChunk(data)

    def process(self) -> None:
        """Answer, or say that it is too much."""
        if self._received <= LONGEST_BODY:
            super().process()
            return
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        said = f"Expected at most {LONGEST_BODY} bytes, got {self._received}."
        self.setResponseCode(status)
        if answers.is_call(self):
            self.write(answers.refuse(self, Failure(ProblemError(status, said))))
        else:
            self.setHeader("Content-Type", "text/plain; charset=utf-8")
            self.write(f"{said}\n".encode())
        self.finish()
