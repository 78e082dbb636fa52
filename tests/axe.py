"""What axe finds on a page that keeps people out: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[1] / "static/node_modules/axe-core/axe.min.js"
_FINDINGS = """
() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))
"""
#: Ends what moves, but for what moves for ever.
_FINISH = """
() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .forEach((one) => one.finish())
"""


def findings(page: Page) -> list[str]:
    """Give what axe finds on a page as it is."""
    # A page that fades something in is not yet what people read.
    page.evaluate(_FINISH)
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(_FINDINGS))
