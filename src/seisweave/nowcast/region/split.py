"""Which steps train, which choose, which judge: in the order of time, with an embargo between.

A nowcast looks back over a window; a step right after a border would share its window with the steps before. Those
steps count for neither side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from seisweave.catalog.instants import as_time
from seisweave.errors import InputError
from seisweave.nowcast.maps import Steps

TRAIN_SHARE, VAL_SHARE = 0.7, 0.1


@dataclass(frozen=True, eq=False)
class Split:
    """Steps to train on, to validate on (when to stop, which settings), and to judge by (t each).

    `train_end` and `val_end` are the borders: the first instant of validation, and of the test.
    """

    train: Bool[np.ndarray, " t"]
    validation: Bool[np.ndarray, " t"]
    test: Bool[np.ndarray, " t"]
    train_end: np.datetime64
    val_end: np.datetime64

    @property
    def past(self) -> Bool[np.ndarray, " t"]:
        """Everything that may be known before the test."""
        return self.train | self.validation


def split_steps(steps: Steps, train_end: str | None, val_end: str | None, *, embargo: int) -> Split:
    """Split steps at two times; by default after 70 % and 80 % of them. Masked steps count for nothing.

    `embargo` steps after a border are left out.

    Errors: InputError for borders out of order or outside the steps, and a part that a gap leaves empty.
    """
    n, number = len(steps), np.arange(len(steps))
    first = _border(steps, "train_end", train_end, round(TRAIN_SHARE * n))
    second = _border(steps, "val_end", val_end, max(first + 1, round((TRAIN_SHARE + VAL_SHARE) * n)))
    span = f"{_day(steps.start[0])} to {_day(steps.start[-1] + steps.step)}"
    if not 0 < first < second <= n:
        raise InputError(
            f"train_end and val_end do not split the {n} steps from {span} in this order; give times within it"
        )
    parts = {
        "training": (number < first) & steps.observed,
        "validation": (number >= first + embargo) & (number < second) & steps.observed,
        "test": (number >= second + embargo) & steps.observed,
    }
    for name, part in parts.items():
        if not part.any() and not (name == "test" and second == n):
            raise InputError(
                f"no step is left for {name} between {span} after gaps and an embargo of {embargo} steps; give other"
                " --train-end and --val-end, or a longer catalog"
            )
    ends = steps.start[0] + steps.step * np.array([first, second])
    return Split(parts["training"], parts["validation"], parts["test"], ends[0], ends[1])


def _border(steps: Steps, name: str, text: str | None, default: int) -> int:
    """Number of the first step at or after a time."""
    if text is None:
        return default
    return int(-((steps.start[0] - as_time(name, text)) // steps.step))


def _day(time: np.datetime64) -> str:
    return str(time)[:10]
