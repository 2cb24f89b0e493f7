"""The headline experiment as its file states it: which markets, how many rivals, which enforcement, what is looked at."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cxsim.claims.composed import composed
from cxsim.claims.given import count, mapping, number, only, text, words
from cxsim.claims.stated import Stated, from_file
from cxsim.config.errors import BadValueError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.results.measure import Measure

FILE = "headline.yaml"
RIVALS = "market.n_firms"


class Enforcement(NamedTuple):
    """A level of enforcement: what it is in words, and its overrides."""

    title: str
    overrides: tuple[str, ...]


class Outcome(NamedTuple):
    """What is looked at: in words, the number taken of each run, and the smallest difference worth calling one, in its unit."""

    title: str
    measure: Measure
    smallest: float


class Cell(NamedTuple):
    """One place on the map: price rule, sight, number of firms and level of enforcement, each by its position in the design."""

    price: int
    sight: int
    rivals: int
    enforcement: int


@dataclasses.dataclass(frozen=True)
class Headline(Stated):
    """The experiment.

    Attributes:
        title: the question.
        claim: the answer that is claimed, in our words.
        source: who says so.
        mechanism: how it would come about.
        base: overrides that all runs share.
        rivals: numbers of firms, rising.
        enforcement: levels of enforcement, from none to the strongest.
        prices: overrides of each rule for prices.
        sight: overrides for how well customers see what they are not with.
        outcomes: what is looked at; the first is the one that the title is about.
    """

    title: str
    claim: str
    source: str
    mechanism: str
    base: tuple[str, ...]
    rivals: tuple[int, ...]
    enforcement: tuple[Enforcement, ...]
    prices: dict[str, tuple[str, ...]]
    sight: dict[str, tuple[str, ...]]
    outcomes: dict[str, Outcome]

    @property
    def shape(self) -> Cell:
        """How many price rules, sights, numbers of firms and levels of enforcement there are."""
        return Cell(len(self.prices), len(self.sight), len(self.rivals), len(self.enforcement))

    @property
    def markets(self) -> list[tuple[int, int, str]]:
        """Each combination of price rule and sight with its name."""
        named = itertools.product(enumerate(self.prices), enumerate(self.sight))
        return [(price, sight, f"{rule}, {seen}") for (price, rule), (sight, seen) in named]


def read(folder: Path) -> Headline:
    """The experiment in a folder of claims.

    Raises:
        ClaimError: there is none, or its file cannot be used.
    """
    headline, digest = from_file(folder / FILE, parse)
    return dataclasses.replace(headline, digest=digest)


def parse(given: Any) -> Headline:
    """The experiment from the mapping of its file.

    Raises:
        BadValueError: something is missing, unknown or of the wrong kind.
    """
    given = mapping("headline", given)
    said = ("title", "claim", "source", "mechanism")
    only(given, [*said, "base", "rivals", "enforcement", "prices", "sight", "outcomes", "replications", "quick_replications"], "")
    rivals = given.get("rivals")
    whole = isinstance(rivals, list) and all(isinstance(firms, int) and not isinstance(firms, bool) and firms > 0 for firms in rivals)
    if not isinstance(rivals, list) or not whole or len(rivals) < 2 or sorted(set(rivals)) != rivals:
        raise BadValueError("rivals", rivals, "two or more whole numbers above 0, rising")
    levels = given.get("enforcement")
    if not isinstance(levels, list) or len(levels) < 2:
        raise BadValueError("enforcement", levels, "a list of two or more levels, from none to the strongest")
    return Headline(
        **{key: text(key, given.get(key, ""), needed=True) for key in said},
        base=words("base", given.get("base", [])),
        rivals=tuple(rivals),
        enforcement=tuple(_level(f"enforcement.{place}", level) for place, level in enumerate(levels)),
        prices={str(key): words(f"prices.{key}", value) for key, value in mapping("prices", given.get("prices")).items()},
        sight={str(key): words(f"sight.{key}", value) for key, value in mapping("sight", given.get("sight")).items()},
        outcomes={str(key): _outcome(f"outcomes.{key}", value) for key, value in mapping("outcomes", given.get("outcomes")).items()},
        replications=count("replications", given.get("replications", 20)),
        quick_replications=count("quick_replications", given.get("quick_replications", 8)),
    )


def cells(headline: Headline) -> list[Cell]:
    """All places on the map, in the order in which they are run."""
    return [Cell(*place) for place in itertools.product(*map(range, headline.shape))]


def configs(headline: Headline, quick: bool = False) -> Iterator[Config]:
    """The configuration of each place, in the order of `cells`.

    Raises:
        CxsimError: one that cannot be.
    """
    rules, seen = list(headline.prices.values()), list(headline.sight.values())

    @functools.cache
    def market(price: int, sight: int, enforcement: int) -> Config:
        overrides = (*headline.base, *rules[price], *seen[sight], *headline.enforcement[enforcement].overrides)
        return with_values(composed(overrides), {"replications": headline.runs(quick), "name": "headline", "figures": False})

    for cell in cells(headline):
        yield with_values(market(cell.price, cell.sight, cell.enforcement), {RIVALS: headline.rivals[cell.rivals]})


def _level(key: str, given: Any) -> Enforcement:
    given = mapping(key, given)
    only(given, ["title", "overrides"], f"{key}.")
    return Enforcement(text(f"{key}.title", given.get("title", ""), needed=True), words(f"{key}.overrides", given.get("overrides", [])))


def _outcome(key: str, given: Any) -> Outcome:
    given = mapping(key, given)
    only(given, ["title", "measure", "smallest"], f"{key}.")
    return Outcome(
        text(f"{key}.title", given.get("title", ""), needed=True),
        Measure.parse(f"{key}.measure", given.get("measure")),
        number(f"{key}.smallest", given.get("smallest"), above=0.0),
    )
