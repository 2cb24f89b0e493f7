"""Made-up runs with the columns of the contract: smooth enough to look like a market, odd enough to try the edges."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pandas as pd

from cxsim.config.regulator import RegulatorConfig
from cxsim.config.run import Config
from cxsim.results.columns import FIRMS, LEDGER, MONTHLY, SEGMENTS
from cxsim.results.frames import combine
from cxsim.results.provenance import now
from cxsim.results.run import Run

POPULATION = 1_000_000.0
HARMS = {"hidden_fee": 3.1, "loyalty_premium": 4.2, "personal_premium": 0.6, "overcharge": 1.4, "exit_barrier": 0.5,
         "switching_cost": 0.9}  # fmt: skip
PEOPLE = {"vigilant": (0.3, 0.6), "inattentive": (0.5, 1.0), "vulnerable": (0.2, 1.6)}


def config(months=48, replications=1, regulator=True, **values) -> Config:
    funded = RegulatorConfig(title="Funded", annual_funding=1e6) if regulator else RegulatorConfig()
    return Config(months=months, replications=replications, burn_in=2, regulator=funded, **values)


def frames(settings: Config, replication: int = 0, n_firms: int = 5, entrant: bool = False) -> dict[str, pd.DataFrame]:
    """The frames that a market's recorder gives: no replication column, reported months only."""
    rng = np.random.default_rng([settings.seed, replication])
    months = np.arange(settings.months)
    funded = settings.regulator.annual_funding > 0
    names = [f"Firm {chr(65 + i)}" if n_firms <= 26 else f"Supplier number {i + 1}" for i in range(n_firms)]
    firms = _firms(rng, months, names, entrant)
    ledger = _ledger(rng, months, names, funded)
    return {
        "monthly": _monthly(rng, months, firms, funded),
        "firms": firms,
        "segments": _segments(rng, months),
        "ledger": ledger,
    }


def _wander(rng, months, start, end, noise):
    """A path from start to end with noise that lasts."""
    shocks = np.zeros(len(months))
    luck = rng.normal(0, noise * abs(end - start or start or 1), len(months))
    for i in range(1, len(months)):
        shocks[i] = 0.9 * shocks[i - 1] + luck[i]
    return start + (end - start) * (1 - np.exp(-months / 30)) + shocks


def _monthly(rng, months, firms, funded):
    path = {
        "experience": (58, 66), "job_outcome": (0.6, 0.68), "service": (0.94, 0.97), "harm": (0.06, 0.03),
        "satisfaction": (0.55, 0.62), "trust": (0.5, 0.61), "price": (50, 47), "price_paid": (58, 52),
        "loyalty_premium": (4.8, 2.9), "hidden_fees": (3.1, 2.2), "exit_barriers": (12, 9), "quality": (0.6, 0.66),
        "churn": (0.14, 0.19), "complaints": (0.03, 0.02), "coverage": (0.97, 0.98), "consumer_surplus": (21, 27),
        "profit": (6.1e6, 4.4e6), "detection_perceived": (0.01, 0.05), "switching_costs": (0.7, 0.9),
        "margin": (0.11, 0.08), "violations": (0.7, 0.3), "unwanted_extras": (0.4, 0.2), "avoidance": (0.1, 0.2),
    }  # fmt: skip
    table = {name: _wander(rng, months, *ends, 0.03) for name, ends in path.items()}
    for name in ("job_outcome", "service", "satisfaction", "trust", "coverage", "violations"):
        table[name] = np.clip(table[name], 0, 1)
    cartel = (months >= 12) & (months < 30)
    table["overcharge"] = np.where(cartel, 2.5 + rng.normal(0, 0.1, len(months)), 0.0)
    table["cartel_members"] = np.where(cartel, 3, 0)
    fined = (rng.random(len(months)) < 0.06) & funded
    table["fines"] = np.where(fined, rng.lognormal(15.5, 0.6, len(months)), 0.0)
    table["redress"] = table["fines"] * 0.4
    table["regulator_spend"] = np.where(funded, 8e4 + 1e4 * rng.normal(size=len(months)), 0.0)
    table["regulator_budget"] = np.where(funded, 4e5 + 1e5 * np.sin(months / 6), 0.0)
    table["cases"] = rng.poisson(3 if funded else 0, len(months))
    shares = firms.pivot_table(index="month", columns="firm", values="share", aggfunc="sum")
    table["hhi"] = (shares.to_numpy() ** 2).sum(axis=1) * 1e4
    table["recoveries"] = 0.3 * table["complaints"]
    table["announcement"], table["credibility"] = np.linspace(0.2, 0.4, len(months)), np.linspace(0.95, 0.8, len(months))
    table["n_firms"] = firms.groupby("month")["active"].sum().to_numpy()
    return _in_order(MONTHLY, pd.DataFrame({"month": months, **table}))


