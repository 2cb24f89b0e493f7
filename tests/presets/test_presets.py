"""Presets load, each number says where it comes from, and what is published about a market fits its preset."""

from __future__ import annotations

import csv
import dataclasses
import functools
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cxsim.config.customers import CustomersConfig
from cxsim.config.firms import STRATEGIES, FirmsConfig
from cxsim.config.load import from_mapping, load
from cxsim.config.market import MarketConfig
from cxsim.config.regulator import RegulatorConfig
from cxsim.config.run import Config
from cxsim.config.sweeps import plan
from tests.checkout import module

CONF = Path(__file__).parents[2] / "conf"
DOCS = Path(__file__).parents[2] / "docs"
KINDS = {"market": MarketConfig, "customers": CustomersConfig, "firms": FirmsConfig, "regulator": RegulatorConfig}
CONFIDENCE = {
    "found", "recalled_high", "recalled_medium", "recalled_low", "derived", "calibrated", "guess", "choice",
}  # fmt: skip
PRESETS = [(group, path.stem) for group in KINDS for path in sorted((CONF / group).glob("*.yaml"))]
MARKETS = [name for group, name in PRESETS if group == "market"]
REAL_MARKETS = [name for name in MARKETS if name != "generic"]
EXPERIMENTS = [path.stem for path in sorted((CONF / "experiment").glob("*.yaml"))]
UNSOURCED = {"title", "sources", "outcomes"}


def read(group: str, name: str) -> dict[str, Any]:
    return yaml.safe_load((CONF / group / f"{name}.yaml").read_text(encoding="utf-8"))


@functools.cache
def checked(group: str, name: str) -> Any:
    """A preset's group as a checked configuration holds it."""
    return getattr(from_mapping({group: read(group, name)}), group)


@functools.cache
def composed(row: int) -> tuple[dict[str, str], Config]:
    """One preset of each group at a time through Hydra, so that few compositions reach every preset."""
    names = {group: [name for kind, name in PRESETS if kind == group] for group in KINDS}
    chosen = {group: found[row % len(found)] for group, found in names.items()}
    return chosen, load(*(f"{group}={name}" for group, name in chosen.items()))


def targets() -> dict[str, Any]:
    return yaml.safe_load((CONF / "targets.yaml").read_text(encoding="utf-8"))


def ranges(market: str) -> list[tuple[str, dict[str, Any]]]:
    """Every published range of a market with its name, drifts one by one."""
    return [
        (name, part)
        for name, value in targets()[market].items()
        if name != "regulator"
        for part in (value if isinstance(value, list) else [value])
    ]


def table(market: str) -> list[dict[str, str]]:
    path = CONF / "market" / "firms" / f"{read('market', market)['firms_table']}.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def check_source(entry: dict[str, Any]) -> None:
    """A source entry says how sure it is, where it comes from, and what it says; what was found can be looked up."""
    assert set(entry) <= {"value", "note", "source", "year", "confidence"}
    assert entry["confidence"] in CONFIDENCE
    assert entry["source"].strip()
    assert str(entry.get("value", "")).strip() or entry.get("note", "").strip()
    if entry["confidence"] == "found" or entry["confidence"].startswith("recalled"):
        assert re.search(r"\d{4}", str(entry["year"]))
    if entry["confidence"] == "found":
        assert "http" in entry["source"]


@pytest.mark.parametrize(("group", "name"), PRESETS)
def test_each_preset_loads_with_everything_it_sets(group: str, name: str) -> None:
    row = [other for kind, other in PRESETS if kind == group].index(name)
    chosen, config = composed(row)
    assert chosen[group] == name
    for key, value in read(group, name).items():
        assert getattr(getattr(config, group), key) == value, key


@pytest.mark.parametrize(("group", "name"), PRESETS)
def test_each_number_has_a_source(group: str, name: str) -> None:
    preset = read(group, name)
    assert preset["title"].strip()
    assert set(preset) - UNSOURCED <= set(preset["sources"])
    assert set(preset["sources"]) <= {field.name for field in dataclasses.fields(KINDS[group])}
    for entry in preset["sources"].values():
        check_source(entry)


