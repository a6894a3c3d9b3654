"""The turnable 3-D network and the merge curve, as plain data in the schema of plotly.js.

The page's script adds what depends on light or dark. Faults are boxes: their plates with their thickness. Segments, the
plates of sides √12 σ of the Gaussians, are outlines that the legend shows at a click; halos are dashed ellipses.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from seisweave.faults.export import halo_outlines, plate_corners
from seisweave.faults.history import STAGES
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import BACKGROUND, HALO, PALETTE, event_colours, fault_colours
from seisweave.report.markup import count
from seisweave.report.results.network import NetworkResult
from seisweave.report.sections import across_azimuth, bounds_km, depth_stretch, principal_azimuth
from seisweave.report.traces import COLOUR as MAPPED
from seisweave.report.traces import Traces, thinned, traces_km

MOST_POINTS = 20_000
_SIDES = np.array([[0, 1, 2, 3], [4, 7, 6, 5], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0]])
_OUTLINE = [0, 1, 2, 3, 0, 4, 5, 6, 7, 4]  # round one face, across, round the other
_FINE = 1e-3  # of the map's diagonal, between two points of a mapped fault
_STAGE_NAMES = {"subset": "inside subsets", "whole": "among all", "refine": "refinement"}


def network_scene(result: NetworkResult, mapped: Traces | None = None) -> dict[str, Any]:
    """Traces, layout and named views of the network; at most `MOST_POINTS` events, drawn at random.

    Mapped faults lie at the surface, which is then shown, however deep the events are.
    """
    network, xyz = result.network, result.xyz_km
    shown = thin(len(xyz))
    low, high = bounds_km(network, xyz)
    low[2] = low[2] if mapped is None else min(0.0, low[2])
    stretch = depth_stretch(float(np.hypot(*(high - low)[:2])), float(high[2] - low[2]))
    return {
        "kind": "scene",
        "data": [
            *_event_traces(result, shown),
            *_plate_traces(network),
            *_halo_traces(network),
            *_segment_traces(network),
            *_mapped_traces(network, mapped, low, high),
        ],
        "layout": _scene_layout(low, high, stretch),
        "views": _views(principal_azimuth(network, xyz)),
    }


def thin(n_events: int) -> np.ndarray:
    """Numbers of the events that are drawn: all, or an even chance for each."""
    if n_events <= MOST_POINTS:
        return np.arange(n_events)
    return np.sort(np.random.default_rng(0).choice(n_events, MOST_POINTS, replace=False))


def merge_curve(network: FaultNetwork) -> dict[str, Any]:
    """Gain of every merge against the number of Gaussians it left, one trace a stage."""
    history = network.history
    left = network.n_proto - np.arange(1, len(history) + 1)
    data = []
    for number, stage in enumerate(STAGES):
        mine = history.stage == number
        for dropped, name in ((False, _STAGE_NAMES[stage]), (True, "dropped into the background")):
            some = mine & ((history.second < 0) == dropped)
            if some.any():
                symbol = "x-thin-open" if dropped else "circle"
                marker = {
                    "size": 5,
                    "color": PALETTE[number],
                    "symbol": symbol,
                    "line": {"width": 1.5 * dropped},
                }
                points = {"x": left[some].tolist(), "y": _round(history.gain[some], 6)}
                data.append({"type": "scatter", "mode": "markers", "name": name, "marker": marker, **points})
    return {"kind": "curve", "data": data, "layout": _curve_layout(history.gain)}


def _event_traces(result: NetworkResult, shown: np.ndarray) -> list[dict[str, Any]]:
    """Background and halos in greys, then the events of faults in their colours."""
    network, xyz, label = result.network, result.xyz_km[shown], result.network.label[shown]
    in_halo = network.faults.halo_of_event[shown] >= 0
    words = np.array(_event_words(result, shown), dtype=object)
    colour = event_colours(fault_colours(network), network)[shown]
    size = float(np.clip(60.0 / np.sqrt(max(1, len(shown))), 0.9, 3.0))
    traces = []
    for name, some, paint in (
        ("background events", (label < 0) & ~in_halo, BACKGROUND),
        ("events in halos", in_halo, HALO),
        ("events on faults", label >= 0, None),
    ):
        if not some.any():
            continue
        marker = {
            "size": size,
            "color": paint or colour[some].tolist(),
            "opacity": 0.85,
            "line": {"width": 0},
        }
        hover = {"text": words[some].tolist(), "hovertemplate": "%{text}<extra></extra>"}
        traces.append(
            {
                "type": "scatter3d",
                "mode": "markers",
                "name": name,
                "marker": marker,
                **hover,
                **_xyz(xyz[some]),
            }
        )
    return traces


def _event_words(result: NetworkResult, shown: np.ndarray) -> list[str]:
    """Write what the pointer shows on each event; plotly reads it as HTML, so it is escaped."""
    events = result.events.iloc[shown]
    label, halo = result.network.label[shown], result.network.faults.halo_of_event[shown]
    words = [
        f"fault {f}" if f >= 0 else f"halo {h}" if h >= 0 else "background" for f, h in zip(label, halo, strict=True)
    ]
    lines = [np.array(words, dtype=object)]
    lines[0] += [f" · {depth:.1f} km deep" for depth in events["depth_km"]]
    for name, before in (("magnitude", "M "), ("time", ""), ("id", "id ")):
        if name in events:
            lines.append(np.array([before + escape(str(value)) for value in events[name]], dtype=object))
    return ["<br>".join(words) for words in zip(*lines, strict=True)]


def _plate_traces(network: FaultNetwork) -> list[dict[str, Any]]:
    """All plates as one mesh, and their edges as one line."""
    if not network.n_faults:
        return []
    corners, colours = plate_corners(network.planes), fault_colours(network)
    words = [word for word in _plate_words(network) for _ in range(8)]
    triangles = np.concatenate([_SIDES[:, [0, 1, 2]], _SIDES[:, [0, 2, 3]]])
    i, j, k = (triangles[None] + 8 * np.arange(len(corners))[:, None, None]).reshape(-1, 3).T.tolist()
    mesh = {"type": "mesh3d", "name": "faults", "i": i, "j": j, "k": k, "opacity": 0.35, "flatshading": True}
    mesh |= {"facecolor": [c for c in colours for _ in triangles], "text": words, "showlegend": True}
    mesh |= {"hovertemplate": "%{text}<extra></extra>", "legendgroup": "faults", "color": PALETTE[0]}
    outline = _lines(corners[:, _OUTLINE], [c for c in colours for _ in range(len(_OUTLINE) + 1)], 2.5)
    outline |= {"legendgroup": "faults", "showlegend": False, "name": "edges of faults"}
    return [{**mesh, **_xyz(corners.reshape(-1, 3))}, outline]


def _halo_traces(network: FaultNetwork) -> list[dict[str, Any]]:
    """Three dashed ellipses a halo, of two standard deviations: seen from above, from the south and from the west."""
    if not network.faults.n_halos:
        return []
    rings = np.concatenate([halo_outlines(network, np.eye(3)[axes]) for axes in ([0, 1], [0, 2], [1, 2])])
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    return [{**_lines(closed, HALO, 2.0, dash="dash"), "name": "halos"}]


def _segment_traces(network: FaultNetwork) -> list[dict[str, Any]]:
    """Outlines of the segments, each in the colour of its fault; hidden until the legend is clicked."""
    if not network.n_segments:
        return []
    colours = np.array([*fault_colours(network), HALO])[network.faults.fault_of_segment]
    corners = network.segment_planes.corners_km[:, [0, 1, 2, 3, 0]]
    lines = _lines(corners, np.repeat(colours, 6).tolist(), 2.0)
    return [{**lines, "name": "segments", "visible": "legendonly"}]


def _mapped_traces(
    network: FaultNetwork, mapped: Traces | None, low: np.ndarray, high: np.ndarray
) -> list[dict[str, Any]]:
    """Mapped faults within the frame, at the surface, to a thousandth of the map."""
    lines = [] if mapped is None else traces_km(mapped, network, low[:2], high[:2])
    if not lines:
        return []
    least_km = _FINE * float(np.hypot(*(high - low)[:2]))
    pieces = [np.vstack([thinned(line, least_km), [np.nan, np.nan]]) for line in lines]
    flat = np.vstack(pieces)
    trace = {"type": "scatter3d", "mode": "lines", "name": "mapped faults", "line": {"color": MAPPED, "width": 3.0}}
    points = np.column_stack([flat, np.where(np.isnan(flat[:, 0]), np.nan, 0.0)])
    return [{**trace, "connectgaps": False, "hoverinfo": "skip", **_xyz(points)}]


def _lines(rings: np.ndarray, colour: str | list[str], width: float, **style: Any) -> dict[str, Any]:
    """Several lines (of m points each) as one trace, with gaps between them."""
    apart = np.full((len(rings), rings.shape[1] + 1, 3), np.nan)
    apart[:, :-1] = rings
    line = {"color": colour, "width": width, **style}
    trace = {"type": "scatter3d", "mode": "lines", "line": line, "connectgaps": False, "hoverinfo": "skip"}
    return {**trace, **_xyz(apart.reshape(-1, 3))}


def _plate_words(network: FaultNetwork) -> list[str]:
    planes, faults = network.planes, network.faults
    segments = np.bincount(faults.fault_of_segment + 1, minlength=len(faults) + 1)[1:]
    return [
        f"fault {c}<br>strike {planes.strike_deg[c]:.0f}°, dip {planes.dip_deg[c]:.0f}°"
        f"<br>{planes.length_km[c]:.1f} × {planes.width_km[c]:.1f} × {planes.thickness_km[c]:.2f} km"
        f"<br>{faults.events_per_fault[c]:,} events, of {count(int(segments[c]), 'segment')}, system {faults.system[c]}"
        for c in range(network.n_faults)
    ]


def _scene_layout(low: np.ndarray, high: np.ndarray, stretch: int) -> dict[str, Any]:
    """Axes in km at true scale (depth stretched where a network is very flat), depth downwards."""
    sides = np.maximum(high - low, 1e-3) * (1, 1, stretch)
    ratio = dict(zip("xyz", (1.7 * sides / sides[:2].max()).round(4).tolist(), strict=True))
    depth = f"depth (km, {stretch}× stretched)" if stretch > 1 else "depth (km)"
    titles = {"x": "east (km)", "y": "north (km)", "z": depth}
    axes: dict[str, Any] = {f"{axis}axis": {"title": {"text": title}} for axis, title in titles.items()}
    ends = zip("xyz", low.round(4).tolist(), high.round(4).tolist(), strict=True)
    for axis, start, end in ends:
        axes[f"{axis}axis"]["range"] = [end, start] if axis == "z" else [start, end]
    scene = {**axes, "aspectmode": "manual", "aspectratio": ratio, "dragmode": "orbit"}
    legend = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemsizing": "constant"}
    return {"scene": scene, "margin": {"l": 0, "r": 0, "t": 30, "b": 0}, "legend": legend}


def _views(azimuth_deg: float) -> dict[str, Any]:
    """Cameras for the buttons; from the side they look the way the sections of the figure do."""
    along, across = np.radians([azimuth_deg, across_azimuth(azimuth_deg)])
    side_on, end_on = (2.0 * np.array([np.cos(angle), -np.sin(angle)]) for angle in (along, across))

    def camera(side: np.ndarray, up: float, top: str = "sky") -> dict[str, Any]:
        eye = {"x": round(float(side[0]), 4), "y": round(float(side[1]), 4), "z": up}
        upward = {"x": 0, "y": int(top == "north"), "z": int(top == "sky")}
        return {"eye": eye, "up": upward}

    return {
        "Oblique": camera(0.78 * side_on + 0.3 * end_on, 0.9),
        "Map": camera(np.zeros(2), 2.2, "north"),
        "Side on": camera(side_on, 0.0),
        "End on": camera(end_on, 0.0),
    }


def _curve_layout(gain: np.ndarray) -> dict[str, Any]:
    positive = gain[gain > 0]
    log = len(positive) == len(gain) > 0 and positive.max() > 100 * positive.min()
    y = {
        "title": {"text": "gain in BIC of the merge"},
        "type": "log" if log else "linear",
        "exponentformat": "power",
    }
    x = {"title": {"text": "Gaussians left"}, "autorange": "reversed", "tickformat": ",d"}
    legend = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"}
    margin = {"l": 60, "r": 10, "t": 30, "b": 55}
    return {
        "xaxis": x,
        "yaxis": y,
        "margin": margin,
        "legend": legend,
        "showlegend": True,
        "hovermode": "closest",
    }


def _xyz(points: np.ndarray) -> dict[str, list]:
    """Coordinates to the metre."""
    return {axis: _round(column, 3) for axis, column in zip("xyz", points.T, strict=True)}


def _round(values: np.ndarray, decimals: int) -> list:
    """Round, and give None for what is not a number, as JSON wants it."""
    return [None if value != value else value for value in np.round(values, decimals).tolist()]
