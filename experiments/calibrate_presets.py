"""Calibrate the market presets and the regulators of their period, and check them on fresh luck.

    python experiments/calibrate_presets.py                  calibrate every market, then verify, then write docs/targets.md
    python experiments/calibrate_presets.py energy mobile    calibrate these markets only; the table is made anew for all
    python experiments/calibrate_presets.py --check          calibrate nothing, verify and write the table

Each market has two or three knobs, and each knob one published number (the middle of its range in ``conf/targets.yaml``):

- *switching* by how often customers look (or, for current accounts, where it is published how many look, by what moving costs them) and
  *the mean bill*, which the preset gives as its reference price, by ``unit_cost``: roots by Brent's (1973) method on the knob's logarithm;
- *the operating margin* by ``fixed_cost``, on which nothing in a run depends, or by ``unit_cost`` where price is held by cap or custom.

Regulators follow: findings a year by ``case_cost``, fines by their share of turnover or of the gain, redress by ``redress_share``, each in
proportion. The steps repeat, since every knob moves the others' numbers a little. Nothing else is fitted: loyalty premiums and drifts of
shares are compared afterwards. The seeds that verify are others than those that calibrate. Only numbers in ``conf/`` change; what they
rest on is written beside them by hand.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import math
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from scipy.optimize import brentq

import cxsim
from cxsim.config.describe import markdown_table
from cxsim.config.load import load
from cxsim.market.ledger import F
from cxsim.market.model import Market
from cxsim.results.intervals import mean_interval

ROOT = Path(__file__).resolve().parent.parent
CONF = ROOT / "conf"
PAGE = ROOT / "docs" / "targets.md"
MONTHS, BURN_IN = 120, 24
SEEDS, CUSTOMERS = tuple(range(1, 5)), 3000
MARGIN_SEEDS = tuple(range(201, 265))
CHECK_SEEDS, CHECK_CUSTOMERS = tuple(range(11, 43)), 5000
ROUNDS = 3
WORKERS = 2
DIGITS = 4
BILL_TOLERANCE = 0.03
ORDER = 3.0
"""Enforcement counts as of the published order within this factor."""


@dataclasses.dataclass(frozen=True)
class Knobs:
    """What is turned in one market.

    Attributes:
        switching: keys of ``market`` scaled together until switching fits; empty where none is published.
        limits: lowest and highest value of the first of them.
        bill: whether ``unit_cost`` is set for the mean bill.
        margin: the key set for the operating margin.
        seeds: seeds of the runs that calibrate; more where a run hangs on a few draws, as on the bids for a franchise.
    """

    switching: tuple[str, ...] = ()
    limits: tuple[float, float] = (1e-4, 0.5)
    bill: bool = True
    margin: str = "fixed_cost"
    seeds: tuple[int, ...] = SEEDS


KNOBS = {
    "energy": Knobs(("attention",)),
    "retail_banking": Knobs(("switching_cost",), (5.0, 400.0), bill=False, margin="unit_cost"),
    "mobile": Knobs(("attention", "renewal_attention"), (1e-4, 0.02)),
    "broadband": Knobs(("attention", "renewal_attention"), (1e-4, 0.02)),
    "motor_insurance": Knobs(("renewal_attention",), (0.01, 1.0)),
    "home_insurance": Knobs(("renewal_attention",), (0.01, 1.0)),
    "grocery": Knobs(),
    "rail": Knobs(bill=False, margin="unit_cost", seeds=tuple(range(101, 141))),
}


@dataclasses.dataclass(frozen=True)
class Enforcement:
    """What is known of a regulator's hand in one market: findings, fines and redress (£) a year, and the key that is set for fines."""

    findings: float
    fines: float
    redress: float
    note: str
    fine_key: str = "fine_share_of_turnover"

    @property
    def keys(self) -> tuple[str, str, str]:
        """What is set in the regulator's preset."""
        return "case_cost", self.fine_key, "redress_share"


