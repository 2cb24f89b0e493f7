import numpy as np

from cxsim.results import figures

from .. import synthetic


def drawn(run):
    return figures.draw(run, "prices").axes


def test_shows_what_is_advertised_paid_and_what_it_costs():
    run = synthetic.run(synthetic.config(months=9, replications=3))
    left = drawn(run)[0]
    paid, price, cost = (line.get_ydata() for line in left.lines)
    monthly = run.monthly.groupby("month")
    np.testing.assert_allclose(paid, monthly["price_paid"].mean(), rtol=1e-12)
    np.testing.assert_allclose(price, monthly["price"].mean(), rtol=1e-12)
    totals = run.firms.groupby(["replication", "month"])[["cost", "customers"]].sum()
    each = (totals["cost"] / totals["customers"]).groupby("month").mean()
    np.testing.assert_allclose(cost, each, rtol=1e-12)


def test_lines_of_one_panel_differ_in_dash_and_carry_their_names():
    left = drawn(synthetic.run())[0]
    assert len({str(line._unscaled_dash_pattern) for line in left.lines}) == len(left.lines)
    names = " ".join(text.get_text() for text in left.texts)
    for name in ("paid in all", "new-customer price", "cost of serving"):
        assert name in names


def test_what_is_not_in_the_price_is_on_one_scale():
    run = synthetic.run()
    panels = drawn(run)[1:]
    assert len({axes.get_ylim() for axes in panels}) == 1
    for axes, name in zip(panels, ("loyalty_premium", "hidden_fees", "overcharge"), strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), run.monthly[name])


def test_nobody_served_has_no_cost_a_head():
    run = synthetic.run(synthetic.config(months=3))
    run.firms["customers"] = 0.0
    assert np.isnan(drawn(run)[0].lines[2].get_ydata()).all()
