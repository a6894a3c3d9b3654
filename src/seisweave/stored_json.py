"""JSON of ours read back: finite numbers alone, and records made of it only from the types that they declare."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_MOST_BYTES = 64_000_000  # of a file that is text for people


def parse_json(text: str | bytes) -> Any:
    """What a text of JSON holds.

    Errors: ValueError for what is no JSON, NaN and infinite numbers, a name twice, and nesting without end.

    >>> parse_json('{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    >>> parse_json('{"a": NaN}')
    Traceback (most recent call last):
    ValueError: holds NaN, which is no number
    """
    text = text if isinstance(text, str) else text.decode("utf-8")
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def read_json(path: Path) -> Any:
    """What a file of JSON holds.

    Errors: OSError for a file that cannot be read, ValueError as of `parse_json`, and for 64 MB or more.
    """
    if not path.is_file() and path.exists():
        raise ValueError("is no file")
    if path.stat().st_size >= _MOST_BYTES:
        raise ValueError(f"is larger than {_MOST_BYTES // 1_000_000} MB")
    return parse_json(path.read_bytes())


def digest_of(value: Any) -> str:
    """SHA-256 of JSON values: the same however they are laid out, another for every other value.

    >>> digest_of({"b": 1.0, "a": [2]}) == digest_of(parse_json('{"a":[2],  "b":1.0}'))
    True
    """
    return sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


def record_of(kind: type[Record], values: Any) -> Record:
    """A record (a dataclass) from what `dataclasses.asdict` and JSON made of one.

    A number stands for a number only, an int for an int; lists become the tuples that the record declares.

    Errors: ValueError for fields that are unknown, missing, or of another type, and what the record itself refuses.

    >>> from seisweave.faults.options import FaultOptions
    >>> record_of(FaultOptions, {"subsets": 5, "criterion": "local"}).subsets
    5
    >>> record_of(FaultOptions, {"subsets": "5"})
    Traceback (most recent call last):
    ValueError: subsets is '5', wanted is int
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{_short(values)} in place of the fields of {kind.__name__}")
    known = _fields(kind)
    unknown = [str(name) for name in values if name not in known]
    missing = [name for name, (each, _) in known.items() if name not in values and required(each)]
    if unknown or missing:
        raise ValueError(f"{kind.__name__} {'has no' if unknown else 'lacks'} {_short(', '.join(unknown or missing))}")
    return kind(**{name: value_of(known[name][1], value, name) for name, value in values.items()})


def value_of(kind: Any, value: Any, name: str) -> Any:
    """A JSON value as an annotation wants it; a float also where it was written without a point.

    Errors: ValueError for one of another type.

    >>> value_of(tuple[float, ...], [1, 2.5], "edges"), value_of(int | None, None, "seed")
    ((1.0, 2.5), None)
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        for part in parts:
            try:
                return value_of(part, value, name)
            except ValueError:
                continue
    elif origin is Literal:
        if any(type(value) is type(part) and value == part for part in parts):
            return value
    elif origin is tuple and isinstance(value, list | tuple):
        wanted = parts[:1] * len(value) if parts[1:] == (...,) else parts
        if len(wanted) == len(value):
            return tuple(value_of(part, each, name) for part, each in zip(wanted, value, strict=True))
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        return {key: value_of(parts[1], each, f"{name}.{key}") for key, each in value.items()}
    elif isinstance(origin, type) and issubclass(origin, Sequence) and isinstance(value, list | tuple):
        return [value_of(parts[0], each, name) for each in value]
    elif is_dataclass(kind) and isinstance(kind, type):
        return record_of(kind, value)
    elif kind is Any or _is_plain(kind, value):
        return float(value) if kind is float else value
    raise ValueError(f"{name} is {_short(repr(value))}, wanted is {getattr(kind, '__name__', kind)}")


def _is_plain(kind: Any, value: Any) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and _is_float(value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return kind in (bool, str, NoneType) and isinstance(value, kind)


def _is_float(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


@cache
def _fields(kind: Any) -> dict[str, tuple[Field, Any]]:
    hints = get_type_hints(kind)
    return {each.name: (each, hints[each.name]) for each in fields(kind) if each.init}


def required(each: Field) -> bool:
    """Whether a field of a record has no default."""
    return each.default is MISSING and each.default_factory is MISSING


def _once(pairs: list[Any]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("holds a name twice")
    return made


def _no_number(word: str) -> Any:
    raise ValueError(f"holds {word}, which is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"holds {_short(text)}, which is no number")
    return value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
