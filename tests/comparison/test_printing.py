from cxsim.comparison.printing import as_html, listing, render


def test_everything_asked_for_is_on_the_screen(small, capsys):
    render(small)
    said = capsys.readouterr().out
    for words in ("A strict regulator instead of Today", "95 % interval", "Corrected interval", "Variance saved", "Effective replications",
                  "Who gains and who pays", "What customers gain per pound", "customers by segment", "The harm ledger", "Hidden fees",
                  ):  # fmt: skip
        assert words in said
    for paragraph in small.findings:
        assert paragraph in said
    row = small.table("metrics").set_index(["regime", "metric"]).loc[("banned", "trust")]
    assert f"{row['baseline']:.3f}"[:4] in said


def test_a_title_cannot_smuggle_in_tags(made_up):
    import dataclasses

    found = made_up(1.0)
    evil = dataclasses.replace(found.regimes[1], title="<script>alert(1)</script>")
    shown = as_html(dataclasses.replace(found, regimes=(found.regimes[0], evil)))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_columns_of_a_listing_line_up():
    assert listing([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d"
    assert listing([]) == ""
