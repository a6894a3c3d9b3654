"""Whether times are those of a Poisson process: the advice that goes with a declustered catalog."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped

LEVEL = 0.05
_FEWEST = 10


@dataclass(frozen=True)
class PoissonTest:
    """Kolmogorov & Smirnov's distance of n times from uniform ones, and the chance of one as large.

    >>> PoissonTest(0.02, 0.6, 900).text
    'pass a test of a Poisson process at 5 % (Kolmogorov-Smirnov D 0.020, p 0.6, 900 events)'
    """

    distance: float
    p: float
    n: int

    @property
    def passes(self) -> bool:
        """Whether a Poisson process of constant rate is not ruled out at 5 %."""
        return self.p >= LEVEL

    @property
    def text(self) -> str:
        """What is to be said of the events."""
        verdict = "pass" if self.passes else "fail"
        numbers = f"Kolmogorov-Smirnov D {self.distance:.3f}, p {self.p:.2g}, {self.n:,} events"
        return f"{verdict} a test of a Poisson process at {LEVEL * 100:g} % ({numbers})"


def poisson_test(times: Shaped[np.ndarray, " n"]) -> PoissonTest | None:
    """Test n times (datetime64, in order) for a constant rate between the first and the last; None for fewer than ten.

    Given the first and the last, the times between them are uniform in a Poisson process. The test sees rates that
    drift or jump, by a network that grows as well as by clusters; it does not look at places.

    Source: Luen & Stark (2012), Geophys. J. Int. 189, 691-700, who show what it sees and what it does not.
    """
    from scipy.stats import kstest

    if len(times) < _FEWEST or not times[-1] > times[0]:
        return None
    place = (times[1:-1] - times[0]) / (times[-1] - times[0])
    found = kstest(place, "uniform")
    return PoissonTest(float(found.statistic), float(found.pvalue), len(times))
