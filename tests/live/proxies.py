"""The proxies of etc/, as the real servers run them; only names, ports and files are others."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.certificate import pem_for_localhost
from tests.killable import KillableServer
from tests.ports import free_port
from tests.until import PATIENCE

ETC = Path(__file__).parent.parent.parent / "etc"


class Proxy(KillableServer):
    """A reverse proxy with TLS in front of a site.

    Attributes:
        plain_port: Where it answers without TLS.
    """

    #: The sample it runs.
    sample: ClassVar[Path]

    def __init__(self, folder: Path, upstream: int) -> None:
        super().__init__(folder)
        self.plain_port = free_port()
        self._upstream = upstream
        (folder / "pem").write_bytes(pem_for_localhost())

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def plain_url(self) -> str:
        """Its address without TLS."""
        return f"http://localhost:{self.plain_port}"

    def configuration(self) -> str:
        """Give the sample, for this machine."""
        text = self.sample.read_text()
        for old, new in self._changes().items():
            assert re.search(old, text), f"{self.sample} has lost {old}"
            text = re.sub(old, new, text)
        return text

    def _changes(self) -> Mapping[str, str]:
        return {
            r"hubs\.example\.org(?!\.)": "localhost",
            r"127\.0\.0\.1:808[01]": f"127.0.0.1:{self._upstream}",
            r"/etc/pki/tls/certs/hubs\.example\.org\.crt": f"{self.folder}/pem",
            r"/etc/pki/tls/private/hubs\.example\.org\.key": f"{self.folder}/pem",
        }

    def check(self) -> str:
        """Let it check what it is to run.

        Returns:
            What it said.
        """
        checked = subprocess.run(
            [*self.command(), "-t"], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert checked.returncode == 0, checked.stderr
        return checked.stderr


class Nginx(Proxy):
    """nginx."""

    name = "nginx"
    sample = ETC / "nginx" / "fedora-hubs.conf"

    def command(self) -> Sequence[str | Path]:
        (self.folder / "fedora-hubs.conf").write_text(self.configuration())
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            "events { worker_connections 1024; }\n"
            f"http {{\naccess_log off;\n{temporary}\ninclude {self.folder}/fedora-hubs.conf;\n}}\n"
        )
        return ["/usr/sbin/nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"]

    def _changes(self) -> Mapping[str, str]:
        return {
            **super()._changes(),
            r"listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            r"listen 443 ": f"listen 127.0.0.1:{self.port} ",
            r"    listen \[::\]:\d+.*\n": "",
        }


class Apache(Proxy):
    """Apache's httpd."""

    name = "Apache"
    sample = ETC / "httpd" / "fedora-hubs.conf"
    _modules = (
        *("mpm_event", "authz_core", "alias", "headers", "http2", "proxy", "proxy_http"),
        *("setenvif", "socache_shmcb", "ssl"),
    )

    def command(self) -> Sequence[str | Path]:
        (self.folder / "fedora-hubs.conf").write_text(self.configuration())
        loaded = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
            for name in self._modules
        )
        (self.folder / "httpd.conf").write_text(
            f"{loaded}\nServerName localhost\nUser nobody\nGroup nogroup\n"
            f"PidFile {self.folder}/pid\nErrorLog {self.folder}/error.log\n"
            f"DefaultRuntimeDir {self.folder}\nMutex posixsem\n"
            f"Listen 127.0.0.1:{self.port}\nListen 127.0.0.1:{self.plain_port}\n"
            f"Include {self.folder}/fedora-hubs.conf\n"
        )
        return ["/usr/sbin/apache2", "-f", self.folder / "httpd.conf", "-DFOREGROUND"]

    def _changes(self) -> Mapping[str, str]:
        return {
            **super()._changes(),
            r"VirtualHost \*:80>": f"VirtualHost *:{self.plain_port}>",
            r"VirtualHost \*:443>": f"VirtualHost *:{self.port}>",
        }
