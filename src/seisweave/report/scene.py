"""The turnable 3-D network and the merge curve, as plain data in the schema of plotly.js.

The page's script adds what depends on light or dark. Faults are plates: boxes of sides √12 σ along the axes of
their Gaussian.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.faults.history import STAGES
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import BACKGROUND, PALETTE, event_colours, fault_colours
from seisweave.report.results.network import NetworkResult
from seisweave.report.sections import across_azimuth, bounds_km, depth_stretch, principal_azimuth

MOST_POINTS = 20_000
_SIDES = np.array([[0, 1, 2, 3], [4, 7, 6, 5], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0]])
_OUTLINE = [0, 1, 2, 3, 0, 4, 5, 6, 7, 4]  # round one face, across, round the other
_STAGE_NAMES = {"subset": "inside subsets", "whole": "among all", "refine": "refinement"}


def network_scene(result: NetworkResult) -> dict[str, Any]:
    """Traces, layout and named views of the network; at most `MOST_POINTS` events, drawn at random."""
    network, xyz = result.network, result.xyz_km
    shown = thin(len(xyz))
    low, high = bounds_km(network, xyz)
    stretch = depth_stretch(float(np.hypot(*(high - low)[:2])), float(high[2] - low[2]))
    return {
        "kind": "scene",
        "data": [*_event_traces(result, shown), *_plate_traces(network)],
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
    """Background in grey, then the events of faults in their colours."""
    network, xyz, label = result.network, result.xyz_km[shown], result.network.label[shown]
    words = np.array(_event_words(result, shown), dtype=object)
    colour = event_colours(fault_colours(network), label)
    size = float(np.clip(60.0 / np.sqrt(max(1, len(shown))), 0.9, 3.0))
    traces = []
    for name, some, paint in (
        ("background events", label < 0, BACKGROUND),
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
    label = result.network.label[shown]
    lines = [np.where(label < 0, "background", [f"fault {number}" for number in label]).astype(object)]
    lines[0] += [f" · {depth:.1f} km deep" for depth in events["depth_km"]]
    for name, before in (("magnitude", "M "), ("time", ""), ("id", "id ")):
        if name in events:
            lines.append(np.array([before + escape(str(value)) for value in events[name]], dtype=object))
    return ["<br>".join(words) for words in zip(*lines, strict=True)]


def _plate_traces(network: FaultNetwork) -> list[dict[str, Any]]:
    """All plates as one mesh, and their edges as one line."""
    if not network.n_faults:
        return []
    corners, colours = plate_corners(network), fault_colours(network)
    words = [word for word in _plate_words(network) for _ in range(8)]
    triangles = np.concatenate([_SIDES[:, [0, 1, 2]], _SIDES[:, [0, 2, 3]]])
    i, j, k = (triangles[None] + 8 * np.arange(len(corners))[:, None, None]).reshape(-1, 3).T.tolist()
    mesh = {"type": "mesh3d", "name": "faults", "i": i, "j": j, "k": k, "opacity": 0.35, "flatshading": True}
    mesh |= {"facecolor": [c for c in colours for _ in triangles], "text": words, "showlegend": True}
    mesh |= {"hovertemplate": "%{text}<extra></extra>", "legendgroup": "faults", "color": PALETTE[0]}
    edges = np.full((len(corners), len(_OUTLINE) + 1, 3), np.nan)
    edges[:, :-1] = corners[:, _OUTLINE]
    line = {"color": [c for c in colours for _ in range(edges.shape[1])], "width": 2.5}
    outline = {"type": "scatter3d", "mode": "lines", "line": line, "connectgaps": False, "hoverinfo": "skip"}
    outline |= {"legendgroup": "faults", "showlegend": False, "name": "edges of faults"}
    return [{**mesh, **_xyz(corners.reshape(-1, 3))}, {**outline, **_xyz(edges.reshape(-1, 3))}]


def plate_corners(network: FaultNetwork) -> Float[np.ndarray, "g 8 3"]:
    """Return the eight corners of each plate: round its footwall face, then round its hanging wall."""
    middle = network.planes.corners_km
    normal = np.cross(middle[:, 1] - middle[:, 0], middle[:, 3] - middle[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
    half = 0.5 * (network.planes.thickness_km[:, None] * normal)[:, None]
    return np.concatenate([middle - half, middle + half], axis=1)


def _plate_words(network: FaultNetwork) -> list[str]:
    planes, weight, events = network.planes, network.mixture.weight, network.events_per_fault
    return [
        f"fault {c}<br>strike {planes.strike_deg[c]:.0f}°, dip {planes.dip_deg[c]:.0f}°"
        f"<br>{planes.length_km[c]:.1f} × {planes.width_km[c]:.1f} × {planes.thickness_km[c]:.1f} km"
        f"<br>{events[c]:,} events, weight {weight[c]:.3f}"
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
