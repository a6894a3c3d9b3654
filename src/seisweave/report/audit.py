"""The figure of an audit: what a nowcast and its target depend on, and how skill grows with smoothing alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.nowcast.region.audit import Response

_BLUE, _ORANGE = PALETTE[:2]
_SHOWN = 12  # days before and after a nowcast's own


def audit_figure(responses: Sequence[Response], growth: Sequence[Mapping[str, Any]], *, title: str = "") -> Figure:
    """Draw which days nowcast and target depend on, and NSE and F1 of plain nowcasts against the span."""
    figure = _new_figure(13.0, 4.4)
    first, nse, f1 = figure.subplots(1, 3)
    plot_lags(responses, first)
    plot_growth(growth, "nse", nse)
    plot_growth(growth, "f1", f1)
    nse.set_title("NSE without any skill", loc="left", fontsize="medium")
    f1.set_title("F1 without any skill", loc="left", fontsize="medium")
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium", wrap=True)
    handles, labels = nse.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=4, frameon=False, fontsize="small")
    return figure


def plot_lags(responses: Sequence[Response], ax: Axes | None = None) -> Axes:
    """Draw the days that change a nowcast and its target, by their distance from the nowcast's own day."""
    axes = _new_figure(5.0, 3.6).subplots() if ax is None else ax
    lags = np.arange(-_SHOWN, _SHOWN + 1)
    for height, (name, colour) in enumerate((("target_lags", _ORANGE), ("nowcast_lags", _BLUE))):
        hit = np.array([np.mean([lag in getattr(response, name) for response in responses]) for lag in lags])
        axes.bar(lags, 0.8 * hit, bottom=height + 0.1, width=0.9, color=colour)
    axes.axvspan(-0.5, _SHOWN + 0.5, color="0.5", alpha=0.15, zorder=0)
    axes.text(_SHOWN + 0.3, 2.02, "not known yet", ha="right", va="bottom", fontsize="small", color="0.35")
    axes.set_yticks([0.5, 1.5], ["target", "nowcast"])
    axes.set(ylim=(0, 2.2), xlim=(-_SHOWN - 0.5, _SHOWN + 0.5), xlabel="day, counted from the one that is nowcast")
    axes.set_title("Which days' events change it", loc="left", fontsize="medium")
    _plain(axes)
    return axes


def plot_growth(growth: Sequence[Mapping[str, Any]], score: str, ax: Axes | None = None) -> Axes:
    """Draw a score of persistence and of a linear nowcast against the span of the smoothing."""
    axes = _new_figure(5.0, 3.6).subplots() if ax is None else ax
    for days, colour in (("as they are", _BLUE), ("shuffled", _ORANGE)):
        for smoothing, dash in (("centred", "-"), ("causal", ":")):
            rows = [row for row in growth if row["days"] == days and row["smoothing"] == smoothing]
            for name, width, mark in (("persistence", 1.0, "o"), ("linear", 2.0, "")):
                label = f"{name}, {smoothing}" + (", days shuffled" if days == "shuffled" else "")
                values = [max(row[f"{name}_{score}"], -1.0) for row in rows]
                spans = [row["span"] for row in rows]
                axes.plot(spans, values, dash, color=colour, linewidth=width, marker=mark, markersize=3.5, label=label)
    axes.set_xlabel("span of the smoothing, days")
    axes.set_ylim(-0.6 if score == "nse" else 0.0, 1.02)
    _plain(axes)
    return axes


def _plain(axes: Axes) -> None:
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
