"""The condensation of one event, step by step: its Gaussians, the weight they give, points that vote, where it ends.

After Figure 8 of Kamer, Ouillon & Sornette (2020); section 4.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jaxtyping import Float, Int

from seisweave.condensation.condensed import CondensedCatalog
from seisweave.condensation.tree import widened
from seisweave.errors import InputError
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Step = Literal["before", "moved", "drawn", "assigned"]
_TITLES: dict[Step, str] = {
    "before": "(a) where it may be",
    "moved": "(b) weight has moved",
    "drawn": "(c) points drawn from it",
    "assigned": "(d) where it goes",
}
_OWN, _OTHER, _CHOSEN = PALETTE[0], BACKGROUND, PALETTE[1]
_MOST = 40  # other Gaussians that are drawn: those that took or gave most
_POINTS = 1000  # of step (c)
_LITTLE = 1e-3  # of an event: no weight to speak of


def condensation_steps_figure(condensed: CondensedCatalog, event: int) -> Figure:
    """Draw all four steps of one event on the same map.

    Errors: InputError for an event that there is none of.

    >>> from seisweave.condensation import EventGaussians, condense
    >>> places, sigma_km = np.array([[0.0, 0, 8], [0.5, 0, 8]]), np.array([[0.3] * 3, [1.0] * 3])
    >>> two = condense(EventGaussians.from_sigmas(places, sigma_km))
    >>> [axes.get_title(loc="left") for axes in condensation_steps_figure(two, 1).axes][::3]
    ['(a) where it may be', '(d) where it goes']
    """
    figure = _new_figure(9.0, 9.2)
    for step, axes in zip(_TITLES, figure.subplots(2, 2, sharex=True, sharey=True).flat, strict=True):
        plot_condensation_step(condensed, event, step, axes)
        axes.label_outer()
    named = "" if condensed.catalog is None else f" ({condensed.catalog.ids[event]})"
    figure.suptitle(f"Event {event}{named}", x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def plot_condensation_step(
    condensed: CondensedCatalog, event: int, step: Step = "before", ax: Axes | None = None
) -> Axes:
    """Draw one step of one event, seen from above; ellipses are of one standard deviation, filled by their weight.

    before: its Gaussians (blue), and those that take weight from it or give it some (grey). moved: what each holds in
    the end; arrows show what moved, as broad as it is much. drawn: points of its original density, orange where the
    Gaussian that it is assigned to is the densest of all, weights included; they are drawn here, and are not those of
    the run. assigned: the Gaussian that took it, the votes it had in the run, and the way there.

    Errors: InputError for an event that there is none of, and another step.

    >>> from seisweave.condensation import EventGaussians, condense
    >>> places, sigma_km = np.array([[0.0, 0, 8], [0.5, 0, 8]]), np.array([[0.3] * 3, [1.0] * 3])
    >>> two = condense(EventGaussians.from_sigmas(places, sigma_km))
    >>> plot_condensation_step(two, 1, "assigned").get_title(loc="left")
    '(d) where it goes'
    """
    if not 0 <= event < condensed.n_events:
        raise InputError(f"there is no event {event}; give a number from 0 to {condensed.n_events - 1}")
    if step not in _TITLES:
        raise InputError(f"a step {step!r}; choose {', '.join(_TITLES)}")
    axes = _new_figure(5.0, 5.0).subplots() if ax is None else ax
    own = np.flatnonzero(condensed.gaussians.event == event)
    others = _partners(condensed, own)
    weight = condensed.gaussians.weight if step == "before" else condensed.weight
    for rows, colour in ((others, _OTHER), (own, _OWN)):
        _draw_ellipses(axes, condensed, rows, weight[rows], colour)
    if step == "moved":
        _draw_moves(axes, condensed, own, others)
    elif step == "drawn":
        _draw_points(axes, condensed, event)
    elif step == "assigned":
        _draw_choice(axes, condensed, event, own)
    low, high = _frame_km(condensed, np.append(own, condensed.chosen[event]))
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xlabel="km east", ylabel="km north")
    axes.set_title(_TITLES[step], loc="left", fontsize="medium")
    axes.locator_params(nbins=5)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def densest_gaussian(condensed: CondensedCatalog, points_km: Float[np.ndarray, "p d"]) -> Int[np.ndarray, " p"]:
    """The Gaussian that is densest at each point, with the weights at the end.

    >>> from seisweave.condensation import EventGaussians, condense
    >>> far = condense(EventGaussians.from_sigmas(np.array([[0.0, 0, 8], [50, 0, 8]]), np.full((2, 3), 0.5)))
    >>> densest_gaussian(far, np.array([[1.0, 0, 8], [49, 0, 8]])).tolist()
    [0, 1]
    """
    rows = np.flatnonzero(condensed.weighted)
    covariance = widened(condensed.gaussians.covariance_km2[rows], condensed.options.min_sigma_km)
    mean, precision = condensed.gaussians.mean_km[rows], np.linalg.inv(covariance)
    level = np.log(condensed.weight[rows]) - 0.5 * np.linalg.slogdet(covariance)[1]
    winner = np.empty(len(points_km), np.int64)
    for p, point in enumerate(points_km):
        offset = point - mean
        winner[p] = rows[np.argmax(level - 0.5 * np.einsum("ma,mab,mb->m", offset, precision, offset))]
    return winner


def draw_from_event(
    condensed: CondensedCatalog, event: int, n: int = _POINTS, seed: int = 0
) -> Float[np.ndarray, "n d"]:
    """Points of an event's original density."""
    rng, own = np.random.default_rng(seed), np.flatnonzero(condensed.gaussians.event == event)
    row = rng.choice(own, size=n, p=condensed.gaussians.weight[own] / condensed.gaussians.weight[own].sum())
    values, vectors = np.linalg.eigh(condensed.gaussians.covariance_km2[row])
    scaled = np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(values.shape)
    return condensed.gaussians.mean_km[row] + np.einsum("nab,nb->na", vectors, scaled)


