"""What a report can be made of: the folder of an answer, of a run, or one that holds several of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.analysis.files import is_answer
from cxsim.config.errors import ResultsError
from cxsim.results.columns import Column
from cxsim.results.files import PROVENANCE
from cxsim.results.run import Run

SUMMARY = (
    Column("segment", "", "Segment of customers; empty for the whole market."),
    Column("metric", "", "The metric."),
    Column("unit", "", "Its unit."),
    Column("start", "", "Mean over the first months reported, a year at most."),
    Column("end", "", "Mean over the last months reported, a year at most."),
    Column("change", "", "End less start."),
    Column("low", "", "Lower end of the 95 % interval of the change over replications."),
    Column("high", "", "Upper end of it."),
)


@contextmanager
def answers(folder: Path) -> Iterator[list[Answer]]:
    """The answers of a folder, readable while the context lasts.

    Raises:
        ResultsError: the folder holds none.
    """
    if not folder.is_dir():
        raise ResultsError(f"folder {folder}: there is no such folder.")
    places = [folder] if _usable(folder) else sorted(place for place in folder.iterdir() if place.is_dir() and _usable(place))
    if not places:
        raise ResultsError(
            f"folder {folder}: neither a finished run nor an answer, nor a folder of them; cxsim compare, frontier, sensitivity, branch "
            "and run make such folders."
        )
    with tempfile.TemporaryDirectory(prefix="cxsim-report-") as scratch:
        yield [Answer.load(place) if is_answer(place) else of_run(Run.load(place), Path(scratch)) for place in places]


def of_run(run: Run, scratch: Path) -> Answer:
    """A run as an answer to the question of what happens in its market.

    Args:
        run: the run.
        scratch: a folder for figures that the run's own folder lacks.
    """
    summary = run.summary()
    config = run.config
    return Answer(
        kind="run",
        title=f"{config.market.title}: {config.regulator.title}",
        question=f"What do customers experience in ten years of {config.market.title}?".replace("ten years", _span(config.months)),
        findings=_findings(run),
        tables={
            "summary": Table("The market, start and end", summary[summary["segment"] == ""].reset_index(drop=True), SUMMARY),
            "segments": Table("By segment of customers", summary[summary["segment"] != ""].reset_index(drop=True), SUMMARY, main=False),
        },
        figures=_figures(run, scratch),
        configs={"run": config},
        method=[
            f"{config.market.n_customers:,} simulated customers stand for {config.market.population:,.0f} real ones; "
            f"{config.months:,} months are reported after {config.burn_in:,} that are not; {config.replications:,} replications, "
            f"seed {config.seed}.",
            f"Customers: {config.customers.title}. Firms: {config.firms.title}. Regulator: {config.regulator.title}.",
        ],
        limits=[
            "One configuration says what follows from its assumptions, not which regime is better; cxsim compare answers that.",
            *(["One replication is one draw of luck; replications=20 shows how sure the changes are."] if config.replications < 2 else []),
        ],
        command=run.command,
        started=run.started,
        duration=run.duration,
        record=run.provenance,
        folder=run.folder,
    )


def _usable(folder: Path) -> bool:
    return is_answer(folder) or (folder / PROVENANCE).is_file()


def _span(months: int) -> str:
    if months % 12 == 0:
        return f"{months // 12} year{'s' if months != 12 else ''}"
    return f"{months} months"


def _findings(run: Run) -> list[str]:
    """What the summary says of a few metrics, with the interval of the change where there is one."""
    rows = run.summary().query("segment == ''").set_index("metric")
    words = {
        "experience": ("Experience (0 to 100)", "", 1), "price_paid": ("What customers pay a month, hidden fees included,", "£", 2),
        "hidden_fees": ("What they pay in hidden fees a month", "£", 2), "churn": ("The share who leave their supplier in a year", "", 3),
        "consumer_surplus": ("Consumer surplus a month and customer", "£", 2),
    }  # fmt: skip
    said = []
    for metric, (name, sign, places) in words.items():
        row = rows.loc[metric]
        start, end, change, low, high = (float(row[part]) for part in ("start", "end", "change", "low", "high"))
        levels = f"{name} goes from {_signed(start, sign, places, False)} to {_signed(end, sign, places, False)}"
        if run.config.replications < 2:
            said.append(f"{levels}.")
        elif low <= 0 <= high:
            between = f"{_signed(low, sign, places)} to {_signed(high, sign, places)}"
            said.append(f"{levels}; whether that is a change cannot be told (95 % interval {between}).")
        else:
            between = f"{_signed(low, sign, places)} to {_signed(high, sign, places)}"
            said.append(f"{levels}: a change of {_signed(change, sign, places)} (95 % interval {between}).")
    return said


def _signed(number: float, sign: str, places: int, plus: bool = True) -> str:
    """A number with its sign before the pound's."""
    text = f"{sign}{abs(number):,.{places}f}"
    return f"−{text}" if round(number, places) < 0 else f"+{text}" if plus else text


def _figures(run: Run, scratch: Path) -> dict[str, Picture]:
    place = run.folder / "figures" if run.folder is not None else None
    if place is None or not place.is_dir():
        from cxsim.results import figures

        place = scratch / (run.folder.name if run.folder is not None else run.config.name)
        figures.save(run, place)
    captions = {
        "experience": "What customers experience, month by month.",
        "prices": "What customers pay: price, premiums and hidden fees.",
        "shares": "Shares of the firms.",
        "harm": "Harm to customers by conduct.",
        "regulator": "The regulator's money, cases and fines.",
    }
    return {
        name: Picture(caption, caption, files=(place / f"{name}.svg", place / f"{name}.png"))
        for name, caption in captions.items()
        if (place / f"{name}.svg").is_file()
    }
