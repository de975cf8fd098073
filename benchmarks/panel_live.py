"""How live the panel is, in real JupyterLab: from the kernel to the pixel, in a flood, and what it costs the cell.

    python benchmarks/panel_live.py [--operations 10000] [--rounds 40]

Needs Chromium. Prints
- the time from the end of an operation, and from the sending of its patch, to the frame in which the panel's counter
  shows it, while a cell runs;
- whether a cell of many operations that prints loses a message or a line, and how the page fares meanwhile, beside
  the same cell in a notebook without a panel;
- the CPU time that the panel adds to the cell's thread for each record.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from playwright.sync_api import Browser, sync_playwright

from lineage_ext.testing import Notebook, notebook
from lineage_ext.widget.described import Describer
from lineage_ext.widget.stream import Stream
from tests.browser.chromium import launch
from tests.browser.e2e.front_end import FrontEnd
from tests.browser.e2e.server import Server

START = "%load_ext lineage_ext\nimport json, time\nimport pandas as pd\na = pd.DataFrame({'x': range(100)})"
LIVE = """
for i in range(%d):
    a.head(i)
    print(json.dumps([i, time.time() * 1000]))
    time.sleep(0.2)
"""
FLOOD = """
for i in range(%d):
    a.head(i)
    if i %% 10 == 0: print(i)
