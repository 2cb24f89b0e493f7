"""How cxsim compiles: one decorator, one floating-point mode, one cache that never serves stale code.

Numba's own cache notices a change in the file of a function but not in the functions it calls from other files. The cache
folder is therefore named after a digest of all compiled sources and of the versions that made the code.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import config as numba_config

from cxsim.parts import in_parts

FLOAT_MODE = {"contract", "nsz", "arcp"}
"""Allowed liberties: fused multiply-add, no signed zeros, division by reciprocal. No reassociation: sums keep their order.

Division by zero follows IEEE instead of raising, because the check for it would stop the vectoriser; the code guards its divisors."""

_PACKAGE = pathlib.Path(__file__).resolve().parent
_SOURCES = (
    "compiled.py", "parts.py", "randomness/*.py", "customers/*.py", "firms/*.py", "market/accounts.py", "market/ledger.py",
    "market/offers.py", "market/passage.py", "market/rows.py", "market/totals.py", "regulator/regulator.py", "results/letters.py",
)  # fmt: skip


def digest() -> str:
    """A short digest of the tools' versions and of every source that holds compiled code, in the rooms that are full of it the whole room.

    Whole rooms, because compiled code freezes the constants that it takes from modules that are not compiled themselves.
    """
    seen = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__} {sys.version}".encode())
    for pattern in _SOURCES:
        for path in sorted(_PACKAGE.glob(pattern)):
            seen.update(path.name.encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


def cache_folder() -> pathlib.Path:
    """Where compiled code is kept: ``CXSIM_CACHE_DIR`` if set, else the user's cache folder."""
    given = os.environ.get("CXSIM_CACHE_DIR")
    base = pathlib.Path(given) if given else _user_cache() / "cxsim"
    return base / f"compiled-{_DIGEST}"


def is_kept(function: Any) -> bool:
    """Whether the cache holds code of a compiled function; also true of a function that no cache would keep."""
    index = getattr(getattr(getattr(function, "_cache", None), "_cache_file", None), "_index_path", None)
    return index is None or os.path.exists(index)


def compiled(
    *, free_order: bool = False, disjoint: bool = False, makes_arrays: bool = False, finite: bool = False, **options: Any
) -> Callable[[Callable[..., Any]], Any]:
    """``numba.njit`` in cxsim's floating-point mode; functions that are not inlined are cached and release the GIL.

    Compiled callers get a function as a part of their own code, see :mod:`cxsim.parts`: what only they call is never in the cache.

    Args:
        free_order: let the compiler add up in lanes. The order is then the compiled code's, but still the same for every call and thread.
        makes_arrays: whether the function makes or returns arrays. Most only work on those that they are given; then nobody counts
            references to arrays, which in functions that hand many of them on takes longer than their arithmetic.
        finite: nothing that the function works out is infinite, or the result means nothing. Only then may the compiler divide by way of
            the processor's estimate of a reciprocal, made as good as single precision by one of Newton's steps, where that is quicker.
        disjoint: no array given may overlap another one that is written to. Only so can LLVM vectorise a loop that looks numbers up by
            slot: it cannot check beforehand where such reads will fall. No array may be returned.
        options: passed on to Numba.
    """
    mode = FLOAT_MODE | ({"reassoc"} if free_order else set()) | ({"ninf"} if finite else set())
    options["_nrt"] = makes_arrays

    def decorate(function: Callable[..., Any]) -> Any:
        if options.get("inline") == "always":
            return numba.njit(fastmath=mode, error_model="numpy", **options)(function)
        before = numba_config.CACHE_DIR
        numba_config.CACHE_DIR = str(cache_folder())
        try:
            given: dict[str, Any] = {"no_cfunc_wrapper": True, **options}  # nobody calls it from C
            dispatcher = numba.njit(fastmath=mode, error_model="numpy", cache=_cache_works(), nogil=True, **given)(function)
        finally:
            numba_config.CACHE_DIR = before
        _share(dispatcher)
        return in_parts(_without_overlap(dispatcher) if disjoint else dispatcher)

    return decorate


