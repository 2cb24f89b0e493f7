import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market
from cxsim.results.columns import TABLES
from cxsim.results.frames import combine, digest, typed
from cxsim.results.tables import Frames

from . import synthetic


@functools.cache
def one():
    return combine(parts(1))


def parts(replications=3):
    settings = synthetic.config(months=6, replications=replications)
    return [synthetic.frames(settings, number) for number in range(replications)]


def test_replications_are_stacked_in_order_with_their_number_first():
    given_parts = parts()
    tables = combine(given_parts)
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        assert list(table) == [column.name for column in TABLES[name]]
        for number, part in enumerate(given_parts):
            found = table[table["replication"] == number].drop(columns="replication").reset_index(drop=True)
            pd.testing.assert_frame_equal(found, part[name], check_dtype=False, check_categorical=False)


def test_what_was_given_is_not_changed():
    given_parts = parts()
    before = {name: frame.copy() for name, frame in given_parts[0].items()}
    combine(given_parts)
    for name, frame in given_parts[0].items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_words_are_stored_once_and_keep_their_order_of_appearance():
    tables = combine(parts())
    assert list(tables["segments"]["segment"].cat.categories) == ["vigilant", "inattentive", "vulnerable"]
    assert tables["ledger"].memory_usage(deep=True).sum() < 0.3 * parts_memory()


def parts_memory():
    return sum(part["ledger"].astype({"amount": float}).memory_usage(deep=True).sum() for part in parts())


def test_a_firm_seen_in_one_replication_only_is_there():
    given_parts = parts(2)
    given_parts[1]["firms"].loc[0, "firm"] = "Newcomer"
    firms = combine(given_parts)["firms"]
    assert (firms["firm"] == "Newcomer").sum() == 1
    assert firms["firm"].notna().all()


def test_missing_words_become_empty_so_that_groups_lose_no_row():
    ledger = parts(1)[0]["ledger"]
    total = ledger["amount"].sum()
    for nothing in (None, np.nan, ""):
        holes = ledger.assign(segment=ledger["segment"].astype(object).where(ledger["segment"] != "", nothing))
        for frame in (holes, holes.assign(segment=holes["segment"].astype("category"))):
            table = typed("ledger", frame.assign(replication=0))
            assert "" in table["segment"].cat.categories
            assert table.groupby("segment", observed=True)["amount"].sum().sum() == pytest.approx(total)


@pytest.mark.parametrize(("change", "message"), [
    (lambda frame: frame.drop(columns="trust"), "missing: trust"),
    (lambda frame: frame.assign(mood=1.0), "unknown: mood"),
])  # fmt: skip
def test_columns_beside_the_contract_are_refused(change, message):
    broken = parts(1)
    broken[0]["monthly"] = change(broken[0]["monthly"])
    with pytest.raises(ValueError, match=message):
        combine(broken)


def test_a_missing_table_is_refused():
    broken = parts(1)
    del broken[0]["ledger"]
    with pytest.raises(ValueError, match="no table ledger"):
        combine(broken)


def test_the_digest_is_blind_to_the_codes_of_categories():
    tables = combine(parts())
    firms = tables["firms"]
    shuffled = firms["firm"].cat.reorder_categories(list(firms["firm"].cat.categories)[::-1])
    assert digest({**tables, "firms": firms.assign(firm=shuffled)}) == digest(tables)


@given(table=st.sampled_from(list(TABLES)), place=st.integers(0, 10**6))
def test_the_digest_sees_any_single_change(table, place):
    tables = one()
    changed = tables[table].copy()
    column = changed.columns[place % len(changed.columns)]
    row = place % len(changed)
    values = changed[column].astype(object).to_numpy().copy()
    kinds = {str: lambda word: f"{word} and others", bool: lambda flag: not flag}
    values[row] = kinds.get(type(values[row]), lambda value: value + 1)(values[row])
    changed[column] = values
    assert digest({**tables, table: typed(table, changed)}) != digest(tables)


def test_the_digest_tells_two_words_from_the_same_letters_in_one():
    tables = combine(parts(1))
    ledger = tables["ledger"].iloc[:2]
    first, second = (typed("ledger", ledger.assign(payer=words)) for words in (["ab", "c"], ["a", "bc"]))
    assert digest({**tables, "ledger": first}) != digest({**tables, "ledger": second})


def recorded(replications=2):
    """What recorders give of a market that a firm enters."""
    entrant = {"name": "Newcomer", "month": 2, "cost_advantage": 0.0, "quality": 0.6}
    values = {"market.n_customers": 60, "market.n_firms": 2, "months": 5, "burn_in": 0, "market.entry": "named",
              "market.entrants": [entrant], "regulator.annual_funding": 1e6}  # fmt: skip
    made = []
    for number in range(replications):
        market = Market(with_values(Config(), values), replication=number)
        for _ in range(5):
            market.step()
        made.append(market.recorder)
    return made


def test_tables_put_together_from_columns_are_those_put_together_from_frames():
    recorders = recorded()
    quick = combine([recorder.tables() for recorder in recorders])
    plain = combine([recorder.frames() for recorder in recorders])
    assert list(quick) == list(plain)
    for name, table in plain.items():
        pd.testing.assert_frame_equal(quick[name], table, check_exact=True)
    assert digest(quick) == digest(plain)


def test_months_are_let_go_when_all_tables_are_there():
    tables = combine([recorder.tables() for recorder in recorded(1)])
    first = tables["firms"]
    assert len(dict(tables)) == len(TABLES)
    assert not tables._parts
    assert tables["firms"] is first


def test_columns_of_a_recorder_beside_the_contract_are_refused():
    class Source:
        def columns(self, name):
            return {"month": np.arange(2)}

    with pytest.raises(ValueError, match="table firms has not the columns of the contract; missing: firm"):
        combine([Frames(Source())])["firms"]
