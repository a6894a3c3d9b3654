"""The state of a condensation as arrays to be kept, and back, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from seisweave.condensation.transfer import Walk


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
