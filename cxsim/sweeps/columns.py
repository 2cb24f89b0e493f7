"""Columns of a sweep's dataset: who a run is, which values it was given, what came out; with units and Arrow types."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import BadValueError
from cxsim.config.keys import index
from cxsim.config.presets import GROUPS
from cxsim.config.scalars import plain
from cxsim.results.columns import CONDUCTS, COUNTERS, FIRMS, FLAGS, MONTHLY, SEGMENTS, WORDS, Column
from cxsim.results.measure import Measure
from cxsim.sweeps.design import Design

if TYPE_CHECKING:
    import pyarrow as pa

METRICS = tuple(column for column in MONTHLY if column.name not in {"replication", "month"})
_WHO = (
    ("id", "string", Column("id", "", "Hash of configuration, seed, replication and code: equal ids, equal numbers.")),
    ("point", "int64", Column("point", "", "Number of the point in the design, from zero.", 0)),
    ("replication", "int64", Column("replication", "", "Number of the replication, from zero; each has luck of its own.", 0)),
    ("seed", "int64", Column("seed", "", "Seed of all luck; replications of one number and seed share their luck.", 0)),
)
TABLES = ("monthly", "segments", "firms", "ledger")
"""Datasets with rows for every month, kept only where asked for."""
KINDS = ("runs", *TABLES, "failures")
_ARROW = {"float": "float64", "int": "int64", "bool": "bool", "str": "string"}


@dataclasses.dataclass(frozen=True)
class Field:
    """A column with its Arrow type by name."""

    column: Column
    type: str

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


def fields(kind: str, design: Design, measures: Mapping[str, Measure] | None = None) -> tuple[Field, ...]:
    """The columns of one of the datasets of a sweep over a design: one of `KINDS`; ``runs`` has measures of one's own too.

    ``ledger`` has a row for each month and segment (an empty one for flows that concern none) and a column for each conduct.
    """
    who = tuple(Field(column, kind_of) for _, kind_of, column in _WHO)
    swept = tuple(parameter_field(key, design) for key in design.columns if key != "seed")
    if kind in TABLES:
        return (*who, *(Field(column, _type(column.name)) for column in _monthly_columns(kind)))
    if kind == "failures":
        error = Field(Column("error", "", "Kind of the error."), "string")
        return (*who, *swept, error, Field(Column("message", "", "What the error says."), "string"))
    own = tuple(
        Field(Column(name, measure.unit, f"Measure: {json.dumps(measure.described())}"), "float64")
        for name, measure in (measures or {}).items()
    )
    return (*who, *swept, *_metrics(" (Mean over the last months of the run, at most twelve.)"), *own)


def check_measures(measures: Mapping[str, Any] | None, design: Design) -> dict[str, Measure]:
    """Measures as they were given, checked: each has a column of its own.

    Raises:
        BadValueError: a measure that is none, or that has the name of another column.
    """
    taken = {field.name for kind in KINDS for field in fields(kind, design)}
    checked = {}
    for name, given in (measures or {}).items():
        if not isinstance(name, str) or not name.isidentifier() or name in taken:
            raise BadValueError("measures", name, "names of letters, digits and '_' that no other column has")
        checked[name] = given if isinstance(given, Measure) else Measure.parse(f"measures.{name}", given)
    return checked


def parameter_field(key: str, design: Design) -> Field:
    """The column of a parameter, or of a group of presets, that a design goes through."""
    if key in GROUPS:
        return Field(Column(key, "", f"Preset of the group {key}."), "string")
    if key in index():
        parameter = index()[key]
        spec = parameter.spec
        column = Column(key, spec.unit, spec.meaning, spec.low, spec.high, spec.reference)
        return Field(column, _ARROW.get(parameter.type.removesuffix(" | None"), "string"))
    level = design.levels[design.columns.index(key)]
    numeric = all(isinstance(plain(value), int | float) and not isinstance(plain(value), bool) for value in level)
    return Field(Column(key, "", "Part of a list or mapping."), "float64" if numeric else "string")


def described(kind: str, design: Design, measures: Mapping[str, Measure] | None = None) -> list[dict[str, Any]]:
    """The columns of a dataset as plain values: ``name``, ``type``, ``unit``, ``meaning``; where known ``low``, ``high``, ``source``."""
    made = []
    for field in fields(kind, design, measures):
        column = field.column
        facts = {"low": column.low, "high": column.high, "source": column.source or None}
        known = {name: fact for name, fact in facts.items() if fact is not None}
        made.append({"name": field.name, "type": field.type, "unit": column.unit, "meaning": column.meaning, **known})
    return made


def schema(columns: Sequence[Mapping[str, Any]], about: Mapping[str, Any] | None = None) -> pa.Schema:
    """The Arrow schema of a dataset; each field carries unit, meaning, range and source.

    Args:
        columns: as `described` gives them.
        about: provenance for the schema's own metadata.
    """
    import pyarrow as pa

    made = []
    for column in columns:
        said = {name: str(fact) for name, fact in column.items() if name not in {"name", "type"} and fact != ""}
        made.append(pa.field(column["name"], pa.type_for_alias(column["type"])).with_metadata(said))
    return pa.schema(made, metadata={"cxsim": json.dumps(dict(about or {}))})


def cell(value: Any, kind: str) -> Any:
    """A parameter's value as its column holds it: lists and mappings as JSON."""
    value = plain(value)
    if value is None:
        return None
    if kind == "string":
        return value if isinstance(value, str) else json.dumps(value)
    return {"float64": float, "int64": int, "bool": bool}[kind](value)


def _monthly_columns(kind: str) -> tuple[Column, ...]:
    if kind == "ledger":
        found = [column for column in SEGMENTS if column.name in {"month", "segment"}]
        return (*found, *(Column(name, "£/month", meaning, 0) for name, meaning in CONDUCTS.items()))
    return tuple(column for column in {"monthly": MONTHLY, "segments": SEGMENTS, "firms": FIRMS}[kind] if column.name != "replication")


def _type(name: str) -> str:
    return "int32" if name in COUNTERS else "string" if name in WORDS else "bool" if name in FLAGS else "float64"


def _metrics(note: str = "") -> tuple[Field, ...]:
    return tuple(Field(dataclasses.replace(column, meaning=column.meaning + note), "float64") for column in METRICS)
