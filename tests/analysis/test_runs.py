import pytest

from cxsim.analysis.runs import Execution, FailedRunsError, based, carried_out, effort, place, runs_folder
from cxsim.config.errors import CxsimError
from cxsim.sweeps.design import factorial, table

TINY = ["market=generic", "market.n_customers=30", "months=2", "burn_in=0"]
QUIET = Execution("serial", progress=False)


def test_an_analysis_s_defaults_stand_back_for_what_is_given():
    defaults = {"replications": 5, "months": 7}
    assert based(["market=generic"], None, defaults).config.months == 7
    made = based(["market=generic", "months=9"], None, defaults, replications=2)
    assert (made.config.months, made.config.replications) == (9, 2)
    assert based(["experiment=funding_and_cap"], None, defaults).config.months == 120


def test_a_name_is_made_from_the_question_unless_one_is_given(tmp_path):
    config = based([f"results_dir={tmp_path}"]).config
    assert place(config, "frontier", [1]) == place(config, "frontier", [1]) != place(config, "frontier", [2])
    assert place(based([f"results_dir={tmp_path}", "name=mine"]).config, "frontier", [1]) == tmp_path / "mine"
    assert runs_folder(tmp_path / "mine") == tmp_path / "mine-runs"


def test_the_design_s_values_go_before_those_of_the_base(tmp_path):
    base = based(TINY, None, {"market.n_firms": 4}, replications=2)
    found = carried_out(factorial({"market.n_firms": [1, 2]}), base, tmp_path / "runs", QUIET)
    assert found["n_firms"].tolist() == [1, 1, 2, 2]
    assert found["replication"].tolist() == [0, 1, 0, 1]


def test_measures_and_months_are_kept_where_asked(tmp_path):
    measures = {"lowest": {"column": "experience", "statistic": "min"}}
    found = carried_out(factorial({"market.n_firms": [2]}), based(TINY), tmp_path / "runs", QUIET, measures=measures, monthly=True)
    assert (found["lowest"] <= found["experience"]).all()
    assert (tmp_path / "runs" / "monthly").is_dir()


def test_a_failed_run_is_an_error_that_says_which(tmp_path):
    import pandas as pd

    points = pd.DataFrame({"market.max_hidden_fee": [0.05, 0.0], "firms.initial_levers.hidden_fee": [1.0, 1.0]})
    with pytest.raises(FailedRunsError, match=r"1 of 2 runs failed, the first \(point 1\)"):
        carried_out(table(points), based(TINY), tmp_path / "runs", QUIET)


def test_mistakes_of_the_base_are_told_as_everywhere():
    with pytest.raises(CxsimError, match="Did you mean"):
        based(["market=genric"])


def test_effort_counts_the_burn_in():
    config = based(["market=generic", "market.n_customers=1000", "months=10", "burn_in=5"]).config
    assert effort(200, config) == "200 runs of 1,000 customers over 15 months (3.0 million customer-months)"
    assert effort(2_000, config).endswith("(30 million customer-months)")
    assert effort(3, config).endswith("(45,000 customer-months)")
