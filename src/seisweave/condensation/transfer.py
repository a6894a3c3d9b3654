"""The transfer of weight: Gaussians give their weight away, from the widest to the narrowest.

Source: Kamer, Ouillon, Sornette & Wössner (2015), single Gaussians; Kamer, Ouillon & Sornette (2020), section 4.2,
mixtures. One that gives draws points; at each the densest wins, itself or one that is better located and of another
event,

    w_i N(x; m_i, S_i)   against   w_j N(x; m_j, S_j),

and takes its share of the weight w_i. Weight is conserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.condensation.prepare import Prepared, side_by_side
from seisweave.condensation.tree import weigh

_BLOCK = 16_384  # sources that vote before any of them settles
_TOGETHER = 512  # sources whose points look for winners together
_REPLANT = 6  # classes after which the tree is planted again, without those that no longer count


@dataclass(eq=False)
class Transfer:
    """How far the transfer of weight has come, Gaussians numbered from the best located.

    weight (m): now; frozen (m): those that targets count with; left: sources below this number are still to give.
    n_targets, target, amount: for every source that gave, widest first, how many targets and what they took.
    """

    weight: Float[np.ndarray, " m"]
    frozen: Float[np.ndarray, " m"]
    left: int
    n_targets: list[np.ndarray] = field(default_factory=list)
    target: list[np.ndarray] = field(default_factory=list)
    amount: list[np.ndarray] = field(default_factory=list)


def start_transfer(prepared: Prepared) -> Transfer:
    """Nothing has moved yet."""
    return Transfer(prepared.weight.copy(), prepared.weight.copy(), len(prepared))


def transfer_weight(prepared: Prepared, state: Transfer, report: Callable[[], None]) -> None:
    """Let all sources give that are left; `report` is called after every block of them."""
    arrays, tree, classes = prepared.arrays(), None, 0
    with ThreadPoolExecutor(prepared.threads) as pool:
        for first, stop, opens_class in _blocks(prepared, state.left):
            if opens_class and prepared.options.vote == "current":
                state.frozen, classes = state.weight.copy(), classes + 1
            if tree is None or (opens_class and classes % _REPLANT == 0):
                widest = prepared.rank.max() if prepared.options.vote == "reference" else prepared.rank[first]
                tree = prepared.tree(np.flatnonzero(prepared.rank < widest), state.frozen)
            elif opens_class:
                weigh(tree, state.frozen, prepared.shapes)
            _give(prepared, arrays, tree, state, (first, stop), pool)
            state.left = first
            report()


def _blocks(prepared: Prepared, left: int) -> Iterator[tuple[int, int, bool]]:
    """Runs of sources, widest first: first, stop, and whether a class of size begins with it.

    With frozen weights for all sources a block may hold several classes: they do not disturb each other's votes.
    """
    rank = prepared.rank
    if prepared.options.vote == "reference":
        edges = np.array([np.searchsorted(rank, 1), len(rank)])
    else:
        edges = np.searchsorted(rank, np.arange(1, rank[-1] + 2))
    for low, high in zip(edges[-2::-1].tolist(), edges[:0:-1].tolist(), strict=True):
        for stop in range(high, low, -_BLOCK):
            if stop <= left:
                yield max(low, stop - _BLOCK), stop, stop == high


def _give(
    prepared: Prepared, arrays: Any, tree: Any, state: Transfer, block: tuple[int, int], pool: ThreadPoolExecutor
) -> None:
    """Sources vote, neighbours in space together, by threads; then they settle one after the other.

    Equals do not give to each other: those of one class know what they give before any of them settles.
    """
    from seisweave.condensation import _condense_numba as compiled

    first, stop = block
    n, samples, alike = stop - first, prepared.options.samples, prepared.options.vote == "current"
    rounds = prepared.options.rounds if alike else 1
    votes = compiled.Votes(np.empty((n, samples), np.int32), np.empty((n, samples)))
    gifts = compiled.Gifts(np.empty((n, samples), np.int32), np.empty((n, samples)), np.empty(n, np.int32), np.empty(n))
    with np.errstate(divide="ignore"):
        least = np.log(state.weight[first:stop]) - (compiled.LEAST if rounds > 1 else 0.0)

    def work(sources: np.ndarray) -> None:
        for some in [sources] if alike else sources[:, None]:
            compiled.vote_sources(some, first, arrays, least, tree, votes)
        if alike:
            compiled.give(sources - first, first, votes, rounds, state.weight, gifts)

    sources = first + np.argsort(prepared.shapes.place[first:stop], kind="stable")
    side_by_side(work, sources, pool, max(16, min(_TOGETHER, n // (2 * prepared.threads))))
    target, amount = np.empty(n * samples, np.int32), np.empty(n * samples)
    end = compiled.settle(first, alike, votes, rounds, state.weight, gifts, target, amount)
    state.n_targets.append(gifts.n_targets[::-1])
    state.target.append(target[:end].copy())
    state.amount.append(amount[:end].copy())
