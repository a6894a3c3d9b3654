"""Sections about the nowcast by place: where the next event is likely, and scores of years it had not seen."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import interval, probability, signed, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, picture_part, table_part
from seisweave.report.shown.section import Section, Settings


def nowcast(folder: ShownFolder) -> Section:
    """A fitted network, and the nowcast it made."""
    told = folder.summary
    magnitudes, chances, usual = (told[name] for name in ("magnitudes", "anywhere", "anywhere_long_term"))
    days = int(told["place"].get("days", 1))
    when = f"on {text(str(told['day']))}" if days == 1 else f"in the {days} days from {text(str(told['day']))}"
    found = (
        f"The chance of an event of M ≥ {magnitudes[0]:g} anywhere in the region {when} is"
        f" <strong>{probability(chances[0])}</strong>, {_times(chances[0], usual[0])} the long-term"
        f" {probability(usual[0])}; the network was fitted to all events before {text(_day(told['known_until']))}."
    )
    etas = told.get("anywhere_etas")
    heads = ["magnitude", "chance anywhere", "long-term", "times the usual", *(["by ETAS alone"] if etas else [])]
    rows = []
    for k, magnitude in enumerate(magnitudes):
        cells = [f"M ≥ {magnitude:g}", probability(chances[k]), probability(usual[k]), _ratio(chances[k], usual[k])]
        rows.append([*cells, *([probability(etas[k])] if etas else [])])
    return Section(
        title="Nowcast by place",
        found=found,
        body=[
            table_part(folder, "Chances anywhere in the region", Rows(heads, rows)),
            picture_part(
                folder,
                "map.png",
                "Maps of the chances by cell for the highest magnitude, and against the long-term ones",
                "Chances by cell, and how many times the usual that is.",
            ),
            _likeliest(folder),
        ],
        settings=[
            Settings(told["place"], "seisweave.nowcast.place.options:PlaceOptions"),
            Settings(told["network"], "seisweave.nowcast.place.options:PlaceNetworkOptions"),
        ],
        notes=[f"{count(int(told['updates']), 'update')} since it was fitted"] if told.get("updates") else [],
    )


def _day(when: str) -> str:
    return str(when)[:16].replace("T", " ").removesuffix(" 00:00")


def _ratio(now: float, usual: float) -> str:
    return number(now / usual, 1) if usual > 0 else number(None)


def _times(now: float, usual: float) -> str:
    """How much more or less, in words.

    >>> _times(0.2, 0.1), _times(0.1, 0.1)
    ('2.0 times', 'about')
    """
    if usual <= 0 or 0.95 < now / usual < 1.05:
        return "about"
    return f"{now / usual:.1f} times" if now / usual >= 0.1 else f"{now / usual:.2g} times"


_CELLS = 10  # that are laid out


def _likeliest(folder: ShownFolder) -> str:
    """Cells of the highest chances of the lowest magnitude, each chance with how many times the usual that is."""
    if not folder.has("cells.csv"):
        return ""
    cells = folder.table("cells.csv")
    magnitudes = [str(name).removeprefix("p_m") for name in cells if str(name).startswith("p_m")]
    cells = cells.sort_values(f"p_m{magnitudes[0]}", ascending=False, kind="stable").head(_CELLS)
    rows = []
    for row in cells.to_dict("records"):
        chances = [
            f"{probability(row[f'p_m{each}'])} ({_ratio(row[f'p_m{each}'], row[f'long_term_m{each}'])})"
            for each in magnitudes
        ]
        rows.append([number(float(row["longitude"]), 2), number(float(row["latitude"]), 2), *chances])
    heads = ["longitude (°)", "latitude (°)", *(f"M ≥ {each}" for each in magnitudes)]
    caption = f"The {count(len(rows), 'likeliest cell')}: chance, and in brackets how many times the usual"
    return table_part(folder, caption, Rows(heads, rows, words=()), "cells.csv")


def backtested(folder: ShownFolder) -> Section:
    """Scores of a backtest."""
    told, rows = folder.summary, folder.summary["scores"]
    top = rows[-1]["magnitude"]
    networks = [row for row in rows if row["magnitude"] == top and str(row["model"]).startswith("network")]
    limits = [row["over_neuron_low"] for row in networks if row.get("over_neuron_low") is not None]
    least = min(limits, default=None)
    found = (
        f"On years it had not seen, with {count(int(networks[0]['positives']), 'cell-day')} of an event of M ≥ {top:g},"
        f" the network ({count(len(networks), 'seed')}) gains <strong>{_span(networks, 'gain')}</strong> nats for each"
        f" over the rate of the cell, and {_span(networks, 'over_neuron')} over one neuron on top of it"
        f" (lowest limit, 95 %: {signed(least)})."
    )
    heads = ["model", "M ≥", "positives", "over the cell's rate", "over the neuron", "over the cell's frequency"]
    cells = []
    for row in rows:
        gains = [
            number(None) if row["model"] == itself else _gain(row, name)
            for name, itself in (
                ("gain", "cell Poisson"),
                ("over_neuron", "neuron"),
                ("over_frequency", "cell frequency"),
            )
        ]
        cells.append([words(row["model"]), f"{row['magnitude']:g}", number(row["positives"]), *gains])
    return Section(
        title="Nowcast by place, scored",
        found=found,
        body=[
            table_part(folder, "Nats gained per positive; 95 % limits in brackets", Rows(heads, cells), "scores.csv"),
            picture_part(
                folder,
                "reliability.png",
                "Share of cell-days with an event against the chance, and events missed against the area of alarms",
                "Did the chances come true, and how many events do alarms miss?",
            ),
        ],
        settings=[Settings(_options(told))],
    )


def _gain(row: dict[str, Any], name: str) -> str:
    return interval(row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high"))


def _span(rows: list[dict[str, Any]], name: str) -> str:
    """The least and the largest of some gains."""
    values = [float(row[name]) for row in rows if row.get(name) is not None]
    if not values:
        return number(None)
    return signed(values[0]) if len(values) == 1 else f"{signed(min(values))} to {signed(max(values))}"


def _options(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("place", "network", "window") if isinstance(told.get(name), dict)}
