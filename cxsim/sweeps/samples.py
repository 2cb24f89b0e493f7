"""Designs that fill a space of ranges: Latin hypercubes, Sobol' points, and those that SALib makes for its analyses."""

from __future__ import annotations

import importlib
import inspect
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxsim.config.errors import BadValueError, CxsimError, nearest, shown
from cxsim.config.keys import index, locate
from cxsim.config.scalars import plain
from cxsim.sweeps.design import Design, DesignError, factorial

Ranges = Mapping[str, Any]
SALIB_SAMPLERS = ("sobol", "saltelli", "morris", "fast_sampler", "latin", "finite_diff", "ff")


def latin_hypercube(ranges: Ranges, n: int, seed: int = 0) -> Design:
    """Points such that each of n equal parts of every range is hit exactly once.

    Args:
        ranges: for each parameter ``(low, high)``. A whole-number parameter takes whole numbers, both ends included;
            a list of words takes each as often as the others.
        n: number of points.
        seed: seed of the sample; it has nothing to do with the luck of the runs.

    Raises:
        CxsimError: an unknown parameter, a range that is none, fewer than one point.

    Source: McKay, Beckman and Conover (1979).
    """
    from scipy.stats import qmc

    unit = _sampler(qmc.LatinHypercube, ranges, seed).random(_count(n))
    return _scaled("latin hypercube", ranges, unit, {"seed": seed})


def sobol(ranges: Ranges, n: int, seed: int = 0) -> Design:
    """Scrambled Sobol' points, which fill the space evenly at every size; balance needs n to be a power of two.

    Args:
        ranges: as for `latin_hypercube`.
        n: number of points.
        seed: seed of the scrambling.

    Raises:
        CxsimError: as `latin_hypercube`.

    Source: Sobol' (1967); Owen (1998).
    """
    from scipy.stats import qmc

    sampler = _sampler(qmc.Sobol, ranges, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about sizes that are no power of two, which is said above
        return _scaled("sobol", ranges, sampler.random(_count(n)), {"seed": seed})


def salib(problem: Mapping[str, Any], n: int, sampler: str = "sobol", **options: Any) -> Design:
    """The points that SALib draws for one of its analyses, in its order.

    Means over replications by ``point`` are then what SALib's ``analyze`` takes.

    Args:
        problem: SALib's problem: ``names`` (keys of parameters), ``bounds``, and whatever else SALib takes.
        n: SALib's N.
        sampler: module of ``SALib.sample``: sobol, saltelli, morris, fast_sampler, latin, finite_diff or ff.
        options: passed on to SALib's ``sample``, such as ``seed`` or ``calc_second_order``.

    Raises:
        CxsimError: SALib is not installed, it refuses the problem, or a parameter does not take what it draws.

    Source: Iwanaga, Usher and Herman (2022).
    """
    if sampler not in SALIB_SAMPLERS:
        raise BadValueError("sampler", sampler, ", ".join(SALIB_SAMPLERS), nearest(str(sampler), SALIB_SAMPLERS))
    if not isinstance(problem, Mapping) or not {"names", "bounds"} <= set(problem):
        raise DesignError(f"problem: given {shown(problem)}; allowed: a SALib problem with names and bounds.")
    for name in problem["names"]:
        locate(str(name))
    try:
        sample = importlib.import_module(f"SALib.sample.{sampler}").sample
    except ImportError as error:
        raise CxsimError(f"SALib is not installed or has no {sampler}; pip install 'cxsim[salib]' brings it.") from error
    given = {"num_vars": len(problem["names"]), **problem}
    arguments = [given] if "N" not in inspect.signature(sample).parameters else [given, _count(n)]
    try:
        drawn = np.asarray(sample(*arguments, **options), dtype=float)
    except Exception as error:  # SALib checks its input with exceptions of many kinds
        raise DesignError(f"problem: SALib cannot sample it ({' '.join(str(error).split())}).") from error
    names = tuple(str(name) for name in given["names"])
    levels: tuple[Any, ...] = tuple(_whole(name, drawn[:, place]) for place, name in enumerate(names))
    about = {"sampler": sampler, "bounds": [[float(end) for end in pair] for pair in given["bounds"]]}
    return Design("SALib", names, levels, False, about)


def _sampler(kind: Any, ranges: Ranges, seed: Any) -> Any:
    # SciPy renamed the argument in 1.15.
    name = "rng" if "rng" in inspect.signature(kind).parameters else "seed"
    return kind(_dimensions(ranges), **{name: _seed(seed)})


def _whole(key: str, values: np.ndarray) -> np.ndarray:
    """SALib knows only real numbers: those of a whole-number parameter are rounded."""
    return np.rint(values).astype(np.int64) if _is_whole(key) and np.isfinite(values).all() else values


def _is_whole(key: str) -> bool:
    return key in index() and index()[key].type.removesuffix(" | None") == "int"


def _scaled(kind: str, ranges: Ranges, unit: np.ndarray, about: Mapping[str, Any]) -> Design:
    levels = tuple(_level(key, given, unit[:, place]) for place, (key, given) in enumerate(ranges.items()))
    said = {"ranges": {str(key): [plain(end) for end in given] for key, given in ranges.items()}}
    return Design(kind, tuple(map(str, ranges)), levels, False, {**said, **about})


def _level(key: str, given: Sequence[Any], unit: np.ndarray) -> Any:
    if _is_words(given):
        return [given[place] for place in np.minimum((unit * len(given)).astype(int), len(given) - 1)]
    low, high = float(given[0]), float(given[1])
    if not _is_whole(key):
        return low + unit * (high - low)
    low, high = math.ceil(low), math.floor(high)
    return np.minimum(low + np.floor(unit * (high - low + 1)), high).astype(np.int64)


def _is_words(given: Sequence[Any]) -> bool:
    return any(isinstance(value, str | bool) for value in given)


def _dimensions(ranges: Ranges) -> int:
    if not isinstance(ranges, Mapping) or not ranges:
        raise DesignError(f"ranges: given {shown(ranges)}; allowed: a mapping from parameters to (low, high).")
    for key, given in ranges.items():
        if not isinstance(given, Sequence) or isinstance(given, str) or not given:
            raise DesignError(f"{key}: given {shown(given)}; allowed: (low, high), or a list of words.")
        if _is_words(given):
            factorial({key: given})  # for its checks
        elif len(given) != 2 or not all(_finite(end) for end in given) or given[0] > given[1]:
            raise DesignError(f"{key}: given {shown(list(given))}; allowed: (low, high), two finite numbers in that order.")
        elif _is_whole(str(key)) and math.ceil(given[0]) > math.floor(given[1]):
            raise DesignError(f"{key}: given {shown(list(given))}; allowed: (low, high) with a whole number between.")
        else:
            factorial({key: list(given)}) if str(key) not in index() else _ends(str(key), given)
    return len(ranges)


def _ends(key: str, given: Sequence[Any]) -> None:
    ends = [math.ceil(given[0]), math.floor(given[1])] if _is_whole(key) else list(given)
    factorial({key: ends})


def _finite(value: Any) -> bool:
    value = plain(value)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(n: Any) -> int:
    n = plain(n)
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= 100_000_000:
        raise BadValueError("n", n, "a whole number of points, 1 to 100,000,000")
    return n


def _seed(seed: Any) -> np.random.Generator:
    seed = plain(seed)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise BadValueError("seed", seed, "a whole number, 0 or more")
    return np.random.default_rng(seed)
