import json
import os

import pandas as pd
import pyarrow.parquet as pq
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
    found = READ[ending](target)
    expected = frame(folder).drop(columns=["error", "message"])
    names = stata_names(list(expected)) if ending == ".dta" else {name: name for name in expected}
    for name, short in names.items():
        assert found[short].tolist() == expected[name].tolist()
    assert sorted(os.listdir(tmp_path)) == [target.name, *(["out.csv-metadata.json"] if ending == ".csv" else [])]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_what_is_too_long_to_sort_is_written_bit_by_bit(folder, tmp_path, monkeypatch, ending):
    export(folder, "monthly", tmp_path / f"sorted{ending}")
    monkeypatch.setattr("cxsim.sweeps.export.SORTED", 5)
    monkeypatch.setattr("cxsim.sweeps.export._BATCH", 7)
    assert export(folder, "monthly", tmp_path / f"out{ending}") == 2 * RUNS
    whole, bits = (READ[ending](tmp_path / f"{name}{ending}") for name in ("sorted", "out"))
    pd.testing.assert_frame_equal(bits.sort_values(["point", "replication", "month"], ignore_index=True), whole)


def test_stata_says_meanings_and_units(folder, tmp_path):
    export(folder, "runs", tmp_path / "out.dta")
    with pd.io.stata.StataReader(tmp_path / "out.dta") as reader:
        labels = reader.variable_labels()
        title = reader.data_label
    assert labels["market_n_firms"] == "Number of firms at the start. [firms]"
    assert labels["price_paid"].endswith("... [£/month]")
    assert all(len(label) <= 80 for label in labels.values())
    assert title.startswith("cxsim 0.") or title.startswith("cxsim 1.")


def test_parquet_says_meanings_units_and_origin(folder, tmp_path):
    export(folder, "runs", tmp_path / "out.parquet", condition("market.n_firms>=2", dataset(folder).schema))
    found = pq.read_schema(tmp_path / "out.parquet")
    assert found.field("price_paid").metadata[b"unit"] == "£/month".encode()
    assert json.loads(found.metadata[b"cxsim"])["seed"] == 1


def test_a_csv_file_has_its_meanings_units_and_origin_beside_it(folder, tmp_path):
    where = condition("market.n_firms>=2", dataset(folder).schema)
    export(folder, "runs", tmp_path / "out.csv", where, ["price_paid", "market.n_firms", "regulator"])
    about = json.loads((tmp_path / "out.csv-metadata.json").read_text())
    columns = about["tableSchema"]["columns"]
    assert about["url"] == "out.csv"
    assert [column["name"] for column in columns] == list(pd.read_csv(tmp_path / "out.csv"))
    assert columns[0]["schema:unitText"] == "£/month"
    assert columns[1]["datatype"] == {"base": "integer", "minimum": 1, "maximum": 200}
    assert columns[2]["datatype"] == "string"
    assert "n_firms" in about["dc:provenance"]["rows"]
    assert about["dc:provenance"]["design"]["points"] == 6


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
    refused = {"out.csv": "it is there already", "out.xlsx": "ends in", "out": "ends in", "nowhere/out.csv": "there is no folder"}
    for name, told in refused.items():
        with pytest.raises(ResultsError, match=told):
            export(folder, "runs", tmp_path / name)
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert os.listdir(tmp_path) == ["out.csv"]
