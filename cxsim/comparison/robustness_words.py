"""A study of robustness in plain words, made from its numbers by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxsim.comparison.measures import label
from cxsim.comparison.numbers import amount, interval, listed

if TYPE_CHECKING:
    from cxsim.comparison.robustness import Robustness


def findings(study: Robustness) -> list[str]:
    """The paragraphs: who is regretted least, who is never worse, what the advantage depends on, what it all rests on."""
    made = [regret(study), never(study), depends(study), basis(study)]
    if study.failed:
        made.append(f"{study.failed:,} replications were left out because a run failed, which may itself depend on the regime.")
    return [paragraph for paragraph in made if paragraph]


def regret(study: Robustness) -> str:
    """Whose largest and whose mean regret is least, and who cannot be told from them."""
    found, unit = study.regrets, study.metric.unit
    if not found.by_future.any():
        return f"All regimes give the same {_label(study)} in every future: nothing is regretted."
    parts = []
    for which, what in (("largest", "largest regret"), ("mean", "mean regret")):
        first, near = found.least(which)
        value = getattr(found, which)[first]
        ends = interval(max(getattr(found, f"{which}_low")[first], 0.0), getattr(found, f"{which}_high")[first], unit)
        where = f", in {study.futures.all[found.where[first]].name}" if which == "largest" and value > 0 else ""
        sentence = f"The {what} is smallest under {_title(study, first)}: {amount(value, unit)} ({ends}){where}."
        if near:
            sentence += f" {listed([_title(study, place) for place in near])} cannot be told from it."
        parts.append(sentence)
    return f"Regret in {_label(study)}, against the best of the regimes in each future. {' '.join(parts)}"


def never(study: Robustness) -> str:
    """Which regimes are never worse than the baseline, shown or not told, and which are."""
    base = study.against[study.baseline]
    title = study.regimes[study.baseline].title
    futures = len(study.futures)
    parts = []
    for place, regime in enumerate(study.regimes):
        if place == study.baseline:
            continue
        better, worse = int(base.better[place]), int(base.worse[place])
        same = int(base.paired.same[:, place].sum())
        if same == futures:
            parts.append(f"“{regime.title}” is the same in every future")
            continue
        if worse:
            better_too = f" and better in {better:,}" if better else ""
            parts.append(f"“{regime.title}” is worse in {worse:,} of {futures:,} futures{better_too}")
        elif base.shown[place]:
            parts.append(f"“{regime.title}” is shown never to be worse, and better in {better:,} of {futures:,} futures")
        else:
            told = f"better in {better:,} of {futures:,} futures, and " if better else ""
            parts.append(f"“{regime.title}” is {told}not told worse in any, which is not yet shown to be never worse")
    least = [
        regime.title for place, regime in enumerate(study.regimes)
        if all(found.shown[place] for other, found in enumerate(study.against) if other != place)
        and not all(found.paired.same[:, place].all() for found in study.against)
    ]  # fmt: skip
    overall = f" Never worse than any other of the regimes is shown for {listed([f'“{name}”' for name in least])}." if least else ""
    return f"Against “{title}”: {'; '.join(parts)}.{overall}"


def depends(study: Robustness) -> str:
    """What of the futures the advantage goes with, where that can be told."""
    if "drivers" not in study.tables:
        return ""
    table = study.table("drivers")
    told = table[table["p_holm"] < 0.05]
    parts = []
    for place, regime in enumerate(study.regimes):
        rows = told[told["regime"] == study.names[place]].head(3)
        if len(rows):
            what = [f"{_more(row.correlation)} with higher {row.parameter} ({row.correlation:+.2f})" for row in rows.itertuples()]
            parts.append(f"“{regime.title}” is ahead {listed(what)}")
    if not parts:
        return "Across these futures no single parameter can be told that the advantage over the baseline depends on."
    return f"What the advantage over the baseline goes with, as rank correlations over futures: {'; '.join(parts)}."


def basis(study: Robustness) -> str:
    """What the paragraphs rest on."""
    when = "all months reported" if study.width == study.months else f"the last {study.width:,} months"
    comparisons = study.against[study.baseline].paired.comparisons
    return (
        f"From {study.futures.made}, with {len(study.values):,} replications of each of {len(study.regimes):,} regimes in each of them, "
        f"all with the same luck; means over {when}. Better and worse in a future are claimed after correction for {comparisons:,} "
        "comparisons (Bonferroni); never worse needs every future's own interval to leave out worse."
    )


def method(study: Robustness) -> list[str]:
    """How it was done."""
    ranges = [f"{key} {low:.4g} to {high:.4g}" for key, (low, high) in study.futures.ranges.items()]
    drawn = [f"Ranges: {'; '.join(ranges)}."] if ranges else []
    return [
        f"Every regime is run in every future with the same seeds: {study.futures.made}, {len(study.values):,} replications.",
        *drawn,
        "The regret of a regime in a future is how much better the best regime does there (Savage 1951). Intervals of mean and largest "
        "regret are the bootstrap's over replications, with expanded percentiles (Hesterberg 2015); whether two can be told apart is seen "
        "from the same draws.",
        "Differences to the baseline have Student's t intervals over paired replications, corrected for the number of futures and regimes "
        "(Bonferroni) where single futures are claimed; never worse is an intersection-union test (Berger 1982).",
    ]


def _title(study: Robustness, place: int) -> str:
    return f"“{study.regimes[place].title}”"


def _label(study: Robustness) -> str:
    return label(study.metric.name)


def _more(correlation: float) -> str:
    return "more" if correlation > 0 else "less"
