"""How well planted faults were found again: the numbers, and a sentence of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from seisweave.evaluation.membership import adjusted_rand_index, count_found


def compare(truth: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """How well the planted faults were found again; goes into summary.json."""
    found, planted = count_found(truth, label)
    score = adjusted_rand_index(truth, label)
    spurious = len(set(label[label >= 0].tolist())) - found
    told = {"planted_found": found, "planted_faults": planted, "planted_spurious": spurious}
    return {**told, "planted_adjusted_rand": score}


def verdict(extra: dict[str, Any]) -> str:
    """What `compare` found, in words."""
    planted, found, spurious = (extra[f"planted_{name}"] for name in ("faults", "found", "spurious"))
    return (
        f"{planted} faults planted: {found} found, {spurious} spurious (found: more than half of its events lie on one"
        " fault, more than half of whose events are its own; spurious: faults of the network on which none was found);"
        f" adjusted Rand index {extra['planted_adjusted_rand']:.3f} (1: every event on its own fault)"
    )
