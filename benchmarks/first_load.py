"""`python -m benchmarks.first_load [FILES]`: what the web app costs until somebody can use it.

A browser that was never here signs in; the page is then opened anew with an empty cache, and once
more as somebody opens it who was here before. What is printed is what Lighthouse would look at:
bytes and requests, first paint, when the list stands and nothing keeps the page busy any more
(time to interactive), long tasks, and how much the layout shifted.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.support.chromium import Tab, chromium
from tests.support.running_home import RunningHome
from tests.support.web_app import ask, enter

_WATCH = """
window.seen = { shift: 0, tasks: [], list: 0 };
const watch = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
watch('layout-shift', entry => { seen.shift += entry.value });
watch('longtask', entry => seen.tasks.push([entry.startTime, entry.duration]));
new MutationObserver(() => {
  if (!seen.list && document.querySelector('.row')) seen.list = performance.now();
}).observe(document, { childList: true, subtree: true });
"""
_TELL = """
(() => {
  const loads = performance.getEntriesByType('resource');
  const all = [...performance.getEntriesByType('navigation'), ...loads];
  const own = all.filter(e => e.name === location.href || /\\/(app|assets)\\//.test(e.name));
  const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  const busy = seen.tasks.map(([begin, length]) => begin + length);
  return { requests: own.length, bytes: own.reduce((sum, e) => sum + e.transferSize, 0), paint,
    list: seen.list, usable: Math.max(seen.list, ...busy), tasks: seen.tasks.length,
    longest: Math.max(0, ...seen.tasks.map(([, length]) => length)), shift: seen.shift };
})()
"""
_QUIET = 3.0  # seconds without another word, after which the page counts as loaded


async def load(tab: Tab, name: str, *, cached: bool) -> None:
    """Open the page, and print what that took."""
    await tab.call("Network.setCacheDisabled", cacheDisabled=not cached)
    await tab.call("Page.reload", ignoreCache=not cached)
    await tab.until("window.seen?.list")
    await asyncio.sleep(_QUIET)
    told: dict[str, Any] = await tab.run(_TELL)
    print(
        f"{name:22} {told['requests']:3} requests {told['bytes'] / 1024:6.0f} KiB  "
        f"paint {told['paint']:5.0f} ms  list {told['list']:5.0f} ms  "
        f"usable {told['usable']:5.0f} ms  long tasks {told['tasks']} "
        f"(longest {told['longest']:.0f} ms)  shift {told['shift']:.3f}",
        flush=True,
    )


async def main(files: int) -> None:
    """Fill a home, and open it twice."""
    with tempfile.TemporaryDirectory() as scratch, RunningHome(Path(scratch) / "home") as home:
        for number in range(files):
            ask(home, "PUT", f"/dav/files/{number:05}.txt", b"x", "text/plain")
        async with chromium(shutil.which("chromium") or "chromium", Path(scratch) / "b") as tab:
            await tab.call("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
            await enter(tab, home)
            await tab.until("navigator.serviceWorker.controller")
            await load(tab, "nothing in the cache", cached=False)
            for _ in range(3):
                await load(tab, "here before", cached=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
