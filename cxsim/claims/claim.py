"""A claim as its file states it: what is said, by whom, how it would come about, and how the market is asked whether it is so."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim.claims.given import count, flag, mapping, number, only, text, words
from cxsim.claims.stated import ClaimError, Stated, from_file
from cxsim.config.errors import BadValueError, CxsimError, nearest
from cxsim.config.keys import index
from cxsim.results.measure import Measure

FILE = "claim.yaml"
RULE = "standard"
"""The only decision rule there is, see :mod:`cxsim.claims.verdict`; a file names it so that nobody can say it was chosen afterwards."""

DIRECTIONS = {"up": 1, "down": -1, "none": 0, "not up": 1, "not down": -1}
"""What a test may predict, and the side that it speaks of."""


@dataclasses.dataclass(frozen=True)
class Arm:
    """One of the markets that a claim compares.

    Attributes:
        title: what it is, in a few words.
        overrides: presets and parameters as on the command line; they come after those of the base and of the condition.
        times: multiples of what each market has, by key; for a number of firms of those that it starts with.
    """

    title: str
    overrides: tuple[str, ...]
    times: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @property
    def said(self) -> str:
        """Overrides and multiples on one line; empty where the arm is the market as it is."""
        return " ".join([*self.overrides, *(f"{key}=x{multiple:g}" for key, multiple in self.times.items())])


@dataclasses.dataclass(frozen=True)
class Test:
    """One thing that has to be so for the claim to hold.

    Attributes:
        title: what is looked at, in words.
        measure: the number taken of each run.
        contrast: weight of each arm; the effect is the weighted sum of the measure over the arms, replication by replication.
        direction: ``up`` (the effect is positive), ``down``, ``none`` (too small to matter), ``not up`` (too small to matter, or negative)
            or ``not down``.
        smallest: the smallest effect worth calling one, in the unit of the measure.
        because: why that is the smallest that counts; may be empty.
    """

    title: str
    measure: Measure
    contrast: Mapping[str, float]
    direction: str
    smallest: float
    because: str = ""


@dataclasses.dataclass(frozen=True)
class Factor:
    """A parameter that conditions vary one at a time.

    Attributes:
        key: its dotted key.
        levels: its values; a text such as ``x0.5`` means that multiple of the value there.
        guess: whether nobody has measured it, so that a verdict may not rest on it unsaid.
    """

    key: str
    levels: tuple[Any, ...]
    guess: bool = False


@dataclasses.dataclass(frozen=True)
class Claim(Stated):
    """A claim and its experiment.

    Attributes:
        name: the name of its folder.
        title: the claim in a line.
        claim: the claim in our words.
        source: who says so.
        evidence: what the literature says; may be empty.
        mechanism: how it would come about, and which part of the model stands for that.
        starred: whether it is about the levers that matter most here.
        base: overrides that all runs share.
        arms: the markets compared, by name.
        tests: what has to be so; all of them.
        markets: overrides of each market that the claim is tried in.
        factors: what is varied, one at a time.
        untestable: why the model cannot test it and what that would take; such a claim has no arms.
        note: what to know when reading the verdict; may be empty.
    """

    name: str
    title: str
    claim: str
    source: str
    mechanism: str
    evidence: str = ""
    starred: bool = False
    base: tuple[str, ...] = ()
    arms: Mapping[str, Arm] = dataclasses.field(default_factory=dict)
    tests: Mapping[str, Test] = dataclasses.field(default_factory=dict)
    markets: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    untestable: str = ""
    note: str = ""


def read(folder: Path) -> Claim:
    """The claim in a folder.

    Raises:
        ClaimError: the file cannot be read, lacks something, or has something that it may not have.
    """
    claim, digest = from_file(folder / FILE, functools.partial(parse, folder.name))
    return dataclasses.replace(claim, digest=digest)


def parse(name: str, given: Any) -> Claim:
    """A claim from the mapping of its file.

    Raises:
        BadValueError: something is missing, unknown or of the wrong kind.
    """
    if not isinstance(given, Mapping):
        raise BadValueError(name, given, "a mapping")
    texts = ("title", "claim", "source", "mechanism", "evidence", "untestable", "note")
    known = [*texts, "starred", "rule", "base", "arms", "tests", "conditions", "guesses", "replications", "quick_replications"]
    only(given, known, "")
    said = {key: text(key, given.get(key, ""), needed=key in texts[:4]) for key in texts}
    common: dict[str, Any] = {**said, "name": name, "starred": flag("starred", given.get("starred", False))}
    if said["untestable"]:
        return Claim(**common)
    if given.get("rule") != RULE:
        raise BadValueError("rule", given.get("rule"), RULE)
    arms = {key: _arm(f"arms.{key}", value) for key, value in mapping("arms", given.get("arms")).items()}
    if len(arms) < 2:
        raise BadValueError("arms", list(arms), "two arms or more")
    tests = {key: _test(f"tests.{key}", value, arms) for key, value in mapping("tests", given.get("tests")).items()}
    conditions = mapping("conditions", given.get("conditions"))
    only(conditions, ["markets", "vary"], "conditions.")
    listed = mapping("conditions.markets", conditions.get("markets"))
    markets = {str(key): words(f"conditions.markets.{key}", value) for key, value in listed.items()}
    factors = [*_factors("conditions.vary", conditions.get("vary", {}), False), *_factors("guesses", given.get("guesses", {}), True)]
    return Claim(
        **common,
        base=words("base", given.get("base", [])),
        arms=arms,
        tests=tests,
        markets=markets,
        factors=tuple(factors),
        replications=count("replications", given.get("replications", 20)),
        quick_replications=count("quick_replications", given.get("quick_replications", 6)),
    )


@functools.cache
def folder_of_claims() -> Path:
    """Where the claims that come with cxsim lie: in the package once installed, in ``experiments`` of a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "files", package.parent.parent / "experiments" / "claims"):
        if folder.is_dir():
            return folder
    raise CxsimError("The claims of cxsim are missing; install cxsim again.")


