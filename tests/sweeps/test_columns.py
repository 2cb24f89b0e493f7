import json

import pyarrow as pa
import pytest

from cxsim.results.columns import MONTHLY
from cxsim.sweeps.columns import KINDS, cell, described, fields, parameter_field, schema
from cxsim.sweeps.design import factorial

DESIGN = factorial({"market.n_firms": [1], "regulator": ["none"], "firms.levers": [["price"]], "customers.segments.0.share": [0.3],
                    "market.ban_price_walking": [True], "regulator.fine_cap": [None, 1.0], "seed": [1, 2]})  # fmt: skip


def test_every_dataset_says_who_first_and_names_no_column_twice():
    for kind in KINDS:
        names = [field.name for field in fields(kind, DESIGN)]
        assert names[:4] == ["id", "point", "replication", "seed"]
        assert len(set(names)) == len(names)


def test_every_metric_of_the_monthly_table_is_there_with_its_unit():
    found = {field.name: field.column.unit for kind in ("runs", "monthly") for field in fields(kind, DESIGN)}
    assert {column.name: column.unit for column in MONTHLY}.items() <= found.items()


def test_the_schema_carries_unit_meaning_and_provenance():
    made = schema(described("runs", DESIGN), {"dataset": "runs", "seed": 4})
    assert made.field("regulator.fine_cap").metadata[b"unit"] == "£".encode()
    assert made.field("churn").metadata[b"unit"] == b"1/year"
    assert all(field.metadata[b"meaning"] for field in made)
    assert json.loads(made.metadata[b"cxsim"]) == {"dataset": "runs", "seed": 4}


@pytest.mark.parametrize(("key", "type_name"), [
    ("market.n_firms", "int64"), ("regulator", "string"), ("firms.levers", "string"), ("customers.segments.0.share", "float64"),
    ("market.ban_price_walking", "bool"), ("regulator.fine_cap", "float64"),
])  # fmt: skip
def test_columns_hold_what_their_parameters_take(key, type_name):
    field = parameter_field(key, DESIGN)
    assert field.type == type_name
    for level in DESIGN.levels[DESIGN.columns.index(key)]:
        assert pa.array([cell(level, field.type)], type=pa.type_for_alias(field.type)).is_valid().tolist() == [level is not None]
