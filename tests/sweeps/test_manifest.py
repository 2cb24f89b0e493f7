import json

import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import manifest

from .conftest import GRID


@pytest.fixture
def record(scenarios):
    def make(*given, replications=2, monthly=False, **values):
        return manifest.describe(scenarios(*given, **values), replications, monthly)

    return make


def test_the_record_says_what_the_sweep_is(record, scenarios, tmp_path):
    made = record()
    manifest.write(tmp_path, made, scenarios())
    assert manifest.read(tmp_path) == json.loads(json.dumps(made))
    assert made["runs"] == 12
    assert made["design"]["levels"] == GRID
    assert {column["name"]: column["unit"] for column in made["columns"]["runs"]}["price_paid"] == "£/month"


def test_the_same_sweep_is_the_same_however_often_it_is_described(record, tmp_path):
    manifest.check_same(tmp_path, json.loads(json.dumps(record())), record())


@pytest.mark.parametrize(("given", "values", "said"), [
    (({"market.n_firms": [1, 2, 4], "regulator": ["none", "minimal_capped"]},), {}, "market.n_firms takes 1, 2, 3 there, 1, 2, 4 here"),
    (({"market.n_firms": [1]},), {}, "regulator"),
    (({"firms.insight": [number / 2_000 for number in range(2_001)]},), {}, "goes through market.n_firms, regulator, this one through"),
    ((), {"seed": 7}, "the seed there 1, here 7"),
    ((None, "market.attention=0.9"), {}, r"market\.attention there 0\.[0-9]+, here 0\.9\."),
    ((None, "market.attention=0.9", "months=3"), {"seed": 7}, r"the seed there 1, here 7; market\.attention .* months there 2, here 3"),
    ((None, "market=rail"), {}, r"; and [0-9]+ other values"),
    ((), {"replications": 3}, "replications there 2, here 3"),
    ((), {"monthly": True}, "monthly series there false, here true"),
])  # fmt: skip
def test_another_sweep_is_refused_with_what_differs_and_what_to_do(record, scenarios, tmp_path, given, values, said):
    there = record()
    manifest.write(tmp_path, there, scenarios())
    other = record(*given, **values)
    chosen = {key: value for key, value in values.items() if key not in {"monthly"}}
    with pytest.raises(ResultsError, match=said) as caught:
        manifest.check_same(tmp_path, there, other, scenarios(*given, **chosen))
    assert "name=NAME" in str(caught.value)


def test_other_code_is_refused(record, tmp_path):
    with pytest.raises(ResultsError, match=r"the code version there '0\.0\.1\+abc', here .* To keep both, go on with cxsim"):
        manifest.check_same(tmp_path, {**record(), "code": "0.0.1+abc"}, record())


def test_presets_that_changed_beyond_the_first_point_are_told(record, tmp_path):
    with pytest.raises(ResultsError, match="presets or values that its points start from have changed"):
        manifest.check_same(tmp_path, {**record(), "fixed": "other"}, record())


@pytest.mark.parametrize("change", [
    {"columns": {"runs": [{"name": "id"}]}}, {"columns": {"runs": [{"name": "id", "type": "x"}]}}, {"columns": 3}, {"design": None},
    {"git": ...},
])  # fmt: skip
def test_a_record_that_somebody_has_changed_is_a_clear_error(record, tmp_path, change):
    made = {**record(), **change}
    (tmp_path / manifest.NAME).write_text(json.dumps({key: value for key, value in made.items() if value is not ...}))
    with pytest.raises(ResultsError, match="cannot be read"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}', "\x00"])
def test_a_record_that_is_none_is_a_clear_error(tmp_path, content):
    (tmp_path / manifest.NAME).write_text(content)
    with pytest.raises(ResultsError, match="cannot be read"):
        manifest.read(tmp_path)
