"""Digests of what a forecast was made from: a model, and the events before an instant."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, runtime_checkable

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.stored_models import MODEL


@runtime_checkable
class Stored(Protocol):
    """A model that is kept in a folder with a model.json."""

    def write(self, folder: str | Path) -> Path:
        """Write the folder."""
        ...


def digest_of_model(model: Stored) -> str:
    """SHA-256 of the model.json that a model is kept as, which has the digests of all files beside it."""
    with TemporaryDirectory(prefix="seisweave-") as room:
        return sha256((model.write(Path(room)) / MODEL).read_bytes()).hexdigest()


def digest_of_events(catalog: Catalog) -> str:
    """SHA-256 of the events of a catalog: when, where, how large, whatever the order of the rows.

    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=10).catalog
    >>> digest_of_events(catalog) == digest_of_events(catalog[::-1]) != digest_of_events(catalog[1:])
    True
    """
    numbers = [catalog.longitude, catalog.latitude, catalog.depth_km, catalog.magnitude]
    columns = [catalog.times.astype("datetime64[us]").astype(np.int64), *(each.astype(float) for each in numbers)]
    order = np.lexsort(columns[::-1])
    return sha256(b"".join(np.ascontiguousarray(each[order]).tobytes() for each in columns)).hexdigest()
