"""Shapes of backgrounds as arrays, beside the boxes around them; read back identical, or refused.

`background_shape` numbers the kinds in the order of `KINDS`. Box, sphere and Gaussian are known by their boxes; a solid
has its corners and tetrahedra.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.faults.background import Box
from seisweave.faults.background_shapes.rounds import round_of
from seisweave.faults.background_shapes.solid import Solid
from seisweave.gaussians.backgrounds import Shape
from seisweave.gaussians.mixture import Mixture
from seisweave.stored_arrays import Rule, arrays_of

if TYPE_CHECKING:
    import xarray as xr

KINDS = ("box", "hull", "alpha", "voronoi", "sphere", "gaussian")
_SOLIDS = KINDS[1:4]
_SIZES = {"axis": 3, "of_tetrahedron": 4}
_ALIKE = 1e-9  # half sides of a cube
_FLAT = 1e-15  # volume over the cube of the longest edge
RULES = {
    "background_shape": Rule(("background",), 0, len(KINDS) - 1, whole=True),
    "background_parameters": Rule(("background",), 1, 1e9, whole=True),
    "background_corner": Rule(("solid_corner", "axis")),
    "corner_of": Rule(("solid_corner",), 0, whole=True, below="background"),
    "tetrahedron": Rule(("solid_part", "of_tetrahedron"), 0, whole=True, below="solid_corner"),
}
UNITS = {"background_corner": "km"}


def shape_arrays(shapes: Sequence[Shape]) -> dict[str, np.ndarray]:
    """What the shapes of backgrounds are, beside their boxes; nothing where all are boxes."""
    if all(shape.kind == "box" for shape in shapes):
        return {}
    solids = {b: shape for b, shape in enumerate(shapes) if isinstance(shape, Solid)}
    count = [len(solid.corner_km) for solid in solids.values()]
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return {
        "background_shape": np.array([KINDS.index(shape.kind) for shape in shapes], np.int64),
        "background_parameters": np.array([shape.parameters for shape in shapes], np.int64),
        "background_corner": np.concatenate([np.zeros((0, 3)), *(solid.corner_km for solid in solids.values())]),
        "corner_of": np.repeat(np.array(list(solids), np.int64), count),
        "tetrahedron": np.concatenate(
            [np.zeros((0, 4), np.int64), *(s.tetrahedron + f for s, f in zip(solids.values(), first, strict=False))]
        ),
    }


def shapes_of(arrays: Mapping[str, np.ndarray], boxes: Sequence[Box]) -> tuple[Shape, ...]:
    """The shapes with these boxes around them: undoes `shape_arrays`."""
    shapes, kinds = [], arrays["background_shape"]
    corner_of, tetrahedron = arrays["corner_of"], arrays["tetrahedron"]
    owner = corner_of[tetrahedron[:, 0]]
    for b, box in enumerate(boxes):
        kind = KINDS[kinds[b]]
        if kind not in _SOLIDS:
            shapes.append(box if kind == "box" else round_of(kind, box))
            continue
        first = int(np.searchsorted(corner_of, b))
        corners, parameters = arrays["background_corner"][corner_of == b], int(arrays["background_parameters"][b])
        shapes.append(Solid(kind, corners, tetrahedron[owner == b] - first, parameters))
    return tuple(shapes)


def shape_variables(mixture: Mixture, *, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """Variables of a dataset for the shapes of a mixture's backgrounds; none where all are boxes."""
    return {
        f"{prefix}{name}": (_dims(RULES[name], suffix), array, {"units": UNITS.get(name, "1")})
        for name, array in shape_arrays(mixture.shapes).items()
    }


def shapes_in(
    dataset: xr.Dataset, boxes: Mapping[str, np.ndarray], *, prefix: str = "", suffix: str = ""
) -> tuple[Shape, ...]:
    """The shapes that a dataset holds beside the boxes of a mixture; none where all are boxes. Errors: ValueError."""
    if f"{prefix}background_shape" not in dataset:
        return ()
    rules = {}
    for name, rule in RULES.items():
        below = f"{rule.below}{suffix}" if rule.below else ""
        rules[f"{prefix}{name}"] = Rule(_dims(rule, suffix), rule.low, rule.high, whole=rule.whole, below=below)
    arrays = dict(zip(RULES, arrays_of(dataset, rules, sizes=_SIZES).values(), strict=True))
    _check(arrays, boxes["box_half_km"])
    return shapes_of(arrays, boxes_of(boxes))


def boxes_of(fields: Mapping[str, np.ndarray]) -> list[Box]:
    """Boxes from the fields of a mixture."""
    names = ("box_centre_km", "box_axes", "box_half_km")
    return [Box(*box) for box in zip(*(fields[name] for name in names), strict=True)]


def _dims(rule: Rule, suffix: str) -> tuple[str, ...]:
    return tuple(dim if dim in _SIZES else f"{dim}{suffix}" for dim in rule.dims)


def _check(arrays: Mapping[str, np.ndarray], half_km: np.ndarray) -> None:
    """Refuse shapes that are none. Errors: ValueError."""
    kinds, corner_of, tetrahedron = (arrays[name] for name in ("background_shape", "corner_of", "tetrahedron"))
    solid = np.isin(kinds, [KINDS.index(kind) for kind in _SOLIDS])
    if len(kinds) != len(half_km):
        raise ValueError(f"{len(kinds)} shapes of {len(half_km)} backgrounds")
    if (np.diff(corner_of) < 0).any() or not solid[corner_of].all():
        raise ValueError("corners are not in the order of their backgrounds, or those of one that has none")
    owner = corner_of[tetrahedron]
    if (owner != owner[:, :1]).any():
        raise ValueError(f"tetrahedron {int((owner != owner[:, :1]).any(axis=1).argmax())} joins two backgrounds")
    if set(np.flatnonzero(solid).tolist()) != set(owner[:, 0].tolist()):
        raise ValueError("a solid background without a tetrahedron")
    _check_tetrahedra(arrays["background_corner"][tetrahedron], tetrahedron)
    rounds = half_km[kinds >= KINDS.index("sphere")]
    if (np.abs(rounds - rounds[:, :1]) > _ALIKE * rounds[:, :1]).any():
        raise ValueError("a round background in a box that is no cube")


def _check_tetrahedra(corners: np.ndarray, tetrahedron: np.ndarray) -> None:
    edge = np.linalg.norm(corners[:, :, None] - corners[:, None], axis=3).max(axis=(1, 2), initial=0.0)
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    if (volume <= _FLAT * edge**3).any():
        raise ValueError(f"tetrahedron {int((volume <= _FLAT * edge**3).argmax())} has no volume")
    faces = np.sort(np.concatenate([np.delete(tetrahedron, k, axis=1) for k in range(4)]), axis=1)
    if len(faces) and np.unique(faces, axis=0, return_counts=True)[1].max() > 2:
        raise ValueError("more than two tetrahedra on one face")
