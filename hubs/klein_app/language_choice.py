"""The language that somebody chose at the foot of a page, kept in their browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from twisted.web.iweb import IRequest

from hubs.klein_app.languages import Language, Languages

#: The parameter by which a language is chosen, and the cookie that keeps the choice.
NAME = "speak"
#: How long browsers keep it: as long as they allow (RFC 6265bis, section 5.5), seconds.
SECONDS = 400 * 86_400


def chosen_now(request: IRequest) -> str:
    """Give the language that a request chooses, or nothing."""
    return dict(_query(request)).get(NAME, "")


def chosen_before(request: IRequest) -> str:
    """Give the language that was chosen in this browser, or nothing."""
    return (request.getCookie(NAME.encode()) or b"").decode("latin-1")


def choices(request: IRequest, languages: Languages) -> list[tuple[Language, str]]:
    """Give every language with the link that leads to the same page in it.

    Args:
        request: Names the page.
        languages: All of them.

    Returns:
        Languages and links.
    """
    others = [(name, value) for name, value in _query(request) if name != NAME]
    return [
        (language, "?" + urlencode([*others, (NAME, name)]))
        for name, language in languages.by_name.items()
    ]


def remember_choice(request: IRequest, languages: Languages) -> None:
    """Let the browser keep the language that a request chooses, if we speak it.

    Args:
        request: The request.
        languages: Those we speak.
    """
    name = chosen_now(request)
    if name in languages.by_name and name != chosen_before(request):
        request.addCookie(  # type: ignore[call-arg]
            NAME,
            name,
            path="/",
            max_age=str(SECONDS),
            secure=bool(request.isSecure()),
            httpOnly=True,
            sameSite="lax",
        )


def _query(request: IRequest) -> list[tuple[str, str]]:
    query = urlsplit(request.uri.decode("latin-1")).query
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return []
