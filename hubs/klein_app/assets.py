"""The built front end: what it is called, and how it is served."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import mimetypes
from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs
from twisted.web.resource import Resource
from twisted.web.server import Request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

#: Where the front end is served.
STATIC = "/static/"
FOREVER = "public, max-age=31536000, immutable"
#: The encodings that files are kept in, best first, by the end of their name.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}

mimetypes.add_type("font/woff2", ".woff2")


class AssetsError(Exception):
    """The front end is not built, or not this one; the sentence says what to do."""


@attrs.frozen
class Asset:
    """One file of the front end.

    Attributes:
        content_type: What it is.
        forever: Whether its name changes with its content.
        variants: Its bytes by encoding; ``identity`` is always there.
        etag: What changes with its content.
    """

    content_type: str
    forever: bool
    variants: Mapping[str, bytes]
    etag: str

    def choose(self, accepted: Accept) -> str:
        """Choose an encoding.

        Args:
            accepted: What the browser takes.

        Returns:
            The best one of `variants`.
        """
        return next(
            (name for name in _ENCODINGS if name in self.variants and accepted.quality(name) > 0),
            "identity",
        )


@attrs.frozen
class Assets:
    """All files of the front end, in memory: less than a megabyte.

    Attributes:
        names: The name of each file by what templates call it.
        files: The files by name.
    """

    names: Mapping[str, str]
    files: Mapping[str, Asset]

    @classmethod
    def load(cls) -> Assets:
        """Read the front end that this package was installed with, or that of the checkout.

        Returns:
            Its files.

        Raises:
            AssetsError: It is not built.
        """
        package = importlib.resources.files("hubs")
        installed = package / "static" / "build"
        checkout = Path(str(package)).parent / "static" / "build"
        return cls.read(installed if installed.is_dir() else checkout)

    @classmethod
    def read(cls, folder: Traversable) -> Assets:
        """Read a built front end.

        Args:
            folder: What ``static/build.py`` made.

        Returns:
            Its files.

        Raises:
            AssetsError: There is none.
        """
        try:
            names = json.loads((folder / "manifest.json").read_bytes())["files"]
            contents = {path.name: path.read_bytes() for path in folder.iterdir()}
        except (OSError, ValueError, KeyError) as error:
            raise AssetsError(
                f"{folder}: the front end is not built; run python static/build.py"
            ) from error
        files = {
            name: _asset(name, contents, forever=name in names.values())
            for name in contents
            if not name.endswith(tuple(_ENCODINGS.values()))
        }
        return cls(names, files)

    def path(self, name: str) -> str:
        """Give the path of a file.

        Args:
            name: What templates call it, as in ``main.css``.

        Returns:
            A path on this site.

        Raises:
            AssetsError: There is no such file.
        """
        if name not in self.names:
            raise AssetsError(f"the front end has no {name}; run python static/build.py")
        return STATIC + self.names[name]


def _asset(name: str, contents: Mapping[str, bytes], *, forever: bool) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("javascript", "json"))
    variants = {"identity": contents[name]} | {
        encoding: contents[name + end]
        for encoding, end in _ENCODINGS.items()
        if name + end in contents
    }
    return Asset(
        content_type=f"{kind}; charset=utf-8" if is_text else kind,
        forever=forever,
        variants=variants,
        etag=hashlib.sha256(contents[name]).hexdigest()[:20],
    )


class StaticFiles(Resource):
    """Serves the front end."""

    isLeaf = True

    def __init__(self, assets: Assets) -> None:
        """Prepare to serve.

        Args:
            assets: What.
        """
        super().__init__()
        self._files = assets.files

    def render_GET(self, request: Request) -> bytes:
        """Answer with the file that the path names.

        Args:
            request: Names a file.

        Returns:
            Its bytes in the best encoding that the browser takes.
        """
        asset = self._files.get(request.path.decode("latin-1").removeprefix(STATIC))
        if asset is None:
            request.setResponseCode(HTTPStatus.NOT_FOUND)
            request.setHeader("Content-Type", "text/plain; charset=utf-8")
            return b"There is no such file.\n"
        accepted = parse_accept_header(request.getHeader("Accept-Encoding"))
        encoding = asset.choose(accepted)
        request.setHeader("Content-Type", asset.content_type)
        request.setHeader("Cache-Control", FOREVER if asset.forever else "no-cache")
        if len(asset.variants) > 1:
            request.setHeader("Vary", "Accept-Encoding")
        if request.setETag(f'"{asset.etag}-{encoding}"'.encode()):
            return b""
        if encoding != "identity":
            request.setHeader("Content-Encoding", encoding)
        return asset.variants[encoding]
