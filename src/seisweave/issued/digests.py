"""Digests of what a forecast was made from: a model, and the events before an instant."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, runtime_checkable

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.stored_json import digest_of, read_json
from seisweave.stored_models import MODEL


@runtime_checkable
class Stored(Protocol):
    """A model that is kept in a folder with a model.json."""

    def write(self, folder: str | Path) -> Path:
        """Write the folder."""
        ...


def digest_of_model(model: Stored) -> str:
    """SHA-256 of what a model's model.json holds, which has the digests of all files beside it.

    The version of seisweave that writes it plays no part: the same model has one digest by all of them.
    """
    with TemporaryDirectory(prefix="seisweave-") as room:
        content = read_json(model.write(Path(room)) / MODEL)
    noted = {name: value for name, value in content["sha256"].items() if name != "model"}  # that is of all of it
    return digest_of({**content, "version": None, "sha256": noted})


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
    return digest_of_arrays(*(each[order] for each in columns))


def digest_of_arrays(*arrays: np.ndarray) -> str:
    """SHA-256 of the bytes of arrays, one after the other.

    >>> digest_of_arrays(np.arange(4)[::2]) == digest_of_arrays(np.array([0, 2]))
    True
    """
    return sha256(b"".join(np.ascontiguousarray(each).tobytes() for each in arrays)).hexdigest()
