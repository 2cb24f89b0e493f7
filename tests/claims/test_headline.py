import dataclasses

import numpy as np
import pytest
import yaml

from cxsim.analysis.answer import Answer
from cxsim.claims.claim import folder_of_claims
from cxsim.claims.headline import pictures, words
from cxsim.claims.headline.answers import ADD, CONTRASTS, EVERYWHERE, LESS, NEED, NO, OPEN, WORSE, YES, answers, surface
from cxsim.claims.headline.design import FILE, Cell, cells, configs, parse, read
from cxsim.claims.headline.experiment import Map, run
from cxsim.claims.headline.record import keep
from cxsim.claims.stated import ClaimError
from cxsim.cli.main import main
from cxsim.config.errors import BadValueError
from cxsim.results.figures.style import house

GIVEN = {
    "title": "Is it enough?", "claim": "It is not.", "source": "Nobody (2020)", "mechanism": "None.",
    "base": ["market=generic", "market.n_customers=40", "months=3", "burn_in=0"],
    "rivals": [1, 2, 4],
    "enforcement": [
        {"title": "no regulator", "overrides": ["regulator=none"]},
        {"title": "some", "overrides": ["regulator=minimal_capped"]},
        {"title": "strong", "overrides": ["regulator=stylised_continental"]},
    ],
    "prices": {"free": [], "capped": ["market.price_cap=48"]},
    "sight": {"clear": ["market.transparency=0.9"], "dim": ["market.transparency=0.1"]},
    "outcomes": {
        "experience": {"title": "Experience", "measure": "experience", "smallest": 1},
        "worth": {"title": "Worth", "measure": "consumer_surplus", "smallest": 1},
    },
    "replications": 3, "quick_replications": 2,
}  # fmt: skip
LUCK = np.random.default_rng(4).normal(0, 0.1, 12)


def grid(rivals, enforcement, both, headline=None):
    """Values of a made-up world with the gains given, replications that differ by a level of their own, and noise of 0.1."""
    headline = headline or parse(GIVEN)
    across = np.log(np.array(headline.rivals) / headline.rivals[0]) / np.log(headline.rivals[-1] / headline.rivals[0])
    x, z = np.meshgrid(across, np.linspace(0, 1, len(headline.enforcement)), indexing="ij")
    plane = rivals * x + enforcement * z + (both - rivals - enforcement) * x * z
    noise = np.random.default_rng(7).normal(0, 0.1, (*headline.shape, 12))
    return plane[None, None, :, :, None] + 50 * LUCK + noise


def world(rivals, enforcement, both):
    headline = parse(GIVEN)
    values = {name: grid(rivals, enforcement, both) for name in headline.outcomes}
    return Map(headline, values, answers(headline, values), False)


@pytest.mark.parametrize(
    ("gains", "competition", "enforcement", "together"),
    [
        ((10, 0, 10), YES, NO, ADD),
        ((0, 10, 10), NO, YES, ADD),
        ((5, 5, 10), NO, NO, ADD),
        ((5, 5, 20), NO, NO, NEED),
        ((0, 0, 10), NO, NO, NEED),
        ((10, 10, 10), YES, YES, LESS),
        ((-5, 5, 5), WORSE, YES, NEED),
        ((0, 0, 0), NO, NO, ADD),
        ((10, 1.0, 11), OPEN, NO, ADD),  # what enforcement adds is just what counts
    ],
)
def test_a_world_made_to_an_answer_gets_it(gains, competition, enforcement, together):
    found = world(*gains).answer("experience", EVERYWHERE)
    assert (found.competition_enough, found.enforcement_enough, found.together) == (competition, enforcement, together)


def test_effects_and_surface_are_the_gains_that_the_world_was_made_of():
    found = world(7, 3, 15).answer("worth", "free, dim")
    wanted = {"rivals": 7, "enforcement": 3, "both": 15, "added_by_enforcement": 8, "added_by_rivals": 12, "interaction": 5}
    assert set(wanted) == set(CONTRASTS)
    for key, value in wanted.items():
        assert found.effects[key].mean == pytest.approx(value, abs=0.15)
    fitted = found.surface
    assert [fitted[term].mean for term in ("rivals", "enforcement", "rivals x enforcement")] == pytest.approx([7, 3, 5], abs=0.2)


def test_levels_that_differ_between_replications_do_not_widen_intervals():
    found = world(7, 3, 10).answer("experience", EVERYWHERE)
    assert found.effects["interaction"].high - found.effects["interaction"].low < 0.3  # the levels are spread by 5


def test_the_surface_is_exact_where_the_map_is_one():
    headline = parse(GIVEN)
    made = grid(2, 4, 9)[0, 0][..., :1] * 0 + (np.log2([1, 2, 4])[:, None] * 1.5 + 1)[..., None]
    level, rivals, enforcement, twist = surface(made, np.array(headline.rivals, float))[:, 0]
    assert [level, rivals, enforcement, twist] == pytest.approx([1, 3, 0, 0], abs=1e-9)


def test_labels_of_enforcement_drawn_by_lot_leave_nothing_of_its_effect():
    headline = parse(GIVEN)
    values = grid(10, 5, 25)
    lots = np.random.default_rng(1)
    for place in range(values.shape[-1]):
        values[..., place] = values[:, :, :, lots.permutation(3), place]
    found = answers(headline, dict.fromkeys(headline.outcomes, values))[0]
    assert found.effects["interaction"].low < 0 < found.effects["interaction"].high
    assert found.effects["enforcement"].low < 0 < found.effects["enforcement"].high


