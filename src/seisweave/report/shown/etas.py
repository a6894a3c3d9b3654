"""Sections about ETAS: a fitted model, simulated catalogs, models scored on later events, forecasts tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import (
    Column,
    interval,
    moment,
    percent,
    probability,
    small_p,
    words,
)
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, listed_files, picture_part, rows_of, table_part
from seisweave.report.shown.section import Section, Settings
from seisweave.stored_files import stored_file
from seisweave.stored_json import read_json

_PARAMETERS = (
    Column("parameter", "parameter", words, words=True),
    Column("meaning", "meaning", words, words=True),
    Column("natural_value", "value"),
    Column("natural_low", "95 % from"),
    Column("natural_high", "to"),
)


def fit(folder: ShownFolder) -> Section:
    """A fitted model."""
    told, doubts = folder.summary, []
    low, high = told["branching_ratio_95"]
    targets, ratio = int(told["n_targets"]), float(told["branching_ratio"])
    background = float(told["background_events"])
    span = f"{moment(told['start'])[:10]} to {moment(told['end'])[:10]}"
    found = (
        f"ETAS in its {text(told['form'])} form was fitted to <strong>{count(targets, 'event')}</strong> of"
        f" M ≥ {number(told['min_magnitude'])}, {span}: {number(background, 0)} of them"
        f" ({percent(background / targets) if targets else '–'}) are background, and an event triggers"
        f" <strong>{number(ratio, 2)}</strong> [{number(low, 2)}, {number(high, 2)}] others in the mean."
    )
    if high is not None and high > 1.0:
        doubts.append("the branching ratio may be above 1: simulated catalogs may run away, and are cut then")
    if (told["largest_residual"] or 0.0) > (told["band_of_residuals"] or 0.0):
        doubts.append(
            f"residuals reach {number(float(told['largest_residual']), 0)} events, beyond the band of"
            f" {number(float(told['band_of_residuals']), 0)}: the model does not describe all of the span"
        )
    if not told["converged"]:
        doubts.append(f"the fit did not converge in {told['steps']} passes: numbers are not those of a maximum")
    corner = "found" if told["corner_magnitude_found"] else "given, not found"
    model = read_json(stored_file(folder.path, "model.json"))
    return Section(
        title="ETAS model",
        found=found,
        tiles=[
            (number(ratio, 2), "branching ratio", f"{number(low, 2)} to {number(high, 2)} (95 %)"),
            (number(float(told["b"]), 2), "b", f"corner magnitude {number(told['corner_magnitude'], 1)}, {corner}"),
            (number(background, 0), "background events", f"of {number(targets)}"),
            (number(float(told["log_likelihood_per_event"]), 2), "nats an event", "log-likelihood"),
        ],
        doubts=doubts,
        body=[
            table_part(
                folder,
                "Parameters with their 95 % limits, in their own units",
                rows_of(folder.table("parameters.csv"), _PARAMETERS),
                "parameters.csv",
            ),
            picture_part(
                folder,
                "figure.png",
                "Map and time line of the events by their chance to be background, residuals, and aftershocks in time",
                "How the model describes the events that it was fitted to.",
            ),
            listed_files(folder, ["events.csv"], "Every event, with the chance that nothing triggered it"),
        ],
        settings=[Settings(model.get("options") or {}, "seisweave.etas:EtasOptions")],
        notes=[f"{count(int(told['n_history']), 'event')} before the fit's start play their part as triggers alone"]
        if told.get("n_history")
        else [],
    )


def simulated(folder: ShownFolder) -> Section:
    """Simulated catalogs: what may come."""
    told = folder.summary
    by_magnitude, quantiles = told["by_magnitude"], told["quantiles"]
    least = next(iter(by_magnitude), "")
    days, catalogs = float(told["days"]), count(int(told["n_catalogs"]), "simulated catalog")
    span = "day" if days == 1 else f"{days:g} days"
    found = (
        f"In the {span} from {moment(told['start'])} UTC <strong>{number(float(told['expected']))}</strong> events"
        f"{f' of M ≥ {text(least)}' if least else ''} are expected in the region, by {catalogs}: in 95 of 100 of them"
        f" {number(quantiles['0.025'])} to {number(quantiles['0.975'])}."
    )
    never = [magnitude for magnitude, each in by_magnitude.items() if not each["chance"]]
    rows = [
        [f"M ≥ {text(magnitude)}", probability(each["chance"]), number(float(each["expected"]))]
        for magnitude, each in by_magnitude.items()
        if each["chance"]
    ]
    rows += [[f"M ≥ {text(never[0])}", f"in none of {catalogs}", number(0)]] if never else []
    doubts = []
    if told.get("n_cut"):
        doubts.append(
            f"{count(int(told['n_cut']), 'catalog')} ran away and {'was' if told['n_cut'] == 1 else 'were'} cut: the"
            f" branching ratio is {number(told['branching_ratio'], 2)}"
        )
    outside = int(told.get("n_outside_region") or 0)
    return Section(
        title="ETAS forecast",
        found=found,
        tiles=[
            (number(float(told["expected"])), "events expected", f"M ≥ {text(least)}" if least else ""),
            (
                number(quantiles["0.5"]),
                "in the median catalog",
                f"{number(quantiles['0.25'])} to {number(quantiles['0.75'])} in half of them",
            ),
            (
                probability(by_magnitude[least]["chance"]) if least else number(None),
                "chance of one or more",
                f"M ≥ {text(least)}" if least else "",
            ),
        ],
        doubts=doubts,
        body=[
            table_part(
                folder, "Chances by magnitude", Rows(["magnitude", "chance of one or more", "events expected"], rows)
            ),
            picture_part(
                folder,
                "figure.png",
                "How many events come, by how many catalogs; and the expected numbers by cell",
                "How many events may come, and where.",
            ),
            listed_files(
                folder,
                ["catalogs.csv", "expected.dat"],
                "The catalogs, and expected numbers by cell, as CSEP reads them",
            ),
        ],
        settings=[Settings(told.get("options") or {}, "seisweave.etas:SimulateOptions")],
        notes=[f"{count(outside, 'event')} of the catalogs fell outside of the region"] if outside else [],
    )


def compared(folder: ShownFolder) -> Section:
    """Models scored on later events."""
    told = folder.summary
    table = folder.table("scores.csv")
    models = table.to_dict("records")
    reference, targets = str(told["reference"]), int(told["n_events"])
    best = max(models, key=lambda row: row["total"])
    span = f"{moment(told['start'])} to {moment(told['end'])}"
    if best["model"] == reference:
        told_of_best = f"none describes them better than {text(reference)}"
    else:
        limits = interval(*(best[f"gain_total{end}"] for end in ("", "_low", "_high")))
        gains = f"gains <strong>{limits}</strong> nats an event over {text(reference)}"
        told_of_best = f"<strong>{text(best['model'])}</strong> {gains}"
    scored = f"{count(len(models), 'model')} {'was' if len(models) == 1 else 'were'} scored"
    found = f"{scored} on {count(targets, 'event')} from {span}: {told_of_best}."
    return Section(
        title="ETAS models scored",
        found=found,
        body=[
            table_part(
                folder,
                f"Nats an event, more is better, and gains over {reference}; 95 % limits in brackets",
                _scored(models, reference),
                "scores.csv",
            ),
            picture_part(
                folder,
                "gains.png",
                f"Map of what {best['model']} gains over {reference}, event by event",
                "Where events were foreseen better, and where worse.",
            ),
            listed_files(folder, ["targets.csv"], "Every event with its score by each model"),
        ],
        settings=[Settings(told.get("options") or {})],
    )


def _scored(models: Sequence[Mapping[Any, Any]], reference: str) -> Rows:
    """A row a model: nats of when and where, together and apart, and what it gains."""
    heads = ["model", "nats an event", "when", "where", "gain", "gain, when", "gain, where"]
    rows = []
    for row in models:
        gains = [
            interval(*(row[f"gain_{part}{end}"] for end in ("", "_low", "_high"))) for part in ("total", "tll", "sll")
        ]
        gains = [number(None)] * 3 if row["model"] == reference else gains
        rows.append([words(row["model"]), *(number(row[part], 3) for part in ("total", "tll", "sll")), *gains])
    return Rows(heads, rows)


def tested(folder: ShownFolder) -> Section:
    """Forecasts made one after the other, and tested."""
    told = folder.summary
    table, tests = folder.table("forecasts.csv"), told["tests"]
    n = int(told["n_forecasts"])
    came, expected = _sums(table)
    sums = f"{came:,.0f} events came, {number(expected, 1)} were expected" if came is not None else "see the tests"
    made = f"<strong>{count(n, 'forecast')}</strong> {'was' if n == 1 else 'were'} made one after the other"
    found = f"{made} and tested on what came: {sums}."
    rows = [
        [_test(name), number(each["n"]), percent(each["pass_rate"]), small_p(each.get("ks_p_value"))]
        for name, each in tests.items()
    ]
    heads = ["test", "forecasts tested", "pass", "p of even quantiles"]
    doubts = [f"{count(int(told['n_cut']), 'catalog')} ran away and were cut"] if told.get("n_cut") else []
    return Section(
        title="ETAS forecasts tested",
        found=found,
        doubts=doubts,
        body=[
            table_part(folder, "Tests of CSEP; 95 % should pass", Rows(heads, rows)),
            picture_part(
                folder,
                "figure.png",
                "Numbers expected and come in time, and quantiles of every test against even ones",
                "What was expected and what came, forecast by forecast.",
            ),
            file_part(folder, "Every forecast", "forecasts.csv", _tests_of(tests), _columns_of(tests)),
        ],
        settings=[Settings(told.get("options") or {}, "seisweave.etas:EtasBacktestOptions")],
    )


_NAMES = {"N": "number", "M": "magnitudes", "S": "places", "PL": "pseudo-likelihood"}


def _test(name: str) -> str:
    return text(f"{name}: {_NAMES[name]}" if name in _NAMES else name)


def _columns_of(tests: dict[str, Any]) -> list[str]:
    return ["issued", "expected", "came", *(f"{name}_at_most" for name in tests)]


def _tests_of(tests: dict[str, Any]) -> list[Column]:
    """When a forecast was issued, and where what came lies among its catalogs, test by test."""
    known = [Column("issued", "issued (UTC)", moment, words=True), Column("expected", "expected")]
    return [*known, *(Column(f"{name}_at_most", f"{name}: at or below what came", percent) for name in tests)]


def _sums(table: Any) -> tuple[float | None, float | None]:
    names = ("came", "expected")
    if not all(name in table for name in names):
        return None, None
    return float(table["came"].sum()), float(table["expected"].sum())
