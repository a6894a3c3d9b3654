"""A small chart as SVG: numbers in windows of time, with their ranges, on an axis that begins at none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.report.markup import text
from seisweave.report.words import instant_words

_W, _H = 640.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 14.0, 16.0, 48.0
_TICKS = (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


@dataclass(frozen=True)
class Window:
    """A window of time (days since some instant): what was expected, between which numbers, and what came.

    low and high are NaN where there is no range, came where the window is not over.
    """

    start: float
    end: float
    expected: float
    low: float
    high: float
    came: float


def windows_chart(windows: list[Window], origin: np.datetime64, alt: str, unit: str) -> str:
    """Draw windows: bars for ranges, a line for what was expected, a dot for what came; unit is of the numbers."""
    last = max(window.end for window in windows)
    known = [value for w in windows for value in (w.expected, w.high, w.came) if np.isfinite(value)]
    top = max([*known, 3.0])
    drawn = "".join(_window(window, last, top) for window in windows)
    return (
        f'<svg class="chart" viewBox="0 0 {_W:g} {_H:g}" role="img" aria-label="{text(alt)}">'
        f'<text class="deg" x="{_LEFT:g}" y="{_TOP - 1:g}">{text(unit)}</text>'
        f"{_rows(top)}{drawn}{_times(origin, last)}</svg>"
    )


def _x(days: float, last: float) -> float:
    return _LEFT + 4.0 + (_W - _LEFT - _RIGHT - 4.0) * days / max(last, 1e-9)


def _y(number: float, top: float) -> float:
    """Logarithmic from 1 on, with room for 0."""
    return _H - _BOTTOM - (_H - _BOTTOM - _TOP - 12.0) * float(np.log1p(number) / np.log1p(top))


def _window(window: Window, last: float, top: float) -> str:
    left, right = _x(window.start, last), _x(window.end, last)
    gap = min(1.0, 0.1 * (right - left))
    left, wide = left + gap, max(0.8, right - left - 2.0 * gap)
    kind = " coming" if np.isnan(window.came) else ""
    made = ""
    if np.isfinite(window.low) and np.isfinite(window.high):
        high, low = _y(window.high, top), _y(window.low, top)
        box = f'x="{left:.1f}" y="{high:.1f}" width="{wide:.1f}" height="{max(1.5, low - high):.1f}"'
        made += f'<rect class="range{kind}" {box}/>'
    if np.isfinite(window.expected):
        made += f'<path class="expected" d="M{left:.1f} {_y(window.expected, top):.1f}h{wide:.1f}"/>'
    if np.isfinite(window.came):
        made += f'<circle class="came" cx="{left + 0.5 * wide:.1f}" cy="{_y(window.came, top):.1f}" r="3.4"/>'
    return made


def _rows(top: float) -> str:
    made, above = [], np.inf
    for tick in (tick for tick in _TICKS if tick <= top):
        y = _y(float(tick), top)
        if above - y < 20.0:
            continue
        above = y
        made.append(f'<path class="rule" d="M{_LEFT:g} {y:.1f}H{_W - _RIGHT:g}"/>')
        made.append(f'<text class="deg" x="{_LEFT - 6:g}" y="{y + 5:.1f}" text-anchor="end">{tick:,}</text>')
    return "".join(made)


def _times(origin: np.datetime64, last: float) -> str:
    """Marks at whole days since the origin, and its instant."""
    step = next((step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 30, 60) if last / step <= 9.0), 120.0)
    y, made = _H - _BOTTOM, []
    for k in range(int(last / step + 1e-9) + 1):
        x = _x(float(k * step), last)
        made.append(f'<path class="tick" d="M{x:.1f} {y:.1f}v4"/>')
        made.append(f'<text class="deg" x="{x:.1f}" y="{y + 19:.1f}" text-anchor="middle">{k * step:g}</text>')
    words = f"days since {instant_words(origin)}"
    made.append(f'<path class="tick" d="M{_LEFT:g} {y:.1f}H{_W - _RIGHT:g}"/>')
    made.append(f'<text class="deg" x="{_x(0.0, last):.1f}" y="{y + 40:.1f}">{text(words)}</text>')
    return "".join(made)
