"""How soon the page's charts follow a lever, in a real headless Chromium: ``python -m benchmarks.browser``.

The clock runs inside the browser, from the input event to the moment at which every chart is drawn anew: 2,000 customers, ten years and two
years of burn-in, first replication (the bands come later and give way to every move). Five ways of moving:

- *along*: one lever, stop by stop, as with an arrow key or a slow drag; the page works ahead of such moves;
- *pressed*: a random lever to a random stop with the pointer, as a person goes there: towards it in an eighth of a second, resting on it
  for another (people take longer, MacKenzie and Buxton 1992), then a press; the page works ahead where the pointer rests;
- *dragged*: a random lever's thumb to a random stop in four tenths of a second, as a hand moves (smoothly off and smoothly on: Flash and
  Hogan 1985); counted from the last stop that it passes to the first picture of it, bands apart;
- *anywhere*: a random lever to a random stop out of nowhere, the state new and unknown beforehand, which no person can do;
- *piled up*: the same, with no move taken back, so that what is shown ends far from any market: reviews every month, all at once that slows
  a simulation down. In the other ways each move but those *along* starts from the ready-made comparison.

*Begins* is when the charts begin to follow (where a run takes long, months simulated so far are drawn from left to right while the rest is
simulated), *complete* when the whole run of both sides is drawn.

*A class* is thirty pages at once, each in a browser context, a scenario and a luck of its own, so that no work can be shared, with a random
move (anywhere) about every three seconds, each visitor at a pace of its own; then, once, all of them *in the same moment*. Server and
workers are held on two cores; the browsers, which would be on thirty other machines, get the rest where there is one.

Results are printed and put between the marks ``<!-- measured -->`` and ``<!-- /measured -->`` of ``docs/app.md``.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.sweeps.executors.base import cores

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "app.md"
MARK, END = "<!-- measured -->", "<!-- /measured -->"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
         "--disable-backgrounding-occluded-windows"]  # fmt: skip
SCENARIOS = ("watchdog", "rivals", "loyal", "cap")
KINDS = ("along", "pressed", "anywhere", "piled up", "dragged")
PAUSE = 400
"""Milliseconds between two moves of one visitor; in a class it is :data:`THOUGHT`."""

THOUGHT = 3000
THUMB = 16
"""Width of a slider's thumb in pixels."""

PATIENCE = 20_000
"""Milliseconds after which a move counts as unanswered."""

TRAVEL, RESTING = 125, 125
"""Milliseconds for which a pointer travels to a place, and rests there before it is pressed."""

DRAG, FRAME = 400, 16
"""Milliseconds that a thumb is dragged for, and between two places that the browser is told of."""

MOVES = """([moves, pauses, patience, back, count]) => {
  const answered = (serial) => new Promise((done) => {
    const end = (how) => { clearTimeout(limit); clearInterval(look); removeEventListener("shown", shown); done(how); };
    const shown = (event) => { if (event.detail.serial >= serial) end("shown"); };
    const limit = setTimeout(() => end("late"), patience);
    const look = setInterval(() => { if (document.querySelector(".notice:not(.mild)")) end("refused"); }, 50);
    addEventListener("shown", shown);
  });
  const go = async () => {
    const waited = [];
    const rest = (at) => new Promise((done) => setTimeout(done, pauses[at % pauses.length]));
    await rest(0);
    for (const [at, [id, stop]] of moves.entries()) {
      const lever = document.getElementById(id);
      if (waited.length === count) break;
      if (lever.offsetParent === null || Number(lever.max) < stop || lever.value === String(stop)) continue;
      const before = lever.value;
      let first = null;
      const part = () => { first ??= performance.now() - start; };
      addEventListener("part", part);
      const start = performance.now();
      lever.value = String(stop);
      lever.dispatchEvent(new Event("input", { bubbles: true }));
      const how = await answered(Number(document.body.dataset.asked));
      const whole = performance.now() - start;
      removeEventListener("part", part);
      if (how !== "refused") waited.push([first ?? whole, how === "late" ? null : whole]);
      await rest(at + 1);
      if (back && document.getElementById(id).offsetParent !== null) {
        document.getElementById(id).value = before;
        document.getElementById(id).dispatchEvent(new Event("input", { bubbles: true }));
        await answered(Number(document.body.dataset.asked));
        await rest(at + 1);
      }
    }
    return waited;
  };
  window.waited = go();
}"""