@pytest.mark.parametrize(
    ("gains", "title"),
    [
        ((10, 0, 10), "Rivals do more than enforcement; the two add up"),
        ((1, 10, 20), "Enforcement does more than rivals; each does more where the other is"),
        ((5, 5, 5), "Rivals and enforcement: each does less where the other is"),
    ],
)
def test_the_title_says_what_the_numbers_say(gains, title):
    assert words.title(world(*gains)) == title


def test_replies_name_markets_that_answer_otherwise():
    headline = parse(GIVEN)
    values = grid(5, 5, 10)
    values[0, 0] = grid(5, 5, 13)[0, 0]
    values = dict.fromkeys(headline.outcomes, values)
    found = Map(headline, values, answers(headline, values), False)
    assert "free, clear" in dict(words.replies(found))["Do they need each other?"]


@pytest.mark.parametrize(("mean", "unit", "said"), [(17.2, "index", "+17 points [16, 18]"), (-0.4, "£/month", "-£0.4 a month [-1.4, 0.6]")])
def test_amounts_are_said_with_unit_and_interval(mean, unit, said):
    from cxsim.results.intervals import Interval

    assert words.amount(Interval(mean, mean - 1, mean + 1), unit) == said


def test_every_place_is_run_once_with_its_own_market():
    headline = parse(GIVEN)
    places = cells(headline)
    assert len(places) == len(set(places)) == 2 * 2 * 3 * 3
    for cell, config in zip(places, configs(headline), strict=True):
        assert config.market.n_firms == headline.rivals[cell.rivals]
        assert (config.market.price_cap is None) == (cell.price == 0)
        assert config.market.transparency == (0.9, 0.1)[cell.sight]
        assert config.regulator.annual_funding == (0, 50_000, 2_000_000)[cell.enforcement]
        assert config.replications == 3
    assert headline.shape == Cell(2, 2, 3, 3)


def test_the_experiment_that_comes_with_cxsim_goes_from_monopoly_to_ten_and_from_none_to_no_cap():
    headline = read(folder_of_claims())
    made = dict(zip(cells(headline), configs(headline), strict=True))
    assert (headline.rivals[0], headline.rivals[-1]) == (1, 10)
    first, last = made[Cell(0, 0, 0, 0)].regulator, made[Cell(1, 1, 4, 4)].regulator
    assert first.annual_funding == 0
    assert last.fine_cap is None
    funds = [made[Cell(0, 0, 0, level)].regulator.annual_funding for level in range(len(headline.enforcement))]
    assert funds == sorted(funds)
    assert headline.replications >= 8
    assert made[Cell(0, 0, 0, 0)].market.n_customers == 1000


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rivals", [3, 1]), ("rivals", [2]), ("rivals", [1, 2.5]), ("enforcement", []), ("prices", {}), ("title", ""), ("outcome", {}),
        ("replications", 1), ("enforcement", [{"title": "a"}, {"name": "b"}]),
        ("outcomes", {"a": {"title": "x", "measure": "exprience", "smallest": 1}}),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_by_its_key(key, value, tmp_path):
    with pytest.raises(BadValueError, match=key):
        parse({**GIVEN, key: value})
    (tmp_path / FILE).write_text(yaml.safe_dump({**GIVEN, key: value}))
    with pytest.raises(ClaimError, match=FILE):
        read(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("headline")
    (place / FILE).write_text(yaml.safe_dump(GIVEN))
    return place


@pytest.fixture(scope="module")
def found(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    first = run(read(folder), out, quick=True, executor="serial", progress=False)
    told = []
    again = run(read(folder), out, quick=True, executor="serial", progress=lambda done, total: told.append(done))
    assert told == []  # nothing is done twice
    assert again.answers == first.answers
    return first


def test_it_runs_and_is_kept_as_an_answer(found, tmp_path):
    assert found.values["experience"].shape == (2, 2, 3, 3, 2)
    assert np.isfinite(found.values["worth"]).all()
    kept = Answer.load(keep(found, tmp_path / "answer", "cxsim claims headline", 1.0))
    assert kept.findings[0] == words.title(found)
    assert len(kept.tables["map"].frame) == 2 * 36
    assert set(kept.figures) == {"headline", "markets", "map", "effects"}


@pytest.mark.parametrize("draw", [pictures.glance, pictures.markets, pictures.numbers, pictures.effects])
def test_figures_say_in_their_title_what_they_show(found, draw):
    with house():
        figure = draw(found)
    assert "quick mode" in " ".join(text.get_text() for text in figure.texts)
    assert all(axes.get_xlabel() for axes in figure.axes[-4 if draw is not pictures.effects else 0 :])


@pytest.mark.parametrize("more", [-5.0, 0.0, 5.0])
@pytest.mark.parametrize("draw", [pictures.glance, pictures.markets, pictures.numbers])
def test_words_in_a_panel_stay_clear_of_its_axes(found, draw, more):
    strongest = np.array([0.0, 0.0, more])[:, None]
    made = dataclasses.replace(found, values={name: 0 * grid + strongest for name, grid in found.values.items()})
    with house():
        figure = draw(made)
        figure.draw_without_rendering()
    for axes in figure.axes:
        panel = axes.get_window_extent()
        for said in axes.texts:
            place = said.get_window_extent()
            assert place.x0 > panel.x0, said.get_text()
            assert place.y0 > panel.y0, said.get_text()
            assert place.y1 < panel.y1, said.get_text()


def test_the_command_answers_and_writes_the_page(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["claims", "headline", "--quick", "--folder", str(folder), "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert "Is competition enough?" in said
    page = (tmp_path / "results" / "claims" / "claims.md").read_text()
    assert "Do they need each other?" in page
    assert (tmp_path / "results" / "claims" / "figures" / "headline.png").is_file()


def test_the_command_takes_no_names(folder, capsys):
    assert main(["claims", "headline", "dearer", "--folder", str(folder)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