@pytest.mark.parametrize("market", REAL_MARKETS)
def test_each_published_range_has_a_source_and_an_order(market: str) -> None:
    found = ranges(market)
    assert {"annual_switching", "operating_margin", "share_drift"} & {name for name, _ in found}
    for _, part in found:
        assert part["low"] <= part["high"]
        check_source({key: value for key, value in part.items() if key not in {"low", "high", "unit", "firms"}})


def test_altered_figures_are_not_cited() -> None:
    for path in CONF.rglob("*"):
        assert not path.is_file() or "fate-oracle" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("group_name", [("customers", "default"), ("market", "generic"), ("firms", "equity_planner")])
def test_defaults_are_the_schema(group_name: tuple[str, str]) -> None:
    group, name = group_name
    got = dataclasses.asdict(checked(group, name))
    want = dataclasses.asdict(KINDS[group]())
    assert {k: v for k, v in got.items() if k not in UNSOURCED} == {k: v for k, v in want.items() if k not in UNSOURCED}


def test_default_customers_explain_every_parameter() -> None:
    fields = {field.name for field in dataclasses.fields(CustomersConfig)}
    assert set(read("customers", "default")["sources"]) == fields - {"title", "sources"}


def test_single_segments_are_those_of_the_default_customers() -> None:
    by_name = {segment["name"]: segment for segment in CustomersConfig().segments}
    for name in ("vigilant", "inattentive"):
        (only,) = read("customers", f"all_{name}")["segments"]
        assert only == {**by_name[name], "share": 1.0, "willingness_to_pay": 1.0}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_has_a_preset(strategy: str) -> None:
    assert checked("firms", strategy).strategy == strategy


@pytest.mark.parametrize("market", MARKETS)
def test_each_outcome_matters_to_somebody(market: str) -> None:
    config = checked("market", market)
    for outcome in config.outcomes:
        assert any(job["weights"].get(outcome, 0) > 0 for job in config.jobs), outcome


@pytest.mark.parametrize("market", [name for name in REAL_MARKETS if "firms_table" in read("market", name)])
def test_shares_of_a_table_sum_to_one(market: str) -> None:
    rows = table(market)
    assert math.fsum(float(row["share"]) for row in rows) == pytest.approx(1, abs=1e-9)
    assert len({row["name"] for row in rows}) == len(rows)


# Herfindahl-Hirschman indices derived from the published or recalled shares of each market.
HHI = {"energy": (1450, 1600), "retail_banking": (1500, 1736), "broadband": (2050, 2250),
       "motor_insurance": (700, 900), "grocery": (1497, 1800)}  # fmt: skip


@pytest.mark.parametrize("market", HHI)
def test_concentration_is_the_published_one(market: str) -> None:
    low, high = HHI[market]
    assert low <= sum((100 * float(row["share"])) ** 2 for row in table(market)) <= high


@pytest.mark.parametrize("market", [m for m in REAL_MARKETS if m != "rail"])
def test_problems_are_as_common_as_surveys_say(market: str) -> None:
    assert 0.117 <= 1 - (1 - checked("market", market).problem_rate) ** 12 <= 0.17


def test_targets_are_of_real_markets_their_firms_and_their_regulators() -> None:
    assert set(targets()) == set(REAL_MARKETS)
    for market, published in targets().items():
        assert checked("regulator", published["regulator"]).annual_funding > 0
        for drift in published.get("share_drift", []):
            assert set(drift["firms"]) <= {row["name"] for row in table(market)}


@pytest.mark.parametrize("market", [m for m in REAL_MARKETS if m != "rail"])
def test_starting_shares_rest_on_tastes_in_part(market: str) -> None:
    assert 0 < checked("market", market).brand < 1


@pytest.mark.parametrize("market", ["grocery", "rail"])
def test_markets_without_tenure_pricing_leave_no_room_for_it(market: str) -> None:
    assert checked("market", market).max_loyalty_premium == 0


# Published gaps between what established and new customers pay, in £/month; a preset leaves room for no more.
PREMIUMS = {"energy": 352 / 12, "mobile": 264 / 12, "broadband": 113 / 12, "home_insurance": 0.7 * 24.0}


