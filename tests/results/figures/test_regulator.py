import numpy as np

from cxsim.results import figures

from .. import synthetic


def panels(run):
    return {axes.get_title(loc="left"): axes for axes in figures.draw(run, "regulator").axes}


def test_flows_are_running_totals_and_stocks_are_not():
    run = synthetic.run(synthetic.config(months=40, seed=3))
    shown = panels(run)
    monthly = run.monthly
    for title, name in (("Fines so far", "fines"), ("Redress to customers so far", "redress"),
                        ("Spent so far", "regulator_spend")):  # fmt: skip
        assert monthly[name].any()
        np.testing.assert_allclose(shown[title].lines[0].get_ydata(), monthly[name].cumsum() / 1e6, rtol=1e-9)
    np.testing.assert_allclose(shown["Money in hand"].lines[0].get_ydata(), monthly["regulator_budget"] / 1e6)
    np.testing.assert_allclose(shown["Open cases"].lines[0].get_ydata(), monthly["cases"])
    np.testing.assert_allclose(shown["Violations"].lines[0].get_ydata(), 100 * monthly["violations"])


def test_without_a_regulator_only_violations_are_shown_and_it_says_why():
    (title,) = panels(synthetic.run(synthetic.config(regulator=False)))
    assert title == "Violations, with no regulator at work"


def test_a_regulator_that_never_fined_is_still_shown():
    run = synthetic.run()
    run.monthly[["fines", "redress"]] = 0.0
    assert len(panels(run)) == 6
