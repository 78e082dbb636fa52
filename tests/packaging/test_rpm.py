"""The RPM package, built by the real rpmbuild as far as it goes on another distribution.

Fedora's macros are stood in for by fedora.macros, and what it requires is taken from our own
virtual environment, because no Fedora is here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.test_wheel import CHECKOUT, GENERATED, environment, run

SPEC = CHECKOUT / "etc" / "rpm" / "fedora-hubs.spec"
#: What is so only because it was built here: unsigned, by nobody, with another Python and without
#: the scripts of Fedora's macros; and by an rpmlint older than the licences' names in SPDX.
_HERE = re.compile(
    "no-signature|no-packager-tag|no-group-tag|wrong-script-interpreter|one-line-command-in|"
    "invalid-license AGPL-3.0-or-later|no-buildroot-tag|invalid-url Source0|SPECIFICATION"
)


def rpm(*words: str | Path) -> str:
    return run("rpm", "-qp", *words)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package from a source distribution, without a network."""
    folder = tmp_path_factory.mktemp("rpm")
    clean = folder / "checkout"
    shutil.copytree(CHECKOUT, clean, ignore=shutil.ignore_patterns(*GENERATED))
    code = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    run(sys.executable, "-c", code, cwd=clean)
    defined = {
        "_topdir": folder,
        "_sourcedir": folder,
        "__hubs_python": sys.executable,
        "__hubs_generator": Path(__file__).parent / "buildrequires.py",
    }
    macros = [word for name, value in defined.items() for word in ("-D", f"{name} {value}")]
    macros += ["--load", str(Path(__file__).parent / "fedora.macros")]
    built = subprocess.run(
        # Without a network, to prove that it needs none.
        ["unshare", "--net", "rpmbuild", "-ba", "--nodeps", *macros, SPEC],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-3000:]
    [package] = (folder / "RPMS").rglob("*.rpm")
    return package


@pytest.fixture(scope="module")
def installed(package: Path) -> Path:
    """Unpack the package, and give the root of what it holds."""
    root = package.parent / "root"
    root.mkdir()
    with subprocess.Popen(["rpm2cpio", package], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            ["cpio", "--extract", "--make-directories", "--quiet"],
            cwd=root,
            stdin=archive.stdout,
            check=True,
        )
    return root


def test_rpmlint_accepts_both(package: Path) -> None:
    linted = subprocess.run(
        ["rpmlint", "-r", SPEC.with_suffix(".rpmlintrc"), SPEC, package],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = re.findall(r"^\S+: [EW]: .*$", linted.stdout, re.MULTILINE)
    assert [one for one in complaints if not _HERE.search(one)] == []


def test_it_holds_what_a_service_needs(package: Path) -> None:
    files = set(rpm("-l", package).splitlines())
    found = (path.name for path in (CHECKOUT / "etc" / "systemd").glob("fedora-hubs*"))
    units = {name for name in found if not name.endswith(".sysusers")}
    assert "fedora-hubs-webapp.service" in units
    assert files >= {f"/usr/lib/systemd/system/{unit}" for unit in units}
    for wanted in (
        "/etc/fedora-hubs/hubs.toml",
        "/usr/bin/fedora-hubs",
        "/usr/lib/sysusers.d/fedora-hubs.conf",
        "/usr/lib/tmpfiles.d/fedora-hubs.conf",
        "/usr/share/bash-completion/completions/fedora-hubs",
        "/var/lib/fedora-hubs/cache",
    ):
        assert wanted in files
    assert any(name.endswith("/twisted/plugins/fedora_hubs.py") for name in files)
    assert not any(name.endswith("/twisted/plugins/__init__.py") for name in files)


def test_what_it_needs_is_called_as_fedora_calls_it(package: Path, installed: Path) -> None:
    [source] = package.parents[2].glob("SRPMS/*.src.rpm")
    needed = set(rpm("--requires", source).splitlines())
    assert needed >= {"python3dist(psycopg2)", "python3dist(klein)", "python3dist(twisted[tls])"}
    # What only pip needs, as there is no libpq and no front end for it.
    assert not [name for name in needed if "binar" in name]
    [metadata] = installed.rglob("fedora_hubs-*.dist-info/METADATA")
    lines = metadata.read_text().splitlines()
    assert "Requires-Dist: psycopg2" in lines
    assert "Requires-Dist: psycopg2-binary" not in lines


def test_settings_are_kept_from_others_and_over_an_update(package: Path) -> None:
    listed = rpm(
        "-q", "--queryformat", "[%{FILENAMES} %{FILEMODES:perms} %{FILEGROUPNAME}\\n]", package
    )
    assert "/etc/fedora-hubs/hubs.toml -rw-r----- fedora-hubs" in listed
    assert "/var/lib/fedora-hubs/cache drwx------ fedora-hubs" in listed
    assert "/etc/fedora-hubs/hubs.toml" in rpm("-c", package)


def test_nothing_of_the_building_machine_is_in_it(installed: Path, package: Path) -> None:
    for path in installed.rglob("*"):
        # The first line of a program names its Python.
        if path.is_file() and path.name != "fedora-hubs":
            assert str(package.parents[2]).encode() not in path.read_bytes(), path


def test_what_is_installed_runs(installed: Path) -> None:
    [packages] = installed.glob("usr/lib/python3*/site-packages")
    said = subprocess.run(
        [installed / "usr" / "bin" / "fedora-hubs", "run", "--help"],
        env={**environment(), "PYTHONPATH": str(packages)},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Run daemon processes." in said.stdout
    complete = installed / "usr" / "share" / "bash-completion" / "completions" / "fedora-hubs"
    assert "_FEDORA_HUBS_COMPLETE" in complete.read_text()


@pytest.mark.parametrize(("program", "kind"), [("sysusers", "sysusers"), ("tmpfiles", "tmpfiles")])
def test_systemd_makes_the_account_and_the_folders(
    installed: Path, tmp_path: Path, program: str, kind: str
) -> None:
    (tmp_path / "etc").mkdir()
    passwd = tmp_path / "etc" / "passwd"
    if kind == "tmpfiles":
        passwd.write_text("fedora-hubs:x:4711:4711::/var/lib/fedora-hubs:/sbin/nologin\n")
        (tmp_path / "etc" / "group").write_text("fedora-hubs:x:4711:\n")
    config = installed / "usr" / "lib" / f"{kind}.d" / "fedora-hubs.conf"
    create = ["--create"] if kind == "tmpfiles" else []
    subprocess.run([f"systemd-{program}", *create, f"--root={tmp_path}", config], check=True)
    if kind == "sysusers":
        assert "fedora-hubs:x:" in passwd.read_text()
    else:
        cache = tmp_path / "var" / "lib" / "fedora-hubs" / "cache"
        assert (cache.stat().st_uid, cache.stat().st_mode & 0o777) == (4711, 0o700)
