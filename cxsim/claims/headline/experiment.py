"""Running the headline experiment: every place on the map with the same luck, as one sweep that can be interrupted and goes on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from cxsim.claims.headline.answers import Answer, answers
from cxsim.claims.headline.design import Headline, configs
from cxsim.claims.planned import Told, measured


@dataclasses.dataclass(frozen=True)
class Map:
    """What the experiment gave.

    Attributes:
        headline: the experiment.
        values: for each outcome an array of shape (price rules, sights, numbers of firms, levels of enforcement, replications); NaN where a
            run failed.
        answers: what it answers, over all markets and in each.
        quick: whether it was run with few replications.
    """

    headline: Headline
    values: dict[str, np.ndarray]
    answers: list[Answer]
    quick: bool

    def answer(self, outcome: str, market: str) -> Answer:
        """What is answered for one outcome in one market."""
        return next(answer for answer in self.answers if (answer.outcome, answer.market) == (outcome, market))


def run(
    headline: Headline,
    out: Path,
    *,
    quick: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    progress: Told = None,
    command: str | None = None,
) -> Map:
    """Run what is not done yet of the map.

    Args:
        headline: the experiment.
        out: the folder for results of claims; the runs go to ``out/headline/runs-KEY``.
        quick: fewer replications.
        executor, workers, progress: as for `cxsim.sweep`.
        command: the command that asked for it, for the record.

    Raises:
        CxsimError: a configuration that cannot be, or whatever `cxsim.sweeps.api.execute` raises.
    """
    measures = {name: outcome.measure for name, outcome in headline.outcomes.items()}
    found = measured(
        headline, "headline", list(configs(headline, quick)), measures, out,
        quick=quick, executor=executor, workers=workers, progress=progress, command=command,
    )  # fmt: skip
    grids = {name: grid.reshape(*headline.shape, headline.runs(quick)) for name, grid in found.items()}
    return Map(headline, grids, answers(headline, grids), quick)
