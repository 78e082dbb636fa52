"""What may go wrong with an outside service, in sentences that a widget may show to anybody."""

from __future__ import annotations

import datetime
from typing import ClassVar


class SourceError(Exception):
    """An outside service did not give what it was asked for.

    Its sentence names the host, what happened and when it may be asked again, and holds neither
    tokens nor addresses, so that a page may show it.

    Attributes:
        kind: What happened in a word or two, to count by.
        host: Who was asked, as in ``api.github.com``.
        reason: What happened, as the rest of a sentence that begins with the host.
        retry_at: From when on it may be asked again, seconds since the epoch; None if asking
            the same again would give the same.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, host: str, reason: str, retry_at: float | None = None) -> None:
        """Say what happened.

        Args:
            host: Who was asked.
            reason: The rest of a sentence that begins with the host.
            retry_at: From when on it may be asked again, seconds since the epoch.
        """
        super().__init__(host, reason, retry_at)
        self.host = host
        self.reason = reason
        self.retry_at = retry_at

    def __str__(self) -> str:
        if self.retry_at is None:
            return f"{self.host} {self.reason}"
        time = datetime.datetime.fromtimestamp(self.retry_at, datetime.UTC)
        return f"{self.host} {self.reason}; the next try is after {time:%Y-%m-%d %H:%M} UTC"


class AwayError(SourceError):
    """The host gives no answer now, and may give one later; its kinds say why."""


class UnreachableError(AwayError):
    """There is no connection to the host, or it was lost before the answer was whole."""

    kind = "unreachable"


class CertificateError(AwayError):
    """The host does not prove that it is the one that was to be asked."""

    kind = "certificate"


class TooSlowError(AwayError):
    """The host did not answer in time."""

    kind = "too slow"


class FailingError(AwayError):
    """The host says that something is wrong with itself.

    Attributes:
        status: The HTTP status that says so.
    """

    kind = "failing"

    def __init__(self, host: str, status: int) -> None:
        """Say what it answered.

        Args:
            host: Who was asked.
            status: The HTTP status, 500 or above.
        """
        super().__init__(host, f"has a fault of its own (HTTP status {status})")
        self.status = status


class RateLimitedError(AwayError):
    """The host wants no requests for a while; until then none is sent."""

    kind = "rate limited"


class RestingError(AwayError):
    """The host failed so often that it is not asked for a while."""

    kind = "resting"


class BusyError(AwayError):
    """As many requests as we allow ourselves are with the host already."""

    kind = "busy"


class AddressError(SourceError):
    """An address is none that we fetch: malformed, of another scheme, or of a private network."""

    kind = "address"


class StatusError(SourceError):
    """The host refuses the request.

    Attributes:
        status: The HTTP status that says so.
    """

    kind = "refused"

    def __init__(self, host: str, status: int, reason: str) -> None:
        """Say what it answered.

        Args:
            host: Who was asked.
            status: The HTTP status.
            reason: What that means, as the rest of a sentence that begins with the host.
        """
        super().__init__(host, f"{reason} (HTTP status {status})")
        self.status = status


class NotFoundError(StatusError):
    """The host has nothing there."""

    kind = "not found"


class TooLargeError(SourceError):
    """The answer is larger than we read."""

    kind = "too large"


class UnreadableError(SourceError):
    """The answer is not of the form that was asked for."""

    kind = "unreadable"
