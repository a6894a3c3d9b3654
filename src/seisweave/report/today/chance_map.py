"""Maps of chances by cell as SVG: the present beside the long term, on one scale of colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.issued import IssuedForecast
from seisweave.report.markup import text
from seisweave.report.today.given import Given, what_of
from seisweave.report.today.ground import KM_PER_DEGREE, Frame, border, clip, frame_of, land, lines, rings
from seisweave.report.today.scale import Scale, scale_of
from seisweave.report.today.sentence import cell_words, centre_of, highest_cell
from seisweave.report.today.tables import plain_table
from seisweave.report.words import (
    chance_words,
    place_words,
    prose,
    small_chance_words,
    times_words,
)

_HIGHEST = 5  # cells in the table beside the maps


def ground(given: Given, made: IssuedForecast, outlines: Sequence[np.ndarray], name: str) -> str:
    """What all maps of one model lie on and under, once, as symbols that each map uses."""
    frame = frame_of(made.lon_edges, made.lat_edges)
    over = land(frame) + lines(frame, () if given.traces is None else given.traces.lines, "trace")
    over += rings(frame, outlines, "fault")
    return (
        f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{clip(frame, f"{name}-clip")}'
        f'<g id="{name}-over"><g clip-path="url(#{name}-clip)">{over}</g>{border(frame)}</g></defs></svg>'
    )


def map_pair(made: IssuedForecast, h: int, m: int, name: str) -> str:
    """The map of the present beside that of the long term, the colours, and the cells of highest chance."""
    now, usual = made.cell_chance[h, m], made.long_term_cell_chance()[h, m]
    scale = scale_of(now[made.inside], usual[made.inside])
    what = what_of(made, h, m)
    at = highest_cell(made, h, m)
    most = f", highest {small_chance_words(float(now[at]))} at {place_words(*centre_of(made, *at))}" if at else ""
    alt = f"Map of the chance of {what} in each cell now{most}"
    long_alt = f"Map of the long-term chance of {what} in each cell, highest {small_chance_words(float(usual.max()))}"
    return (
        f'<div class="maps">{_figure(made, now, scale, name, "Now", alt, at)}'
        f"{_figure(made, usual, scale, name, 'Long term', long_alt, None)}</div>"
        f'<div class="legend"><p class="note">Chance of {prose(what)} in a cell{_size(made)}:</p>{scale.legend()}</div>'
        f"{_highest_cells(made, h, m)}"
    )


def paths_of(classes: Int[np.ndarray, "y x"], x: Float[np.ndarray, " x1"], y: Float[np.ndarray, " y1"]) -> str:
    """One path a colour: cells of one colour that lie in a row are one rectangle.

    >>> paths_of(np.array([[0, 0, -1]]), np.array([0.0, 1.0, 2.0, 3.0]), np.array([5.0, 4.0]))
    '<path class="c0" d="M0 4H2V5H0Z"/>'
    """
    made = []
    for k in range(int(classes.max(initial=-1)) + 1):
        parts = []
        for row in np.flatnonzero((classes == k).any(axis=1)):
            edges = np.diff(np.concatenate([[0], (classes[row] == k).astype(int), [0]]))
            bottom, top = f"{y[row]:.5g}", f"{y[row + 1]:.5g}"
            for start, stop in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
                parts.append(f"M{x[start]:.5g} {top}H{x[stop]:.5g}V{bottom}H{x[start]:.5g}Z")
        if parts:
            made.append(f'<path class="c{k}" d="{"".join(parts)}"/>')
    return "".join(made)


def outside_path(frame: Frame, inside: Bool[np.ndarray, "y x"], made: IssuedForecast) -> str:
    """The cells outside the region as one path; empty where all are inside."""
    classes = np.where(inside, -1, 0)
    return paths_of(classes, *_edges(frame, made)).replace('class="c0"', 'class="outside"')


def _figure(
    made: IssuedForecast, chance: np.ndarray, scale: Scale, name: str, title: str, alt: str, at: tuple[int, int] | None
) -> str:
    frame = frame_of(made.lon_edges, made.lat_edges)
    classes = np.where(made.inside, scale.classes(chance), -1)
    ring = "" if at is None else _ring(frame, *centre_of(made, *at))
    return (
        f'<figure class="map"><figcaption>{text(title)}</figcaption>'
        f'<svg viewBox="{frame.view}" role="img" aria-label="{text(alt)}">'
        f'<g shape-rendering="crispEdges">{outside_path(frame, made.inside, made)}'
        f'{paths_of(classes, *_edges(frame, made))}</g><use href="#{name}-over"/>{ring}</svg></figure>'
    )


def _edges(frame: Frame, made: IssuedForecast) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the columns and rows in the drawing."""
    middle = 0.5 * (frame.west + frame.east)
    x = frame.x(np.array([middle]))[0] + (made.lon_edges - middle) * frame.cosine * frame.scale
    return x, frame.y(made.lat_edges)


def _ring(frame: Frame, longitude: float, latitude: float) -> str:
    x, y = float(frame.x(np.array([longitude]))[0]), float(frame.y(np.array([latitude]))[0])
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="9"'
    return f'<circle class="ring under" {place}/><circle class="ring" {place}/>'


def _size(made: IssuedForecast) -> str:
    """How large cells are."""
    high, wide = float(np.diff(made.lat_edges).mean()), float(np.diff(made.lon_edges).mean())
    km = KM_PER_DEGREE * high
    return f" of {wide:.3g}° by {high:.3g}° (about {km:.2g} km)"


def _highest_cells(made: IssuedForecast, h: int, m: int) -> str:
    """The cells of highest chance as a table."""
    now, usual = made.cell_chance[h, m], made.long_term_cell_chance()[h, m]
    order = np.argsort(np.where(made.inside, -now, 1.0), axis=None, kind="stable")[:_HIGHEST]
    rows = []
    for flat in order.tolist():
        row, column = divmod(flat, now.shape[1])
        if not made.inside[row, column] or now[row, column] <= 0.0:
            continue
        beside = times_words(float(now[row, column]), float(usual[row, column])).removesuffix(" times")
        rows.append(
            [
                text(cell_words(made, row, column)),
                prose(small_chance_words(float(now[row, column]))),
                prose(small_chance_words(float(usual[row, column]))),
                text(beside.replace("about", "1")),
            ]
        )
    heads = ["middle of the cell", "chance now", "long term", "times"]
    return plain_table("Cells of the highest chance", heads, rows, words=(0,)) if rows else ""


def region_line(made: IssuedForecast, h: int, m: int) -> str:
    """The chance in the whole region, for the caption of a pair of maps."""
    chance, usual = float(made.chance[h, m]), float(made.long_term_chance[h, m])
    what = what_of(made, h, m)
    beside = times_words(chance, usual)
    told = f" ({beside} the long-term {chance_words(usual)})" if beside else ""
    return f"{what}: {chance_words(chance)} in the region{told}"