def names(folder: Path) -> list[str]:
    """Names of the claims in a folder of claims, in order."""
    if not folder.is_dir():
        raise ClaimError(f"claims folder {folder}: there is no such folder.")
    return sorted(path.parent.name for path in folder.glob(f"*/{FILE}"))


def find(folder: Path, wanted: Sequence[str]) -> list[Claim]:
    """The claims of these names, ``all`` for every one.

    Raises:
        ClaimError: a name that no claim has.
    """
    known = names(folder)
    chosen: list[str] = []
    for name in wanted:
        if name == "all":
            chosen += known
        elif name in known:
            chosen.append(name)
        else:
            raise ClaimError(f"{name}: there is no such claim.{nearest(name, known)} cxsim claims lists them.")
    return [read(folder / name) for name in dict.fromkeys(chosen)]


def _test(key: str, given: Any, arms: Mapping[str, Arm]) -> Test:
    given = mapping(key, given)
    only(given, ["title", "measure", "contrast", "direction", "smallest", "because"], f"{key}.")
    contrast = given.get("contrast")
    if contrast is None:
        if set(arms) != {"control", "treatment"}:
            raise BadValueError(f"{key}.contrast", contrast, f"a weight for arms among {', '.join(arms)}")
        contrast = {"treatment": 1, "control": -1}
    contrast = mapping(f"{key}.contrast", contrast)
    only(contrast, list(arms), f"{key}.contrast.")
    direction = given.get("direction")
    if direction not in DIRECTIONS:
        raise BadValueError(f"{key}.direction", direction, ", ".join(DIRECTIONS), nearest(str(direction), DIRECTIONS))
    return Test(
        text(f"{key}.title", given.get("title", ""), needed=True),
        Measure.parse(f"{key}.measure", given.get("measure")),
        {arm: number(f"{key}.contrast.{arm}", weight) for arm, weight in contrast.items()},
        direction,
        number(f"{key}.smallest", given.get("smallest"), above=0.0),
        text(f"{key}.because", given.get("because", ""), needed=False),
    )


def _arm(key: str, given: Any) -> Arm:
    given = mapping(key, given)
    only(given, ["title", "overrides", "times"], f"{key}.")
    times = {}
    if given.get("times") not in (None, {}):
        for name, multiple in mapping(f"{key}.times", given["times"]).items():
            times[_parameter(f"{key}.times", name)] = number(f"{key}.times.{name}", multiple, above=0.0)
    return Arm(text(f"{key}.title", given.get("title", ""), needed=True), words(f"{key}.overrides", given.get("overrides", [])), times)


def _parameter(key: str, name: Any) -> str:
    if name not in index():
        raise BadValueError(key, name, "keys of parameters", nearest(str(name), index()))
    return str(name)


def _factors(key: str, given: Any, guess: bool) -> list[Factor]:
    if given in (None, {}):
        return []
    made = []
    for name, levels in mapping(key, given).items():
        _parameter(key, name)
        if not isinstance(levels, list) or not levels:
            raise BadValueError(f"{key}.{name}", levels, "a list of values, or of multiples such as x0.5")
        made.append(Factor(str(name), tuple(levels), guess))
    return made
