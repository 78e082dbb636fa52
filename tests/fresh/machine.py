"""A fresh Debian with a systemd of its own, in a folder: ``make fresh`` sets it up by the book."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

#: Seconds until the machine must be up, and one command may take.
BOOT = 60.0
COMMAND = 600.0


@attrs.define
class Machine:
    """The machine.

    Attributes:
        root: The folder with its files.
        leader: The process that is its init; 0 before it is booted.
    """

    root: Path
    leader: int = 0

    def make(self) -> None:
        """Install the smallest Debian, with what this machine knows of where packages are."""
        mirror = _mirror()
        packages = "systemd,systemd-sysv,dbus,python3"
        command = ["debootstrap", "--variant=minbase", f"--include={packages}"]
        subprocess.run([*command, _codename(), self.root, mirror], check=True)
        (self.root / "etc/apt/sources.list").unlink(missing_ok=True)
        if certificates := os.environ.get("PIP_CERT"):
            shutil.copy(certificates, self.root / _CERTIFICATES.lstrip("/"))
        for path in ("etc/apt/sources.list.d", "etc/apt/apt.conf.d"):
            shutil.copytree(
                Path("/") / path,
                self.root / path,
                dirs_exist_ok=True,
                ignore_dangling_symlinks=True,
            )

    def run(self, command: str, folder: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it while it is not booted, with our network."""
        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=pipe"]
        words += ["--resolv-conf=copy-host", f"--directory={self.root}", f"--chdir={folder}"]
        # How this machine reaches the index of Python packages.
        words += [f"--setenv={name}={value}" for name, value in _PIP.items()]
        return _said([*words, "bash", "-c", command])

    @contextmanager
    def booted(self) -> Iterator[None]:
        """Boot it, with a network of its own that leads nowhere."""
        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=pipe"]
        words += ["--private-network", "--boot", f"--directory={self.root}"]
        with (self.root.parent / "boot.log").open("wb") as log:
            nspawn = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**_LEGACY}
            )
        try:
            self._wait(nspawn.pid)
            yield
        finally:
            # systemd's wish to be switched off.
            subprocess.run(["kill", "-RTMIN+4", str(self.leader)], check=False)
            try:
                nspawn.wait(BOOT)
            finally:
                nspawn.kill()
            self.leader = 0

    def type(self, command: str, folder: str = "/") -> subprocess.CompletedProcess[str]:
        """Type a command as root, while it is booted."""
        enter = ["nsenter", f"--target={self.leader}"]
        enter += ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        return _said([*enter, "bash", "-c", f"cd {folder} && {command}"])

    def _wait(self, nspawn: int) -> None:
        children = Path(f"/proc/{nspawn}/task/{nspawn}/children")
        end = time.monotonic() + BOOT
        while time.monotonic() < end:
            # The first is one that prepares, and leaves.
            self.leader = int((children.read_text().split() or ["0"])[-1])
            said = self.type("systemctl is-system-running --wait").stdout.strip()
            if said in {"running", "degraded"}:
                return
        raise AssertionError("the machine does not come up")


#: Where the machine finds who vouches for the index of Python packages, if that is nobody usual.
_CERTIFICATES = "/root/certificates.pem"
#: What this machine tells pip of that index.
_PIP = {
    name: _CERTIFICATES if name == "PIP_CERT" else value
    for name, value in os.environ.items()
    if name.startswith("PIP_") and name != "PIP_FIND_LINKS"
}
#: nspawn asks the environment which kind of control groups it is to give.
_LEGACY = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "0"}


def _said(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env={
            "PATH": _LEGACY["PATH"],
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND,
        check=False,
    )


def _mirror() -> str:
    sources = Path("/etc/apt/sources.list.d/debian.sources").read_text()
    found = re.search(r"^URIs: *(\S+)", sources, re.MULTILINE)
    assert found is not None, "no mirror of Debian is known"
    return found[1]


def _codename() -> str:
    release = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\w+)", release, re.MULTILINE)
    assert found is not None, "this is no Debian"
    return found[1]
