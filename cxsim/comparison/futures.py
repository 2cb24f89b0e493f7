"""Futures: what is uncertain about the market and not chosen by anybody, set to values under which regimes are tried."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxsim.comparison.files import FileError
from cxsim.comparison.files import read as read_file
from cxsim.comparison.regimes import SHARED, Regime, flattened, held, named_word
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, shown
from cxsim.config.keys import index, locate
from cxsim.config.presets import GROUPS

if TYPE_CHECKING:
    from cxsim.config.run import Config

GUESSES = "guesses"
FILE = {
    "futures": "a mapping from names to what sets each apart",
    "ranges": "a mapping from parameters to [low, high]",
    "n": "with ranges: how many futures to draw",
}
NUMBER = 24
SPREAD = 2.0
MONEY = 1.25
# Sizes of the simulation and the scale of the market: not behaviour that anyone guessed at.
_SCALE = ("market.n_customers", "market.population", "market.n_firms", "market.reference_price", "market.unit_cost", "firms.panel_size")


@dataclasses.dataclass(frozen=True)
class Future:
    """One of the futures.

    Attributes:
        name: what tables call it.
        title: what it is called in words.
        values: values of parameters by key, the same keys in all futures.
    """

    name: str
    title: str
    values: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Futures:
    """A set of futures.

    Attributes:
        all: the futures.
        made: how they were made, in words.
        ranges: the range of each parameter for a sample; empty for futures that are named.
        code: the arguments that make them again in Python.
    """

    all: tuple[Future, ...]
    made: str
    ranges: Mapping[str, tuple[float, float]]
    code: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.all)

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters that differ between futures."""
        return tuple(self.all[0].values)


def futures_of(given: Any, regimes: Sequence[Regime], baseline: int, number: int | None = None, seed: int = 1) -> Futures:
    """Futures as a user says them.

    Args:
        given: ``"guesses"`` (a Latin hypercube over the numbers that are guesses); a mapping from parameters to ``(low, high)``, a Latin
            hypercube over these; a mapping from names to mappings of values; or the path of a YAML file with ``ranges:`` or
            ``futures:``.
        regimes: the regimes that will be set in them.
        baseline: position of the one whose numbers the guesses are taken from.
        number: how many to draw, where they are drawn (default 24).
        seed: seed of the sample; it has nothing to do with the luck of the runs.

    Raises:
        CxsimError: an unknown parameter, a value out of range, something that regimes set too; for a file its name comes first.
    """
    if isinstance(given, str) and given == GUESSES:
        found = _sample(guesses(regimes[baseline].config, _taken(regimes)), regimes, number, seed, "numbers that are guesses")
        return dataclasses.replace(found, code=(f"futures={GUESSES!r}", *found.code[1:]))
    if isinstance(given, str | os.PathLike):
        return _from_file(given, regimes, baseline, number, seed)
    if not isinstance(given, Mapping) or not given:
        raise BadValueError("futures", given, f"{GUESSES}, a YAML file, a mapping from parameters to (low, high), or from names to values")
    if all(isinstance(part, Mapping) for part in given.values()):
        return _named(given, regimes, baseline)
    return _sample(given, regimes, number, seed, "parameters")


def guesses(config: Config, taken: Iterable[str] = ()) -> dict[str, tuple[float, float]]:
    """The numbers that nobody measured, with a range for each: those that a preset or the schema marks as guesses.

    A number goes from half of its value to twice of it, a share between 0 and 1 from half its odds to twice, and an amount of money from
    four fifths to five fourths; numbers that are zero, sizes of the simulation and the scale of the market are left alone.

    Args:
        config: where values and sources are taken from.
        taken: parameters to leave out.
    """
    left_out = {*taken, *_SCALE}
    found: dict[str, tuple[float, float]] = {}
    for key, parameter in index().items():
        group, _, name = key.rpartition(".")
        if group not in ("market", "customers", "firms") or key in left_out or parameter.type.removesuffix(" | None") != "float":
            continue
        part = getattr(config, group)
        note = part.sources.get(name)
        sure = note.get("confidence") if isinstance(note, Mapping) else None
        value = getattr(part, name)
        if value and (sure == "guess" or (sure is None and "guess" in parameter.spec.reference)):
            found[key] = _range(float(value), parameter.spec.low, parameter.spec.high, parameter.spec.unit)
    return {key: ends for key, ends in found.items() if ends[0] < ends[1]}


