"""Forecasts on record scored on what came: one row a model, window and magnitude.

A window is scored where the targets cover it whole, where it was issued before it began, and where it overlaps none of
the same model and length that is scored: in order of time the first is taken, then the next that begins no earlier than
that ends. Of two by one model from one instant the one issued first counts.

    gain     log score over the long-term chance, nats for each window with an event (`evaluation.information`);
             by cell the same for each cell and window with an event. Intervals hold 95 % of bootstraps by blocks of 30
             days, or of a window where that is longer. Where events lie in fewer than `FEWEST_BLOCKS` of them there is
             none: even the whole range of n independent values misses their median with a chance of 2^(1 - n), more
             than 5 % below 6, and draws of few blocks lie closer still
    N        windows with fewer or more events than the 95 % of numbers that were told, which 5 % are at most
    S, M     where events lie, and how large they are, given how many came: the sum over all windows of log shares of
             their cells, and of squared differences of logarithms by magnitude, beside 999 draws (Savran et al. 2020,
             BSSA 110, 1799-1817). Draws of S are independent: events in clusters fail it more often than 5 %
    bins     of chances, against what came, see `reliability`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Integer

from seisweave.errors import InputError
from seisweave.evaluation.information import Interval, block_numbers, log_scores, ratio_interval
from seisweave.issued.outcomes import Outcome, never_sure
from seisweave.issued.reliability import EDGES, Reliability, reliability

BLOCK_DAYS = 30
FEWEST_BLOCKS = 6  # with an event, for an interval
_DRAWS, _TESTS = 2000, 999
_DAY = np.timedelta64(86_400_000_000, "us")


@dataclass(frozen=True, eq=False)
class WindowScores:
    """Scores of one model at one window and magnitude.

    Arguments:
        model, days, magnitude: which.
        n: windows; n_with: those in which an event came; came, expected: events in all, NaN where none are told.
        mean_chance, mean_usual: of the model, and at the long-term rate.
        n_blocks: blocks of days with an event.
        gain, cell_gain: over the long-term rate; None where no event came, with limits that are NaN where events lie in
            fewer than FEWEST_BLOCKS blocks.
        outside: windows with a number outside of the 95 % told, and the chance of so many; NaN where none are told.
        s, m: the shares of draws as bad as what came; NaN where undefined, and but for the smallest magnitude.
        reliability: of the region's chances; cells: by bin, cells, mean chance, share that came with its limits.
    """

    model: str
    days: float
    magnitude: float
    n: int
    n_with: int
    n_blocks: int
    came: int
    expected: float
    mean_chance: float
    mean_usual: float
    gain: Interval | None
    cell_gain: Interval | None
    outside: float
    outside_p: float
    s: float
    m: float
    reliability: Reliability
    cells: np.ndarray


def apart(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Windows that do not overlap, of one model and length: the first, then the next that begins when it has ended."""
    kept: list[Outcome] = []
    for each in sorted(outcomes, key=lambda each: (each.now, each.issued)):
        if not kept or each.now >= kept[-1].end:
            kept.append(each)
    return kept


def score_windows(outcomes: Sequence[Outcome], magnitude: float, *, seed: int = 0) -> WindowScores:
    """Score windows of one model and length that do not overlap, for one magnitude that all of them have.

    Errors: InputError for no window.
    """
    if not outcomes:
        raise InputError("no window is left to be scored; give forecasts whose windows the targets cover")
    at = [int(np.flatnonzero(np.abs(each.magnitudes - magnitude) < 1e-9)[0]) for each in outcomes]

    def column(name: str) -> np.ndarray:
        return np.array([getattr(each, name)[m] for each, m in zip(outcomes, at, strict=True)])

    chance, usual, number = column("chance"), column("usual"), column("number")
    happened, days, blocks = number > 0, outcomes[0].days, _blocks(outcomes)
    low, high = column("low"), column("high")
    told = np.isfinite(low) & np.isfinite(high)
    outside = int(((number < low) | (number > high))[told].sum())
    smallest = all(m == 0 for m in at)
    return WindowScores(
        model=outcomes[0].model, days=days, magnitude=magnitude, n=len(outcomes), n_with=int(happened.sum()),
        n_blocks=len(np.unique(blocks[happened])), came=int(number.sum()), expected=float(column("expected").sum()),
        mean_chance=float(chance.mean()), mean_usual=float(usual.mean()),
        gain=gain_over(chance, usual, happened, outcomes, seed=seed),
        cell_gain=_gain(column("cell_gain"), column("cell_hits"), blocks, seed),
        outside=float(outside) if told.any() else float("nan"),
        outside_p=_more_than(outside, int(told.sum())) if told.any() else float("nan"),
        s=_places(outcomes, seed) if smallest else float("nan"),
        m=_magnitudes(outcomes, seed) if smallest else float("nan"),
        reliability=reliability(chance, happened), cells=_cells(column("cell_bins"), blocks, seed),
    )  # fmt: skip


