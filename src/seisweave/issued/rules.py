"""What every field of a forecast on record must be: one rule each, for what is made and for what is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from seisweave.errors import InputError
from seisweave.stored_arrays import Rule, checked

LEAST_DAYS, MOST_DAYS, MOST_EVENTS = 1e-4, 36_525.0, 1e12
_CELLS = ("horizon", "magnitude", "row", "column")
_ROUNDING = 1e-9
RULES = {
    "horizon_days": Rule(("horizon",), LEAST_DAYS, MOST_DAYS),
    "magnitudes": Rule(("magnitude",), -5.0, 12.0),
    "lon_edges": Rule(("column_edge",), -360.0, 720.0),
    "lat_edges": Rule(("row_edge",), -90.0, 90.0),
    "levels": Rule(("level",), 1e-9, 1.0 - 1e-9),
    "chance": Rule(("horizon", "magnitude"), 0.0, 1.0),
    "expected": Rule(("horizon", "magnitude"), 0.0, MOST_EVENTS, unknown=True),
    "quantiles": Rule(("horizon", "magnitude", "level"), 0.0, MOST_EVENTS, unknown=True),
    "cell_chance": Rule(_CELLS, 0.0, 1.0),
    "cell_expected": Rule(_CELLS, 0.0, MOST_EVENTS, unknown=True),
    "long_term_chance": Rule(("horizon", "magnitude"), 0.0, 1.0),
    "long_term_expected": Rule(("horizon", "magnitude"), 0.0, MOST_EVENTS),
    "long_term_cell_expected": Rule(_CELLS, 0.0, MOST_EVENTS),
}
_GROW = ("horizon_days", "magnitudes", "lon_edges", "lat_edges", "levels")
_MODEL, _HEX = re.compile(r"[a-z][a-z0-9_]{0,39}"), re.compile(r"[0-9a-f]{64}")
_MOST_INPUTS, _MOST_NOTES, _LONGEST = 100, 100, 500


def check_fields(made: Mapping[str, Any]) -> None:
    """Refuse a forecast with a field that breaks its rule. Errors: InputError."""
    try:
        _check_texts(made)
        for name in ("now", "issued"):
            if made[name].dtype != np.dtype("datetime64[us]") or np.isnat(made[name]):
                raise ValueError(f"{name} is {made[name]!r}, no instant in microseconds")
        for name, rule in RULES.items():
            checked(name, made[name], rule)
        _check_shapes(made)
        _check_order(made)
    except ValueError as error:
        raise InputError(f"a forecast that cannot be put on record: {error}") from None


def sizes_of(made: Mapping[str, Any]) -> dict[str, int]:
    """Length of each dimension."""
    rows, columns = made["inside"].shape
    along = {"horizon": "horizon_days", "magnitude": "magnitudes", "level": "levels"}
    sizes = {dim: len(made[name]) for dim, name in along.items()}
    return sizes | {"row": rows, "column": columns, "row_edge": rows + 1, "column_edge": columns + 1}


def _check_texts(made: Mapping[str, Any]) -> None:
    if not _MODEL.fullmatch(made["model"]):
        raise ValueError(f"model is {made['model'][:60]!r}; a name has small letters, digits and _, 40 at most")
    named = {"model_digest": made["model_digest"], **made["inputs"]}
    wrong = [name for name, digest in named.items() if not (isinstance(digest, str) and _HEX.fullmatch(digest))]
    if wrong:
        raise ValueError(f"{wrong[0][:60]!r} has no SHA-256")
    texts = (made["version"], made["long_term"], *made["inputs"], *made["notes"])
    if any(not isinstance(text, str) or len(text) > _LONGEST or not text.isprintable() for text in texts):
        raise ValueError(f"a text is no line of {_LONGEST} characters at most")
    if len(made["inputs"]) > _MOST_INPUTS or len(made["notes"]) > _MOST_NOTES:
        raise ValueError(f"{len(made['inputs'])} inputs and {len(made['notes'])} notes, too many")


def _check_shapes(made: Mapping[str, Any]) -> None:
    if made["inside"].ndim != 2 or made["inside"].dtype != np.bool_ or not made["inside"].any():
        raise ValueError("no cell is inside the region")
    sizes = sizes_of(made)
    for name, rule in RULES.items():
        wanted = tuple(sizes[dim] for dim in rule.dims)
        if made[name].shape != wanted:
            raise ValueError(f"{name} has the shape {made[name].shape}, wanted is {wanted}")
    for name in _GROW:
        if not (np.diff(made[name]) > 0).all():
            raise ValueError(f"{name} do not grow")
    if made["lon_edges"][-1] - made["lon_edges"][0] > 360.0 + _ROUNDING:
        raise ValueError("cells go round the Earth more than once")


def _check_order(made: Mapping[str, Any]) -> None:
    """Larger events are not likelier, longer windows not quieter, and nothing lies outside the region."""
    for name in ("chance", "expected", "long_term_chance", "long_term_expected"):
        value = made[name]
        known = np.isfinite(value)
        if known.any() and not known.all():
            raise ValueError(f"{name} is known in part only")
        if known.all() and ((np.diff(value, axis=1) > _ROUNDING).any() or (np.diff(value, axis=0) < -_ROUNDING).any()):
            raise ValueError(f"{name} grows with the magnitude, or shrinks with the window")
    if (np.diff(made["quantiles"], axis=2) < 0).any():
        raise ValueError("quantiles do not grow with their levels")
    for name in ("cell_chance", "cell_expected", "long_term_cell_expected"):
        outside = made[name][..., ~made["inside"]]
        if (outside[np.isfinite(outside)] != 0.0).any():
            raise ValueError(f"{name} is not 0 outside the region")
