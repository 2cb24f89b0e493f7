"""What a parameter is: one declaration that carries unit, range, default, meaning and reference.

Presets, error messages, documentation tables, result schemas and the page's sliders are all read from these declarations.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

META = "cxsim"


@dataclasses.dataclass(frozen=True)
class Spec:
    """What is said about one parameter.

    Attributes:
        meaning: one sentence in plain words.
        unit: the unit, ``""`` for a pure number.
        low, high: the closed range allowed, ``None`` where there is no bound.
        choices: the allowed words, for a parameter that is a word.
        optional: whether ``null`` is allowed, and what it then means.
        reference: where the default or the form comes from; ``"guess"`` says that nobody measured it.
        from_start: whether the value is settled when a run starts, because it decides who is there, in what units and with which
            start values; such a value cannot change on a later day. All others act through the month.
    """

    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    optional: str = ""
    reference: str = ""
    from_start: bool = False

    def allowed(self) -> str:
        """What is allowed, in words, for an error message or a table."""
        if self.choices:
            words = ", ".join(self.choices)
        elif self.low is not None and self.high is not None:
            words = f"{_number(self.low)} to {_number(self.high)}"
        elif self.low is not None:
            words = f"{_number(self.low)} or more"
        elif self.high is not None:
            words = f"{_number(self.high)} or less"
        else:
            words = "any"
        return f"{words}, or null ({self.optional})" if self.optional else words


def _number(value: float) -> str:
    return f"{value:,.10g}"


def param(default: Any, meaning: str, **spec: Any) -> Any:
    """Declare one parameter as a dataclass field; lists and mappings get a fresh copy per instance."""
    metadata = {META: Spec(meaning, **spec)}
    if isinstance(default, list | dict):
        frozen = default
        return dataclasses.field(default_factory=lambda: type(frozen)(frozen), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def group(kind: type, meaning: str) -> Any:
    """Declare a group of parameters (market, customers, firms, regulator) inside the whole configuration."""
    return dataclasses.field(default_factory=kind, metadata={META: Spec(meaning)})


def spec_of(field: dataclasses.Field[Any]) -> Spec:
    """The specification that a field was declared with."""
    return field.metadata[META]


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A parameter with its full dotted key, as users write it."""

    key: str
    type: str
    default: Any
    spec: Spec


def parameters(kind: type, prefix: str = "") -> Iterator[Parameter]:
    """Walk every parameter below a configuration class, depth first, in the order of declaration."""
    for field in dataclasses.fields(kind):
        key = f"{prefix}{field.name}"
        made = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if dataclasses.is_dataclass(made):
            yield from parameters(type(made), f"{key}.")
        else:
            yield Parameter(key, str(field.type), made, spec_of(field))


def as_mapping(config: Any) -> Mapping[str, Any]:
    """A configuration (or a part of it) as nested plain mappings and lists, ready for YAML or JSON."""
    return dataclasses.asdict(config)
