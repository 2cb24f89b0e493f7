import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from cxsim.config.errors import CxsimError
from cxsim.validation.case import HIT, MISS, Report
from cxsim.validation.cases import stylised_facts as facts


def frames():
    months = range(25)
    monthly = pd.DataFrame({"month": months, "churn": 0.2, "margin": 0.1, "loyalty_premium": 3.0})
    rows = [(month, name, share) for month in months for name, share in (("A", 0.5 + month / 1200), ("B", 0.5 - month / 1200))]
    return {"monthly": monthly, "firms": pd.DataFrame(rows, columns=["month", "firm", "share"])}


def test_facts_are_read_off_their_columns():
    assert facts.measure("annual_switching", {}, frames()) == pytest.approx(0.2)
    assert facts.measure("operating_margin", {}, frames()) == pytest.approx(0.1)
    assert facts.measure("loyalty_premium", {}, frames()) == pytest.approx(3.0)


def test_drift_is_in_points_a_year_and_adds_up_over_firms():
    assert facts.measure("share_drift", {"firms": ["A"]}, frames()) == pytest.approx(1.0)
    assert facts.measure("share_drift", {"firms": ["A", "B"]}, frames()) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("kind", "fact"), [("share_drift", {"firms": ["Nobody"]}), ("weather", {})])
def test_what_cannot_be_measured_is_said(kind, fact):
    with pytest.raises(CxsimError, match=r"targets\.yaml"):
        facts.measure(kind, fact, frames())


def test_a_fact_is_hit_inside_its_range_only():
    assert facts.judged("x", 0.1, 0.2, [0.15, 0.16], "").verdict == HIT
    assert facts.judged("x", 0.1, 0.2, [0.25, 0.21], "").verdict == MISS
    assert facts.judged("x", 0.1, 0.2, [float("nan")], "").verdict == MISS


def test_a_spell_cut_off_by_the_end_of_the_run_counts_with_the_months_it_lasted():
    on = np.array([0] + [1] * 24 + [0] * 3 + [1] * 12, bool)
    assert facts.mean_duration(on) == pytest.approx(3.0)
    assert np.isnan(facts.mean_duration(np.ones(12, bool)))


def test_the_estimate_of_a_duration_is_that_of_its_hazard():
    """Geometric spells with a chance of a twentieth a month of ending, watched for 1,000 months, many of them cut off."""
    luck = np.random.default_rng(3)
    found = []
    for _ in range(200):
        on, state = np.zeros(1000, bool), True
        for month in range(1000):
            on[month] = state
            state = luck.random() >= 0.05 if state else luck.random() < 0.1
        found.append(facts.mean_duration(on))
    assert np.mean(found) == pytest.approx(20.0 / 12.0, rel=0.05)


def test_every_fact_of_the_targets_can_be_measured_and_names_firms_of_its_market():
    from cxsim.config.load import load
    from cxsim.firms.start import starting_firms

    kinds = {"annual_switching", "operating_margin", "loyalty_premium", "share_drift"}
    for market, about in facts.targets().items():
        names = {start.name for start in starting_firms(load(f"market={market}", f"regulator={about['regulator']}"))}
        for kind, fact in facts.facts(about):
            assert kind in kinds
            assert fact["low"] < fact["high"]
            assert set(fact.get("firms", [])) <= names


def test_what_lies_beyond_the_axis_of_the_figure_is_told_in_figures():
    figure = Figure()
    rows = [facts.judged("inside", 1.0, 3.0, [2.4, 2.6], ""), facts.judged("above", 1.0, 3.0, [21.0, 23.0], ""),
            facts.judged("below", 1.0, 3.0, [-39.0, -37.0], ""), facts.judged("nothing", 1.0, 3.0, [float("nan")], "")]  # fmt: skip
    facts.draw(figure, Report(rows))
    (axes,) = figure.axes
    low, high = axes.get_xlim()
    marks = {line.get_ydata()[0]: (line.get_xdata()[0], line.get_marker()) for line in axes.lines}
    assert marks[3][0] == pytest.approx(0.5)  # a quarter of the range above its middle
    assert {text.get_text(): text.get_position()[1] for text in axes.texts} == {"+20": 2, "-40": 1}
    assert (marks[2][1], marks[1][1]) == (">", "<")
    assert all(low < place < high for place, _ in marks.values())
    assert 0 not in marks
