"""Coasts and borders of Natural Earth (public domain), from the npm package world-atlas (`vendor`), and cut to a map.

A TopoJSON file holds arcs, each once: one that two countries share is a border, one of a single country a coast.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.faults.network import FaultNetwork
from seisweave.report.traces import Traces, thinned, traces_km

VENDOR = Path(__file__).parent / "vendor"
_WORLD = VENDOR / "world-atlas" / "countries-10m.json.gz"
_SEAM = 179.99  # degrees: shapes are cut there, where there is no coast
_POLE = -85.0
_FINE = 1e-3  # of the frame's diagonal, between two points of a line


@dataclass(frozen=True, eq=False)
class Outlines:
    """Lines: longitude and latitude in degrees, or km east and north of a network's centre."""

    coasts: tuple[Float[np.ndarray, "_ 2"], ...] = ()
    borders: tuple[Float[np.ndarray, "_ 2"], ...] = ()


def outlines_km(network: FaultNetwork, low_km: Float[np.ndarray, " 2"], high_km: Float[np.ndarray, " 2"]) -> Outlines:
    """Coasts and borders within a frame, as fine as a picture of it can show; none of a network in local km.

    >>> import seisweave as sw
    >>> catalog = sw.synthetic.southern_california_like(n_events=300).catalog.select(event_type="eq")
    >>> near = outlines_km(sw.reconstruct_faults(catalog), np.array([-250.0, -250]), np.array([250.0, 250]))
    >>> len(near.coasts) > 0, len(near.borders) > 0
    (True, True)
    """
    if network.projection is None:
        return Outlines()
    least_km = _FINE * float(np.hypot(*(high_km - low_km)))
    world = world_outlines()
    coasts, borders = (
        tuple(thinned(line, least_km) for line in traces_km(Traces(lines), network, low_km, high_km))
        for lines in (world.coasts, world.borders)
    )
    return Outlines(coasts, borders)


@lru_cache(maxsize=1)
def world_outlines() -> Outlines:
    """All coasts and borders there are, in degrees."""
    told = json.loads(gzip.decompress(_WORLD.read_bytes()))
    scale, corner = (np.array(told["transform"][name]) for name in ("scale", "translate"))
    lines = [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + corner for arc in told["arcs"]]
    bearers = Counter(
        arc for shape in told["objects"]["countries"]["geometries"] for arc in set(_arcs(shape.get("arcs", [])))
    )
    coasts = [piece for n, line in enumerate(lines) if bearers[n] == 1 for piece in _without_cuts(line)]
    return Outlines(tuple(coasts), tuple(lines[n] for n, of in sorted(bearers.items()) if of > 1))


def _arcs(nested: Any) -> Iterator[int]:
    """Numbers of the arcs of a shape; those that are followed backwards are written as ~n."""
    if isinstance(nested, int):
        yield nested if nested >= 0 else ~nested
    else:
        for inner in nested:
            yield from _arcs(inner)


def _without_cuts(line: Float[np.ndarray, "n 2"]) -> list[Float[np.ndarray, "_ 2"]]:
    """The pieces of a coast between steps along the date line or the rim of the data in the south."""
    seam, pole = np.abs(line[:, 0]) > _SEAM, line[:, 1] < _POLE
    cut = np.flatnonzero((seam[:-1] & seam[1:]) | (pole[:-1] & pole[1:])) + 1
    return [piece for piece in np.split(line, cut) if len(piece) > 1]
