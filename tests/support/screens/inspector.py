"""What no state may have: faults that axe finds, small targets, a page wider than a phone."""

import json

from tests.support.chromium import Tab
from tests.support.running_home import ROOT

AXE = ROOT / "clients" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_TARGET = 44  # CSS pixels, WCAG 2.2 2.5.5; its own exception is a link within a sentence
_SERIOUS = (
    "axe.run(document, {only}).then(told => told.violations"
    ".filter(each => ['serious', 'critical'].includes(each.impact))"
    ".map(each => `${{each.id}}: ${{each.nodes[0].html}}`))"
)
_SMALL = f"""
(() => {{
  const within = document.querySelector('dialog[open]') ?? document.body;
  const small = [];
  const said = each => each.outerHTML.slice(0, 120);
  for (const each of within.querySelectorAll('a, button, input, select, textarea, summary')) {{
    const box = (each.closest('label') ?? each).getBoundingClientRect();
    const isThere = each.checkVisibility({{ opacityProperty: true, visibilityProperty: true }});
    if (!isThere || box.right <= 0 || each.closest('[aria-hidden=true]')) continue;
    if (each.tagName === 'A' && getComputedStyle(each).display === 'inline') continue;
    if (box.width < {_TARGET - 0.5} || box.height < {_TARGET - 0.5})
      small.push(`${{box.width.toFixed()}} x ${{box.height.toFixed()}} ${{said(each)}}`);
  }}
  return [...new Set(small)];
}})()
"""
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_WIDER = "document.documentElement.scrollWidth - innerWidth"


class Inspector:
    """Stands where a camera stands; keeps what it finds, said by state."""

    def __init__(self, tab: Tab, language: str) -> None:
        self.tab, self.language = tab, language
        self.seen: list[str] = []
        self.faults: list[str] = []

    async def take(self, state: str) -> None:
        """Look at what is shown now on a phone, in both themes."""
        self.seen.append(state)
        await self.tab.shape(390, 844, self.language)
        await self.tab.run(_DRAWN)
        if not await self.tab.run("Boolean(window.axe)"):
            await self.tab.run(f"{AXE.read_text()};0")
        self._keep(state, await self.tab.run(_SERIOUS.format(only=json.dumps({}))))
        self._keep(state, await self.tab.run(_SMALL))
        if await self.tab.run(_WIDER) > 0:
            self._keep(state, ["wider than the window"])
        await self.tab.shape(390, 844, self.language, dark=True)
        contrast = json.dumps({"runOnly": ["color-contrast"]})
        self._keep(f"{state}, dark", await self.tab.run(_SERIOUS.format(only=contrast)))
        await self.tab.shape(1440, 900, self.language)

    def _keep(self, state: str, found: list[str]) -> None:
        self.faults += [f"{state}: {each}" for each in found]
