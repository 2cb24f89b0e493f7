import dataclasses
import itertools

import pytest

from cxsim.comparison.futures import NUMBER, futures_of, guesses, settled
from cxsim.comparison.regimes import from_values
from cxsim.config.errors import CxsimError
from cxsim.config.load import load, with_values

REGIMES = from_values({"a": {"regulator": "none"}, "b": {"regulator": "gdpr", "customers.vigilance": 0.1}}, ["market=energy"], None, {})
RANGES = {"market.attention": (0.1, 0.4), "customers.trust_loss": (0.2, 0.6)}


def test_guesses_are_the_numbers_that_presets_or_the_schema_call_so():
    config = load("market=energy")
    found = guesses(config)
    assert "customers.trust_loss" in found  # a guess by the preset of customers
    assert "firms.detection_learning" in found  # a guess by the schema
    assert "customers.loss_aversion" not in found  # measured
    assert not any(key.startswith("regulator.") for key in found)
    assert not {"market.n_customers", "market.population", "market.reference_price"} & set(found)
    assert "customers.trust_loss" not in guesses(config, ["customers.trust_loss"])


def test_ranges_are_half_to_twice_in_odds_where_it_is_a_share_and_narrow_for_money():
    values = {"customers.trust_loss": 0.5, "customers.harm_weight": 3.0, "market.switching_cost": 100.0}
    found = guesses(with_values(load("market=generic"), values))
    assert found["customers.trust_loss"] == pytest.approx((1 / 3, 2 / 3))
    assert found["customers.harm_weight"] == pytest.approx((1.5, 6.0))
    assert found["market.switching_cost"] == pytest.approx((80.0, 125.0))


@pytest.mark.parametrize("market", ["energy", "home_insurance", "rail", "generic"])
def test_every_corner_of_a_single_guess_is_a_configuration(market):
    config = load(f"market={market}")
    for key, ends in guesses(config).items():
        low, high = ends
        for value in ends:
            with_values(config, {key: value})
        group, _, name = key.rpartition(".")
        assert low <= getattr(getattr(config, group), name) <= high


def test_guesses_are_drawn_evenly_and_again_the_same():
    one, again, other = (futures_of("guesses", REGIMES, 0, 6, seed) for seed in (1, 1, 2))
    assert one.all == again.all != other.all
    assert len(one) == 6
    assert len(futures_of("guesses", REGIMES, 0)) == NUMBER
    # What a regime sets is its own.
    assert "customers.vigilance" not in one.keys
    low, high = one.ranges["customers.trust_loss"]
    cells = [int(6 * (future.values["customers.trust_loss"] - low) / (high - low)) for future in one.all]
    assert sorted(cells) == list(range(6))


def test_ranges_of_ones_own_are_a_latin_hypercube():
    found = futures_of(RANGES, REGIMES, 0, 5)
    assert found.keys == tuple(RANGES)
    assert found.made == "5 futures (a Latin hypercube over 2 parameters)"
    for future, (key, (low, high)) in itertools.product(found.all, RANGES.items()):
        assert low <= future.values[key] <= high


def test_named_futures_say_what_differs_and_share_the_rest():
    found = futures_of({"calm": {"title": "Calm"}, "wild": {"market": {"attention": 0.9}, "customers.trust_loss": 0.7}}, REGIMES, 0)
    calm, wild = found.all
    config = REGIMES[0].config
    assert calm.values == {"market.attention": config.market.attention, "customers.trust_loss": config.customers.trust_loss}
    assert (calm.title, wild.title) == ("Calm", "wild")
    assert wild.values == {"market.attention": 0.9, "customers.trust_loss": 0.7}


def test_a_regime_in_a_future_is_the_regime_with_the_futures_values():
    future = futures_of(RANGES, REGIMES, 0, 3).all[1]
    found = settled(REGIMES[1], future)
    assert found.config == with_values(REGIMES[1].config, future.values)
    assert dataclasses.replace(found, config=REGIMES[1].config) == REGIMES[1]


def test_a_file_may_name_futures_or_ranges(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text("ranges:\n  market.attention: [0.1, 0.4]\nn: 4\n")
    assert len(futures_of(path, REGIMES, 0)) == 4
    assert len(futures_of(path, REGIMES, 0, 7)) == 7
    path.write_text("futures:\n  one: {market.attention: 0.1}\n  two: {market.attention: 0.2}\n")
    assert [future.name for future in futures_of(str(path), REGIMES, 0).all] == ["one", "two"]


@pytest.mark.parametrize(("text", "message"), [
    ("ranges: {market.attentoin: [0.1, 0.2]}", "market.attentoin: there is no such parameter. Did you mean market.attention?"),
    ("ranges: {market.attention: [0.4, 0.1]}", "market.attention: given [0.4, 0.1]"),
    ("ranges: {market.attention: [0.1, 1.4]}", "market.attention: given 1.4; allowed: "),
    ("ranges: {market.attention: 3}", "market.attention"), ("ranges: {customers.vigilance: [0.1, 0.2]}", "regimes set it, and futures too"),
    ("ranges: {seed: [1, 9]}", "seed"), ("ranges: {market.attention: [0.1, 0.2]}\nn: 1", "n_futures: given 1"),
    ("ranges: {market.attention: [0.1, 0.2]}\nfutures: {a: {}, b: {}}", "give one of the two"),
    ("futures: {a: {}}", "two or more"), ("futures: {a: {market: rail}, b: {}}", "presets are for regimes"),
    ("futures: {a: 3, b: {}}", "a mapping from names"), ("futures: {a: {}, b: {}}\nn: 4", "n goes together with ranges"),
    ("future: {}", "Did you mean futures?"),
])  # fmt: skip
def test_what_cannot_be_used_in_a_file_is_said_after_its_name(tmp_path, text, message):
    path = tmp_path / "f.yaml"
    path.write_text(text)
    with pytest.raises(CxsimError) as caught:
        futures_of(path, REGIMES, 0)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("given", [3, {}, None, ["market.attention"]])
def test_what_says_no_futures_is_refused(given):
    with pytest.raises(CxsimError, match="futures: given"):
        futures_of(given, REGIMES, 0)


def test_a_future_in_which_a_regime_cannot_be_is_said_by_name():
    futures = futures_of({"one": {"market.n_firms": 3, "market.franchise_months": 12}, "two": {}}, REGIMES, 0)
    with pytest.raises(CxsimError, match=r"future one, regime a: market\.franchise_months"):
        settled(REGIMES[0], futures.all[0])