BY_POINTER = """([patience]) => {
  window.waited = new Promise((done) => {
    let [start, first, whole, let_go] = [0, null, null, false];
    const end = (how) => {
      clearTimeout(limit);
      clearInterval(look);
      for (const [name, heard] of Object.entries(listening)) removeEventListener(name, heard, true);
      done(how);
    };
    const answers = (event) => start && event.detail.serial >= Number(document.body.dataset.asked);
    const listening = {
      input: () => { [start, first, whole] = [performance.now(), null, null]; },
      part: (event) => { if (answers(event)) first ??= performance.now() - start; },
      shown: (event) => {
        if (!answers(event)) return;
        whole ??= performance.now() - start; // what comes after it are the bands
        if (let_go) end([first ?? whole, whole]);
      },
      pointerup: () => {
        let_go = true;
        if (!start) end(null);
        else if (whole !== null) end([first ?? whole, whole]);
      },
    };
    const limit = setTimeout(() => end(start ? [first ?? patience, whole] : null), patience);
    const look = setInterval(() => { if (document.querySelector(".notice:not(.mild)")) end(null); }, 50);
    for (const [name, heard] of Object.entries(listening)) addEventListener(name, heard, true);
  });
}"""


@dataclasses.dataclass(frozen=True)
class Row:
    """What some moves took: name, milliseconds to the first change and to the whole, moves never answered."""

    name: str
    begins: np.ndarray
    complete: np.ndarray
    late: int

    def cells(self) -> list[str]:
        """Name, number of moves, and the times as text."""
        middle, last = np.percentile(self.begins, [50, 95])
        times = [middle, last, self.complete.min(), *np.percentile(self.complete, [50, 95])]
        return [self.name, str(len(self.begins)), *(f"{time:.0f}" for time in times), str(self.late)]


HEAD = ["Moves", "number", "begins: median", "95 %", "complete: least", "median", "95 %", "unanswered"]


def row(name: str, waited: list[list[float | None]]) -> Row:
    """The row of some moves, each told as milliseconds to its first change and to the whole."""
    whole = [two for _, two in waited if two is not None]
    if not whole:
        raise SystemExit(f"benchmarks: no move was answered ({name}).")
    return Row(name, np.array([one for one, _ in waited], float), np.array(whole, float), len(waited) - len(whole))


def main() -> int:
    """Measure, print and write; returns the exit code."""
    given = _parser().parse_args()
    if (where := os.environ.get("CXSIM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")) is None:
        print("benchmarks: Chromium is not installed (Debian: apt-get install chromium).", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    found = cores()  # before the browsers are held on some of them

    def told(one: Row) -> None:
        rows.append(one)
        print("  ".join(f"{cell:>{max(6, len(head))}}" for head, cell in zip(HEAD, one.cells(), strict=True)), flush=True)

    print("  ".join(HEAD), "(ms)")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=where, args=FLAGS)
        version = browser.version
        with _served(given.workers or found, None) as address:
            for kind in KINDS:
                every: list[list[float | None]] = []
                for scenario in given.scenario or SCENARIOS:
                    waited = alone(browser, address, scenario, kind, given.moves)
                    every += waited
                    told(row(f"{kind}, {scenario}", waited))
                if len(given.scenario or SCENARIOS) > 1:
                    told(row(f"{kind}, all", every))
        browser.close()
        if given.visitors:
            theirs, ours = _halves()
            with _served(len(ours), ours) as address:
                _hold(theirs)
                browser = running.chromium.launch(executable_path=where, args=FLAGS)
                for name, waited in together(browser, address, given.visitors, given.class_moves).items():
                    told(row(f"a class of {given.visitors}, {name}", waited))
                browser.close()
    if given.write:
        write(given.write, rows, version, found, given.workers or found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--moves", type=int, default=60, help="moves of each kind and scenario (default 60)")
    parser.add_argument("--scenario", action="append", help=f"may be given several times (default {', '.join(SCENARIOS)})")
    parser.add_argument("--workers", type=int, help="processes that simulate (default one a core)")
    parser.add_argument("--visitors", type=int, default=30, help="pages at once on two cores (default 30; 0 leaves that out)")
    parser.add_argument("--class-moves", type=int, default=8, help="moves of each of them (default 8)")
    parser.add_argument("--write", type=Path, default=PAGE, help="the page to put the table into (default docs/app.md)")
    parser.add_argument("--no-write", dest="write", action="store_const", const=None, help="only print")
    return parser


def _halves() -> tuple[list[int], list[int]]:
    """The cores of the browsers and the two of the server; the same where there are no more than two."""
    found = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0, 1]
    return (found[2:] or found), found[:2]


