import numpy as np
import pandas as pd
import pytest

from cxsim.config.errors import CxsimError
from cxsim.results.figures.simple import plot_levels, plot_months


def table(levels=(1, 2, 4), rules=("none", "gdpr"), replications=5, seed=0):
    generator = np.random.default_rng(seed)
    luck = generator.normal(size=replications)
    rows = [{"replication": n, "market.n_firms": level, "regulator": rule, "price": 50 - level + 3 * (rule == "gdpr") + luck[n]}
            for level in levels for rule in rules for n in range(replications)]  # fmt: skip
    return pd.DataFrame(rows)


def panels(drawn):
    return [axes for axes in drawn.figure.axes if axes.get_visible()]


def words(drawn):
    drawn.figure.canvas.draw()
    return " ".join(text.get_text() for text in drawn.figure.findobj(lambda artist: hasattr(artist, "get_text")))


def test_points_are_means_over_replications_and_bars_their_intervals():
    from cxsim.results.intervals import mean_interval

    given = table(rules=("none",))
    axes = panels(plot_levels(given, "market.n_firms", "price"))[0]
    wide = given.pivot_table(index="replication", columns="market.n_firms", values="price").to_numpy()
    assert axes.lines[0].get_ydata() == pytest.approx(wide.mean(axis=0))
    bars = axes.collections[0].get_segments()
    found = mean_interval(wide)
    assert [bar[0][1] for bar in bars] == pytest.approx(found.low)
    assert [bar[1][1] for bar in bars] == pytest.approx(found.high)


def test_differences_are_paired_so_that_common_luck_cancels():
    drawn = plot_levels(table(), "market.n_firms", "price", by="regulator", against="none")
    axes = panels(drawn)[0]
    assert axes.lines[1].get_ydata() == pytest.approx([3.0, 3.0, 3.0])
    assert all(bar[0][1] == pytest.approx(bar[1][1]) for bar in axes.collections[0].get_segments())
    assert "5 pairs" in words(drawn)


def test_names_of_one_column_are_not_taken_for_values_of_the_other():
    # True equals 1 in Python.
    given = table(rules=(False, True)).rename(columns={"regulator": "market.ban_price_walking"})
    drawn = plot_levels(given, "market.n_firms", "price", by="market.ban_price_walking", names={True: "ban", False: "no ban"})
    assert [label.get_text() for label in panels(drawn)[0].get_xticklabels()] == ["1", "2", "4"]
    assert "no ban" in words(drawn)


def test_what_is_missing_is_a_level_too_and_has_a_name():
    given = table(levels=(50_000, 60_000), rules=("none",)).rename(columns={"market.n_firms": "regulator.fine_cap"})
    given["regulator.fine_cap"] = given["regulator.fine_cap"].where(given["regulator.fine_cap"] == 50_000)
    drawn = plot_levels(given, "regulator.fine_cap", "price", xnames={"null": "no cap"})
    assert [label.get_text() for label in panels(drawn)[0].get_xticklabels()] == ["50k", "no cap"]


def test_months_add_up_the_rows_of_a_table_and_one_replication_has_no_band():
    rows = pd.DataFrame({"replication": 0, "month": [0, 0, 1, 1], "profit": [1.0, 2.0, 3.0, 4.0]})
    drawn = plot_months({"both": rows}, "profit")
    axes = panels(drawn)[0]
    assert axes.lines[0].get_ydata() == pytest.approx([3.0, 7.0])
    assert not axes.collections
    assert "one draw of luck" in words(drawn)


def test_levels_that_are_words_are_not_joined_by_a_line():
    assert panels(plot_levels(table(), "regulator", "price"))[0].lines[0].get_linestyle() == "None"
    assert panels(plot_levels(table(), "market.n_firms", "price"))[0].lines[0].get_linestyle() == "-"


def test_a_notebook_gets_a_picture_and_a_file_is_written(tmp_path):
    drawn = plot_levels(table(), "market.n_firms", {"price": "Price $"}, by="regulator", title="A $title")
    assert drawn._repr_png_().startswith(b"\x89PNG")
    assert drawn.save(tmp_path / "it.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: plot_levels(table(), "market.n_firm", "price"), "market.n_firms"),
        (lambda: plot_levels(table(), "market.n_firms", "prise"), "price"),
        (lambda: plot_levels(table(), "market.n_firms", "price", by="regulator", against="fca"), "gdpr"),
        (lambda: plot_months({"x": table()}, "price"), "month"),
    ],
)
def test_a_wrong_name_is_told_with_what_is_there(call, said):
    with pytest.raises(CxsimError, match=said):
        call()
