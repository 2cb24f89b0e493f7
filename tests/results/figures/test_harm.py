import numpy as np
import pandas as pd
import pytest

from cxsim.results import figures
from cxsim.results.columns import CONDUCTS as KNOWN
from cxsim.results.figures.harm import CONDUCTS, RARE, losses, losses_by_segment, shown

from .. import synthetic


def test_conducts_are_those_of_the_ledger():
    assert {conduct for conduct, _, _ in CONDUCTS + RARE} <= set(KNOWN)


def test_losses_are_the_ledgers_amounts_at_a_years_rate():
    run = synthetic.run(synthetic.config(months=14, replications=2))
    for conduct, _, _ in CONDUCTS:
        total = run.ledger[run.ledger["conduct"] == conduct]["amount"].sum()
        assert losses(run, conduct).sum() == pytest.approx(12 * total)


def test_a_month_without_an_entry_is_a_month_without_loss():
    run = synthetic.run(synthetic.config(months=14))
    assert (losses(run, "overcharge")[:, :12] == 0).all()
    assert (losses(run, "overcharge")[:, 12:] > 0).all()


def test_what_customers_receive_is_no_loss():
    run = synthetic.run(synthetic.config(months=2))
    before = losses(run, "hidden_fee")
    run.ledger.loc[run.ledger["conduct"] == "hidden_fee", ["payer"]] = "firm"
    assert before.sum() > 0
    assert losses(run, "hidden_fee").sum() == 0


def test_segments_add_up_to_the_market():
    run = synthetic.run(synthetic.config(months=30, replications=3))
    people = {name: share * synthetic.POPULATION for name, (share, _) in synthetic.PEOPLE.items()}
    found = losses_by_segment(run)
    assert list(found) == list(synthetic.PEOPLE)
    total = sum(found[name].mean * people[name] for name in found)
    by_conduct = sum(losses(run, conduct)[:, -12:].mean() for conduct, _, _ in CONDUCTS)
    assert total == pytest.approx(by_conduct)
    assert all(low < mean < high for mean, low, high in found.values())


def test_a_segment_that_loses_nothing_is_shown_with_nothing():
    run = synthetic.run(synthetic.config(months=4))
    run.tables["ledger"] = run.ledger[run.ledger["segment"] != "vigilant"]
    assert losses_by_segment(run)["vigilant"].mean == 0


def test_a_rare_conduct_has_a_panel_where_it_is_met():
    run = synthetic.run(synthetic.config(months=14))
    assert shown(run) == CONDUCTS
    rare = run.ledger[run.ledger["conduct"] == "hidden_fee"].assign(conduct="unwanted_extra")
    run.tables["ledger"] = pd.concat([run.ledger, rare], ignore_index=True)
    assert [conduct for conduct, *_ in shown(run)] == [conduct for conduct, *_ in CONDUCTS] + ["unwanted_extra"]
    titles = [text.get_text() for axes in figures.draw(run, "harm").axes for text in axes.texts]
    assert "all seven conducts" in titles


def test_panels_share_a_scale_and_show_the_mean():
    run = synthetic.run(synthetic.config(months=14, replications=2))
    panels = figures.draw(run, "harm").axes[:6]
    assert len({axes.get_ylim() for axes in panels}) == 1
    for axes, (conduct, *_) in zip(panels, CONDUCTS, strict=True):
        np.testing.assert_allclose(axes.lines[0].get_ydata() * 1e6, losses(run, conduct).mean(axis=0), rtol=1e-9)
        assert "£ million a year" in [text.get_text() for text in axes.texts]
