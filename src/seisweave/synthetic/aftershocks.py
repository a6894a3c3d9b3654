"""Aftershock clustering: a branching process in time and magnitude (ETAS; Ogata 1988, JASA 83, 9-27).

Magnitudes follow Gutenberg & Richter between m₀ and m₁, whoever the parent is. An event of magnitude m
triggers a Poisson number of events directly, on average K 10^(α (m - m₀)), each after a delay with the
Omori-Utsu density (p - 1) c^(p - 1) (t + c)^(-p). K is set so that an average event triggers
`branching_ratio` others. Aftershocks trigger aftershocks in turn; a generation is drawn at a time, so that
a million events cost some array operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int64

from seisweave.errors import InputError


@dataclass(frozen=True)
class AftershockOptions:
    """Magnitudes and triggering of a synthetic catalog.

    Errors: InputError for an invalid value.

    >>> round(AftershockOptions(branching_ratio=0.8).productivity, 3)
    0.174
    """

    minimum_magnitude: float = field(default=2.0, metadata={"help": "Smallest magnitude m₀ (complete above)."})
    maximum_magnitude: float = field(default=7.5, metadata={"help": "Largest magnitude m₁."})
    b_value: float = field(default=1.0, metadata={"help": "Gutenberg-Richter slope, a decade a unit."})
    branching_ratio: float = field(
        default=0.5, metadata={"help": "Events an average event triggers directly, 0 to below 1."}
    )
    alpha: float = field(default=0.8, metadata={"help": "Growth of productivity, decades a magnitude unit."})
    omori_c_days: float = field(default=0.01, metadata={"help": "Omori-Utsu delay c, days."})
    omori_p: float = field(default=1.2, metadata={"help": "Omori-Utsu decay exponent p, above 1."})

    def __post_init__(self) -> None:
        if not -np.inf < self.minimum_magnitude < self.maximum_magnitude < np.inf:
            raise InputError(
                f"magnitudes run from {self.minimum_magnitude} to {self.maximum_magnitude}: give a larger maximum"
            )
        for name in ("b_value", "omori_c_days"):
            if not 0 < getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give a positive number")
        if not 0 <= self.branching_ratio < 1:
            raise InputError(f"branching_ratio is {self.branching_ratio}: give less than 1")
        if not 0 <= self.alpha <= self.b_value:
            raise InputError(f"alpha is {self.alpha}: give 0 to b_value ({self.b_value})")
        if not 1 < self.omori_p < np.inf:
            raise InputError(f"omori_p is {self.omori_p}: give more than 1")

    @property
    def productivity(self) -> float:
        """K: the mean number of events that one of magnitude m₀ triggers directly.

        branching_ratio = K E[10^(α (m - m₀))], the mean over the truncated Gutenberg-Richter law.
        """
        span, beta = self.maximum_magnitude - self.minimum_magnitude, self.b_value * np.log(10)
        rest = (self.b_value - self.alpha) * np.log(10)
        integral = span if rest == 0 else -np.expm1(-rest * span) / rest
        return float(self.branching_ratio * -np.expm1(-beta * span) / (beta * integral))


@dataclass(frozen=True, eq=False)
class Sequences:
    """n events of m families, generation by generation, so that parents stand before their children.

    time_days since the start; parent is the event that triggered each, -1 for the first of a family; family
    is 0..m-1; generation 0 for the first.
    """

    time_days: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    parent: Int64[np.ndarray, " n"]
    family: Int64[np.ndarray, " n"]
    generation: Int64[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.parent)


def draw_sequences(
    n_families: int,
    duration_days: float,
    options: AftershockOptions,
    rng: np.random.Generator,
    *,
    first_magnitude: float | None = None,
) -> Sequences:
    """Draw families: a first event at any time within the duration, and all it triggers until the end.

    first_magnitude, if given, is that of every family's first event.

    >>> few = draw_sequences(100, 365.0, AftershockOptions(), np.random.default_rng(1))
    >>> bool(np.all(few.time_days[few.parent[100:]] < few.time_days[100:]))
    True
    """
    time, magnitude = rng.random(n_families) * duration_days, draw_magnitudes(n_families, options, rng)
    if first_magnitude is not None:
        magnitude = np.full(n_families, first_magnitude)
    generations = [(time, magnitude, np.full(n_families, -1), np.arange(n_families))]
    first = 0  # row of the first event of the generation at hand
    while len(generations[-1][0]):
        time, magnitude, _, family = generations[-1]
        chosen, child_time = _trigger(time, magnitude, options, rng)
        within = child_time < duration_days
        chosen, child_time = chosen[within], child_time[within]
        child_magnitude = draw_magnitudes(len(chosen), options, rng)
        generations.append((child_time, child_magnitude, first + chosen, family[chosen]))
        first += len(time)
    time, magnitude, parent, family = (np.concatenate(column) for column in zip(*generations, strict=True))
    generation = np.repeat(np.arange(len(generations)), [len(rows[0]) for rows in generations])
    return Sequences(time, magnitude, parent, family, generation)


def draw_magnitudes(n: int, options: AftershockOptions, rng: np.random.Generator) -> Float[np.ndarray, " n"]:
    """Draw n magnitudes of the truncated Gutenberg-Richter law."""
    beta = options.b_value * np.log(10)
    reach = -np.expm1(-beta * (options.maximum_magnitude - options.minimum_magnitude))
    return options.minimum_magnitude - np.log1p(-reach * rng.random(n)) / beta


def renumbered(parent: Int64[np.ndarray, " n"], kept: Int64[np.ndarray, " m"]) -> Int64[np.ndarray, " m"]:
    """Parents of the kept rows as positions among the kept rows, in their order; -1 for none.

    >>> renumbered(np.array([-1, 0, 1]), np.array([2, 1])).tolist()
    [1, -1]
    """
    position = np.full(len(parent) + 1, -1)  # one more row, so that parent -1 finds -1
    position[kept] = np.arange(len(kept))
    return position[parent[kept]]


def _trigger(
    time: np.ndarray, magnitude: np.ndarray, options: AftershockOptions, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the children of some events: which event is the parent of each, and their times."""
    excess = magnitude - options.minimum_magnitude
    counts = rng.poisson(options.productivity * 10 ** (options.alpha * excess))
    parent = np.repeat(np.arange(len(time)), counts)
    late = (1 - rng.random(len(parent))) ** (-1 / (options.omori_p - 1)) - 1
    return parent, time[parent] + options.omori_c_days * late
