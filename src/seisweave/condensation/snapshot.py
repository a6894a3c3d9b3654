"""The state of a condensation as arrays to be kept, and back, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from seisweave.condensation.transfer import Transfer


def transfer_arrays(transfer: Transfer) -> dict[str, np.ndarray]:
    """The state of a transfer as arrays."""
    return {
        "weight": transfer.weight,
        "frozen": transfer.frozen,
        "left": np.array(transfer.left),
        "n_targets": joined(transfer.n_targets, np.int32),
        "target": joined(transfer.target, np.int32),
        "amount": joined(transfer.amount, np.float64),
    }


def transfer_from_arrays(arrays: Mapping[str, np.ndarray]) -> Transfer:
    """The transfer that was kept."""
    lists = {name: [arrays[name]] for name in ("n_targets", "target", "amount")}
    return Transfer(arrays["weight"], arrays["frozen"], int(arrays["left"]), **lists)


def joined(parts: list[np.ndarray], kind: type) -> np.ndarray:
    """One array of all parts; the list then holds it alone."""
    parts[:] = [np.concatenate([*parts, np.zeros(0, kind)])]
    return parts[0]
