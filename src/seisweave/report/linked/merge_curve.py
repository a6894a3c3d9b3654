"""The merge curve as an SVG inside the page: gain of every merge against the Gaussians it left, time to the right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.history import STAGES
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import PALETTE
from seisweave.report.drawn import drawing_saves, plain_name
from seisweave.report.markup import count, text

_WIDTH, _HEIGHT = 900, 300
_LEFT, _TOP, _RIGHT, _BOTTOM = 62.0, 34.0, 888.0, 256.0
_NAMES = {"subset": "inside subsets", "whole": "among all", "refine": "refinement"}
_TOGETHER = 1.5  # pixels: merges nearer than that are one mark
_DECADES = 100.0  # ratio of gains from which the axis is logarithmic


def merge_curve(network: FaultNetwork, place: str = "merges", name: str = "network") -> str:
    """Draw the curve; every merge lies under a mark of its stage. A sentence where nothing was merged.

    `place` is its id in the page, `name` what it is of in the names of saved files.
    """
    gain = network.history.gain
    if not len(gain):
        return '<p class="note">Nothing was merged.</p>'
    left = network.n_proto - np.arange(1, len(gain) + 1)
    log = bool((gain > 0).all() and gain.max() > _DECADES * gain.min())
    heights = np.log10(gain) if log else gain
    x = _scaled(left.astype(float), _RIGHT - 8, _LEFT + 8)
    y = _scaled(heights, _BOTTOM - 6, _TOP + 6)
    alt = f"Gains of {count(len(gain), 'merge')}, from {gain[0]:.3g} to {gain[-1]:.3g}"
    named = f'id="{text(place)}" class="curve" role="img" aria-label="{text(alt)}"'
    return "\n".join(
        [
            f'<svg {named} viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            f'<rect x="{_LEFT}" y="{_TOP}" width="{_RIGHT - _LEFT}" height="{_BOTTOM - _TOP}" class="frame"/>',
            *_left_axis(heights, log=log),
            *_lower_axis(left),
            *_marks(network, x, y),
            "</svg>",
            '<p class="note">Gain of each merge against the Gaussians it left; time runs to the right.</p>',
            drawing_saves(place, f"{plain_name(name)}-merges"),
        ]
    )


def stages(network: FaultNetwork) -> dict[str, Int[np.ndarray, " k"]]:
    """Which merges each kind of mark stands for: its name, and numbers of merges in the order they were made."""
    history, found = network.history, {}
    for number, stage in enumerate(STAGES):
        for dropped, name in ((False, _NAMES[stage]), (True, f"{_NAMES[stage]}, dropped into the background")):
            found[name] = np.flatnonzero((history.stage == number) & ((history.second < 0) == dropped))
    return {name: merges for name, merges in found.items() if len(merges)}


def _marks(network: FaultNetwork, x: Float[np.ndarray, " m"], y: Float[np.ndarray, " m"]) -> Iterator[str]:
    """A path of marks for each kind, and its name above the frame."""
    at = _LEFT
    for name, merges in stages(network).items():
        places = np.unique(np.rint(np.column_stack([x, y])[merges] / _TOGETHER), axis=0) * _TOGETHER
        dropped = "dropped" in name
        colour = PALETTE[list(_NAMES.values()).index(name.split(",")[0])]
        shape = "m-3-3l6 6m0-6l-6 6" if dropped else "m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0"
        paint = f'fill="none" stroke="{colour}" stroke-width="1.4"' if dropped else f'fill="{colour}"'
        steps = "".join(f"M{u:.1f} {v:.1f}{shape}" for u, v in places)
        yield f'<path class="merges" d="{steps}" {paint}/><path d="M{at + 5} 16{shape}" {paint}/>'
        yield f'<text x="{at + 14}" y="20">{name} ({len(merges):,})</text>'
        at += 34 + 7 * (len(name) + 8)


def _left_axis(heights: Float[np.ndarray, " m"], *, log: bool) -> Iterator[str]:
    low, high = float(heights.min()), float(heights.max())
    many = 6
    step = max(1.0, np.ceil((high - low) / many)) if log else _round_step((high - low) or 1.0, many)
    for value in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step:
        y = float(_scaled(np.array([value, low, high]), _BOTTOM - 6, _TOP + 6, low, high)[0])
        words = f"10<tspan dy='-5' font-size='9'>{value + 0.0:.0f}</tspan>" if log else f"{value:g}"
        yield f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
        yield f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'
    middle = (_TOP + _BOTTOM) / 2
    yield f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">gain in BIC of the merge</text>'


def _lower_axis(left: Int[np.ndarray, " m"]) -> Iterator[str]:
    low, high = float(left.min()), float(left.max())
    step = max(1.0, _round_step((high - low) or 1.0, 8))
    for value in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step:
        x = float(_scaled(np.array([value]), _RIGHT - 8, _LEFT + 8, low, high)[0])
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_BOTTOM}" y2="{_BOTTOM + 5}" class="tick"/>'
        yield f'<text x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>'
    yield f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">Gaussians left</text>'


def _scaled(
    values: Float[np.ndarray, " m"], first: float, last: float, low: float | None = None, high: float | None = None
) -> Float[np.ndarray, " m"]:
    """Values as pixels: the lowest at `first`, the highest at `last`."""
    low = float(values.min()) if low is None else low
    high = float(values.max()) if high is None else high
    part = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    return first + part * (last - first)


def _round_step(span: float, many: int) -> float:
    power = 10.0 ** np.floor(np.log10(span / many))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= 0.999 * span / many))