@pytest.mark.parametrize("market", PREMIUMS)
def test_room_for_a_loyalty_premium_is_within_the_published_gap(market: str) -> None:
    own = checked("market", market)
    assert 0 < own.max_loyalty_premium * own.reference_price <= PREMIUMS[market] * 1.02


def test_rail_is_a_capped_franchise_of_one() -> None:
    rail = checked("market", "rail")
    assert (rail.n_firms, rail.franchise_months) == (1, 84)
    assert rail.price_cap == rail.reference_price


def test_the_claimed_regimes_differ_in_money_and_cap_only() -> None:
    weak, strong, own = (read("regulator", name) for name in ("minimal_capped", "stylised_continental", "self_funded"))
    apart = {"title", "sources", "annual_funding", "fine_cap", "self_funding_share"}
    assert {k: v for k, v in weak.items() if k not in apart} == {k: v for k, v in strong.items() if k not in apart}
    assert {k: v for k, v in own.items() if k not in apart} == {k: v for k, v in strong.items() if k not in apart}
    assert weak["annual_funding"] < strong["annual_funding"]
    assert weak["fine_cap"] < math.inf
    assert strong["fine_cap"] is None


# Caps in euros as the laws had them; the presets convert at £0.85.
CAPS_IN_EUROS = {"france_2004_2016": 150_000, "germany_pre_2018": 300_000, "spain_self_funded": 600_000}


@pytest.mark.parametrize("name", CAPS_IN_EUROS)
def test_caps_are_those_of_the_law(name: str) -> None:
    assert read("regulator", name)["fine_cap"] == pytest.approx(0.85 * CAPS_IN_EUROS[name])


# Mean fines that were paid, in pounds: RPC (2018); Senate report 441 (2009); Hamburg (2013); AEPD (2008).
MEAN_FINES = {"ico_2010_2018": 146_000, "france_2004_2016": 0.85 * 137_100 / 11, "germany_pre_2018": 0.85 * 145_000,
              "spain_self_funded": 0.85 * 22.6e6 / 630}  # fmt: skip


@pytest.mark.parametrize("name", MEAN_FINES)
def test_fines_in_the_generic_market_are_as_large_as_those_that_were_paid(name: str) -> None:
    generic, own = checked("market", "generic"), checked("regulator", name)
    turnover = 12 * generic.population * generic.reference_price / generic.n_firms
    assert own.fine_share_of_turnover * turnover == pytest.approx(MEAN_FINES[name], rel=0.05)


def test_regulators_keep_fines_only_where_the_law_lets_them() -> None:
    regulators = [name for group, name in PRESETS if group == "regulator"]
    keepers = {name for name in regulators if checked("regulator", name).self_funding_share > 0}
    assert keepers == {"self_funded", "spain_self_funded"}
    assert checked("regulator", "none").annual_funding == 0


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiments_vary_only_what_they_sweep(name: str) -> None:
    experiment = yaml.safe_load((CONF / "experiment" / f"{name}.yaml").read_text(encoding="utf-8"))
    params = experiment["hydra"]["sweeper"]["params"]
    configs = plan([f"experiment={name}"]).configs
    assert len(configs) == math.prod(len(values.split(",")) for values in params.values())
    first = dataclasses.asdict(configs[0])
    for config in configs[1:]:
        other = dataclasses.asdict(config)
        pairs = [(group, key) for group in KINDS for key in first[group]]
        changed = {f"{group}.{key}" for group, key in pairs if first[group][key] != other[group][key]}
        assert changed
        assert changed <= set(params)
        assert first["seed"] == other["seed"]
    for entry in experiment.get("market", {}).get("sources", {}).values():
        check_source(entry)


def test_the_page_of_presets_is_up_to_date() -> None:
    builder = module("docs/build_presets.py")
    page = (DOCS / "presets.md").read_text(encoding="utf-8")
    assert builder.filled(page) == page, "run python docs/build_presets.py"
    assert builder.filled(page.replace("| `energy` |", "| `enemy` |", 1)) == page
