from cxsim.config.load import load
from cxsim.report.origins import differences, origins


def test_every_number_a_preset_sets_has_a_row_with_what_the_preset_says_of_it():
    config = load("market=energy", "regulator=ofgem", "market.attention=0.5")
    rows = {row.key: row for row in origins(config)}
    for group in ("market", "regulator"):
        for name, said in getattr(config, group).sources.items():
            if f"{group}.{name}" in rows:
                assert rows[f"{group}.{name}"].source == (said.get("source") or rows[f"{group}.{name}"].source)
    assert rows["market.attention"].value == "0.5"
    assert all(row.source or row.confidence for row in rows.values())


def test_what_is_at_its_default_and_has_no_source_is_left_out():
    assert "market.franchise_bidders" not in {row.key for row in origins(load("market=generic"))}


def test_differences_are_the_parameters_that_differ_and_no_others():
    configs = {"a": load("market=generic"), "b": load("market=generic", "market.n_firms=2", "regulator.fine_cap=1000", "seed=5")}
    assert differences(configs) == [("market.n_firms", "firms", ["5", "2"]), ("regulator.fine_cap", "£", ["null", "1000"])]
    assert differences({"a": configs["a"], "b": configs["a"]}) == []
