"""What a long condensation keeps on disk, so that it goes on where it was after an interrupt or a power cut.

A folder with one file, `condensation.npz`, that appears whole or not at all: the identity of the run (input, options,
version), the state of the walk, the events assigned so far.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from seisweave.condensation.transfer import Walk
from seisweave.errors import InputError
from seisweave.storage import write_whole

EVERY_S = 20.0
_NAME = "condensation.npz"


class Checkpoint:
    """A folder that keeps the state of one run; without a folder nothing is kept.

    Errors: InputError when the folder holds the state of another input, other options or another version.
    """

    def __init__(self, folder: Path | None, identity: Mapping[str, Any]) -> None:
        self._path = None if folder is None else folder / _NAME
        self._identity = json.dumps(dict(identity), sort_keys=True)
        self._saved = monotonic()

    def load(self) -> dict[str, np.ndarray] | None:
        """The state that was kept, if there is one."""
        if self._path is None or not self._path.exists():
            return None
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                arrays = dict(kept)
            identity = str(arrays.pop("identity"))
        except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise InputError(f"{self._path}: is damaged ({error}); remove it and start again") from None
        if identity != self._identity:
            raise InputError(
                f"{self._path.parent}: was kept by a run with another input, other options or another version of"
                " seisweave; give what that run was given, or start again"
            )
        return arrays

    def keep(self, walk: Walk, chosen: np.ndarray, votes: np.ndarray) -> None:
        """Keep the state, if the last one is old."""
        if self._path is None or monotonic() - self._saved < EVERY_S:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        arrays = walk_arrays(walk) | {"chosen": chosen, "votes": votes, "identity": np.array(self._identity)}
        write_whole(self._path, partial(np.savez, allow_pickle=False, **arrays))
        self._saved = monotonic()


def walk_arrays(walk: Walk) -> dict[str, np.ndarray]:
    """The state of a walk as arrays."""
    return {
        "weight": walk.weight,
        "frozen": walk.frozen,
        "left": np.array(walk.left),
        "n_targets": joined(walk.n_targets, np.int32),
        "target": joined(walk.target, np.int32),
        "amount": joined(walk.amount, np.float64),
    }


def walk_from_arrays(arrays: Mapping[str, np.ndarray]) -> Walk:
    """The walk that was kept."""
    lists = {name: [arrays[name]] for name in ("n_targets", "target", "amount")}
    return Walk(arrays["weight"], arrays["frozen"], int(arrays["left"]), **lists)


def joined(pieces: list[np.ndarray], kind: type) -> np.ndarray:
    """One array of all pieces; the list then holds it alone."""
    pieces[:] = [np.concatenate([*pieces, np.zeros(0, kind)])]
    return pieces[0]