def record(numbers: Any) -> np.ndarray:
    """A named tuple of numbers as one record of float64 (an array of one).

    Compiled code reads it by name as it would the tuple, and is handed an address instead of so many numbers. What is true is 1.
    """
    return np.array([tuple(numbers)], [(name, np.float64) for name in numbers._fields])


def kind_of(value: Any) -> Any:
    """All that Numba goes by when it works out the type of an argument, and more; two values of one kind have one type."""
    if isinstance(value, np.ndarray):
        return type(value), value.dtype, value.ndim, value.flags.num
    if isinstance(value, tuple):
        return (type(value), *map(kind_of, value))
    return (int, value.bit_length() > 63) if type(value) is int else type(value)


_CALLED: dict[Any, Callable[..., Any]] = {}
"""What to call for arguments of a kind, by function and kind."""


class Standing:
    """A compiled function for one caller, whose arguments have the same types in every call: they are looked at in the first one only.

    Numba works the types of all arguments out anew in each call, which for a hundred arrays takes longer than to hand them over. Array's
    types include their order in memory, and nothing checks it later: never hand over arrays that a user may have put in. Other callers'
    first calls with arguments of the same kinds are remembered.

    Attributes:
        call: calls the function; the same as calling this, with a step less between.
    """

    def __init__(self, function: Any):
        self._function = function
        self.call: Callable[..., Any] = self._first

    def __call__(self, *arguments: Any) -> Any:
        """Call the function."""
        return self.call(*arguments)

    def _first(self, *arguments: Any) -> Any:
        kinds = self._function, kind_of(arguments)
        if kinds in _CALLED:
            self.call = _CALLED[kinds]
            return self.call(*arguments)
        result = self._function(*arguments)
        overloads = getattr(self._function, "overloads", {})
        types = next(iter(overloads), ()) if len(overloads) == 1 else tuple(numba.typeof(argument) for argument in arguments)
        self.call = getattr(overloads.get(types), "entry_point", self._function)
        _CALLED[kinds] = self.call
        return result

    def __reduce__(self) -> tuple[type[Standing], tuple[Any]]:
        return Standing, (self._function,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Standing:
        return Standing(self._function)


def _share(dispatcher: Any) -> None:
    """Let every copy of the package with the same sources use the same compiled code.

    Numba keeps a folder for each path that a source file has and throws code away that is older than the file, so that a new virtual
    environment would compile all over again. The digest in the folder's name says more than paths and times do.
    """
    function = dispatcher.py_func
    if not function.__module__.startswith("cxsim."):  # the digest knows nothing of its source
        return
    try:
        from numba.core.caching import IndexDataCacheFile

        cache = dispatcher._cache
        folder = cache_folder() / function.__module__
        file = IndexDataCacheFile(str(folder), cache._impl.filename_base, _DIGEST)
        cache._cache_path = str(folder)
        _make(folder)
        cache._cache_file = file
    except (ImportError, AttributeError, TypeError, OSError):  # a Numba made otherwise, or no cache: its own way is right, only slower
        return


@functools.cache
def _make(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)  # once a module: a file system may be slow


def _without_overlap(dispatcher: Any) -> Any:
    """Mark a function's arrays as LLVM's ``noalias``, as Numba does for its own parallel loops but does not offer as an option."""
    compiler = getattr(dispatcher, "_compiler", None)
    customize = getattr(compiler, "_customize_flags", None)
    if customize is None:  # a Numba that has no such hook: slower, not wrong
        return dispatcher

    def mark(flags: Any) -> Any:
        flags = customize(flags)
        flags.noalias = True
        return flags

    compiler._customize_flags = mark  # type: ignore[union-attr]
    return dispatcher


def _user_cache() -> pathlib.Path:
    if os.name == "nt":
        return pathlib.Path(os.environ.get("LOCALAPPDATA") or pathlib.Path.home())
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")


def _cache_works() -> bool:
    """Compile without a cache rather than fail where no folder can be written."""
    global _WRITABLE  # noqa: PLW0603 - asked once per process
    if _WRITABLE is None:
        try:
            cache_folder().mkdir(parents=True, exist_ok=True)
            _WRITABLE = os.access(cache_folder(), os.W_OK)
        except OSError:
            _WRITABLE = False
    return _WRITABLE


_DIGEST = digest()
_WRITABLE: bool | None = None
