"""What the panel takes: its size, its layout beside dagre's, the first render and a frame of zooming.

    python benchmarks/panel.py [--rounds 7]

Needs node (for the layout; `npm ci` in js/) and Chromium. Graphs are shaped like notebooks: chains, joins among recent
tables, some sources. Times are CPU times of the page's main thread, medians; beside them the time on the clock, which
on a busy machine is that of the others, too.

A frame of zooming is one of sixty in a row, in a Chromium that doesn't wait for the screen's beat: to wait for two of
those takes 25 ms, whatever is drawn. It's measured with everything in sight (a canvas), near (HTML cards), and on a
page that has nothing but a canvas of that size: what Chromium itself takes to bring it to the screen.

How live the panel is in JupyterLab: `panel_live.py`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from playwright.sync_api import Browser, CDPSession, sync_playwright

from tests.browser.book import Book
from tests.browser.chromium import launch
from tests.browser.panel_page import PanelPage

ROOT = Path(__file__).parents[1]
LIMITS = {1_000: (50, 16), 10_000: (100, 40)}  # tables → ms for the first render, for a frame of zooming
STAGE = "document.querySelector('.lx').lineage.stage.value"
UNBOUND = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
SIZE = (1400, 900)

FIRST = f"""async () => {{
  draw();
  globalThis.costs = [];
  for (let i = 0; i < 3; i++) {{
    await new Promise(requestAnimationFrame);
    costs.push({STAGE}?.cost ?? 0);
  }}
  return performance.now();
}}"""
# Frames in a row: ms on the page's clock for each.
RUN = """async (act) => {
  const step = new Function('i', act), took = [];
  for (let i = 0, before = await new Promise(requestAnimationFrame); i < 60; i++) {
    step(i);
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
  }
  return took;
}"""
ZOOM = f"{STAGE}.zoom(i % 20 < 10 ? 1.05 : 1 / 1.05)"
NEAR = f"() => {{ {STAGE}.centre([...{STAGE}.boxes.keys()].at(-1)); }}"
EMPTY = f"""() => {{
  document.body.innerHTML = '<canvas width={SIZE[0]} height={SIZE[1]} style="position: fixed; inset: 0">';
  globalThis.context = document.querySelector('canvas').getContext('2d');
}}"""
PAINT = "context.clearRect(0, 0, 1e4, 1e4); context.fillRect(i, i, 9, 9)"


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    busy = psutil.getloadavg()[0] / (psutil.cpu_count() or 1)
    print(f"load of this machine: {busy:.1f} a processor (above 0.5 the times below are those of the others, too)")
    size()
    layout()
    with sync_playwright() as playwright:
        browser = launch(playwright, *UNBOUND)
        try:
            for tables, limits in LIMITS.items():
                render(browser, tables, options.rounds, limits)
        finally:
            browser.close()


def size() -> None:
    """Of what lands in a saved notebook."""
    script = (ROOT / "lineage_ext" / "static" / "panel.js").read_bytes()
    small = len(gzip.compress(script, 9))
    print(f"bundle: {len(script) / 1000:.1f} kB (limit 120), gzip {small / 1000:.1f} kB (limit 45)")


def layout() -> None:
    """CPU time and crossings, ours and dagre's."""
    esbuild = ROOT / "js" / "node_modules" / ".bin" / "esbuild"
    if shutil.which("node") is None or not esbuild.exists():
        print("layout: not measured, it needs node and `npm ci` in js/")
        return
    bundle = [esbuild, "bench/layout.ts", "--bundle", "--platform=node", "--format=esm", "--log-level=error"]
    code = subprocess.run(bundle, cwd=ROOT / "js", check=True, capture_output=True).stdout
    told = subprocess.run(["node", "--input-type=module"], input=code, check=True, capture_output=True).stdout
    for row in json.loads(told):
        print(
            f"layout of {row['tables']} tables: {row['ms']:.0f} ms{beside(row)}; narrow {row['rail']:.0f} ms; "
            f"one more {row['add']['ms']:.1f} ms, {row['add']['moved']} others change their rank"
        )


def beside(row: dict[str, Any]) -> str:
    """What dagre makes of the same graph, where it was asked."""
    if row["dagreMs"] is None:
        return ""
    return f" (dagre {row['dagreMs']:.0f}), {row['crossings']} crossings (dagre {row['dagreCrossings']})"


def render(browser: Browser, tables: int, rounds: int, limits: tuple[int, int]) -> None:
    """The whole graph in sight: everything from an empty page, the graph's first frame in it, frames of zooming."""
    snapshot = json.dumps(notebook_like(tables))
    whole, first, far, near, empty = [], [], [], [], []
    for _ in range(rounds):
        page = PanelPage(browser, size=SIZE).open(snapshot, draw=False)
        try:
            clock = Clock(page)
            whole.append(clock.time(FIRST))
            first.append(max(page.page.evaluate("costs")))
            far.append(clock.frame(ZOOM))
            page.page.evaluate(NEAR)
            page.page.wait_for_timeout(500)  # it flies there, and stands
            near.append(clock.frame(ZOOM))
            page.page.evaluate(EMPTY)
            empty.append(clock.frame(PAINT))
        finally:
            page.close()
    print(
        f"{tables} tables: first render {statistics.median(first):.0f} ms on the clock, best {min(first):.0f} "
        f"(limit {limits[0]}); fold, layout and all views from nothing {told(whole)}\n"
        f"  a frame of zooming, all in sight {told(far)} (limit {limits[1]}); near {told(near)}; "
        f"of an empty page {told(empty)}"
    )


def told(times: list[tuple[float, float]]) -> str:
    """Medians of CPU and clock."""
    cpu, clock = (statistics.median(column) for column in zip(*times, strict=True))
    return f"{cpu:.1f} ms (clock {clock:.1f})"


class Clock:
    """CPU time of a page's main thread."""

    def __init__(self, page: PanelPage) -> None:
        self.page = page.page
        self.cdp: CDPSession = page.context.new_cdp_session(page.page)
        self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def time(self, code: str) -> tuple[float, float]:
        """ms of CPU, and on the page's clock, until what ``code`` does is drawn; it gives back the page's time then."""
        before = self._cpu()
        began: float = self.page.evaluate("performance.now()")
        ended: float = self.page.evaluate(code)
        return self._cpu() - before, ended - began

    def frame(self, act: str) -> tuple[float, float]:
        """ms of CPU, and on the page's clock (median), of each frame of many in which ``act`` is done."""
        before = self._cpu()
        took: list[float] = self.page.evaluate(RUN, act)
        return (self._cpu() - before) / len(took), statistics.median(took)

    def _cpu(self) -> float:
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")


def notebook_like(tables: int, seed: int = 1) -> dict[str, Any]:
    """A session of so many tables, ten columns each."""
    rng = random.Random(seed)
    book, columns = Book(), [f"c{i}" for i in range(10)]
    made: list[int] = []
    for n in range(tables):
        if n < 3 or rng.random() < 0.08:
            made.append(book.read(f"t{n}.csv", columns))
        else:
            made.append(book.op("merge" if n % 3 else "assign", sorted(set(sources(rng, made))), columns))
        book.cell(**{f"t{n}": made[-1]})
    return book.snapshot()


def sources(rng: random.Random, made: list[int]) -> Iterator[int]:
    """One to three of what was made not long ago."""
    for _ in range(1 + (rng.random() < 0.35) + (rng.random() < 0.08)):
        yield made[-1 - int(rng.random() ** 2 * min(len(made), 40))]


if __name__ == "__main__":
    main()