def _hold(on: list[int] | None) -> None:
    if on and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, on)


@contextlib.contextmanager
def _served(workers: int, on: list[int] | None) -> Iterator[str]:
    """A page served by a process of its own, on some cores; gives its address."""
    command = [sys.executable, "-m", "cxsim", "app", "--port", "0", "--no-browser", "--workers", str(workers)]
    if on and shutil.which("taskset"):
        command = ["taskset", "-c", ",".join(map(str, on)), *command]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(command, cwd=tempfile.gettempdir(), env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found
            yield found[0]
        finally:
            server.terminate()


def opened(browser: Any, address: str, scenario: str, seed: int) -> Any:
    """A page in a context of its own, with its levers in sight."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}?scenario={scenario}&seed={seed}")
    page.wait_for_selector("body[data-count]", timeout=300_000)
    page.evaluate("document.querySelectorAll('details.section, details.fold').forEach((one) => { one.open = true; })")
    return page


def random_moves(page: Any, seed: int, count: int) -> list[list[Any]]:
    """Random levers and stops, of which some may not be there when their turn comes."""
    levers = page.evaluate("""[...document.querySelectorAll('.lever.slider input')].filter((one) => one.offsetParent)
        .map((one) => [one.id, Number(one.max)])""")
    luck = np.random.default_rng(seed)
    chosen = [levers[place] for place in luck.integers(len(levers), size=count)]
    return [[name, int(luck.integers(most + 1))] for name, most in chosen]


def moves_along(page: Any, count: int) -> list[list[Any]]:
    """One lever to its end and back, until there are enough moves; the lever with most stops."""
    name, most = page.evaluate("""[...document.querySelectorAll('.lever.slider input')].filter((one) => one.offsetParent)
        .map((one) => [one.id, Number(one.max)]).sort((a, b) => b[1] - a[1])[0]""")
    page.focus(f"#{name}")
    start = int(page.input_value(f"#{name}"))
    way = [*range(start + 1, most + 1), *range(most - 1, -1, -1), *range(1, start + 1)]
    return [[name, stop] for stop in (way * (1 + count // len(way)))[:count]]


def alone(browser: Any, address: str, scenario: str, kind: str, count: int) -> list[list[float | None]]:
    """What the moves of one visitor took."""
    page = opened(browser, address, scenario, seed=11 + KINDS.index(kind))  # a luck of its own, so that nothing is known from another kind
    page.wait_for_selector('body[data-count="8"]', timeout=300_000)
    page.set_default_timeout(0)
    if kind in ("pressed", "dragged"):
        waited = by_pointer(page, random_moves(page, 7, 2 * count), count, kind == "dragged")
    else:
        moves = moves_along(page, count) if kind == "along" else random_moves(page, 7, 2 * count)
        page.evaluate(MOVES, [moves, [PAUSE], PATIENCE, kind == "anywhere", count])
        waited = page.evaluate("window.waited")
    page.context.close()
    return list(waited)


def by_pointer(page: Any, moves: list[list[Any]], count: int, dragging: bool) -> list[list[float | None]]:
    """What moves of the pointer took: onto a slider, along it, a rest, a press; or with the thumb held."""
    waited: list[list[float | None]] = []
    for name, stop in moves:
        lever = page.locator(f"#{name}")
        if len(waited) == count or lever.is_hidden() or int(lever.get_attribute("max")) < stop or lever.input_value() == str(stop):
            continue
        before = int(lever.input_value())
        lever.scroll_into_view_if_needed()
        box, most = lever.bounding_box(), int(lever.get_attribute("max"))
        goal, held = (box["x"] + THUMB / 2 + place / most * (box["width"] - THUMB) for place in (stop, before))
        if dragging:
            _drag(page, held, goal, box["y"] + box["height"] / 2)
        else:
            _press(page, box, goal)
        answer = page.evaluate("window.waited")
        if answer is not None:
            waited.append(answer)
        page.wait_for_timeout(PAUSE)
        page.evaluate(MOVES, [[[name, before]], [PAUSE], PATIENCE, False, 1])
        page.evaluate("window.waited")
    return waited


def _press(page: Any, box: dict[str, float], goal: float) -> None:
    start, height = box["x"] + box["width"] / 2, box["y"] - 20
    page.mouse.move(start, height)
    page.evaluate(BY_POINTER, [PATIENCE])
    for step in range(1, 9):
        part = step / 8
        page.mouse.move(start + part * (goal - start), height + part * (20 + box["height"] / 2))
        page.wait_for_timeout(TRAVEL / 8)
    page.wait_for_timeout(RESTING)
    page.mouse.down()
    page.mouse.up()


def _drag(page: Any, held: float, goal: float, height: float) -> None:
    page.mouse.move(held, height)
    page.mouse.down()
    page.evaluate(BY_POINTER, [PATIENCE])
    began, part = time.monotonic(), 0.0
    while part < 1:  # by the clock: telling the browser of a place takes a while, too
        page.wait_for_timeout(FRAME)
        part = min((time.monotonic() - began) / DRAG * 1000, 1)
        page.mouse.move(held + part**3 * (10 - 15 * part + 6 * part**2) * (goal - held), height)
    page.mouse.up()


def together(browser: Any, address: str, visitors: int, count: int) -> dict[str, list[list[float | None]]]:
    """What the moves of many visitors took who come at once: each at a pace of its own, then all in the same moment."""
    pages = [opened(browser, address, SCENARIOS[number % len(SCENARIOS)], seed=100 + number) for number in range(visitors)]
    found = {}
    for name, most in (("each at its pace", count), ("in the same moment", 1)):
        for number, page in enumerate(pages):
            luck = np.random.default_rng([number, most])
            pauses = [THOUGHT * luck.uniform(), *(THOUGHT * luck.uniform(0.5, 1.5, size=2 * most))] if most > 1 else [THOUGHT - 20 * number]
            page.evaluate(MOVES, [random_moves(page, 100 * most + number, 2 * most), pauses, PATIENCE, False, most])
        found[name] = [one for page in pages for one in page.evaluate("window.waited")]
    for page in pages:
        page.context.close()
    return found


def write(page: Path, rows: list[Row], version: str, found: int, workers: int) -> None:
    """Put the table between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    if text.count(MARK) != 1 or text.count(END) != 1:
        raise SystemExit(f"benchmarks: {page} must hold {MARK} and {END} once each.")
    lines = [f"| {' | '.join(HEAD)} |", f"|---|{'---:|' * (len(HEAD) - 1)}", *(f"| {' | '.join(one.cells())} |" for one in rows)]
    machine = f"Milliseconds; {_processor()}, {found} cores, {workers} worker processes (a class: server and workers on two cores), " \
        f"Chromium {version}."  # fmt: skip
    before, _, rest = text.partition(MARK)
    page.write_text("\n".join([f"{before}{MARK}", "", *lines, "", machine, "", f"{END}{rest.partition(END)[2]}"]), encoding="utf-8")


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