def gain_over(
    chance: np.ndarray, other: np.ndarray, happened: np.ndarray, outcomes: Sequence[Outcome], *, seed: int
) -> Interval | None:
    """Nats for each window with an event over other chances; None where there is none.

    The limits are NaN where events lie in fewer than FEWEST_BLOCKS blocks.
    """
    better = log_scores(never_sure(chance), happened) - log_scores(never_sure(other), happened)
    return _gain(better, happened, _blocks(outcomes), seed)


def _blocks(outcomes: Sequence[Outcome]) -> Integer[np.ndarray, " n"]:
    """The block of days that each window begins in, 0, 1, ...; none is empty."""
    now, length = np.array([each.now for each in outcomes]), max(BLOCK_DAYS, int(np.ceil(outcomes[0].days)))
    return block_numbers(len(now), np.floor((now - now.min()) / _DAY).astype(int), length)


def _gain(gain: np.ndarray, events: np.ndarray, blocks: np.ndarray, seed: int) -> Interval | None:
    """What is gained for each event, with an interval where they lie in blocks enough."""
    if not events.any():
        return None
    in_blocks = np.bincount(blocks, events)
    made = ratio_interval(np.bincount(blocks, gain), in_blocks, draws=_DRAWS, seed=seed)
    few = np.sum(in_blocks > 0) < FEWEST_BLOCKS
    return replace(made, low=np.nan, high=np.nan, p_value=np.nan) if few else made


def _cells(bins: np.ndarray, blocks: np.ndarray, seed: int) -> np.ndarray:
    """By bin that holds cells: its number, cells, mean chance, those with an event, and the wider of two limits."""
    summed = np.zeros((blocks.max() + 1, *bins.shape[1:]))
    np.add.at(summed, blocks, bins)
    rows, total = [], summed.sum(axis=0)
    for k in np.flatnonzero(total[:, 0] > 0):
        n, chances, came = total[k]
        low, high = _limits(came, n)
        if came > 0:
            found = ratio_interval(summed[:, k, 2], summed[:, k, 0], draws=_DRAWS, seed=seed)
            low, high = min(low, found.low * n), max(high, found.high * n)
        rows.append((k, n, chances / n, came, low, high))
    return np.array(rows).reshape(-1, 6)


def _limits(came: float, n: float) -> tuple[float, float]:
    """95 % limits of a number among n (Clopper & Pearson 1934); bootstraps have none where all came, or nothing."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, came, n - came + 1)) if came > 0 else 0.0
    high = float(beta.ppf(0.975, came + 1, n - came)) if came < n else 1.0
    return low * n, high * n


def _more_than(outside: int, n: int) -> float:
    from scipy.stats import binom

    return float(binom.sf(outside - 1, n, 0.05))


def _places(outcomes: Sequence[Outcome], seed: int) -> float:
    """The share of draws whose events lie where less is expected than those that came."""
    rng, observed, drawn = np.random.default_rng(seed), 0.0, np.zeros(_TESTS)
    some = [each for each in outcomes if each.came.any() and np.isfinite(each.shares).all()]
    if not some:
        return float("nan")
    for each in some:
        log = np.log(np.maximum(each.shares, 1e-12))
        observed += float(each.came @ log)
        drawn += rng.multinomial(each.came.sum(), each.shares / each.shares.sum(), size=_TESTS) @ log
    return float((1 + (drawn <= observed).sum()) / (_TESTS + 1))


def _magnitudes(outcomes: Sequence[Outcome], seed: int) -> float:
    """The share of draws whose magnitudes are farther from the law's than those that came."""
    rng, observed, drawn = np.random.default_rng(seed), 0.0, np.zeros(_TESTS)
    some = [each for each in outcomes if each.number[0] and np.isfinite(each.expected).all() and each.expected[0] > 0]
    if not some:
        return float("nan")
    for each in some:
        share = -np.diff(each.expected, append=0.0) / each.expected[0]
        came, n = -np.diff(each.number, append=0), int(each.number[0])
        wanted = np.log10(share * n + 1.0)
        observed += float(((wanted - np.log10(came + 1.0)) ** 2).sum())
        draws = rng.multinomial(n, np.maximum(share, 0.0) / share.sum(), size=_TESTS)
        drawn += ((wanted - np.log10(draws + 1.0)) ** 2).sum(axis=1)
    return float((1 + (drawn >= observed).sum()) / (_TESTS + 1))


def bin_in_words(k: int) -> str:
    """A bin of chances in words.

    >>> bin_in_words(6), bin_in_words(16)
    ('3-10 %', '97-100 %')
    """
    return f"{100 * EDGES[int(k)]:g}-{100 * EDGES[int(k) + 1]:g} %"
