from cxsim.comparison import robustness_tables as tables


def test_every_pair_is_told_both_ways(study):
    frame = study.table("pairs")
    assert len(frame) == 6
    for row in frame.itertuples():
        turned = frame[(frame["regime"] == row.against) & (frame["against"] == row.regime)].iloc[0]
        assert row.told_better == turned["told_worse"]
        assert row.told_worse == turned["told_better"]


def test_pairs_of_two_regimes_are_in_the_first_table_already(study):
    import dataclasses

    two = dataclasses.replace(study, regimes=study.regimes[:2], values=study.values[..., :2])
    assert tables.pairs(two) is None


def test_drivers_are_rank_correlations_over_futures(study):
    from scipy.stats import spearmanr

    frame = study.table("drivers")
    row = frame.iloc[0]
    place = study.names.index(row["regime"])
    means = study.values.mean(axis=0)
    expected = spearmanr([future.values[row["parameter"]] for future in study.futures.all], means[:, place] - means[:, 0])
    assert (row["correlation"], row["p"]) == (expected.statistic, expected.pvalue)
    assert (frame["p_holm"] >= frame["p"]).all()


def test_parameters_of_few_values_or_words_drive_nothing(study):
    import dataclasses

    from cxsim.comparison.futures import Future, Futures

    futures = tuple(Future(future.name, future.title, {"market.n_firms": place % 2}) for place, future in enumerate(study.futures.all))
    assert tables.drivers(dataclasses.replace(study, futures=Futures(futures, "two kinds", {}))) is None


def test_columns_are_described(study):
    for table in study.tables.values():
        assert all(column.meaning for column in table.columns)
        assert not table.frame.empty
    design = {column.name: column for column in study.tables["design"].columns}
    assert (design["customers.vigilance"].low, design["customers.vigilance"].high) == (0.02, 0.3)
    assert design["customers.vigilance"].unit == "1/month"
