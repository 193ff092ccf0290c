"""axe-core over a page: serious and critical violations of WCAG 2.2 AA, none of which a page may have."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent / "axe"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK_AND_SIZE = ["color-contrast", "target-size", "scrollable-region-focusable", "aria-hidden-focus"]
"""Rules whose answer depends on the look or the size of the window; the others need be asked once."""
RUN = "tags => axe.run({runOnly: tags, resultTypes: ['violations'], preload: false})"
GRAVE = {"serious", "critical"}


def violations(page: Page, *, only: list[str] | None = None) -> list[str]:
    """What axe finds on the page as it is now, a line each; by all rules, or `only` by some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    found: dict[str, Any] = page.evaluate(RUN, only or TAGS)
    return [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['target']} {node['html'][:120]}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@cache
def axe() -> str:
    """The checker, fetched once by npm."""
    script = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = Path(sys.executable).parent / "npm"
        subprocess.run([npm, "ci", "--no-progress"], cwd=HERE, check=True, capture_output=True)
    return script.read_text(encoding="utf-8")
