import dataclasses

import pytest

from cxsim.config.load import load, with_values
from cxsim.sweeps.ids import LENGTH, code_version, digest, essence, run_id

CONFIG = load("market=generic")


def _id(config, replication=0, code="1"):
    return run_id(digest(essence(config)), config.seed, replication, code)


def test_names_places_threads_and_prose_change_no_id():
    values = {"name": "other", "results_dir": "elsewhere", "figures": False, "threads": 4, "replications": 9, "market.title": "Other"}
    assert _id(with_values(CONFIG, values)) == _id(CONFIG)
    assert _id(dataclasses.replace(CONFIG, market=dataclasses.replace(CONFIG.market, sources={"x": "y"}))) == _id(CONFIG)


@pytest.mark.parametrize("values", [
    {"seed": 2}, {"months": 60}, {"burn_in": 3}, {"market.n_firms": 6}, {"firms.insight": 0.123}, {"regulator.annual_funding": 1.0},
    {"customers.vigilance": 0.123}, {"customers.segments.0.attention": 0.123}, {"market.jobs.0.name": "other"},
])  # fmt: skip
def test_whatever_decides_numbers_changes_the_id(values):
    assert _id(with_values(CONFIG, values)) != _id(CONFIG)


def test_replication_and_code_change_the_id():
    ids = {_id(CONFIG), _id(CONFIG, 1), _id(CONFIG, 0, "2")}
    assert len(ids) == 3
    assert all(len(one) == LENGTH and int(one, 16) >= 0 for one in ids)


def test_how_a_configuration_was_given_does_not_matter():
    assert _id(load("market=generic", "market.n_firms=4")) == _id(with_values(CONFIG, {"market.n_firms": 4}))


def test_a_table_of_firms_counts_by_its_content(tmp_path):
    path, copy = tmp_path / "firms.csv", tmp_path / "copy.csv"
    path.write_text("name,share\na,0.5\nb,0.5\n")
    copy.write_text("name,share\na,0.50\nb,0.5\n")
    values = {"market.n_firms": None}
    before = _id(with_values(CONFIG, {**values, "market.firms_table": str(path)}))
    assert before == _id(with_values(CONFIG, {**values, "market.firms_table": str(copy)}))
    path.write_text("name,share\na,0.25\nb,0.75\n")
    assert before != _id(with_values(CONFIG, {**values, "market.firms_table": str(path)}))


def test_code_of_ones_own_counts_by_its_content(own_code):
    values = {"allow_user_code": True}
    first, second = own_code("mine_one", "pass"), own_code("mine_two", "return {'price': 1.0}")
    ids = {_id(with_values(CONFIG, {**values, "firms.strategy": spec})) for spec in (first, second)}
    assert len(ids) == 2


def test_the_code_version_says_the_package_version():
    import cxsim

    assert code_version().startswith(f"{cxsim.__version__}+")
