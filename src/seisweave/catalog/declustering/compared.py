"""A catalog before and after declustering: b-values, and whether what is left could be a Poisson process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.completeness import estimate_completeness
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.catalog.declustering.poisson import PoissonTest, poisson_test
from seisweave.catalog.gutenberg_richter import BValue, b_value
from seisweave.errors import InputError


@dataclass(frozen=True)
class Compared:
    """b-values above the magnitude of completeness, before and after, and the test of times after; None: too few."""

    mc: float | None
    b_before: BValue | None
    b_after: BValue | None
    poisson: PoissonTest | None

    @property
    def lines(self) -> tuple[str, ...]:
        """What a person should hear of them."""
        above = "" if self.mc is None else f" of M >= {self.mc:g}"
        lines = []
        if self.b_before is not None and self.b_after is not None:
            before, after = (f"{b.value:.2f} ± {b.error:.2f}" for b in (self.b_before, self.b_after))
            lines.append(f"b {before} before, {after} after, of M >= {self.mc:g}")
        if self.poisson is not None:
            lines.append(f"declustered events{above} {self.poisson.text}")
        return tuple(lines)


def compare(found: Declustered) -> Compared:
    """Compare the events before and after; from the completeness of those before, where it can be estimated.

    >>> from seisweave.catalog.declustering.decluster import decluster
    >>> from seisweave.synthetic import etas_world
    >>> for line in compare(decluster(etas_world(seed=1).catalog)).lines:
    ...     print(line)
    b 0.97 ± 0.02 before, 0.87 ± 0.03 after, of M >= 2.7
    declustered events of M >= 2.7 fail a test of a Poisson process at 5 % (Kolmogorov-Smirnov D 0.044, p 0.027, 1,082 events)
    """  # noqa: E501
    try:
        mc = estimate_completeness(found.catalog).mc
    except InputError:  # too few
        mc = None
    kept = found.background
    complete = np.ones(len(kept), bool) if mc is None else kept.magnitude >= mc - 1e-9
    return Compared(mc, _b(found.catalog.magnitude, mc), _b(kept.magnitude, mc), poisson_test(kept.times[complete]))


def _b(magnitude: np.ndarray, mc: float | None) -> BValue | None:
    try:
        return None if mc is None else b_value(magnitude, mc)
    except InputError:  # too few
        return None
