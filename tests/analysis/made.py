"""A small answer to write and read."""

import pandas as pd
from matplotlib.figure import Figure

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.config.load import load
from cxsim.results.columns import Column


def table(**changes):
    frame = pd.DataFrame({"regime": ["none", "gdpr"], "experience": [50.0, float("nan")]})
    columns = (Column("regime", "", "Name of the regime."), Column("experience", "index", "What customers experience.", 0, 100))
    return Table(**{"title": "Experience by regime", "frame": frame, "columns": columns, "note": "Means.", **changes})


def draw():
    figure = Figure()
    figure.subplots().plot([1, 2, 3])
    return figure


def answer(**changes):
    given = {
        "kind": "comparison",
        "title": "Two regimes",
        "question": "Which is better?",
        "findings": ["It cannot be told.", "Nor can this."],
        "tables": {"metrics": table()},
        "figures": {"experience": Picture("Experience rises", "A line a regime.", draw)},
        "configs": {"none": load("market=rail"), "gdpr": load("regulator=gdpr")},
        "method": ["Runs are paired."],
        "limits": ["Only two."],
        "settings": {"level": 0.95},
        "command": "cxsim compare regulator=none,gdpr",
        "duration": 1.5,
    }
    return Answer(**{**given, **changes})
