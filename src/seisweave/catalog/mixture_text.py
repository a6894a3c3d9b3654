"""Mixtures of location errors as text, one event a cell: exact, for tables.

A cell holds the Gaussians of one event, separated by semicolons; each is ten numbers separated by blanks:
weight, mean offset x y z (km), covariance xx xy xz yy yz zz (km²).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from seisweave.catalog.uncertainty import LocationUncertainty, symmetric, upper_elements
from seisweave.errors import InputError


def parse_mixtures(cells: np.ndarray) -> LocationUncertainty:
    """Mixtures of n cells. Errors: InputError for a cell that does not hold groups of ten numbers.

    >>> parse_mixtures(np.array(["1.0 0 0 0 0.1 0 0 0.1 0 0.4", ""])).offsets.tolist()
    [0, 1, 1]
    """
    groups = [[part for part in cell.split(";") if part.strip()] for cell in cells.tolist()]
    flat = [part for group in groups for part in group]
    try:
        table = np.array([[float(number) for number in part.split()] for part in flat]).reshape(len(flat), 10)
    except ValueError:
        raise InputError(
            "a mixture of location errors is not groups of ten numbers; write it by write_catalog"
        ) from None
    offsets = np.concatenate([[0], np.cumsum([len(group) for group in groups])]).astype(np.int64)
    return LocationUncertainty(
        covariance_km2=symmetric(table[:, 4:]), offsets=offsets, weight=table[:, 0], mean_offset_km=table[:, 1:4]
    )


def format_mixtures(errors: LocationUncertainty) -> list[str]:
    """One cell an event, exact."""
    offsets, weight = np.array(errors.offsets), np.array(errors.weight)
    covariance = upper_elements(np.array(errors.covariance_km2))
    table = np.concatenate([weight[:, None], np.array(errors.mean_offset_km), covariance], axis=1).tolist()
    parts = [" ".join(repr(number) for number in row) for row in table]
    return [";".join(parts[a:b]) for a, b in pairwise(offsets.tolist())]
