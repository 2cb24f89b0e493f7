"""Checkpoints: a snapshot of a market in a file, from which the market goes on bit for bit, in another process too.

The file is a zip archive of JSON (``checkpoint.json``) and NumPy arrays (``*.npy``), with a SHA-256 of all of it at the end. There is no
pickle in it and reading it runs no code; strategies and policies of the user's own are imported only when the user allows it. Equal
markets give equal files.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import secrets
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import cxsim
from cxsim.config.errors import CheckpointError, CxsimError
from cxsim.config.keys import index
from cxsim.config.load import from_mapping, resolved
from cxsim.config.start import taking_over
from cxsim.customers.tables import SUMS, Offers, State, Traits
from cxsim.firms.table import LEVER_NAMES, NUMBERS
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS, MonthBook
from cxsim.market.plain import decode, encode
from cxsim.market.recorder import MonthRecord
from cxsim.market.snapshot import Snapshot, check_users_code, resume, take

if TYPE_CHECKING:
    from cxsim.market.model import Market

KIND, VERSION = "cxsim checkpoint", 1
HEAD, SEAL = "checkpoint.json", "sha256"
_ROOMS = ("config", "randomness", "customers", "firms", "regulator", "market")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip archive can say: the time of writing would make equal files differ


class OtherCodeWarning(UserWarning):
    """A checkpoint was written by other code: it can be read, but what follows may differ from the run it was taken from."""


def save(market: Market, path: str | os.PathLike[str], history: bool = True) -> Path:
    """Write a market's state between two months into a new file; nothing is ever overwritten.

    Args:
        market: the market; it is left as it is.
        path: the file; folders above it are made.
        history: whether to keep the reported months so far, so that the tables of a market that goes on are whole.

    Returns:
        The file.

    Raises:
        CheckpointError: something of the user's own in the market cannot be kept, the file is there already, or it cannot be written;
            nothing is left of it then.
    """
    return write(take(market, history), path)


def restore(path: str | os.PathLike[str], *, allow_user_code: bool = False, kind: type[Market] | None = None, **values: Any) -> Market:
    """The market that a checkpoint was taken of.

    Args:
        path: the file.
        allow_user_code: whether strategies and policies of the user's own that it names may be imported.
        kind: the class to make, where it is to be one derived from ``Market``.
        values: parameters that are others from here on, by dotted key, as in ``months=240`` or ``**{"regulator.fine_cap": None}``.

    Raises:
        CheckpointError: the file is no checkpoint, is torn or changed, was written by code with another layout, or names code of the
            user's own that is not allowed.
        CxsimError: a value that cannot be used, or one that is settled when a run starts.
    """
    snapshot = read(path)
    check_users_code(snapshot, allow_user_code)
    config = taking_over(snapshot.config, values) if values else snapshot.config
    try:
        return resume(snapshot, config, kind)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise CheckpointError(f"checkpoint {path}: it cannot be put back ({type(error).__name__}: {error}).") from error


def write(snapshot: Snapshot, path: str | os.PathLike[str]) -> Path:
    """Write a snapshot into a new file; see :func:`save`."""
    target = Path(path)
    if os.path.lexists(target):
        raise _taken(target)
    content = _packed(snapshot)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        if not _appears(partial, target):
            raise _taken(target)
    except OSError as error:
        raise CheckpointError(f"checkpoint {target}: it cannot be written ({error.strerror or error}).") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


def _taken(target: Path) -> CheckpointError:
    return CheckpointError(f"checkpoint {target}: there is one already, and nothing is overwritten; give another name.")


def _appears(partial: Path, target: Path) -> bool:
    """Give a finished file its name, in one step and only if nothing has it; whether that was so."""
    try:
        os.link(partial, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if os.path.lexists(target):
            return False
        partial.rename(target)
    return True


def read(path: str | os.PathLike[str]) -> Snapshot:
    """The snapshot in a file; nothing is simulated and no code imported.

    Raises:
        CheckpointError: the file is no checkpoint, is torn or changed, or was written by code with another layout.
    """
    where = f"checkpoint {path}"
    head, arrays = _opened(where, Path(path))
    if head.get("kind") != KIND or head.get("version") != VERSION:
        found = f"{head.get('kind')}, format {head.get('version')}"
        raise CheckpointError(f"{where}: given {found}; this cxsim reads {KIND}, format {VERSION}.")
    _check_layout(where, head)
    try:
        config = from_mapping(head["config"])
        records = None if head["history"] is None else tuple(_records(decode(head["history"], arrays)))
        return Snapshot(config, head["seed"], head["replication"], head["month"], decode(head["state"], arrays), records)
    except (CxsimError, KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        raise CheckpointError(f"{where}: it cannot be read ({error}).") from error


# --- the file ------------------------------------------------------------------------------------------------------------


def _packed(snapshot: Snapshot) -> bytes:
    arrays: dict[str, np.ndarray] = {}
    head = {
        "kind": KIND,
        "version": VERSION,
        "cxsim": cxsim.__version__,
        "engine": engine(),
        "layout": layout(),
        "config": resolved(snapshot.config),
        "seed": snapshot.seed,
        "replication": snapshot.replication,
        "month": snapshot.month,
        "state": encode(snapshot.state, "the market", arrays),
        "history": None if snapshot.records is None else encode(_columns(snapshot.records), "the months so far", arrays),
    }
    members = {HEAD: json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "surrogatepass")}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.lib.format.write_array(stream, array, allow_pickle=False)
        members[f"{name}.npy"] = stream.getvalue()
    members[SEAL] = _seal(members)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED, 1)
    return archive.getvalue()


def _seal(members: Mapping[str, bytes]) -> bytes:
    seen = hashlib.sha256()
    for name, content in members.items():
        if name != SEAL:
            seen.update(f"{name}\0{len(content)}\0".encode() + content)
    return seen.hexdigest().encode()


def _opened(where: str, path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except OSError as error:
        raise CheckpointError(f"{where}: it cannot be read ({error.strerror or error}).") from None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError, zlib.error) as error:
        raise CheckpointError(f"{where}: it is no checkpoint of cxsim's, or only a part of one ({error}).") from None
    if HEAD not in members or SEAL not in members:
        raise CheckpointError(f"{where}: it is no checkpoint of cxsim's; {HEAD} or {SEAL} is missing in it.")
    if _seal(members) != members[SEAL]:
        raise CheckpointError(f"{where}: it has changed since it was written.")
    try:
        head = json.loads(members[HEAD].decode("utf-8", "surrogatepass"))
        arrays = {
            name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
            for name, content in members.items() if name.endswith(".npy")
        }  # fmt: skip
    except (ValueError, EOFError, RecursionError, MemoryError, OverflowError) as error:
        raise CheckpointError(f"{where}: it cannot be read ({error}).") from None
    if not isinstance(head, dict):
        raise CheckpointError(f"{where}: it is no checkpoint of cxsim's; {HEAD} holds something else.")
    return head, arrays


# --- which code wrote it -------------------------------------------------------------------------------------------------


def layout() -> dict[str, list[str]]:
    """What the arrays of a checkpoint mean: the names along their axes, by what they are names of."""
    return {
        "parameters": list(index()),
        "columns of customers": [*Traits._fields, *State._fields, "segment"],
        "levers": list(LEVER_NAMES),
        "numbers of a firm": list(NUMBERS),
        "offers": list(Offers._fields),
        "sums of a month": list(SUMS),
        "flows of customers": list(CUSTOMER_FLOWS),
        "flows of firms": list(FIRM_FLOWS),
        "flows of the regulator": list(REGULATOR_FLOWS),
        "records": list(MonthRecord._fields),
    }


@functools.cache
def engine() -> str:
    """A short digest of the sources that decide how a market goes on."""
    package, seen = Path(cxsim.__file__).resolve().parent, hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            seen.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()[:16]


def _check_layout(where: str, head: Mapping[str, Any]) -> None:
    given, own = head.get("layout"), layout()
    by = f"it was written by cxsim {head.get('cxsim')} (engine {head.get('engine')}), this is {cxsim.__version__} (engine {engine()})"
    if not isinstance(given, dict) or any(not isinstance(names, list) for names in given.values()):
        raise CheckpointError(f"{where}: it does not say what it holds; {by}.")
    faults = [fault for what in {**own, **given} if (fault := _difference(what, given.get(what, []), own.get(what, [])))]
    if faults:
        told = f"{' '.join(faults)} Restore it with the code that wrote it."
        raise CheckpointError(f"{where}: another layout than this cxsim's; {by}. {told}")
    if head.get("engine") != engine():
        warnings.warn(f"{where}: {by}. What follows may differ from the run it was taken from.", OtherCodeWarning, stacklevel=4)


def _difference(what: str, given: Sequence[str], own: Sequence[str]) -> str:
    lacking = [name for name in own if name not in given]
    unknown = [name for name in given if name not in own]
    parts = [f"lacks {', '.join(lacking)}"] * bool(lacking) + [f"has {', '.join(map(str, unknown))} beside"] * bool(unknown)
    if not parts and list(given) != list(own):
        parts = ["has them in another order"]
    return f"{what[0].upper()}{what[1:]}: it {' and '.join(parts)}." if parts else ""


# --- the months so far ---------------------------------------------------------------------------------------------------


def _columns(records: Sequence[MonthRecord]) -> dict[str, Any]:
    """Records side by side: few arrays instead of many."""
    return {
        name: _side_by_side(list(values))
        for name, values in zip(MonthRecord._fields, zip(*records, strict=True), strict=True)
    } if records else {}  # fmt: skip


def _side_by_side(values: list[Any]) -> dict[str, Any]:
    first = values[0]
    if isinstance(first, MonthBook):
        return {"book": {name: _side_by_side([getattr(book, name) for book in values]) for name in vars(first)}}
    if isinstance(first, np.ndarray):
        return {"shapes": np.array([value.shape for value in values]), "values": np.concatenate([value.ravel() for value in values])}
    return {"numbers": list(values)}


def _records(columns: Mapping[str, Any]) -> list[MonthRecord]:
    rows = {name: _one_by_one(column) for name, column in columns.items()}
    return [MonthRecord(**dict(zip(rows, row, strict=True))) for row in zip(*rows.values(), strict=True)]


def _one_by_one(column: Mapping[str, Any]) -> list[Any]:
    if "book" in column:
        parts = {name: _one_by_one(part) for name, part in column["book"].items()}
        books = []
        for row in zip(*parts.values(), strict=True):
            book = MonthBook(0, 0)
            vars(book).update(zip(parts, row, strict=True))
            books.append(book)
        return books
    if "numbers" in column:
        return list(column["numbers"])
    stops = np.cumsum(column["shapes"].prod(axis=1))
    pieces = np.split(column["values"], stops[:-1])
    return [piece.reshape(tuple(shape)) for piece, shape in zip(pieces, column["shapes"].tolist(), strict=True)]
