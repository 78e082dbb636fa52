"""``fedora-hubs widget``: for those who write widgets."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from hubs.widgets.registry import Registry

#: A name that an entry point, a module and a key of a cache can have.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SKELETON = files("hubs.cli") / "skeleton"


@click.group()
def widget() -> None:
    """Widget-related operations, for those who write some.

    \b
    Example:
      fedora-hubs widget new quotes
    """  # noqa: D301


@widget.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def new(name: str, folder: Path | None) -> None:
    """Write a package with a widget that works, to begin with.

    NAME is what the widget is known by: small letters, digits and underscores. FOLDER is made; it
    is hubs-widget-NAME if you do not say.

    \b
    Example:
      fedora-hubs widget new quotes
    """  # noqa: D301
    if not _NAME.fullmatch(name):
        raise click.BadParameter(
            f"got {name!r}, expected up to 40 small letters, digits and underscores, a letter "
            "first",
            param_hint="NAME",
        )
    if Registry.from_entry_points().get(name) is not None:
        raise click.BadParameter(f"there is a widget {name!r} already", param_hint="NAME")
    project = f"hubs-widget-{name.replace('_', '-')}"
    folder = folder or Path(project)
    if folder.exists() and any(folder.iterdir()):
        raise click.BadParameter(
            f"{folder} is not empty, expected a folder that is to be made", param_hint="FOLDER"
        )
    try:
        for path, text in skeleton(name, project).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
    click.echo(
        f"Wrote {folder}. In the environment that Hubs runs in:\n\n"
        f"  pip install -e {folder}\n"
        f"  python -m pytest {folder}\n\n"
        "Then start Hubs again: the widget is in the catalogue of every hub that you own."
    )


def skeleton(name: str, project: str) -> dict[str, str]:
    """Give the files of a new package.

    Args:
        name: The name of the widget.
        project: The name of the package, as in ``hubs-widget-quotes``.

    Returns:
        Texts by path.
    """
    package = project.replace("-", "_")
    words = name.split("_")
    values = {
        "name": name,
        "title": " ".join(words).capitalize(),
        "kind": "".join(word.capitalize() for word in words) + "Widget",
        "package": package,
        "project": project,
    }
    places = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        "__init__.py": f"{package}/__init__.py",
        "widget.py": f"{package}/widget.py",
        "template.html": f"{package}/template.html",
        "test_widget.py": "tests/test_widget.py",
    }
    return {
        place: Template((_SKELETON / f"{source}.txt").read_text(encoding="utf-8")).substitute(
            values
        )
        for source, place in places.items()
    }
