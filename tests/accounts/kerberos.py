"""A real Kerberos realm on this machine: Debian's krb5-kdc, in a folder and on a port of ours."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.killable import KillableServer
from tests.until import PATIENCE

REALM = "HUBS.TEST"

_KRB5 = """
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  localhost = {realm}
"""
_KDC = """
[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/acl
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
"""


class Realm(KillableServer):
    """A realm and its ticket server."""

    name = "Kerberos"

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"

    def environment(self) -> Mapping[str, str]:
        """Give what makes the Kerberos library use it and nothing else of this machine."""
        return {
            "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
            "KRB5RCACHENAME": f"dfl:{self.folder / 'replays'}",
        }

    def command(self) -> Sequence[str | Path]:
        values = {"realm": REALM, "port": self.port, "folder": self.folder}
        (self.folder / "krb5.conf").write_text(_KRB5.format(**values))
        (self.folder / "kdc.conf").write_text(_KDC.format(**values))
        if not (self.folder / "principal").exists():
            self._run("/usr/sbin/kdb5_util", "create", "-s", "-r", REALM, "-P", "no secret")
        return ["/usr/sbin/krb5kdc", "-n", "-r", REALM]

    def keytab(self, principal: str) -> Path:
        """Make an account, unless it is there, and give the file with its keys."""
        file = self.folder / f"{principal.replace('/', '-')}.keytab"
        if not file.exists():
            for command in (["addprinc", "-randkey"], ["ktadd", "-k", str(file)]):
                self._run("/usr/sbin/kadmin.local", "-r", REALM, *command, principal)
        return file

    def _run(self, *command: str) -> None:
        environment = {**os.environ, **self.environment()}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=PATIENCE)
