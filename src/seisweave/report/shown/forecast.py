"""Sections about spatial forecasts: one that was made, and several that were scored on later events."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import (
    Column,
    decimals,
    interval,
    percent,
    signed,
    words,
)
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, listed_files, picture_part, table_part
from seisweave.report.shown.section import Section, Settings

CSEP_TESTS = {"N": "number", "M": "magnitudes", "S": "places", "CL": "likelihood", "L": "likelihood", "T": "t test"}
CSEP = (
    Column("test", "test", lambda value: text(f"{value}: {CSEP_TESTS[value]}" if value in CSEP_TESTS else value), True),
    Column("reference", "against", words, words=True),
    Column("statistic", "statistic", decimals(2)),
    Column("low", "95 % from", decimals(2)),
    Column("high", "to", decimals(2)),
    Column("quantile", "quantile", decimals(3)),
    Column(
        "passes", "passes", lambda value: "yes" if value is True else "no" if value is False else words(value), True
    ),
)


def forecast(folder: ShownFolder) -> Section:
    """A spatial forecast."""
    told = folder.summary
    west, east, south, north, top, bottom = (f"{float(edge):g}" for edge in told["volume"])
    place = f"{west} to {east}° east, {south} to {north}° north, {top} to {bottom} km deep"
    until = f", learned from events until {text(str(told['learned_until'])[:10])}" if told.get("learned_until") else ""
    expected = told.get("expected_events")
    years = (told.get("grid") or {}).get("years", 1.0)
    events = ""
    if expected is not None:
        least = f" of M ≥ {float(told['grid']['first_magnitude']):g}" if told.get("grid") else ""
        span = "a year" if years == 1 else f"{years:g} years"
        events = f" It expects <strong>{number(float(expected))}</strong> events{least} in {span}."
    uniform = float(told["uniform_share"])
    found = (
        f"The density <strong>{text(told['name'])}</strong> tells where within {place} the next earthquakes come"
        f"{until}; {percent(uniform)} of it {'is' if uniform else 'are'} spread evenly.{events}"
    )
    return Section(
        title="Forecast",
        found=found,
        body=[
            picture_part(
                folder,
                "figure.png",
                f"Map of the density of {told['name']}, as a multiple of a uniform one",
                "Where events are expected: how many times more than if they came anywhere alike.",
            ),
            table_part(folder, "What it is made of", _parts(told), ""),
            listed_files(folder, ["forecast.dat"], "Rates by cell and magnitude, as CSEP reads them"),
        ],
        settings=[Settings(_given(told.get("options") or {}), "seisweave.forecast:ForecastOptions")],
    )


_TOLD = {
    "n_events": "events learned from",
    "n_past": "events of the past",
    "n_faults": "faults",
    "n_segments": "segments",
    "background_weight": "weight of the background",
    "thin_km": "least thickness (km)",
    "bandwidth_km": "width of kernels (km)",
    "neighbours": "neighbours that widen a kernel",
    "scale": "scale of widths",
    "complete_events_per_year": "complete events a year",
}


def _parts(told: dict[str, Any]) -> Rows:
    """The parts of a mixed one with their shares, and what else is told of it."""
    mixed = told.get("mixed")
    rows = [[text(f"part: {name}"), percent(share)] for name, share in (mixed or {}).items()]
    rows += [[head, number(told[name])] for name, head in _TOLD.items() if told.get(name) is not None]
    law = told.get("gutenberg_richter")
    if law:
        rows.append(["b of Gutenberg-Richter", f"{number(law['b'], 2)} ± {number(law['b_error'], 2)}"])
        rows.append(["magnitude of completeness", number(law["completeness"], 1)])
    rows.append(["volume (km³)", number(float(told["volume_km3"]), 0)])
    return Rows(["", "value"], rows)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def scores(folder: ShownFolder) -> Section:
    """Spatial forecasts scored on later events."""
    told = folder.summary
    if told.get("kind") == "scores of issued forecasts":
        from seisweave.report.shown.issued import issued_scores

        return issued_scores(folder)
    reference, scored = str(told["reference"]), told["scores"]
    names = list(scored)
    gains = told.get("gains") or {}
    mapped = next(iter(gains), None)
    found = _best(scored, gains, reference, count(int(told["n_targets"]), "later event"))
    outside = int(told.get("n_left_out") or 0)
    return Section(
        title="Forecasts scored",
        found=found,
        body=[
            table_part(
                folder, "Nats lost an event, less is better; 95 % limits in brackets", _lost(scored), "scores.csv"
            ),
            table_part(
                folder, f"Nats gained an event over {reference}; 95 % limits in brackets", _gained(gains), "gains.csv"
            )
            if gains
            else "",
            file_part(folder, "Tests of CSEP", "csep.csv", CSEP),
            picture_part(
                folder,
                "figure.png",
                f"Nats lost an event by {', '.join(names)}, by least magnitude",
                "Scores by least magnitude; bars are 95 % intervals.",
            ),
            picture_part(
                folder,
                "gains.png",
                f"Map of what {mapped} gains over {reference}, event by event",
                f"Where {mapped} foresaw events better than {reference}, and where worse.",
            ),
            listed_files(folder, ["targets.csv"], "Every target with its density by each forecast"),
        ],
        settings=[Settings(told.get("options") or {}, "seisweave.forecast:EvaluationOptions")],
        notes=[f"{count(outside, 'event')} left out: not in the volume of the forecasts"] if outside else [],
    )


def _best(scored: dict[str, Any], gains: dict[str, Any], reference: str, events: str) -> str:
    """What was scored, and which forecast did best, of the lowest magnitude on."""
    if not gains:
        name, first = reference, scored[reference][0]
        lost = interval(first["nll"], first["low"], first["high"], decimals(2))
        return (
            f"<strong>{text(name)}</strong> was scored on {events}: it loses {lost} nats an event of"
            f" M ≥ {first['min_magnitude']:g} (95 %); there is no other forecast to compare it with."
        )
    known = {name: rows[0] for name, rows in gains.items() if rows[0]["gain"] is not None}
    if not known:  # summary.json has nothing for a loss without end
        return f"{count(len(scored), 'forecast')} were scored on {events}; no gain over {text(reference)} is finite."
    best = max(known, key=lambda name: known[name]["gain"])
    gain = known[best]
    limits = f"<strong>{interval(gain['gain'], gain['low'], gain['high'])}</strong> nats an event"
    scores = f"{count(len(scored), 'forecast')} were scored on {events} of M ≥ {gain['min_magnitude']:g} and above"
    if gain["gain"] > 0.0:
        return f"{scores}: <strong>{text(best)}</strong> gains {limits} over {text(reference)} (95 %)."
    return f"{scores}: <strong>{text(reference)}</strong> did best; {text(best)} comes next with {limits} (95 %)."


def _lost(scored: dict[str, Any]) -> Rows:
    """A row a forecast, a column a least magnitude."""
    cutoffs = next(iter(scored.values()))
    heads = ["forecast", *(f"M ≥ {each['min_magnitude']:g} ({each['n_events']:,} events)" for each in cutoffs)]
    form = decimals(2)
    rows = [
        [text(name), *(interval(each["nll"], each["low"], each["high"], form) for each in row)]
        for name, row in scored.items()
    ]
    return Rows(heads, rows)


def _gained(gains: dict[str, Any]) -> Rows:
    cutoffs = next(iter(gains.values()))
    heads = ["forecast", *(f"M ≥ {each['min_magnitude']:g}" for each in cutoffs)]
    rows = [
        [text(name), *(interval(each["gain"], each["low"], each["high"]) for each in row)]
        for name, row in gains.items()
    ]
    return Rows(heads, rows)


def windows(folder: ShownFolder) -> Section:
    """Figure 12 of the paper made again: forecasts of several windows."""
    told = folder.summary
    spans, reference = told["windows"], str(told["reference"])
    scored = folder.table("scores.csv")
    names = list(dict.fromkeys(scored["forecast"].tolist()))
    n = count(len(spans), "window")
    said = _best_of(folder, reference)
    found = (
        f"Figure 12 of Kamer, Ouillon &amp; Sornette (2020) was made again: {count(len(names), 'model')} learned from"
        f" the past and were scored on later events, in {n}{said}."
    )
    pictures = sorted(each.name for each in folder.path.glob("figure*.png"))
    return Section(
        title="Forecasts of the paper's Figure 12",
        found=found,
        body=[
            table_part(
                folder,
                f"Nats gained an event over {reference}; 95 % limits in brackets",
                _laid(folder, "gains"),
                "gains.csv",
            ),
            *(
                picture_part(folder, name, f"Nats lost by each model, by least magnitude ({name})", _window_of(name))
                for name in pictures
            ),
            table_part(
                folder,
                "Nats lost an event, less is better; 95 % limits in brackets",
                _laid(folder, "scores"),
                "scores.csv",
            ),
        ],
        settings=[Settings(told.get("study") or {})],
    )


def _laid(folder: ShownFolder, name: str) -> Rows:
    """A row a window and forecast, a column a least magnitude."""
    table = folder.table(f"{name}.csv")
    value, form = ("gain", signed) if name == "gains" else ("nll", decimals(2))
    cutoffs, rows = sorted(set(table["min_magnitude"].tolist())), []
    several = table["window"].nunique() > 1
    for (window, forecast), group in table.groupby(["window", "forecast"], sort=False):
        cells = {row["min_magnitude"]: row for row in group.to_dict("records")}
        made = [
            interval(cells[cutoff][value], cells[cutoff]["low"], cells[cutoff]["high"], form)
            if cutoff in cells
            else number(None)
            for cutoff in cutoffs
        ]
        rows.append([words(forecast), *([words(window)] if several else []), *made])
    heads = ["forecast", *(["window"] if several else []), *(f"M ≥ {cutoff:g}" for cutoff in cutoffs)]
    return Rows(heads, rows, words=(0, 1) if several else (0,))


def _window_of(name: str) -> str:
    year = name.removesuffix(".png").partition("-")[2]
    what = f"The window from {year}" if year else "Scores by least magnitude"
    return f"{what}; bars are 95 % intervals."


def _best_of(folder: ShownFolder, reference: str) -> str:
    """What the best model gains in the last window, that of all targets where there are several."""
    if not folder.has("gains.csv"):
        return ""
    gains = folder.table("gains.csv")
    gains = gains[gains["gain"].notna()]
    if not len(gains):
        return ""
    here = gains[gains["window"] == gains["window"].iloc[-1]]
    first = here[here["min_magnitude"] == here["min_magnitude"].min()]
    best = first.loc[first["gain"].idxmax()]
    gained = interval(float(best["gain"]), float(best["low"]), float(best["high"]))
    return (
        f"; of the others <strong>{text(best['forecast'])}</strong> does best, with {gained} nats an event of"
        f" M ≥ {best['min_magnitude']:g}"
        f" over {text(reference)} ({text(best['window'])})"
    )