def _partners(condensed: CondensedCatalog, own: np.ndarray) -> Int[np.ndarray, " o"]:
    """Gaussians of other events that took weight from these, or gave some: those of most, and those that took them."""
    moves = condensed.moves
    gave, took = np.isin(moves.source, own), np.isin(moves.target, own)
    moved = np.zeros(len(condensed.weight))
    np.add.at(moved, moves.target[gave], moves.amount[gave])
    np.add.at(moved, moves.source[took], moves.amount[took])
    moved[own] = 0.0
    most = np.argsort(-moved, kind="stable")[:_MOST]
    event = condensed.gaussians.event[own[0]]
    partners = np.union1d(most[moved[most] > 0.0], condensed.chosen[event])
    return np.setdiff1d(partners, own)


def _draw_ellipses(axes: Axes, condensed: CondensedCatalog, rows: np.ndarray, weight: np.ndarray, colour: str) -> None:
    """One standard deviation each; dashed without weight to speak of, or filled the more, the more it is."""
    from matplotlib.patches import Ellipse

    for row, held in zip(rows.tolist(), weight.tolist(), strict=True):
        values, vectors = np.linalg.eigh(condensed.gaussians.covariance_km2[row][:2, :2])
        angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
        wide, high = 2.0 * np.sqrt(np.maximum(values[::-1], 0.0))
        centre = condensed.gaussians.mean_km[row]
        style: dict[str, Any] = {"edgecolor": colour, "linewidth": 1.0, "zorder": 2}
        empty = held < _LITTLE
        outline = Ellipse((centre[0], centre[1]), wide, high, angle=angle, facecolor="none", **style)
        outline.set_linestyle((0, (3, 3)) if empty else "solid")
        axes.add_patch(outline)
        if not empty:
            share = 0.06 + 0.3 * min(1.0, held / 3.0)
            axes.add_patch(Ellipse((centre[0], centre[1]), wide, high, angle=angle, facecolor=colour, alpha=share))


