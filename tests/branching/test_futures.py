import pytest

from cxsim.branching.futures import BASE, MOST, futures_of, named_in
from cxsim.config.errors import CxsimError
from cxsim.config.load import load, with_values
from cxsim.config.run import Config

CONFIG = load("market=generic", "regulator=minimal_capped", "regulator.publicity=0.7", "firms.initial_price=48")


def test_overrides_alone_are_one_future_and_names_make_several():
    one = futures_of(CONFIG, ["regulator.fine_cap=null", "market.attention=0.1"])
    assert list(one) == [BASE, "reform"]
    assert one["reform"].overrides == ("regulator.fine_cap=null", "market.attention=0.1")
    assert one["reform"].config == with_values(CONFIG, {"regulator.fine_cap": None, "market.attention": 0.1})
    several = futures_of(CONFIG, [{"a": "regulator.fine_cap=null", "b": ["regulator=gdpr"]}, {"c": ["regulator.fine_cap=null"]}])
    assert list(several) == [BASE, "a", "b", "c"]
    assert several["c"].config == several["a"].config
    assert several[BASE].config == CONFIG
    assert several["b"].said == "regulator=gdpr"
    assert several[BASE].said == "nothing changes"


def test_a_preset_takes_the_place_of_its_group_and_values_come_after_it():
    future = futures_of(CONFIG, ["regulator=gdpr", "regulator.case_months=3"])["reform"].config
    preset = load("regulator=gdpr").regulator
    assert future.regulator == with_values(Config(regulator=preset), {"regulator.case_months": 3}).regulator
    assert future.regulator.publicity == preset.publicity != CONFIG.regulator.publicity
    assert (future.market, future.firms, future.customers) == (CONFIG.market, CONFIG.firms, CONFIG.customers)


def test_a_preset_leaves_alone_what_only_shapes_the_start():
    future = futures_of(CONFIG, ["firms=mixed"])["reform"].config
    assert future.firms.strategy == load("firms=mixed").firms.strategy
    assert future.firms.initial_price == 48


def test_presets_of_ones_own_are_found(tmp_path):
    (tmp_path / "regulator").mkdir()
    (tmp_path / "regulator" / "mine.yaml").write_text("title: Mine\nannual_funding: 7\n")
    future = futures_of(CONFIG, ["regulator=mine"], tmp_path)["reform"].config
    assert (future.regulator.title, future.regulator.annual_funding) == ("Mine", 7)


@pytest.mark.parametrize(("given", "told"), [
    ([], "futures: given null; allowed: at least one override"),
    ([{}], "futures: given null"),
    ([{str(k): "seed=1" for k in range(MOST + 1)}], f"allowed: 1 to {MOST}"),
    ([{"base": "regulator=gdpr"}], "futures: given 'base'.*the future without a change"),
    ([{"a b": "regulator=gdpr"}], "futures: given 'a b'"),
    ([{"../x": "regulator=gdpr"}], r"futures: given '\.\./x'"),
    ([{3: "regulator=gdpr"}], "futures: given 3"),
    ([{"a": "regulator=gdpr", "b": ()}], r"futures\.b: given null; allowed: at least one override.* base, is always there"),
    ([{"a": []}], r"futures\.a: given null"),
    ([{"a": " "}], r"futures\.a: given null"),
    ([{"a": {"regulator.fine_cap": None}}], r"futures\.a: given .*a list of overrides"),
    ([{"a": ["regulator=gdpr", 3]}], r"futures\.a: given "),
    ([{"a": "seed=3"}], "future a: seed: it belongs to all futures alike"),
    ([{"a": "months=3"}], "future a: months: it belongs to all futures alike"),
    ([{"a": "allow_user_code=true"}], "future a: allow_user_code: it belongs to all"),
    ([{"a": "market.n_customers=3"}], r"future a: market\.n_customers: given 3, and it is 5000; that is settled when a run starts"),
    ([{"a": "market=rail"}], r"future a: market\..*settled when a run starts"),
    ([{"a": "customers=all_vigilant"}], r"future a: customers\.segments: .*settled when a run starts"),
    ([{"a": "experiment=price_walk_ban"}], "future a: experiment: given 'price_walk_ban'; allowed: presets of market, customers"),
    ([{"a": "regulator=gdp"}], r"future a: regulator=gdp: there is no such preset\. Did you mean gdpr"),
    ([{"a": "regulator.fine_cp=1"}], r"future a: regulator\.fine_cp.*Did you mean regulator\.fine_cap"),
    ([{"a": "regulator.fine_cap=-1"}], r"future a: regulator\.fine_cap: given -1"),
    ([{"a": "regulator.fine_cap=1,2"}], "future a: regulator.fine_cap.*one value"),
    ([{"a": "regulator.fine_cap=${seed}"}], "future a: override: .*say the value itself"),
    ([{"a": "hydra.x=1"}], "future a: override: "),
    ([{"a": "nonsense"}], "future a: override: given 'nonsense'"),
    ([{"a": "market.entry=named"}], r"future a: market\.entry: given 'named'"),
    ([{"a": "firms.strategy=mine:Thrifty"}], r"future a: firms\.strategy: .*allow_user_code"),
])  # fmt: skip
def test_what_cannot_be_a_future_is_refused_with_its_name_and_key(given, told):
    with pytest.raises(CxsimError, match=told):
        futures_of(CONFIG, given)


def test_keys_of_overrides_can_be_asked_for():
    assert named_in(["months=40", "regulator=gdpr"]) == {"months": 40, "regulator": "gdpr"}
