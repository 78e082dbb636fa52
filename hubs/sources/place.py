"""Where tickets and pull requests are: a service on a host, and a repository or product there."""

from __future__ import annotations

import enum
import re
from typing import Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import attrs
from hyperlink import URL, URLParseError

#: The longest path of a repository that is read, steps.
_MOST_STEPS = 8
_STEP = re.compile(r"[\w.+-]{1,100}", re.ASCII)
#: Steps of Pagure's addresses that follow the path of a repository.
_PAGURE_PAGES = re.compile(r"/(issues?|pull-requests?|roadmap|boards?|tree|commits|branches)(/|$)")


class Service(enum.Enum):
    """The software that answers."""

    GITHUB = "github"
    GITLAB = "gitlab"
    FORGEJO = "forgejo"
    PAGURE = "pagure"
    BUGZILLA = "bugzilla"


#: What runs on hosts that people name without it.
KNOWN = {
    "github.com": Service.GITHUB,
    "gitlab.com": Service.GITLAB,
    "codeberg.org": Service.FORGEJO,
    "forge.fedoraproject.org": Service.FORGEJO,
    "pagure.io": Service.PAGURE,
    "src.fedoraproject.org": Service.PAGURE,
    "bugzilla.redhat.com": Service.BUGZILLA,
}
_PULL_REQUESTS = {
    Service.GITHUB: "pulls",
    Service.GITLAB: "merge_requests",
    Service.FORGEJO: "pulls",
    Service.PAGURE: "pull-requests",
}
_BY_FIRST_LABEL = {one.value: one for one in Service if one is not Service.GITHUB}


@attrs.frozen
class Place:
    """A place that people can point at.

    Attributes:
        service: The software that answers there.
        base: The address of the host, as in ``https://pagure.io``.
        path: The path of a repository, as in ``fedora-infra/bodhi``; empty for all of the host.
        product: With Bugzilla, the product; empty for all.
        component: With Bugzilla, the component of the product; empty for all.
    """

    service: Service
    base: str
    path: str = ""
    product: str = ""
    component: str = ""

    @classmethod
    def read(cls, line: str) -> Self | None:
        """Read what somebody typed.

        Args:
            line: The address of a repository, of its tickets or of a list of bugs, or of a whole
                host; with the name of the service and a space before it where the host does not
                tell, as in ``forgejo https://git.example.org/lamps/wick``.

        Returns:
            The place, or None if it is none.
        """
        word, _, address = line.strip().rpartition(" ")
        try:
            url = URL.from_text(address).normalize()
        except (URLParseError, ValueError):
            return None
        if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
            return None
        service = _service(word.strip().lower(), url.host)
        if service is None:
            return None
        base = url.replace(path=(), query=(), fragment="").to_text().rstrip("/")
        if service is Service.BUGZILLA:
            return cls._of_bugs(base, url)
        path = _repository(service, "/".join(unquote(step) for step in url.path if step))
        return None if path is None else cls(service, base, path)

    @classmethod
    def _of_bugs(cls, base: str, url: URL) -> Self | None:
        given = dict(parse_qsl(urlsplit(url.to_text()).query))
        product, component = given.get("product", ""), given.get("component", "")
        if component and not product:
            return None
        return cls(Service.BUGZILLA, base, product=product, component=component)

    @property
    def host(self) -> str:
        """The name of the host."""
        return URL.from_text(self.base).host

    @property
    def name(self) -> str:
        """What people call it, as in ``fedora-infra/bodhi``, ``kernel`` or ``github.com``."""
        return self.path or self.component or self.product or self.host

    @property
    def tickets_page(self) -> str:
        """The address of the page that lists its tickets."""
        if self.service is Service.BUGZILLA:
            named = {"product": self.product, "component": self.component, "resolution": "---"}
            query = urlencode({name: value for name, value in named.items() if value})
            return f"{self.base}/buglist.cgi?{query}" if self.product else self.base
        return self._page("issues")

    @property
    def pull_requests_page(self) -> str:
        """The address of the page that lists its pull requests; no Bugzilla has one."""
        return self._page(_PULL_REQUESTS.get(self.service, ""))

    def _page(self, name: str) -> str:
        between = "/-/" if self.service is Service.GITLAB else "/"
        return f"{self.base}/{self.path}{between}{name}" if self.path else self.base

    @property
    def everything(self) -> bool:
        """Whether it is all that is on the host."""
        return not (self.path or self.product)


def _service(word: str, host: str) -> Service | None:
    if not word:
        return KNOWN.get(host) or _BY_FIRST_LABEL.get(host.partition(".")[0])
    known = {one.value: one for one in Service}
    return known.get(word)


def _repository(service: Service, path: str) -> str | None:
    """Give the path of a repository from that of one of its pages; None if it is none."""
    if service is Service.GITLAB:
        path = path.partition("/-/")[0]
    elif service is Service.PAGURE:
        page = _PAGURE_PAGES.search(path)
        path = path[: page.start()] if page else path
    steps = path.removesuffix(".git").split("/") if path else []
    if service in {Service.GITHUB, Service.FORGEJO}:
        steps = steps[:2]
        steps[-1:] = [step.removesuffix(".git") for step in steps[-1:]]
    least = 1 if service is Service.PAGURE else 2
    fits = all(_STEP.fullmatch(step) and step.strip(".") for step in steps)
    if steps and not (fits and least <= len(steps) <= _MOST_STEPS):
        return None
    return "/".join(steps)
