"""The frames of the linked views, as HTML: controls, four pictures, the list of events; the script fills them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seisweave.report.linked.payload import Payload, payload
from seisweave.report.markup import count, embed_json, text
from seisweave.report.results.network import NetworkResult
from seisweave.report.traces import Traces

_SCRIPTS = Path(__file__).parent / "js"
_TURNS = ("Oblique", "Map", "Side on", "End on")
_TOOLS = {"box": "Select", "move": "Move", "line": "Section line"}
_SECTIONS = {
    "whole": "through the whole network",
    "along": "along the fault",
    "across": "across the fault",
    "line": "along a line drawn",
}


def page_script() -> str:
    """The script of the views: its files one after the other, closed against whatever else a page holds."""
    files = sorted(_SCRIPTS.glob("*.js"))
    inside = "\n".join(each.read_text(encoding="utf-8") for each in files)
    return f'(() => {{\n"use strict";\n{inside}\n}})();\n'


def linked_views(result: NetworkResult, anchor: str, traces: Traces | None = None) -> str:
    """Lay out the views of a result, with the data that they draw."""
    data = payload(result, traces)
    dated, measured = (name in data.told["arrays"] for name in "tm")
    views = [_map(result), _space(result), _section(result), *([_magnitudes(result)] if dated else [])]
    return "\n".join(
        [
            f'<div class="linked" data-result="{anchor}">',
            '<p class="missing-note" role="note"></p>',
            _controls(result, dated=dated, measured=measured),
            '<p class="shown" role="status" aria-live="polite"></p>',
            f'<div class="views">{"".join(views)}</div>',
            '<div class="tip" hidden></div>',
            "</div>",
            _data(anchor, data),
        ]
    )


def events_list(result: NetworkResult) -> str:
    """The list of the events that are shown, page by page; the script writes its rows."""
    places = ("longitude", "latitude") if result.network.projection is not None else ("x (km)", "y (km)")
    heads = "".join(
        f'<th scope="col"{kind}>{name}</th>'
        for name, kind in zip(
            ("id", "time (UTC)", "magnitude", *places, "depth (km)", "on"),
            ("", "", *[' class="n"'] * 4, ""),
            strict=True,
        )
    )
    orders = "".join(f"<option>{name}</option>" for name in ("magnitude", "time", "depth"))
    return (
        '<details class="events"><summary>Events shown, one by one</summary>'
        f'<p class="pager"><label>by <select aria-label="Order of the events">{orders}</select></label>'
        '<button type="button" data-page="-1">Before</button> <span class="at"></span>'
        '<button type="button" data-page="1">Next</button></p>'
        '<div class="scroll" role="region" tabindex="0" aria-label="Events shown"><table>'
        "<caption>Events that pass the filters; of the chosen faults, where some are chosen</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody></tbody></table></div></details>"
    )


def _data(anchor: str, data: Payload) -> str:
    return (
        f'<script type="application/json" id="{anchor}-told">{embed_json(data.told)}</script>'
        f'<script type="application/base64" id="{anchor}-events">{data.packed}</script>'
    )


@dataclass(frozen=True)
class _Frame:
    """One view: its name in the script, its heading, what a screen reader hears of it, how hands move it."""

    name: str
    title: str
    alt: str
    hint: str
    tools: str = ""


def _view(frame: _Frame) -> str:
    zooms = (("+", "Nearer"), ("-", "Farther"), ("0", "All of it"))
    zoom = "".join(
        f'<button type="button" data-zoom="{sign}" aria-label="{name}: {frame.title}" title="{name}">'
        f"{'⤢' if sign == '0' else '−' if sign == '-' else sign}</button>"
        for sign, name in zooms
    )
    save = "".join(
        f'<button type="button" data-picture="{kind}" aria-label="Save as {kind.upper()}: {frame.title}">'
        f"{kind.upper()}</button>"
        for kind in ("png", "svg")
    )
    return (
        f'<figure class="view" data-view="{frame.name}"><div class="bar"><h4>{frame.title}</h4>{frame.tools}'
        f'<span class="buttons">{zoom}{save}</span></div>'
        f'<div class="stage" tabindex="0" role="group" aria-label="{text(frame.title)}. {text(frame.hint)}">'
        f'<canvas role="img" aria-label="{text(frame.alt)}"></canvas><canvas aria-hidden="true"></canvas></div>'
        f"<figcaption>{text(frame.hint)}</figcaption></figure>"
    )


def _map(result: NetworkResult) -> str:
    tools = "".join(
        f'<button type="button" data-tool="{tool}" aria-pressed="{str(tool == "box").lower()}">{name}</button>'
        for tool, name in _TOOLS.items()
    )
    group = f'<span class="buttons" role="group" aria-label="What dragging on the map does">{tools}</span>'
    alt = f"Map of {_held(result)}, coast and borders; the table of faults tells the same in numbers"
    return _view(_Frame("map", "Map", alt, "Drag a box to select, click a fault to choose it.", group))


def _space(result: NetworkResult) -> str:
    turns = "".join(f'<button type="button" data-turn="{name}">{name}</button>' for name in _TURNS)
    group = f'<span class="buttons" role="group" aria-label="Looking directions">{turns}</span>'
    alt = f"{_held(result)} in three dimensions, depth downwards"
    return _view(_Frame("space", "3-D", alt, "Drag, or press arrow keys, to turn.", group))


def _section(result: NetworkResult) -> str:
    alt = f"Section of {_held(result)} along the line A to A′ on the map, depth downwards"
    return _view(_Frame("section", "Section", alt, "Along A to A′ on the map, seen from the side."))


def _magnitudes(result: NetworkResult) -> str:
    alt = f"When the events of {_held(result)} came, and how large they were"
    return _view(_Frame("magnitudes", "Magnitudes in time", alt, "Drag a span of time to select it."))


def _held(result: NetworkResult) -> str:
    return f"{count(result.network.n_faults, 'plane')} and {count(result.network.n_events, 'event')}"


def _controls(result: NetworkResult, *, dated: bool, measured: bool) -> str:
    n_halos, n_faults = result.network.faults.n_halos, result.network.n_faults
    colours = ["fault", *(["time"] if dated else []), "depth", *(["magnitude"] if measured else [])]
    kinds = {"plane": "on planes", **({"halo": "in halos"} if n_halos else {}), "diffuse": "diffuse"}
    outlines = {"planes": "planes", **({"halos": "halos"} if n_halos else {}), "segments": "segments"}
    faults = (
        f'<label>fault <input name="fault" size="7" inputmode="numeric" placeholder="0–{n_faults - 1}"'
        ' aria-label="Numbers of faults"></label>'
        '<label class="tick"><input type="checkbox" name="only"> hide all others</label>'
        if n_faults
        else '<input name="fault" hidden><input type="checkbox" name="only" hidden>'
    )
    return (
        '<details class="filters" open><summary>Filters and colours</summary>'
        '<form class="controls" autocomplete="off">'
        f"<fieldset><legend>Colour</legend>{_select('colour', {name: name for name in colours})}"
        '<span class="ramp" hidden><span></span><canvas width="256" height="1" aria-hidden="true"></canvas>'
        f"<span></span></span></fieldset><fieldset><legend>Faults</legend>{faults}</fieldset>"
        f"<fieldset><legend>Events</legend>{_ticks('kind', kinds, set(kinds))}</fieldset>"
        f"<fieldset><legend>Outlines</legend>{_ticks('outline', outlines, {'planes'})}</fieldset>"
        f"{_range('magnitude', 'Magnitude', 0.1) if measured else ''}{_range('depth', 'Depth (km)', 0.5)}"
        f"{_times() if dated else ''}"
        f"<fieldset><legend>Section</legend>{_select('section', _SECTIONS)}<label>width "
        '<input type="number" name="width" min="0" step="any" placeholder="auto" aria-label="Width of the section, km">'
        " km</label></fieldset>"
        '<fieldset class="acts"><legend>Do</legend>'
        f'<button type="button" data-do="play"{"" if dated else " hidden"}>Play</button>'
        '<button type="button" data-do="unbox" hidden>Clear the box</button>'
        '<button type="button" data-do="untime" hidden>Clear the time</button>'
        '<button type="button" data-do="all">Show all</button></fieldset>'
        '<fieldset class="acts"><legend>Save</legend>'
        '<button type="button" data-do="events">events, CSV</button>'
        '<button type="button" data-do="faults">faults, CSV</button>'
        '<button type="button" data-do="geojson">planes, GeoJSON</button></fieldset>'
        "</form></details>"
    )


def _select(name: str, options: dict[str, str]) -> str:
    inside = "".join(f'<option value="{value}">{words}</option>' for value, words in options.items())
    return f'<select name="{name}" aria-label="{name.capitalize()}">{inside}</select>'


def _ticks(name: str, options: dict[str, str], on: set[str]) -> str:
    return "".join(
        f'<label class="tick"><input type="checkbox" name="{name}" value="{value}"{" checked" if value in on else ""}> '
        f"{words}</label>"
        for value, words in options.items()
    )


def _range(name: str, title: str, step: float) -> str:
    ends = "".join(
        f'<label>{word} <input type="number" step="any" name="{name}.{end}" aria-label="{title}, {word}" '
        f'data-step="{step:g}"></label>'
        for word, end in (("from", "low"), ("to", "high"))
    )
    return f"<fieldset><legend>{title}</legend>{ends}</fieldset>"


def _times() -> str:
    ends = "".join(
        f'<label>{word} <input name="time.{end}" size="11" placeholder="2019-07-06" spellcheck="false" '
        f'aria-label="Time, {word} (UTC)"></label>'
        for word, end in (("from", "low"), ("to", "high"))
    )
    return f"<fieldset><legend>Time (UTC)</legend>{ends}</fieldset>"
