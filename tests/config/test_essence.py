import dataclasses
import subprocess
import sys

import pytest
import yaml
from hypothesis import given

from cxsim.config.errors import ContradictionError
from cxsim.config.essence import PROSE, SURROUNDINGS, content_hash, digest, essence
from cxsim.config.load import from_mapping, load, to_yaml, with_values
from cxsim.config.run import Config
from tests.checkout import surroundings

from .test_load import GOOD

BASE = load("market=generic")
GROUPS = ("market", "customers", "firms", "regulator")
SILENT = (SURROUNDINGS - {"seed", "replications"}) | {f"{group}.{name}" for group in GROUPS for name in PROSE}


def test_the_hash_is_that_of_the_values_and_not_of_how_they_were_given():
    config = from_mapping({"seed": 3, "market": {"population": 5, "n_firms": 4.0}})
    same = from_mapping({"market": {"n_firms": 4, "population": 5.0}, "seed": 3})
    assert content_hash(config) == content_hash(same) == content_hash(from_mapping(yaml.safe_load(to_yaml(config))))
    assert content_hash(load("market=generic", "market.n_firms=4")) == content_hash(with_values(BASE, {"market.n_firms": 4}))
    assert len(content_hash(config)) == 64


@given(GOOD)
def test_the_hash_tells_apart_what_decides_numbers_and_nothing_else(pair):
    base = Config()
    try:
        other = with_values(base, dict([pair]))
    except ContradictionError:
        return
    assert (content_hash(other) == content_hash(base)) == (other == base or pair[0] in SILENT)
    assert (digest(essence(other)) == digest(essence(base))) == (other == base or pair[0] in {*SILENT, "seed", "replications"})


def test_the_hash_is_the_same_in_another_process():
    code = "from cxsim.config.load import *; from cxsim.config.essence import *; print(content_hash(load('market=rail', seed=3)))"
    settings = surroundings(PYTHONHASHSEED="7")
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=settings).stdout
    assert found.strip() == content_hash(load("market=rail", seed=3))


def test_names_places_threads_and_prose_change_nothing():
    values = {"name": "other", "results_dir": "elsewhere", "figures": False, "threads": 4, "market.title": "Other", "firms.title": "Other"}
    other = with_values(BASE, values)
    for group in GROUPS:
        part = dataclasses.replace(getattr(other, group), sources={"n_firms": {"note": "a comment", "year": 1999}})
        other = dataclasses.replace(other, **{group: part})
    assert content_hash(other) == content_hash(BASE)


def test_a_comment_in_a_preset_changes_nothing(tmp_path):
    (tmp_path / "market").mkdir()
    path = tmp_path / "market" / "mine.yaml"
    text = "n_firms: 3\ntitle: Mine\nsources:\n  n_firms:\n    note: counted\n"
    found = []
    others = (f"# A comment.\n{text}", text.replace("counted", "counted twice").replace("Mine", "Ours"), text.replace("3", "4", 1))
    for words in (text, *others):
        path.write_text(words)
        found.append(content_hash(load("market=mine", config_dir=tmp_path)))
    assert found[0] == found[1] == found[2] != found[3]


@pytest.mark.parametrize("values", [
    {"seed": 2}, {"months": 60}, {"burn_in": 3}, {"market.n_firms": 6}, {"firms.insight": 0.123}, {"regulator.annual_funding": 1.0},
    {"customers.vigilance": 0.123}, {"customers.segments.0.attention": 0.123}, {"market.jobs.0.name": "other"}, {"replications": 3},
])  # fmt: skip
def test_whatever_decides_numbers_changes_the_hash(values):
    assert content_hash(with_values(BASE, values)) != content_hash(BASE)


def test_a_table_of_firms_counts_by_its_content(tmp_path):
    path, copy = tmp_path / "firms.csv", tmp_path / "copy.csv"
    path.write_text("name,share\na,0.5\nb,0.5\n")
    copy.write_text("name,share\na,0.50\nb,0.5\n")
    values = {"market.n_firms": None}
    before = content_hash(with_values(BASE, {**values, "market.firms_table": str(path)}))
    assert before == content_hash(with_values(BASE, {**values, "market.firms_table": str(copy)}))
    path.write_text("name,share\na,0.25\nb,0.75\n")
    assert before != content_hash(with_values(BASE, {**values, "market.firms_table": str(path)}))


def test_code_of_ones_own_counts_by_its_content(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    hashes = set()
    for number, line in enumerate(("return {}", "return {'price': 1.0}")):
        text = f"from cxsim import Strategy\n\n\nclass Mine(Strategy):\n    def review(self, firm, market):\n        {line}\n"
        (tmp_path / f"essence_mine_{number}.py").write_text(text)
        values = {"allow_user_code": True, "firms.strategy": f"essence_mine_{number}:Mine"}
        hashes.add(content_hash(with_values(BASE, values)))
    assert len(hashes) == 2
