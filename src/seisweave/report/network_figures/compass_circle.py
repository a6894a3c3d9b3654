"""The circle with the points of the compass that stereonet and rose are drawn in, on axes of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = {"N": (0.0, 1.12), "E": (1.12, 0.0), "S": (0.0, -1.12), "W": (-1.12, 0.0)}


def draw_circle(axes: Axes, *, empty: bool) -> None:
    """Draw the circle of radius 1, north up; an empty one says that there are no faults."""
    angle = np.linspace(0.0, 2.0 * np.pi, 361)
    axes.plot(np.sin(angle), np.cos(angle), color="0.25", linewidth=1.0, zorder=3)
    for name, (x, y) in _POINTS.items():
        axes.text(x, y, name, ha="center", va="center", fontsize=9, color="0.25")
    axes.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), aspect="equal")
    axes.set_axis_off()
    if empty:
        axes.text(0.0, 0.0, "no faults", ha="center", va="center", color="0.4")
