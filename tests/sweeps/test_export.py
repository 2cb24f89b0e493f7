import os

import pandas as pd
import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps.api import execute
from cxsim.sweeps.export import export, stata_names
from cxsim.sweeps.reading import condition, dataset, frame

from .conftest import RUNS

READ = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".dta": pd.read_stata}


@pytest.fixture(scope="module")
def folder(scenarios, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "sweep"
    execute(scenarios(), path, executor="serial", monthly=True, progress=False)
    return path


@pytest.mark.parametrize("ending", READ)
def test_every_number_arrives(folder, tmp_path, ending):
    target = tmp_path / f"out{ending}"
    assert export(folder, "runs", target) == RUNS
    found = READ[ending](target).sort_values(["point", "replication"], ignore_index=True)
    expected = frame(folder).drop(columns=["error", "message"])
    names = stata_names(list(expected)) if ending == ".dta" else {name: name for name in expected}
    for name, short in names.items():
        assert found[short].tolist() == expected[name].tolist()
    assert os.listdir(tmp_path) == [target.name]


def test_stata_says_meanings(folder, tmp_path):
    export(folder, "runs", tmp_path / "out.dta")
    with pd.io.stata.StataReader(tmp_path / "out.dta") as reader:
        labels = reader.variable_labels()
    assert labels["market_n_firms"].startswith("Number of firms at the start")


def test_names_for_stata_are_legal_and_differ():
    names = [f"customers.segments.0.a_very_long_name_indeed_{number}" for number in range(12)] + ["0x", "a.b", "a_b"]
    made = stata_names(names)
    assert len(set(made.values())) == len(names)
    assert all(len(name) <= 32 and name.isidentifier() for name in made.values())


@pytest.mark.parametrize("ending", READ)
def test_filters_and_columns_apply(folder, tmp_path, ending):
    target = tmp_path / f"out{ending}"
    where = condition("market.n_firms>=2", dataset(folder).schema)
    assert export(folder, "runs", target, where, ["hhi", "point"]) == 8
    assert list(READ[ending](target)) == ["hhi", "point"]


def test_a_file_that_is_there_or_has_no_known_ending_is_refused(folder, tmp_path):
    (tmp_path / "out.csv").write_text("mine")
    for name in ("out.csv", "out.xlsx", "out", "nowhere/out.csv"):
        with pytest.raises(ResultsError):
            export(folder, "runs", tmp_path / name)
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert os.listdir(tmp_path) == ["out.csv"]