def _draw_moves(axes: Axes, condensed: CondensedCatalog, own: np.ndarray, others: np.ndarray) -> None:
    """Arrows between these Gaussians and the others: blue what they gave, grey what they took."""
    moves, mean = condensed.moves, condensed.gaussians.mean_km
    gave, took = np.isin(moves.source, own), np.isin(moves.target, own)
    shown = np.isin(moves.target, others) | np.isin(moves.source, others)
    for some, colour in ((took, "0.45"), (gave, _OWN)):
        for k in np.flatnonzero(some & shown):
            wide = 0.6 + 2.5 * min(1.0, float(moves.amount[k]))
            _draw_arrow(axes, mean[moves.source[k]], mean[moves.target[k]], color=colour, linewidth=wide)
    told = f"gave {moves.amount[gave].sum():.2g}, took {moves.amount[took].sum():.2g}"
    _note(axes, told)


def _draw_arrow(axes: Axes, start: np.ndarray, end: np.ndarray, **style: Any) -> None:
    from matplotlib.patches import FancyArrowPatch

    places = (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))
    arrow = {"arrowstyle": "-|>", "shrinkA": 0.0, "shrinkB": 0.0, "mutation_scale": 9.0, "zorder": 5, **style}
    axes.add_patch(FancyArrowPatch(*places, **arrow))


def _draw_points(axes: Axes, condensed: CondensedCatalog, event: int) -> None:
    points = draw_from_event(condensed, event)
    won = densest_gaussian(condensed, points) == condensed.chosen[event]
    style: dict[str, Any] = {"s": 4, "linewidths": 0, "zorder": 4, "rasterized": True}
    axes.scatter(*points[~won, :2].T, c="0.55", **style)
    axes.scatter(*points[won, :2].T, c=_CHOSEN, **style)
    told = f"{won.sum():,} of {len(points):,} points drawn here"
    _note(axes, told)


def _draw_choice(axes: Axes, condensed: CondensedCatalog, event: int, own: np.ndarray) -> None:
    mean, weight = condensed.gaussians.mean_km, condensed.gaussians.weight[own]
    chosen, start = int(condensed.chosen[event]), weight @ mean[own, :2] / weight.sum()
    _draw_ellipses(axes, condensed, np.array([chosen]), np.array([3.0]), _CHOSEN)
    axes.plot(*start, "x", color=_OWN, markersize=8, markeredgewidth=1.8, zorder=6, label="mean location before")
    axes.plot(*mean[chosen, :2], "o", color=_CHOSEN, markersize=6, zorder=6, label="after")
    if not np.array_equal(mean[chosen, :2], start):
        _draw_arrow(axes, start, mean[chosen], color="0.3", linewidth=1.0)
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    told = f"{condensed.votes[event]:,} of {condensed.options.assign_samples:,} votes of the run"
    _note(axes, told)


def _note(axes: Axes, told: str) -> None:
    ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    axes.text(0.02, 0.02, told, transform=axes.transAxes, fontsize=8, color="0.25", bbox=ground, zorder=7)


def _frame_km(condensed: CondensedCatalog, rows: np.ndarray) -> np.ndarray:
    """Corners of a square map: two and a half standard deviations around these Gaussians."""
    mean = condensed.gaussians.mean_km[rows, :2]
    reach = 2.5 * np.sqrt(np.diagonal(condensed.gaussians.covariance_km2[rows], axis1=1, axis2=2)[:, :2])
    low, high = (mean - reach).min(axis=0), (mean + reach).max(axis=0)
    half = 0.5 * max(float((high - low).max()), 1e-3)
    return np.stack([0.5 * (low + high) - half, 0.5 * (low + high) + half])
