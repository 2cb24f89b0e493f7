"""Builds month.c with the machine's compiler into a temporary folder and calls it through ctypes."""

from __future__ import annotations

import ctypes
import itertools
import os
import re
import shutil
import subprocess
import tempfile
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.config.errors import CxsimError
from cxsim.customers.tables import CHUNK, SUMS

SOURCE = Path(__file__).with_name("month.c")
FLAGS = (
    ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp-simd"],
    ["-O3", "-march=native", "-ffast-math"],
    ["-O3"],
)
"""Tried in turn until the compiler takes one; the last makes slower code."""

FILLED = ("Traits", "State", "Offers", "Rules", "Crowd")
"""The structures of the source that are filled from here."""

_KINDS = {"float": ctypes.c_float, "int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64}


class NoCompilerError(CxsimError):
    """The C version cannot be built here."""


class Library:
    """The compiled month.

    Attributes:
        compiler: the compiler's own name and version.
        flags: with what it was called.
    """

    def __init__(self) -> None:
        command = os.environ.get("CC") or next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
        if command is None or os.name == "nt":
            raise NoCompilerError("month.c: no C compiler found; put cc, gcc or clang on the path, or name one in CC.")
        folder = tempfile.mkdtemp(prefix="cxsim-c-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        complaint = ""
        for flags in FLAGS:
            # Linked in a step of its own, without -ffast-math: given to the linker, gcc would add code that switches the whole
            # process to flushing subnormal numbers to zero when the library is loaded.
            made = [command, *flags, "-std=gnu11", "-fPIC", "-c", "-o", f"{folder}/month.o", str(SOURCE)]
            linked = [command, "-shared", "-o", f"{folder}/month.so", f"{folder}/month.o", "-lm"]
            try:
                built = subprocess.run(made, capture_output=True, text=True, check=False)
                if built.returncode == 0:
                    built = subprocess.run(linked, capture_output=True, text=True, check=False)
            except OSError as error:
                raise NoCompilerError(f"month.c: {command} cannot be run ({error}).") from error
            complaint = built.stderr.strip()
            if built.returncode == 0:
                break
        else:
            raise NoCompilerError(f"month.c: {command} does not build it: {complaint.splitlines()[0] if complaint else 'no reason given'}")
        self.flags = " ".join(flags)
        version = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout
        self.compiler = version.splitlines()[0] if version else command
        self.live_month = ctypes.CDLL(f"{folder}/month.so").live_month
        self.live_month.restype = None
        self.kinds = structures(SOURCE.read_text(encoding="utf-8"))


def structures(source: str) -> dict[str, type[ctypes.Structure]]:
    """The structures that the source declares and that are filled from here, so that names and order are written down once."""
    made: dict[str, type[ctypes.Structure]] = {}
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    for body, name in re.findall(r"typedef struct \{(.*?)\} (\w+);", text, flags=re.DOTALL):
        fields: list[tuple[str, Any]] = []
        for line in body.split(";")[:-1] if name in FILLED else ():
            kind, names = re.match(r"\s*(?:const )?(\w+)\s+(.*)", line, flags=re.DOTALL).groups()  # type: ignore[union-attr]
            fields += [(field.strip(" *\n"), ctypes.c_void_p if "*" in field else _KINDS[kind]) for field in names.split(",")]
        if fields:
            made[name] = type(name, (ctypes.Structure,), {"_fields_": fields})
    return made


class CMonth:
    """Customers as columns whose month is lived in C, with the engine's luck.

    Args:
        market: whose customers to start from; its rules are read anew each month, its columns are left alone.
        library: the compiled month.

    Attributes:
        columns: the customers, an array per attribute.
    """

    def __init__(self, market: Any, library: Library):
        self._market, self._library = market, library
        self.columns = {name: values.copy() for name, values in market.population.columns.items()}
        self._state = self.columns | {
            "supplier_before": self.columns["supplier"].copy(), "satisfaction_before": self.columns["satisfaction"].copy(),
        }  # fmt: skip
        readiness = [float(segment.get("complaint", 1.0)) for segment in market.config.customers.segments]
        self._crowd = _chunks(self.columns["segment"], np.array(readiness, np.float32))
        lasting = {"Traits": self.columns, "State": self._state, "Crowd": self._crowd}
        self._filled = {name: _fill(library.kinds[name], values) for name, values in lasting.items()}
        self._given: dict[str, Any] = {}
        self._partial = np.empty(0)

    def live_month(self, month: int, offers: Any) -> np.ndarray:
        """One month; returns the sums as the engine does."""
        slots = len(offers.price)
        self._take("Offers", offers, {"slots": slots})
        self._take("Rules", self._market.population.rules, {})
        total = np.empty((self._crowd["n_segments"], slots, len(SUMS)))
        if self._partial.shape[1:2] != (slots,):
            self._partial = np.empty((self._crowd["chunks"], slots, len(SUMS)))
        key0, key1 = self._market.streams.key
        words = [ctypes.c_uint32(word & 0xFFFFFFFF) for word in (month, key0, key1)]
        arrays = [ctypes.c_void_p(array.ctypes.data) for array in (self._partial, total)]
        places = [ctypes.byref(self._filled[name]) for name in FILLED]
        self._library.live_month(*places, *words, *arrays)
        return total

    def _take(self, name: str, given: Any, more: dict[str, Any]) -> None:
        """Fill a structure that may change from month to month, unless it is the one of last month."""
        if self._given.get(name) is not given:
            self._filled[name] = _fill(self._library.kinds[name], given._asdict() | more)
            self._given[name] = given  # kept, so that its arrays stay where they are


def _fill(kind: type[ctypes.Structure], values: Any) -> ctypes.Structure:
    filled = kind()
    for name, _ in kind._fields_:  # type: ignore[misc]
        value = values[name]
        if isinstance(value, np.ndarray):
            setattr(filled, name, value.ctypes.data)
        else:
            setattr(filled, name, value.item() if isinstance(value, np.generic) else value)
    return filled


def _chunks(segment: np.ndarray, readiness: np.ndarray) -> dict[str, Any]:
    edges = np.searchsorted(segment, np.arange(len(readiness) + 1))
    rows = [
        (start, min(start + CHUNK, int(high)), number)
        for number, (low, high) in enumerate(itertools.pairwise(edges))
        for start in range(int(low), int(high), CHUNK)
    ]
    starts, stops, segments = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    sizes = {"chunks": len(rows), "customers": len(segment), "n_segments": len(readiness)}
    return {"starts": starts, "stops": stops, "segments": segments, "readiness": readiness, **sizes}
