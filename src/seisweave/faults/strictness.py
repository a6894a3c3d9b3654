"""How closely merging keeps to the order of merges in the paper, and what it leaves out to be quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Strictness:
    """What may be left out while merging; the defaults are those of every network, others serve to study them.

    cut: a Gaussian that adds less than this share to the density at a point counts as absent there.
    trust: share of the doubt about a gain that is added to it in the search for the highest.
    negligible: doubt about a gain, in units of BIC/2, that is let pass.
    at_first: pairs of a new Gaussian that are evaluated at once.
    hopeless: pairs expected to lose more than this many times the penalty are no candidates.

    `docs/concepts/faults.md` says what each costs and brings. With `trust` 1 and the rest without limit the order of
    merges is the paper's.

    >>> Strictness(trust=1.0, at_first=10**6).cut
    0.001
    """

    cut: float = 1e-3
    trust: float = 0.0
    negligible: float = 0.05
    at_first: int = 16
    hopeless: float = 10.0


QUICK = Strictness()
