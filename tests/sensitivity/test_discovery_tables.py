def test_rules_have_a_row_a_limit_and_both_fits(failing_answer):
    frame = failing_answer.tables["boxes"].frame
    assert (frame["quasi_p"] <= 0.05).all()
    assert frame["density_low"].between(0, 1).all()
    assert (frame["density"] <= frame["density_high"]).all()
    assert frame.loc[frame["parameter"] == "market.initial_quality", "limit"].between(0.4, 0.6).all()


def test_the_trajectory_trades_coverage_for_density(failing_answer):
    frame = failing_answer.tables["trajectory"].frame
    assert frame["coverage"].is_monotonic_decreasing
    assert frame["density"].is_monotonic_increasing
    assert frame["coverage"].iloc[0] == 1.0


def test_cases_are_described_by_the_schema(failing_answer):
    columns = {column.name: column for column in failing_answer.tables["cases"].columns}
    assert columns["market.attention"].unit == "1/month"
    assert columns["result"].meaning.startswith("quality")
