"""A tournament from a folder of entries to an answer."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from cxsim.analysis.answer import Answer, Picture
from cxsim.analysis.runs import Execution, python_call, runs_folder
from cxsim.results.files import check_writable
from cxsim.results.provenance import now
from cxsim.sweeps.progress import Progress
from cxsim.tournament import entries as entrants
from cxsim.tournament import tables, words
from cxsim.tournament.matches import FORMATS
from cxsim.tournament.question import Question, question
from cxsim.tournament.rounds import Played, played
from cxsim.tournament.scores import SCORES, ranked, scored


def play(
    folder: str | os.PathLike[str],
    *overrides: str,
    house: str | Sequence[str] = entrants.HOUSE,
    formats: str | Sequence[str] = tuple(FORMATS),
    config_dir: str | Path | None = None,
    executor: str = "auto",
    workers: int | None = None,
    progress: Progress | Literal[False] | None = None,
    **values: Any,
) -> Answer:
    """Let the strategies of a folder play against one another.

    The Python files of the folder are run: play only what you would run yourself.

    Args:
        folder: a folder of Python files, each with a class derived from `cxsim.Strategy`; files that begin with ``_`` are helpers.
        overrides: as on the command line: ``"market=generic,rail"``, ``"regulator=none,fca"``, ``"customers=default,all_vigilant"`` take
            several presets with commas between, and all combinations are played; anything else is shared by all: ``"months=24"``.
        house: strategies of cxsim's own that play along, or ``"none"``.
        formats: ``duel``, ``invader``, ``all``, a list or comma-separated.
        config_dir: a folder of presets of one's own.
        executor, workers, progress: as for `cxsim.sweep`.
        values: further parameters by name, ``replications=10``; for ``market``, ``regulator`` and ``customers`` a preset or a list of them.

    Returns:
        The answer, not yet saved. The runs and copies of the entries are kept in ``RESULTS_DIR/NAME-runs``; asking again goes on with them.

    Raises:
        CxsimError: whatever cannot be used. An entry that fails is disqualified and stops nothing, unless fewer than two are left.

    Example:
        >>> import pathlib, tempfile
        >>> place = pathlib.Path(tempfile.mkdtemp())
        >>> code = "from cxsim import Strategy\\nclass Still(Strategy):\\n    def review(self, firm, market):\\n        return {}\\n"
        >>> _ = (place / "still.py").write_text(code)
        >>> found = play(place, "market=generic", "regulator=none", "months=2", "burn_in=0", "market.n_customers=50", replications=2,
        ...              house="low_price", formats="duel", executor="serial", progress=False, results_dir=str(place / "results"))
        >>> sorted(found.tables["ranking"].frame["entry"])
        ['low_price', 'still']
    """
    what = question(folder, overrides, house=house, formats=formats, config_dir=config_dir, values=values)
    return study(what, Execution(executor, workers, progress))


def study(what: Question, how: Execution) -> Answer:
    """Play what is asked and make the answer of it.

    Raises:
        CxsimError: as `play`.
    """
    started, clock = now(), time.monotonic()
    check_writable(what.folder)
    runs = runs_folder(what.folder)
    package = entrants.keep(what.files, runs)
    try:
        with entrants.importable(package):
            own, refused = entrants.read(what.files, package)
            found = played(what, [*own, *what.house], runs, how, refused)
    except entrants.EntriesError:
        if [one.name for one in runs.iterdir()] == [package.name]:  # nothing was run
            shutil.rmtree(runs)
        raise
    return _answer(what, found, how, started, time.monotonic() - clock)


def _answer(what: Question, found: Played, how: Execution, started: Any, seconds: float) -> Answer:
    scores = scored(what, found)
    rankings = {score.name: ranked(scores.overall(score.name)) for score in SCORES}
    entries = found.entries
    told = {
        "ranking": tables.ranking(scores, entries, rankings),
        **({"disqualified": tables.disqualified(found.out)} if found.out else {}),
        "pairs": tables.pairs(scores, rankings),
        "settings": tables.parts(scores, entries, "setting"),
        "formats": tables.parts(scores, entries, "format"),
    }
    given = {key: value for key, value in what.given.items() if key != "values"}
    options = {**{key: value for key, value in given.items() if key in ("house", "formats")}, **what.given["values"]}
    axes = {key: value for key, value in given.items() if key not in ("house", "formats")}
    return Answer(
        kind="tournament",
        title=f"A tournament of {len(entries)} strategies",
        question=f"Which of the strategies in {Path(what.source).name} earns most, and which serves customers best?",
        findings=words.findings(scores, entries, rankings, found.out, found.lost),
        tables=told,
        figures=_figures(scores, entries, rankings),
        configs={f"setting-{number + 1}": setting.config for number, setting in enumerate(what.settings)},
        method=words.method(what, found.runs),
        limits=words.LIMITS,
        settings={"folder": what.source, "entries": entrants.package_of(what.files), **given},
        command=how.command,
        code=python_call("cxsim.tournament", "play", [what.source, *what.overrides], {**options, **axes}, {}),
        started=started,
        duration=seconds,
    )


def _figures(scores: Any, entries: Any, rankings: Any) -> dict[str, Picture]:
    def drawn(name: str) -> Any:
        def draw() -> Any:
            from cxsim.tournament import figures

            return getattr(figures, name)(scores, entries, rankings)

        return draw

    return {
        "places": Picture("Who earned most, and who served best", "Scores with 95 % intervals over replications; in brackets the places "
                          "that cannot be ruled out, jointly with 95 % confidence. Hollow: strategies of cxsim's own.", drawn("places")),
        "against": Picture("Earned by serving, or by taking?", "Profit against what customers got, with 95 % intervals.", drawn("against")),
        "settings": Picture("Profit by market and rules", "Mean over formats and replications; framed: the most of each column.",
                            drawn("settings")),
    }  # fmt: skip
