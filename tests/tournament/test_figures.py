import numpy as np
import pytest

from cxsim.results.figures.style import house
from cxsim.tournament import figures
from cxsim.tournament.entries import Entry
from cxsim.tournament.scores import FACTS, SCORES, Scores, ranked


@pytest.mark.parametrize("replications", [1, 5])
def test_figures_carry_their_words_and_survive_entries_without_customers(replications):
    generator = np.random.default_rng(1)
    shape = (replications, 2, 3, 4)
    values = {column.name: generator.normal(size=shape) for column in (*SCORES, *FACTS)}
    values["value"][..., 3] = np.nan
    scores = Scores(("mine", "$yours", "low_price", "gone"), ("duel", "all"), ("generic", "energy", "mobile"), values)
    entries = [Entry("mine", "m:M", "mine.py"), Entry("$yours", "m:Y", "y.py"), Entry("low_price", "low_price"), Entry("gone", "m:G", "g")]
    rankings = {score.name: ranked(scores.overall(score.name)) for score in SCORES}
    with house():
        for name in ("places", "against", "settings"):
            figure = getattr(figures, name)(scores, entries, rankings)
            figure.canvas.draw()
            words = " ".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))
            assert "mine" in words
            assert "reference price" in words
