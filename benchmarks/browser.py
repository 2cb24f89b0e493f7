"""How soon the page's charts follow a lever, in a real headless Chromium: ``python -m benchmarks.browser``.

The clock runs inside the browser, from the input event to the moment at which every chart is drawn anew. Two ways of moving:

- *anywhere*: a random lever to a random stop, each state new, nothing known beforehand;
- *along*: one lever, stop by stop, as with an arrow key; the page works ahead of such moves.

*First change* is when the charts begin to follow (the months simulated so far are drawn from left to right while the rest is simulated),
*complete* when the whole run is drawn. 2,000 customers, ten years and two years of burn-in.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from cxsim.sweeps.executors.base import cores

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SCENARIOS = ("watchdog", "rivals", "loyal", "cap")
PAUSE = 400
"""Milliseconds between two moves."""

MOVES = """async ([moves, pause]) => {
  const waited = [];
  for (const [id, stop] of moves) {
    const lever = document.getElementById(id);
    if (lever.offsetParent === null || Number(lever.max) < stop || lever.value === String(stop)) continue;
    let first = null;
    const part = () => { first ??= performance.now() - start; };
    addEventListener("part", part);
    const start = performance.now();
    lever.value = String(stop);
    lever.dispatchEvent(new Event("input", { bubbles: true }));
    const wanted = Number(document.body.dataset.asked);
    const whole = await new Promise((done) => {
      const shown = (event) => {
        if (event.detail.serial < wanted) return;
        removeEventListener("shown", shown);
        done(performance.now() - start);
      };
      addEventListener("shown", shown);
    });
    removeEventListener("part", part);
    waited.push([first ?? whole, whole]);
    await new Promise((done) => setTimeout(done, pause));
  }
  return waited;
}"""


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--moves", type=int, default=60, help="moves of each kind and scenario (default 60)")
    parser.add_argument("--scenario", action="append", help=f"may be given several times (default {', '.join(SCENARIOS)})")
    parser.add_argument("--workers", type=int, default=cores(), help="processes that simulate (default one a core)")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    where = os.environ.get("CXSIM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if where is None:
        print("benchmarks: Chromium is not installed (Debian: apt-get install chromium).", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "cxsim", "app", "--port", "0", "--no-browser", "--workers", str(given.workers)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(command, cwd=tempfile.gettempdir(), env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found
            with sync_playwright() as running:
                browser = running.chromium.launch(executable_path=where, args=FLAGS)
                for scenario in given.scenario or SCENARIOS:
                    for kind in ("anywhere", "along"):
                        measure(browser, found[0], scenario, kind, given.moves)
                browser.close()
        finally:
            server.terminate()
    return 0


def measure(browser, address, scenario, kind, count):
    """Measure one way of moving in one scenario and print a line."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}?scenario={scenario}&seed=11")
    page.wait_for_selector('body[data-count="8"]', timeout=300_000)
    page.evaluate("document.querySelectorAll('details.section').forEach((one) => { one.open = true; })")
    levers = page.evaluate("""[...document.querySelectorAll('.lever.slider input')].filter((one) => one.offsetParent)
        .map((one) => [one.id, Number(one.max)])""")
    luck = np.random.default_rng(7)
    if kind == "anywhere":
        chosen = [levers[place] for place in luck.integers(len(levers), size=2 * count)]
        moves = [[name, int(luck.integers(most + 1))] for name, most in chosen]
    else:
        name, most = max(levers, key=lambda lever: lever[1])
        page.focus(f"#{name}")
        start = int(page.input_value(f"#{name}"))
        way = [*range(start + 1, most + 1), *range(most - 1, -1, -1)]
        moves = [[name, stop] for stop in way]
    waited = np.array(page.evaluate(MOVES, [moves[: 2 * count], PAUSE]))[:count]
    for place, what in enumerate(("first change", "complete")):
        middle, late = np.percentile(waited[:, place], [50, 95])
        numbers = f"{len(waited):4} moves  median {middle:5.0f} ms  95th percentile {late:5.0f} ms"
        print(f"{scenario:10} {kind:9} {what:13} {numbers}", flush=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
