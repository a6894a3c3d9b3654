"""What steps are called: days where they are that long, and steps otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class StepWords:
    """One step, many, the one before, its own number of events, the last thirty, and that nothing changes."""

    one: str
    many: str
    before: str
    of_before: str
    last_thirty: str
    unchanged: str


_DAYS = StepWords("day", "days", "yesterday", "yesterday's", "last month", "tomorrow equals today")
_STEPS = StepWords(
    "step", "steps", "the step before", "the last step's", "last 30 steps", "the next step equals this one"
)


def step_words(step: np.timedelta64 | float) -> StepWords:
    """The words for steps of a length, given as a time or in hours.

    >>> step_words(24.0).many, step_words(np.timedelta64(7, "D")).many, step_words(1.0).before
    ('days', 'steps', 'the step before')
    """
    hours = step / np.timedelta64(1, "h") if isinstance(step, np.timedelta64) else step
    return _DAYS if hours == 24.0 else _STEPS


def length_of(step: np.timedelta64 | float) -> str:
    """A step by its length where it is no day.

    >>> length_of(24.0), length_of(168.0), length_of(1.0)
    ('day', 'step of 168 hours', 'step of 1 hour')
    """
    hours = float(step / np.timedelta64(1, "h")) if isinstance(step, np.timedelta64) else step
    return "day" if hours == 24.0 else f"step of {hours:g} hour{'' if hours == 1.0 else 's'}"
