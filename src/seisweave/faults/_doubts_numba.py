"""Compiled loops over doubts: how far what other merges did can have moved the gain of a pair.

To first order a gain changes by Σ (relative change the pair would make) × (change of log density): here block by
block, with the largest change in the block. Merges write down what they changed; the doubt about a pair is summed up
when somebody asks for it, merge by merge, as if it had been kept up all the time.
"""

from numba import njit

from seisweave.compiling import INNER
from seisweave.faults.state import MERGED, PAIR, WAITING

_LEAST = 1e-6  # a smaller change counts as none
_ROUNDING = 1e-9  # relative; sums of 10⁵ terms in another order differ by less


@njit(**INNER)
def note_changes(changes, tally, change):
    """Write down what a merge has changed in each block."""
    m = tally[MERGED]
    end = changes.begin[m]
    for b in range(len(change)):
        amount = 0.0
        if change[b] > _LEAST:
            amount = change[b]
            changes.block[end], changes.amount[end] = b, amount
            end += 1
        changes.total[m + 1, b] = changes.total[m, b] + amount
    changes.begin[m + 1] = end
    tally[MERGED] = m + 1


@njit(**INNER)
def bring_up(pairs, changes, tally, q):
    """Add to the doubt about pair q what merges have changed since it was last looked at."""
    for m in range(pairs.seen[q], tally[MERGED]):
        doubt = 0.0
        for e in range(changes.begin[m], changes.begin[m + 1]):
            doubt += pairs.effect[q, changes.block[e]] * changes.amount[e]
        pairs.doubt[q] += doubt
    pairs.seen[q] = tally[MERGED]


@njit(**INNER)
def in_doubt(pairs, changes, tally, q, negligible):
    """Whether the doubt about pair q is above what is negligible.

    Differences of the totals tell it, where they do so beyond rounding.
    """
    doubt, rounding = pairs.doubt[q], _ROUNDING * (pairs.doubt[q] + negligible)
    since, now = changes.total[pairs.seen[q]], changes.total[tally[MERGED]]
    for b in range(len(now)):
        doubt += pairs.effect[q, b] * (now[b] - since[b])
        rounding += _ROUNDING * pairs.effect[q, b] * now[b]
    if doubt - rounding > negligible:
        return True
    if doubt + rounding < negligible:
        return False
    bring_up(pairs, changes, tally, q)
    return pairs.doubt[q] > negligible


@njit(**INNER)
def most_hopeful(pairs, changes, tally, trust):
    """The pair of the highest positive gain when a share of the doubt is added to it, or -1."""
    best, most = -1, 0.0
    for q in range(tally[PAIR]):
        if pairs.state[q] == WAITING:
            continue
        bring_up(pairs, changes, tally, q)
        hope = pairs.gain[q] + trust * pairs.doubt[q]
        if hope > most:
            best, most = q, hope
    return best