def settled(regime: Regime, future: Future) -> Regime:
    """A regime set in a future.

    Raises:
        CxsimError: the two cannot stand together.
    """
    from cxsim.config.load import with_values

    try:
        config = with_values(regime.config, future.values)
    except CxsimError as error:
        raise ContradictionError(f"future {future.name}, regime {regime.name}: {error}") from error
    return dataclasses.replace(regime, config=config)


def _range(value: float, low: float | None, high: float | None, unit: str) -> tuple[float, float]:
    if unit.startswith("£"):
        ends = sorted((value / MONEY, value * MONEY))
    elif low == 0 and high == 1 and 0 < value < 1:
        odds = value / (1 - value)
        ends = [odds / SPREAD / (1 + odds / SPREAD), odds * SPREAD / (1 + odds * SPREAD)]
    else:
        ends = sorted((value / SPREAD, value * SPREAD))
    return max(ends[0], low) if low is not None else ends[0], min(ends[1], high) if high is not None else ends[1]


def _sample(ranges: Mapping[str, Any], regimes: Sequence[Regime], number: int | None, seed: int, of: str) -> Futures:
    from cxsim.sweeps.samples import latin_hypercube

    if not ranges:
        raise BadValueError("futures", GUESSES, "a market with numbers that are guesses, or ranges of your own")
    _check(ranges, regimes)
    count = NUMBER if number is None else number
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= 10_000:
        raise BadValueError("n_futures", count, "a whole number, 2 to 10,000")
    design = latin_hypercube({key: tuple(ends) if isinstance(ends, list) else ends for key, ends in ranges.items()}, count, seed)
    digits = len(str(count))
    made = tuple(Future(f"future-{place + 1:0{digits}d}", f"Future {place + 1}", design[place]) for place in range(count))
    spans = {key: (float(ends[0]), float(ends[1])) for key, ends in ranges.items() if not isinstance(ends[0], str | bool)}
    code = (f"futures={dict(ranges)!r}", f"n_futures={count}", f"futures_seed={seed}")
    return Futures(made, f"{count:,} futures (a Latin hypercube over {len(ranges):,} {of})", spans, code)


def _named(given: Mapping[Any, Any], regimes: Sequence[Regime], baseline: int) -> Futures:
    flat = {named_word(name, "future"): flattened(name, part, "future") for name, part in given.items()}
    if len(flat) < 2:
        raise BadValueError("futures", ", ".join(flat), "two or more")
    titles = {name: str(part.pop("title", name)) for name, part in flat.items()}
    keys = list(dict.fromkeys(key for part in flat.values() for key in part))
    _check(keys, regimes)
    config = regimes[baseline].config
    made = tuple(Future(name, titles[name], {key: part.get(key, held(config, {}, key)) for key in keys}) for name, part in flat.items())
    again = {future.name: {"title": future.title, **future.values} for future in made}
    return Futures(made, f"{len(made):,} named futures", {}, (f"futures={again!r}",))


def _check(keys: Iterable[str], regimes: Sequence[Regime]) -> None:
    taken = _taken(regimes)
    for key in keys:
        if key in GROUPS:
            raise BadValueError(key, "a preset", "parameters in futures; presets are for regimes")
        name, _ = locate(str(key), GROUPS)
        if key in SHARED or name in SHARED:
            raise BadValueError(key, "a future", "parameters of the market, its customers, firms or regulator; all futures share this one")
        if key in taken:
            raise ContradictionError(f"{key}: regimes set it, and futures too; leave it out of one of them.")


def _taken(regimes: Sequence[Regime]) -> set[str]:
    return {key for regime in regimes for key in regime.values}


def _from_file(path: str | os.PathLike[str], regimes: Sequence[Regime], baseline: int, number: int | None, seed: int) -> Futures:
    content = read_file(path, FILE)
    try:
        if "futures" in content and "ranges" in content:
            raise ContradictionError("it has futures and ranges; give one of the two.")
        if "futures" in content:
            if number is not None or "n" in content:
                raise ContradictionError("n goes together with ranges; futures that are named are all taken.")
            named = content["futures"]
            if not isinstance(named, Mapping) or not all(isinstance(part, Mapping) for part in named.values()):
                raise BadValueError("futures", shown(named), FILE["futures"])
            return _named(named, regimes, baseline)
        return _sample(content["ranges"], regimes, content.get("n") if number is None else number, seed, "parameters")
    except CxsimError as error:
        raise FileError(f"{path}: {error}") from error