def _firms(rng, months, names, entrant):
    strength = np.cumsum(rng.normal(0, 0.06, (len(months), len(names))), axis=0) + np.linspace(0.6, -0.6, len(names))
    if entrant and len(names) > 1:
        strength[:, -1] = np.where(months < len(months) // 3, -np.inf, strength[:, -1] + months / 80)
        strength[:, 0] = np.where(months > 2 * len(months) // 3, -np.inf, strength[:, 0])
    share = np.exp(strength)
    share /= share.sum(axis=1, keepdims=True)
    parts = []
    for place, name in enumerate(names):
        part = pd.DataFrame({"month": months, "firm": name, "strategy": "equity_planner"})
        part["active"] = share[:, place] > 0
        part["share"] = share[:, place]
        part["customers"] = share[:, place] * POPULATION * 0.97
        part["revenue"], part["cost"] = part["customers"] * 58, part["customers"] * 46 + 1e4
        for column in FIRMS:
            if column.name not in ("replication", *part.columns):
                part[column.name] = rng.random(len(months)) * 0.1
        part["cartel_member"] = False
        parts.append(part)
    return _in_order(FIRMS, pd.concat(parts, ignore_index=True).sort_values("month", kind="stable"))


def _segments(rng, months):
    parts = []
    for name, (share, burden) in PEOPLE.items():
        part = pd.DataFrame({"month": months, "segment": name, "customers": share * POPULATION})
        for column in SEGMENTS:
            if column.name not in ("replication", *part.columns):
                part[column.name] = _wander(rng, months, 0.5 * burden, 0.4 * burden, 0.02)
        parts.append(part)
    return _in_order(SEGMENTS, pd.concat(parts, ignore_index=True).sort_values("month", kind="stable"))


def _ledger(rng, months, names, funded):
    rows = []
    for month in months:
        for conduct, amount in HARMS.items():
            if conduct == "overcharge" and not 12 <= month < 30:
                continue
            used_up = conduct in ("exit_barrier", "switching_cost")
            for segment, (share, burden) in PEOPLE.items():
                for name in names[:3]:
                    paid = amount * share * burden * POPULATION / 3 * np.exp(-month / 90 + rng.normal(0, 0.05))
                    rows.append((month, "customers", "resources" if used_up else "firm", conduct, segment, name, paid))
        for name in names[:3]:
            rows.append((month, "customers", "firm", "bill", "", name, 1.6e7))
            rows.append((month, "firm", "resources", "production", "", name, 1.2e7))
        if funded:
            rows.append((month, "treasury", "regulator", "funding", "", "", 1e6 / 12))
    columns = [column.name for column in LEDGER if column.name != "replication"]
    return pd.DataFrame(rows, columns=columns)


def _in_order(columns, table):
    return table[[column.name for column in columns if column.name != "replication"]].reset_index(drop=True)


@dataclasses.dataclass
class Recorder:
    market: Market

    def tables(self):
        return frames(self.market.config, self.market.replication)


class Market:
    """Stands in for the real market where a test is about the running of runs, not about markets."""

    stop_at: int | None = None
    seen_threads: set[int] = set()  # noqa: RUF012 - shared on purpose

    def __init__(self, config, rng=None, replication=0):
        assert rng == config.seed
        self.config, self.replication, self.month = config, replication, -config.burn_in
        self.recorder = Recorder(self)

    def step(self):
        self.seen_threads.add(threading.get_ident())
        if self.stop_at is not None and self.month >= self.stop_at:
            raise RuntimeError("the market broke")
        self.month += 1


def run(settings: Config | None = None, **shape) -> Run:
    """A finished run with made-up tables."""
    settings = settings or config()
    tables = combine([frames(settings, number, **shape) for number in range(settings.replications)])
    return Run(settings, tables, started=now(), duration=1.5, overrides=["seed=1"])