ENFORCEMENT = {
    "ofgem": Enforcement(1.2, 6.26e6, 6.26e6, "£125.2m of fines and redress in ten years, halved by a guess"),
    "fca": Enforcement(2.15, 2.15 * 32.6e6, 2.15 * 32.6e6 * 11.2 / 10.54,
                       "5 % (a guess) of 43 fines of £32.6m on average (2014/15); redress to fines as at Swinton"),
    "ofcom": Enforcement(4 / 6, 20.6e6 / 6, 7.35e6 / 6, "four fines, £20.6m in all, in three years over two markets (2016-18); "
                         "redress: the £7.35m that three of the firms had overcharged", "fine_multiple_of_gain"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One run: means over the reported months; money in £ a year; ``drift`` in percentage points a year by firm."""

    switching: float
    margin: float
    bill: float
    loyalty_premium: float
    findings: float
    fines: float
    redress: float
    n_firms: float
    smallest: float
    drift: dict[str, float]


@functools.cache
def targets() -> dict[str, Any]:
    """What is published, by market."""
    return yaml.safe_load((CONF / "targets.yaml").read_text(encoding="utf-8"))


def middle(part: dict[str, Any]) -> float:
    """The middle of a published range."""
    return (part["low"] + part["high"]) / 2


def run(task: tuple[str, str, dict[str, Any], int, int]) -> Outcome:
    """Play one market with its regulator: (market, regulator, values, seed, customers)."""
    market_name, regulator, values, seed, customers = task
    settings = {"market.n_customers": customers, "months": MONTHS, "burn_in": BURN_IN, **values}
    market = Market(load(f"market={market_name}", f"regulator={regulator}", **settings), rng=seed)
    while market.running:
        market.step()
    frames = market.recorder.frames()
    monthly = frames["monthly"].mean()
    books = market.recorder.books
    # The column margin is before payments for a franchise; the published one is after them.
    franchise = sum(book.firms[:, F["franchise"]].sum() for book in books) / sum(book.revenue().sum() for book in books)
    shares = frames["firms"].pivot(index="month", columns="firm", values="share").fillna(0.0)
    moved = (shares.iloc[-12:].mean() - shares.iloc[:12].mean()) / (MONTHS / 12 - 1)
    found = sum(decision.found and decision.month >= 0 for decision in market.regulator.decisions)
    return Outcome(
        switching=monthly["churn"], margin=monthly["margin"] - franchise, bill=monthly["price_paid"],
        loyalty_premium=monthly["loyalty_premium"], findings=12.0 * found / MONTHS, fines=12.0 * monthly["fines"],
        redress=12.0 * monthly["redress"], n_firms=monthly["n_firms"], smallest=float(shares.iloc[-1].min()),
        drift={str(firm): 100.0 * float(change) for firm, change in moved.items()},
    )  # fmt: skip


def mean(outcomes: Iterable[Outcome], name: str) -> float:
    """Mean of one field over runs."""
    values = [getattr(outcome, name) for outcome in outcomes]
    return float(sum(values) / len(values))


def in_force(kind: str, name: str) -> Any:
    """The settings that a preset gives, as a run would have them."""
    return getattr(load(f"{kind}={name}"), kind)


def fit_market(task: tuple[str, dict[str, float], dict[str, float]]) -> tuple[str, dict[str, float], list[Outcome]]:
    """One round for one market: switching, bill, margin in turn. Returns the market, its knobs and the last runs."""
    name, start, regulator = task
    knobs, published, values = KNOBS[name], targets()[name], dict(start)
    reference = in_force("market", name).reference_price

    def play() -> list[Outcome]:
        settings = {f"market.{key}": value for key, value in values.items()}
        settings |= {f"regulator.{key}": value for key, value in regulator.items()}
        return [run((name, published["regulator"], settings, seed, CUSTOMERS)) for seed in knobs.seeds]

    def turn(keys: tuple[str, ...], limits: tuple[float, float], result: str, goal: float) -> None:
        present = {key: values[key] for key in keys}

        def gap(log_scale: float) -> float:
            values.update({key: value * math.exp(log_scale) for key, value in present.items()})
            return mean(play(), result) - goal

        gap(root(gap, *(math.log(limit / present[keys[0]]) for limit in limits)))

    if knobs.bill:
        turn(("unit_cost",), (0.02 * reference, reference), "bill", reference)
    if knobs.switching:
        turn(knobs.switching, knobs.limits, "switching", middle(published["annual_switching"]))
    outcomes = play()
    excess = (mean(outcomes, "margin") - middle(published["operating_margin"])) * mean(outcomes, "bill")
    if knobs.margin == "unit_cost":
        values["unit_cost"] += excess
    else:
        values["fixed_cost"] = max(0.0, values["fixed_cost"] + excess / reference / mean(outcomes, "n_firms"))
    return name, {key: rounded(value) for key, value in values.items()}, play()


def level_margin(name: str, values: dict[str, float], regulator: dict[str, float], pool: ProcessPoolExecutor) -> None:
    """Set ``fixed_cost`` once more on many seeds, which costs little because nothing else in a run depends on it."""
    published = targets()[name]
    settings = {f"market.{key}": value for key, value in values.items()} | {f"regulator.{key}": value for key, value in regulator.items()}
    outcomes = list(pool.map(run, [(name, published["regulator"], settings, seed, CHECK_CUSTOMERS) for seed in MARGIN_SEEDS]))
    excess = (mean(outcomes, "margin") - middle(published["operating_margin"])) * mean(outcomes, "bill")
    step = excess / in_force("market", name).reference_price / mean(outcomes, "n_firms")
    values["fixed_cost"] = rounded(max(0.0, values["fixed_cost"] + step))


def root(gap: Callable[[float], float], low: float, high: float) -> float:
    """Where ``gap`` is nil on a log scale, looked for near zero first; the nearer end where it is nil nowhere."""
    left, right = max(low, -0.5), min(high, 0.5)
    at_left, at_right = gap(left), gap(right)
    while at_left * at_right > 0 and (left > low or right < high):
        left, right = max(low, 2.0 * left), min(high, 2.0 * right)
        at_left, at_right = gap(left), gap(right)
    if at_left * at_right > 0:
        return left if abs(at_left) < abs(at_right) else right
    return float(brentq(gap, left, right, xtol=0.02, maxiter=20))


def fit_regulators(found: dict[str, list[Outcome]], settings: dict[str, dict[str, float]]) -> None:
    """Scale each regulator's cases, fines and redress towards what is published, over all of its markets that were run."""
    for name, known in ENFORCEMENT.items():
        runs = [outcome for market, outcomes in found.items() if targets()[market]["regulator"] == name for outcome in outcomes]
        if not runs:
            continue
        cases, fines, redress = known.keys
        fewer = clamp(mean(runs, "findings") / known.findings)
        own = settings[name]
        own[cases] = rounded(own[cases] * fewer)
        for key, goal, got in ((fines, known.fines, mean(runs, "fines")), (redress, known.redress, mean(runs, "redress"))):
            if got > 0:
                own[key] = rounded(own[key] * clamp(goal * fewer / got))


def clamp(factor: float) -> float:
    """No step larger than fivefold, because firms answer."""
    return min(5.0, max(0.2, factor))


def rounded(value: float) -> float:
    """To as many digits as are kept in a preset."""
    return float(f"{value:.{DIGITS}g}")


def write(kind: str, name: str, values: dict[str, float]) -> None:
    """Set numbers in a preset's file and touch nothing else."""
    path = CONF / kind / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    for key, value in values.items():
        text, count = re.subn(rf"(?m)^{key}: .*$", f"{key}: {float(value)!r}", text, count=1)
        if count != 1:
            raise SystemExit(f"{path}: it must set {key} on a line of its own.")
    path.write_text(text, encoding="utf-8")


def calibrate(names: list[str], rounds: int, pool: ProcessPoolExecutor) -> None:
    """Fit the markets named and their regulators, and write the numbers found into the presets."""
    wanted = {name: {*KNOBS[name].switching, "unit_cost", KNOBS[name].margin} for name in names}
    values = {name: {key: getattr(in_force("market", name), key) for key in sorted(keys)} for name, keys in wanted.items()}
    regulators = {targets()[name]["regulator"] for name in names} & set(ENFORCEMENT)
    settings = {name: {key: getattr(in_force("regulator", name), key) for key in ENFORCEMENT[name].keys} for name in sorted(regulators)}
    for number in range(rounds):
        tasks = [(name, values[name], settings.get(targets()[name]["regulator"], {})) for name in names]
        found = {}
        for name, fitted, outcomes in pool.map(fit_market, tasks):
            values[name], found[name] = fitted, outcomes
            line = ", ".join(f"{key} {value:g}" for key, value in fitted.items())
            print(f"{number + 1} {name}: {line}: switching {mean(outcomes, 'switching'):.3f}, margin "
                  f"{mean(outcomes, 'margin'):.4f}, bill {mean(outcomes, 'bill'):.2f}", flush=True)  # fmt: skip
        if number < rounds - 1:
            fit_regulators(found, settings)
    for name in names:
        if KNOBS[name].margin == "fixed_cost":
            level_margin(name, values[name], settings.get(targets()[name]["regulator"], {}), pool)
        write("market", name, values[name])
    for name, fitted in settings.items():
        write("regulator", name, fitted)


def verify(pool: ProcessPoolExecutor) -> dict[str, list[Outcome]]:
    """Run every preset with its period's regulator on seeds that did not calibrate it."""
    tasks = [(name, targets()[name]["regulator"], {}, seed, CHECK_CUSTOMERS) for name in KNOBS for seed in CHECK_SEEDS]
    outcomes = list(pool.map(run, tasks))
    return {name: [outcome for task, outcome in zip(tasks, outcomes, strict=True) if task[0] == name] for name in KNOBS}


Row = tuple[str, str, str, str, str]


def row(market: str, what: str, values: list[float], low: float, high: float, show: Callable[[float], str], said: str = "") -> Row:
    """A line of the table: simulated with its interval over seeds, published (or what is said of it), and whether the mean falls in."""
    got = mean_interval(values)
    verdict = "hit" if low <= got.mean <= high else "miss"
    return market, what, f"{show(got.mean)} [{show(got.low)}, {show(got.high)}]", said or f"{show(low)} to {show(high)}", verdict


def percent(value: float) -> str:
    """A share as a percentage."""
    return f"{100 * value:.1f} %"


def pounds(value: float) -> str:
    """An amount to the penny, or large ones in millions."""
    return f"£{value / 1e6:.1f}m" if abs(value) >= 1e5 else f"£{value:.2f}"


def points(value: float) -> str:
    """Percentage points."""
    return f"{value:+.2f}"


def tables(found: dict[str, list[Outcome]]) -> dict[str, list[Row]]:
    """Rows of what was fitted, of enforcement, and of what was not fitted."""
    fitted, enforced, free = [], [], []
    for market, runs in found.items():
        published, settings = targets()[market], in_force("market", market)

        def of(name: str, runs: list[Outcome] = runs) -> list[float]:
            return [getattr(outcome, name) for outcome in runs]

        for what, name in (("annual switching", "annual_switching"), ("operating margin", "operating_margin")):
            if name in published:
                part = published[name]
                fitted.append(row(market, what, of("switching" if "switching" in name else "margin"), part["low"], part["high"], percent))
        bill = settings.reference_price
        low, high = bill * (1 - BILL_TOLERANCE), bill * (1 + BILL_TOLERANCE)
        fitted.append(row(market, "mean bill, £/month", of("bill"), low, high, pounds, pounds(bill)))
        regulator = published["regulator"]
        if regulator in ENFORCEMENT:
            for what in ("fines", "redress"):
                goal = getattr(ENFORCEMENT[regulator], what)
                enforced.append(row(market, f"{what} of {regulator}, a year", of(what), goal / ORDER, goal * ORDER, pounds, pounds(goal)))
        if "loyalty_premium" in published:
            part = published["loyalty_premium"]
            free.append(row(market, "loyalty premium, £/month", of("loyalty_premium"), part["low"], part["high"], pounds))
        for part in published.get("share_drift", []):
            moved = [sum(outcome.drift[firm] for firm in part["firms"]) for outcome in runs]
            free.append(row(market, f"drift of {', '.join(part['firms'])}, points a year", moved, part["low"], part["high"], points))
    return {"fitted": fitted, "enforced": enforced, "free": free}


def page(found: dict[str, list[Outcome]]) -> str:
    """The page docs/targets.md."""
    header = ("Market", "What", "Simulated [95 %]", "Published", "Verdict")
    made = {name: markdown_table(header, rows) for name, rows in tables(found).items()}
    first, last = CHECK_SEEDS[0], CHECK_SEEDS[-1]
    notes = "\n".join(f"- `{name}`: {known.note}." for name, known in ENFORCEMENT.items())
    gone = [f"`{name}` in {lost} of {len(runs)}" for name, runs in found.items()
            if (lost := sum(outcome.smallest < 0.005 for outcome in runs)) and name != "rail"]  # fmt: skip
    return f"""# Presets against what is published

Made by `python experiments/calibrate_presets.py --check` with cxsim {cxsim.__version__}; not written by hand.

Each market preset ran with the regulator of its period, {CHECK_CUSTOMERS:,} customers, {MONTHS} months after a burn-in of {BURN_IN},
on seeds {first} to {last}. The presets were calibrated by `python experiments/calibrate_presets.py` on seeds {SEEDS[0]} to {SEEDS[-1]}
(rail: {KNOBS["rail"].seeds[0]} to {KNOBS["rail"].seeds[-1]}; overheads: {MARGIN_SEEDS[0]} to {MARGIN_SEEDS[-1]}).

Simulated: mean over the months reported and over seeds, with the 95 % t interval over seeds. A hit is a mean inside the published range,
a miss any other, even one whose interval reaches into it. Where the ranges come from stands in [presets](presets.md).

## What the presets were fitted to

Landing here shows that the knobs suffice, not that the model is right. The bill is the reference price of the preset, give or take
{100 * BILL_TOLERANCE:.0f} %. The margin of rail is after payments for the franchise. Nobody publishes switching in grocery or rail.

{made["fitted"]}

## Enforcement

Fines and redress a year in the period's market, within a factor of {ORDER:g} of what is published or derived: an order of size, no more.

{notes}

{made["enforced"]}

## What was not fitted

These numbers played no part in the calibration: the test of the presets. A loyalty premium is a weak test, because the room that a preset
leaves for it comes from the same publications.

{made["free"]}

Runs that ended with a firm of the starting table below half a percent of customers: {", ".join(gone) if gone else "none"}.
"""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Calibrate market presets and check them against what is published.")
    parser.add_argument("markets", nargs="*", metavar="MARKET", help=f"markets to calibrate: {', '.join(KNOBS)} (default: all)")
    parser.add_argument("--check", action="store_true", help="calibrate nothing; verify and write the table")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds; 0 sets overheads only (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, metavar="N", help="processes (default: %(default)s)")
    given = parser.parse_args()
    if unknown := [name for name in given.markets if name not in KNOBS]:
        parser.error(f"no such market: {', '.join(unknown)}; allowed: {', '.join(KNOBS)}")
    with ProcessPoolExecutor(given.workers) as pool:
        if not given.check:
            calibrate(given.markets or list(KNOBS), given.rounds, pool)
    with ProcessPoolExecutor(given.workers) as pool:  # anew, so that no worker remembers presets as they were
        PAGE.write_text(page(verify(pool)), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
