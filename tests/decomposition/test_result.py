"""Tables, figures and the answer of a decomposition."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxsim.analysis.answer import Answer
from cxsim.config.errors import BadValueError
from cxsim.decomposition.channels import CHANNELS
from cxsim.decomposition.result import BY_MONTH, EFFECTS, LEVELS, OUTCOMES
from cxsim.results.columns import MONTHLY
from cxsim.results.figures.style import house

from . import made


def test_effects_are_means_over_months_and_replications_with_students_interval():
    found = made.found()
    table = found.effects
    assert list(table) == [column.name for column in EFFECTS]
    row = table.query("outcome == 'experience' and period == 'last' and channel == 'hidden_charges'").iloc[0]
    effect = found.by_channel["hidden_charges"][:, 0, 5:].mean(axis=1)
    assert (row["start"], row["months"]) == (5, 5)
    assert row["effect"] == pytest.approx(effect.mean())
    assert [row["low"], row["high"]] == pytest.approx(list(stats.t.interval(0.95, 2, effect.mean(), stats.sem(effect))))


def test_channels_sum_to_the_total_which_is_the_difference_of_the_levels():
    found = made.found()
    for outcome, period in found.levels[["outcome", "period"]].drop_duplicates().itertuples(index=False):
        rows = found.effects[(found.effects["outcome"] == outcome) & (found.effects["period"] == period)]
        effects = rows.set_index("channel")["effect"]
        total = effects.pop("total")
        assert effects.sum() == pytest.approx(total, abs=1e-9)
        levels = found.levels[(found.levels["outcome"] == outcome) & (found.levels["period"] == period)].set_index("regime")["value"]
        assert levels["to"] - levels["from"] == pytest.approx(total, abs=1e-9)
        assert rows.set_index("channel")["share"].drop("total").sum() == pytest.approx(1)
    assert list(found.levels) == [column.name for column in LEVELS]


def test_months_are_those_since_the_regimes_part():
    assert made.found().by_month["month"].unique().tolist() == list(range(10))
    found = made.on_a_day()
    table = found.by_month
    assert list(table) == [column.name for column in BY_MONTH]
    assert table["month"].unique().tolist() == list(range(4, 10))
    assert found.periods == {"last": (7, 10), "all": (4, 10)}
    row = table.query("outcome == 'price_paid' and channel == 'hidden_charges' and month == 8").iloc[0]
    assert row["effect"] == pytest.approx(found.by_channel["hidden_charges"][:, 1, 8].mean())


def test_outcomes_are_columns_that_any_replay_can_tell():
    assert set(OUTCOMES) <= {column.name for column in MONTHLY}


def test_an_answer_holds_all_that_was_found(tmp_path):
    found = made.found()
    answer = Answer.load(found.save(tmp_path / "mine", "A title"))
    assert (answer.kind, answer.title) == ("decomposition", "A title")
    assert "regulator.annual_funding 0.0 -> 3000000.0" in answer.question
    pd.testing.assert_frame_equal(answer.tables["effects"].frame, found.effects, check_dtype=False)
    assert list(answer.tables) == ["effects", "levels", "by_month"]
    assert all(name.replace("_", " ").capitalize() in answer.tables["effects"].note for name in CHANNELS)
    assert list(answer.figures) == ["steps", "months"]
    assert answer.configs == {"from": found.one, "to": found.other}
    assert len(answer.findings) >= 2
    assert answer.settings["channels"]["switching"]["levers"] == ["exit_barrier"]
    assert answer.limits
    assert answer.method


def test_findings_tell_the_largest_first_and_what_does_not_differ():
    found = made.found()
    text = found.answer().text
    for outcome in ("Experience goes from ", "Consumer surplus goes from £"):
        assert outcome in text
    rows = found.effects.query("outcome == 'experience' and period == 'last' and channel != 'total'")
    rows = rows[rows["channel"].isin(found.live)].sort_values("effect", key=np.abs, ascending=False)
    first = text.split("Of this, through ")[1]
    assert first.startswith(rows["channel"].iloc[0].replace("_", " "))
    assert "95 % interval" in text
    idle = [name.replace("_", " ") for name in CHANNELS if name not in made.on_a_day().live]
    assert idle
    assert "Nothing at all differs in " in made.on_a_day().answer().text


def test_one_replication_says_nothing_about_luck():
    answer = made.found(replications=1).answer()
    assert "interval" not in answer.findings[0]
    assert "one replication" in answer.findings[-1]
    assert made.found(replications=1).effects["low"].isna().all()


def test_no_difference_is_said():
    from cxsim.decomposition.decompose import decompose

    found = decompose(made.config(), made.config(), progress=False)
    assert found.answer().findings == [
        "Nothing differs between the two regimes that reaches customers: every month of the one is that of the other."
    ]
    assert found.effects["share"].isna().all()
    found.figure("steps")
    found.figure("months")


@pytest.mark.parametrize("name", ["steps", "months"])
@pytest.mark.parametrize("case", [made.found, made.on_a_day, lambda: made.found(replications=1)])
def test_nothing_is_cut_off_and_all_axes_say_what_they_show(name, case):
    figure = case().figure(name)
    with house():
        figure.draw_without_rendering()
    page = figure.bbox
    for axes in figure.axes:
        assert axes.get_title(loc="left")
        assert axes.get_legend() is None
        boxes = [text.get_window_extent() for text in (*axes.texts, axes._left_title, *axes.get_yticklabels())]
        assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in boxes if box.width > 1)
        assert all(page.y0 <= box.y0 and box.y1 <= page.y1 for box in boxes if box.width > 1)
    assert figure.axes[-1].get_xlabel()


def test_steps_lead_from_the_first_regime_to_the_second():
    found = made.found()
    axes = found.figure("steps").axes[0]
    levels = found.levels.query("outcome == 'experience' and period == 'last'")["value"].tolist()
    bars = axes.patches
    assert len(bars) == len(found.live)
    assert bars[0].get_x() == pytest.approx(levels[0])
    for one, following in pairwise(bars):
        assert following.get_x() == pytest.approx(one.get_x() + one.get_width())
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(levels[1])
    assert "index, mean of months 5 to 9" in axes.get_xlabel()


def test_another_figure_is_refused():
    with pytest.raises(BadValueError, match=r"figure: given 'step'; allowed: steps, months\. Did you mean steps"):
        made.found().figure("step")


def test_it_says_what_it_is():
    assert repr(made.on_a_day()).startswith("<Decomposition of experience, price_paid, churn by ")
