"""``python -m benchmarks``: measure, print each row, write the page."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import CxsimError, nearest

PARTS = {
    "month": "a customers' month: cxsim, Mesa, NumPy, mesa-frames and C, by customers and threads",
    "whole": "a whole month of the market: cxsim and plain Mesa",
    "firms": "cost against the number of firms",
    "planner": "reviews of five planners, in customers' months",
    "runs": "whole runs of 120 months",
    "memory": "bytes per customer",
    "start": "how soon commands answer",
}
OTHERS = {
    "all": "all of these; writes the page (this is what happens without a command)",
    "agree": "whether the other versions do what the engine does",
    "sweeps": "throughput of sweeps, executor by executor; takes options of its own",
}
EPILOG = "parts:\n" + "\n".join(f"  {name:8} {about}" for name, about in (OTHERS | PARTS).items())
FEWEST, MOST = 100, 10_000_000
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; returns the exit code (2 for input that cannot be used, 130 for an interrupt)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _sweeps(given[1:]) if given[:1] == ["sweeps"] else _measure(given)
    except CxsimError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return error.exit_code
    except SystemExit as leaving:  # argparse leaves so after --help
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        print("benchmarks: interrupted; no page was written.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _measure(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    known = [*OTHERS, *PARTS]
    if given.part not in known:
        raise UsageError(f"{given.part}: there is no such part.{nearest(given.part, known)} Allowed: {', '.join(known)}.")
    if given.part == "agree":
        return _agree()
    sizes = given.sizes or ([1000, 10_000] if given.quick else [1000, 10_000, 100_000, 1_000_000])
    rounds = given.rounds or (5 if given.quick else 15)
    out = Path(given.out) if given.out else Path("results", "speed") if given.part == "all" else None
    from benchmarks import page
    from benchmarks.rows import Row
    from benchmarks.versions import available, share_looking

    if out is not None:
        page.check_writable(out)
    versions, missing = available()
    for name, reason in missing.items():
        print(f"left out: {name} ({reason.rstrip('.')})")
    cores = os.cpu_count() or 1
    if page.load() > cores / 4:
        print(f"the machine is busy (load {page.load():.1f} on {cores} cores): times, above all with several threads, will be too long")
    facts = page.surroundings(versions, rounds, given.quick)
    rows: list[Row] = []
    with _status() as say:
        for part in PARTS if given.part == "all" else (given.part,):
            for row in _rows(part, versions, sizes, rounds, given.quick, say):
                print(f"{row.part:16} {row.what:46} {row.setting:38} {row.measured}", flush=True)
                rows.append(row)
        if given.part in ("all", "month"):
            facts["Bits"] = _bits(say)
            print(facts["Bits"])
        looked = share_looking()
    if out is not None:
        print(f"Written: {page.write(out, rows, facts, looked, missing)}")
    return 0


def _rows(part: str, versions: list, sizes: list[int], rounds: int, quick: bool, say: Callable[[str], None]) -> Iterator:
    from benchmarks import process, scaling, whole

    few = max(3, rounds // 3)
    middle = 10_000 if quick else 100_000
    return {
        "month": lambda: scaling.by_size(versions, sizes, rounds, say),
        "whole": lambda: scaling.whole_months(sizes, few, say),
        "firms": lambda: scaling.by_firms(middle, rounds, say),
        "planner": lambda: whole.planner(rounds, say),
        "runs": lambda: whole.runs(few, say),
        "memory": lambda: process.memory(10 * middle, 10_000 if quick else 50_000, not quick, say),
        "start": lambda: process.start_up(few, 1 if quick else 3, say),
    }[part]()


def _bits(say: Callable[[str], None]) -> str:
    from benchmarks.scaling import same_bits

    say("bits")
    same, counts = same_bits(20_000)
    return f"results with {', '.join(map(str, counts))} threads are {'the same' if same else 'NOT THE SAME'}, bit for bit"


def _agree() -> int:
    """Hold every version against the engine; returns 1 where one differs."""
    from benchmarks import agreement
    from benchmarks.versions import available

    size = f"{len(agreement.SEEDS)} seeds, {agreement.CUSTOMERS} customers, {agreement.MONTHS} months"
    print(f"{size}; Student's t of the outcome that differs most")
    bad = 0
    with _status() as say:
        say("cxsim")
        ours = [agreement.by_engine(seed) for seed in agreement.SEEDS]
        for version in available()[0]:
            say(version.name)
            verdict = agreement.compare(ours, [version.outcomes(seed) for seed in agreement.SEEDS])
            outcome, t = verdict.furthest
            bad += not verdict.agree
            found = "agrees" if verdict.agree else "DIFFERS"
            print(f"{version.name:14} {found}: {t:.2f} ({outcome}); allowed {verdict.critical:.2f}", flush=True)
    return int(bad > 0)


def _sweeps(arguments: list[str]) -> int:
    from benchmarks import sweeps

    sys.argv = ["python -m benchmarks sweeps", *arguments]
    sweeps.main()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m benchmarks", allow_abbrev=False, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures cxsim beside other ways to simulate the same market month, in one run, with intervals.",
    )  # fmt: skip
    parser.add_argument("part", nargs="?", default="all", help="what to measure; see below", metavar="PART")
    parser.add_argument("--quick", action="store_true", help="smaller markets and fewer rounds: a few minutes, to see that all works")
    parser.add_argument("--rounds", type=_whole(1, 1000), metavar="N", help="turns that every version gets (15; with --quick 5)")
    parser.add_argument("--sizes", type=_sizes, metavar="N,N,...", help="numbers of customers (1000,10000,100000,1000000)")
    parser.add_argument("--out", metavar="FOLDER", help="where speed.md, speed.csv and figures/speed.png go, over those of an earlier run; "
                        "without it, results/speed for all parts and nowhere for one")  # fmt: skip
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    def take(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"given {text!r}; allowed: a whole number from {low:,} to {high:,}")
        return int(text)

    return take


def _sizes(text: str) -> list[int]:
    return sorted({_whole(FEWEST, MOST)(part) for part in text.split(",")})


@contextlib.contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """Says on standard error what is being measured, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(f"measuring: {text}")


if __name__ == "__main__":
    sys.exit(main())
