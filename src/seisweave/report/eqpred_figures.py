"""Figures 1, 2 and 3 of Feng & Fox (2021): where events are, the networks of EQPRED, and events by magnitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.nowcast.map_options import MapOptions
    from seisweave.nowcast.region.options import TemporalOptions

_BLUE, _ORANGE, _GREEN, _PINK = PALETTE[:4]
_LARGE = 4.5


@dataclass(frozen=True)
class Stage:
    """What a stage of the autoencoder gives: so many maps of so many cells, or numbers."""

    name: str
    filters: int
    high: int = 1
    wide: int = 1


def places_figure(events: Catalog, maps: MapOptions) -> Figure:
    """Figure 1: every event on a map, the largest on top; and the number of events in every cell."""
    from matplotlib.colors import LogNorm

    figure = _new_figure(11.0, 4.6)
    left, right = figure.subplots(1, 2)
    magnitude = events.magnitude
    left.plot(events.longitude, events.latitude, ",", color="0.55", rasterized=True)
    large = np.flatnonzero(magnitude >= _LARGE)
    large = large[np.argsort(magnitude[large])]
    dots = left.scatter(
        *(events.longitude[large], events.latitude[large]),
        s=2.0 ** (1.6 * (magnitude[large] - 3.0)),
        c=magnitude[large],
        cmap="plasma_r",
        edgecolors="black",
        linewidths=0.4,
        zorder=3,
    )
    _map(left, maps, f"(a) {len(events):,} events, {len(large):,} of M ≥ {_LARGE:g}")
    if len(large):
        figure.colorbar(dots, ax=left, label="magnitude", shrink=0.8)
    west, east, south, north = maps.edges
    numbers, _, _ = np.histogram2d(
        *(events.latitude, events.longitude), bins=maps.shape, range=((south, north), (west, east))
    )
    shown = np.ma.masked_less(numbers, 1)
    image = right.imshow(
        shown, extent=(west, east, south, north), origin="lower", cmap="viridis", norm=LogNorm(), aspect="auto"
    )
    _map(right, maps, f"(b) events in each of {maps.shape[0]} × {maps.shape[1]} cells of {maps.side_deg:g}°")
    figure.colorbar(image, ax=right, label="events in a cell", shrink=0.8)
    return figure


def magnitudes_figure(events: Catalog, maps: MapOptions, printed: Mapping[float, int]) -> Figure:
    """Figure 3: a panel a magnitude, with the number of events from it on here and in the paper."""
    figure = _new_figure(10.0, 7.6)
    panels = figure.subplots(2, 2, sharex=True, sharey=True).ravel()
    for letter, axes, (least, number) in zip("abcd", panels, printed.items(), strict=True):
        mine = events.magnitude >= least
        n = int(mine.sum())
        marker = {"marker": ",", "linestyle": "none"} if n > 20_000 else {"marker": ".", "linestyle": "none"}
        axes.plot(
            *(events.longitude[mine], events.latitude[mine]),
            color=_BLUE,
            markersize=3 if n > 1_000 else 5,
            rasterized=True,
            **marker,
        )
        _map(axes, maps, f"({letter}) M ≥ {least:.1f}: {n:,} events (printed {number:,}, {n / number - 1:+.1%})")
    return figure


def networks_figure(stages: Sequence[Stage], temporal: TemporalOptions, weights: Mapping[str, int]) -> Figure:
    """Figure 2: the autoencoder above, its skips as arcs, and the temporal network below, with the sizes they have."""
    figure = _new_figure(11.0, 6.6)
    above, below = figure.subplots(2, 1, height_ratios=(1.7, 1.0))
    _autoencoder(above, stages)
    above.set_title(f"autoencoder, {weights['autoencoder_weights']:,} weights", loc="left", fontsize="medium")
    _temporal(below, temporal)
    below.set_title(f"temporal network, {weights['temporal_weights']:,} weights", loc="left", fontsize="medium")
    for axes in (above, below):
        axes.set_axis_off()
    return figure


def _map(axes: Axes, maps: MapOptions, title: str) -> None:
    west, east, south, north = maps.edges
    axes.set(xlim=(west, east), ylim=(south, north), xlabel="longitude (°)", ylabel="latitude (°)")
    axes.set_aspect(1.0 / np.cos(np.radians(0.5 * (south + north))))
    axes.set_title(title, loc="left", fontsize="medium")
    axes.label_outer()


def _autoencoder(axes: Axes, stages: Sequence[Stage]) -> None:
    """Boxes as high as the maps of a stage, joined by arrows; long skips add stages of one size."""
    tallest = max(stage.high for stage in stages)
    colours = {"map": "0.55", "down": _BLUE, "bottleneck": _GREEN, "up": _ORANGE}
    heights = [0.35 + 2.4 * stage.high / tallest if stage.name != "bottleneck" else 0.5 for stage in stages]
    for k, (stage, high) in enumerate(zip(stages, heights, strict=True)):
        _box(axes, k, high, colours[stage.name])
        size = f"{stage.filters}" if stage.name == "bottleneck" else f"{stage.filters} @\n{stage.high}×{stage.wide}"
        axes.text(k, -high / 2 - 0.12, size, ha="center", va="top", fontsize="small")
        if stage.name == "bottleneck":
            axes.text(k, high / 2 + 0.08, stage.name, ha="center", va="bottom", fontsize="small")
        else:
            axes.text(k, 0.0, stage.name, ha="center", va="center", fontsize="small", rotation=90, color="white")
        if k:
            _arrow(axes, (k - 0.72, 0.0), (k - 0.28, 0.0))
    downs = [k for k, stage in enumerate(stages) if stage.name == "down"][:-1]
    ups = [k for k, stage in enumerate(stages) if stage.name == "up"][:-1]
    for down, up in zip(downs, reversed(ups), strict=True):
        start, end = (float(down), heights[down] / 2), (float(up), heights[up] / 2)
        _arrow(axes, start, end, connectionstyle=f"arc3,rad=-{0.10 + 0.28 / (up - down):.3f}", color=_PINK)
    axes.text(
        *(0.5 * (len(stages) - 1), 2.35, "long skips: stages of one size are added"),
        ha="center",
        color=_PINK,
        fontsize="small",
    )
    axes.text(
        *(
            0.5 * (len(stages) - 1),
            -2.25,
            "short skips: the input of each stage is carried past it; sides are padded to multiples of 8",
        ),
        ha="center",
        color="0.35",
        fontsize="small",
    )
    axes.set(xlim=(-0.7, len(stages) - 0.3), ylim=(-2.4, 2.6))


def _temporal(axes: Axes, options: TemporalOptions) -> None:
    names = ["novelty,\nsmoothed"]
    names += [f"convolution\nwidth 3\ndilation {2**k}" for k in range(options.blocks)]
    names += [f"attention\nover {options.reach} steps"] if options.attention else []
    names += ["nowcast of\nthe next day"]
    for k, name in enumerate(names):
        ends = k in (0, len(names) - 1)
        _box(axes, k, 1.0, "0.75" if ends else _GREEN if name.startswith("attention") else _BLUE, wide=0.74)
        axes.text(k, 0.0, name, ha="center", va="center", fontsize="small", color="black" if ends else "white")
        if k:
            _arrow(axes, (k - 0.63, 0.0), (k - 0.37, 0.0))
        if not ends:
            _arrow(axes, (k - 0.34, 0.5), (k + 0.34, 0.5), connectionstyle="arc3,rad=-0.5", color=_PINK)
    told = f"each of {options.filters} filters; residual; a nowcast sees the {options.window} steps before it"
    axes.text(0.5 * (len(names) - 1), -0.85, told, ha="center", fontsize="small", color="0.35")
    axes.set(xlim=(-0.7, len(names) - 0.3), ylim=(-1.1, 1.1))


def _box(axes: Axes, k: int, high: float, colour: str, *, wide: float = 0.56) -> None:
    from matplotlib.patches import FancyBboxPatch

    where = (k - wide / 2, -high / 2)
    axes.add_patch(FancyBboxPatch(where, wide, high, boxstyle="round,pad=0,rounding_size=0.05", color=colour))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
    given = {"arrowstyle": "-|>", "color": "0.3", "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0, **style}
    axes.annotate("", end, start, arrowprops=given)