"""
WATCH = """() => {
  const footer = document.querySelector('.lineage-ext-dock .lx-status');
  const counted = (span) => /^([^a-z]+) operations?$/.exec(span.textContent);
  const counts = () => [...footer.querySelectorAll('span')].map(counted);
  const read = () => Number(counts().find(Boolean)?.[1].replace(/[^0-9]/g, '') ?? 0);
  const drawn = (then) => requestAnimationFrame(() => { // a message posted in a frame comes right after its paint
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
  const seen = globalThis.seen = [[read(), 0]];
  new MutationObserver(() => {
    const n = read();
    if (n !== seen[seen.length - 1][0]) drawn(() => seen.push([n, Date.now()]));
  }).observe(footer, { subtree: true, childList: true, characterData: true });
  const sent = globalThis.sent = [];
  const { kernel } = globalThis.jupyterapp.shell.currentWidget.context.sessionContext.session;
  kernel.anyMessage.connect((_, { msg, direction }) => {
    const content = msg.content?.data?.content;
    if (direction === 'send') { if (content?.k === 'snapshot') sent.push([-1]); }
    else if (content?.k === 'patch') sent.push([content.seq, content.ts, msg.buffers[0].byteLength]);
  });
}"""
FRAMES = """() => {
  const frames = globalThis.frames = [];
  let before = performance.now();
  const frame = (now) => { frames.push(now - before); before = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    busy = psutil.getloadavg()[0] / (psutil.cpu_count() or 1)
    print(f"load of this machine: {busy:.1f} a processor (above 0.5 the times below are those of the others, too)")
    print(f"on the cell's thread: {cost_per_record():.2f} µs a record")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = launch(playwright)
        try:
            without_panel(server, browser, options.operations)
            front = opened(server, browser, options.rounds, options.operations)
            live(front, options.rounds)
            flood(front, server, options.operations)
        finally:
            browser.close()
            server.close()


def opened(server: Server, browser: Browser, rounds: int, operations: int) -> FrontEnd:
    """A notebook with the panel, watched."""
    server.write("live.ipynb", [START, "%lineage show", LIVE % rounds, FLOOD % operations])
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    front = FrontEnd(page, server, "lab", "live.ipynb?reset")  # without the notebook that was open before
    front.run(0, 1)
    front.dock.locator(".lx-status").get_by_text("operation").wait_for()
    time.sleep(1)
    front.page.evaluate(WATCH)
    return front


def without_panel(server: Server, browser: Browser, operations: int) -> None:
    """How JupyterLab alone fares with the flood's output."""
    server.write("bare.ipynb", [START, FLOOD % operations])
    front = FrontEnd(browser.new_page(viewport={"width": 1600, "height": 900}), server, "lab", "bare.ipynb")
    front.run(0)
    time.sleep(1)
    front.page.evaluate(FRAMES)
    front.run(1)
    print(f"flood of {operations} operations without a panel: {frames(front)}")
    front.page.close()


def live(front: FrontEnd, rounds: int) -> None:
    """From the end of an operation to the pixel."""
    before = seen(front)[-1][0]
    front.run(2)
    ended = [json.loads(line) for line in front.text(2).splitlines()]
    shown, patches = seen(front), [s[1] for s in sent(front) if s[0] > 0]
    took, patched = [], []
    for i, at in ended[:rounds]:
        pixel = next((time for n, time in shown if n > before + i), None)
        if pixel is not None:
            took.append(pixel - at)
            patched.append(pixel - max([p for p in patches if p <= pixel], default=pixel))
    show("end of an operation → pixel", took)
    show("patch sent → pixel", patched)


def flood(front: FrontEnd, server: Server, operations: int) -> None:
    """Many operations in one cell: what is lost, and how the page fares."""
    front.page.evaluate("() => { globalThis.sent.length = 0; }")
    front.page.evaluate(FRAMES)
    browser = front.page.context.browser
    assert browser is not None
    browser.start_tracing(page=front.page, categories=["disabled-by-default-devtools.timeline"])
    before, began, cpu = seen(front)[-1][0], time.perf_counter(), page_cpu()
    front.run(3)
    took = time.perf_counter() - began
    until = time.monotonic() + 60
    while seen(front)[-1][0] < before + operations and time.monotonic() < until:
        time.sleep(0.2)
    cpu = page_cpu() - cpu
    longest = longest_task(json.loads(browser.stop_tracing()))
    told = frames(front)
    messages = sent(front)
    patches = [s for s in messages if s[0] > 0]
    gaps = sum(b[0] != a[0] + 1 for a, b in pairwise(patches))
    complete = front.text(3).split() == [str(i) for i in range(0, operations, 10)]
    print(f"flood of {operations} operations: {took:.1f} s, {len(patches)} patches, {total(patches) / 1e6:.1f} MB")
    print(f"  lost: {gaps} patches, {len(messages) - len(patches)} asked again, output complete: {complete}")
    print(f"  the server's complaints: {server.log.read_text().count('rate exceeded')}")
    print(f"  shown in the end: {seen(front)[-1][0] - before}")
    print(f"  page: {cpu * 1000 / len(patches):.0f} ms of CPU a patch, {longest:.0f} in its longest task; {told}")


def frames(front: FrontEnd) -> str:
    """How long they took since they are counted."""
    found = sorted(front.page.evaluate("() => globalThis.frames"))
    late, longest = found[len(found) * 99 // 100], found[-1]
    return f"frames {statistics.median(found):.0f} ms (median), {late:.0f} ms (99 %), {longest:.0f} ms (longest)"


def longest_task(trace: dict[str, Any]) -> float:
    """ms of CPU that the page could do nothing else at a stretch: what it is to blame for of its longest frame."""
    events = trace["traceEvents"]
    named = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    tasks = (e for e in events if e["name"] == "RunTask" and named[e["pid"], e["tid"]] == "CrRendererMain")
    return max(float(e.get("tdur", 0)) for e in tasks) / 1000


def seen(front: FrontEnd) -> list[list[int]]:
    """[operations shown, time of the frame] for each change of the counter."""
    found: list[list[int]] = front.page.evaluate("() => globalThis.seen")
    return found


def sent(front: FrontEnd) -> list[list[Any]]:
    """[seq, time of sending, bytes] for each patch, [-1] for each time the panel asked for everything."""
    found: list[list[Any]] = front.page.evaluate("() => globalThis.sent")
    return found


def total(patches: list[list[Any]]) -> int:
    """Bytes."""
    return sum(size for _, _, size in patches)


def page_cpu() -> float:
    """Seconds of CPU of the pages of our browser: unlike the time on the clock, others' work isn't in it."""
    pages = [p for p in psutil.Process().children(recursive=True) if "--type=renderer" in p.cmdline()]
    return sum(sum(p.cpu_times()[:2]) for p in pages)


def show(what: str, values: list[float]) -> None:
    """Median and tail."""
    values.sort()
    tail = f"90 % {values[len(values) * 9 // 10]:.0f} ms" if values else "nothing was seen"
    print(f"{what}: median {statistics.median(values or [0]):.0f} ms, {tail} ({len(values)} of them)")


def cost_per_record(rounds: int = 9, n: int = 1_000) -> float:
    """µs of the cell's thread for each operation: with a panel that listens less without one; alternated, medians."""
    with notebook() as book:
        book.cell("import pandas as pd\na = pd.DataFrame({'x': range(100)})")
        book.cell("def loop(n):\n    for _ in range(n): a.head(3)")
        stream = Stream(book.session, Describer(book.session.graph.made_by))
        stream.attach()
        differences = []
        for _ in range(rounds):
            without = cell_cost(book, n)
            stream.listen(nobody)
            differences.append(cell_cost(book, n) - without)
            stream.leave(nobody)
    return statistics.median(differences) / n / 1000


def nobody(*_: object) -> None:
    """A front end that takes everything."""


def cell_cost(book: Notebook, n: int) -> int:
    """ns of this thread for a cell of ``n`` operations."""
    before = time.thread_time_ns()
    book.cell(f"loop({n})")
    took = time.thread_time_ns() - before
    book.session.flush()
    return took


if __name__ == "__main__":
    main()
