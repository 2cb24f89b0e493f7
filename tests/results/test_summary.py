import io
import re

import numpy as np
import pytest
from rich.console import Console

from cxsim.results.columns import MONTHLY, SEGMENTS
from cxsim.results.intervals import mean_interval
from cxsim.results.summary import KEYS, number, render_summary, summarise

from . import synthetic


def row(table, metric, segment=""):
    return table[(table["segment"] == segment) & (table["metric"] == metric)].iloc[0]


def rendered(run, **console):
    stream = io.StringIO()
    render_summary(run, Console(file=stream, width=80, **console))
    return stream.getvalue()


def test_has_every_metric_for_the_market_and_for_each_segment():
    table = summarise(synthetic.run())
    metrics = {"": MONTHLY, **dict.fromkeys(synthetic.PEOPLE, SEGMENTS)}
    for segment, columns in metrics.items():
        rows = table[table["segment"] == segment]
        assert list(rows["metric"]) == [column.name for column in columns if column.name not in KEYS]
        assert list(rows["unit"]) == [column.unit for column in columns if column.name not in KEYS]


def test_start_and_end_are_means_of_a_year():
    run = synthetic.run(synthetic.config(months=40))
    prices = run.monthly["price"].to_numpy()
    found = row(summarise(run), "price")
    assert found["start"] == pytest.approx(prices[:12].mean())
    assert found["end"] == pytest.approx(prices[-12:].mean())
    assert found["change"] == pytest.approx(prices[-12:].mean() - prices[:12].mean())
    assert np.isnan(found["low"])


def test_segments_are_kept_apart():
    run = synthetic.run(synthetic.config(months=40))
    trust = run.segments[run.segments["segment"] == "vulnerable"]["trust"].to_numpy()
    assert row(summarise(run), "trust", "vulnerable")["start"] == pytest.approx(trust[:12].mean())


def test_the_interval_is_of_the_change_within_replications():
    run = synthetic.run(synthetic.config(months=40, replications=4))
    # What differs between replications but not within them must not widen the interval.
    run.monthly["price"] += 100.0 * run.monthly["replication"]
    by_replication = run.monthly.pivot(index="replication", columns="month", values="price").to_numpy()
    changes = by_replication[:, -12:].mean(axis=1) - by_replication[:, :12].mean(axis=1)
    found = row(summarise(run), "price")
    assert tuple(found[["change", "low", "high"]]) == pytest.approx(tuple(mean_interval(changes)))
    assert found["high"] - found["low"] < 20


def test_one_month_has_no_change():
    found = row(summarise(synthetic.run(synthetic.config(months=1, replications=3))), "price")
    assert found["start"] == found["end"]
    assert np.isnan(found["change"])


def test_months_without_a_value_are_left_out():
    run = synthetic.run(synthetic.config(months=40))
    run.monthly.loc[run.monthly["month"] == 3, "price"] = np.nan
    assert row(summarise(run), "price")["start"] == pytest.approx(run.monthly["price"][:12].mean())


@pytest.mark.parametrize("replications", [1, 3])
@pytest.mark.parametrize("terminal", [True, False])
def test_fits_80_columns(replications, terminal):
    text = rendered(synthetic.run(synthetic.config(replications=replications)), force_terminal=terminal)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(map(len, plain.splitlines())) <= 80
    assert "…" not in plain
    for name in synthetic.PEOPLE:
        assert name in plain


def test_is_plain_where_the_output_is_no_terminal():
    text = rendered(synthetic.run())
    assert "\x1b" not in text
    assert set(text) - set("£·") <= set(map(chr, range(32, 127))) | {"\n"}


@pytest.mark.parametrize(("months", "told"), [(1, "1 month, seed"), (2, "2 months, seed")])
def test_the_heading_counts_months(capsys, months, told):
    render_summary(synthetic.run(synthetic.config(months=months)))
    assert told in " ".join(capsys.readouterr().out.split())


def test_shows_the_numbers_of_the_summary():
    run = synthetic.run(synthetic.config(months=40, replications=3))
    lines = [line.split() for line in rendered(run).splitlines() if line.startswith("hhi")]
    found = row(run.summary(), "hhi")
    assert lines[0][1:4] == [number(found["start"]), number(found["end"]), number(found["change"], signed=True)]
    interval = f"[{number(found['low'], signed=True)}, {number(found['high'], signed=True)}]"
    assert " ".join(lines[0][4:]) == interval


def test_zero_throughout_means_throughout():
    run = synthetic.run(synthetic.config(regulator=False))
    # The cartel is over before the last year and begins after the first.
    run.monthly.loc[~run.monthly["month"].between(15, 20), "overcharge"] = 0.0
    text = rendered(run)
    silent = text[text.index("Zero throughout") :].replace("\n", " ")
    assert "fines" in silent
    assert "overcharge" not in silent
    assert re.search(r"^overcharge", text, flags=re.MULTILINE)


def test_a_metric_without_any_value_is_not_called_zero():
    run = synthetic.run()
    run.monthly["margin"] = np.nan
    line = next(line for line in rendered(run).splitlines() if line.startswith("margin"))
    assert line.split() == ["margin", "-", "-", "-"]


def test_names_are_not_read_as_markup():
    run = synthetic.run(synthetic.config(name="[red]run[/]"))
    run.segments["segment"] = run.segments["segment"].cat.rename_categories({"vigilant": "[bold]x[/nothing]"})
    text = rendered(run)
    assert "[red]run[/]" in text
    assert "[bold]x[/nothing]" in text


@pytest.mark.parametrize(("value", "text", "signed"), [
    (0.6123, "0.612", "+0.612"), (-0.6123, "-0.612", "-0.612"), (9.999, "10.0", "+10.0"), (52.34, "52.3", "+52.3"),
    (123.4, "123", "+123"), (999.6, "1,000", "+1,000"), (-2045.4, "-2,045", "-2,045"), (99_940.0, "99,940", "+99,940"),
    (123_456.0, "123k", "+123k"), (999_900.0, "1.00m", "+1.00m"), (12_345_678.0, "12.3m", "+12.3m"),
    (-1.234e9, "-1.23bn", "-1.23bn"), (0.0, "0", "0"), (-0.0, "0", "0"), (-1e-9, "0.000", "0.000"),
    (float("nan"), "-", "-"),
])  # fmt: skip
def test_numbers_read_well(value, text, signed):
    assert number(value) == text
    assert number(value, signed=True) == signed
