"""Sections about the nowcast of a region: a trained network beside what needs none, and the audit of a nowcaster."""

from __future__ import annotations

from typing import Any

from seisweave.nowcast.step_words import StepWords, step_words
from seisweave.report.markup import count, facts, number, text
from seisweave.report.shown.cells import Column, decimals, interval, moment, percent, probability, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, picture_part, rows_of, table_part
from seisweave.report.shown.section import Section, Settings

_LATEST = 10  # nowcasts that are laid out
_FIGURES = {
    "series.png": "Novelty of each step, its nowcast made one before, alarms, and the extreme events that came.",
    "map.png": "The step of the largest event: its map, what the autoencoder makes of it, and the difference.",
    "losses.png": "Loss of each network against epochs; the dot marks the weights that were kept.",
}


def trained(folder: ShownFolder) -> Section:
    """A trained nowcaster with its scores."""
    told = folder.summary
    scores, settings = told["scores"], told["settings"]["nowcast"]
    steps = step_words(float(told["settings"].get("maps", {}).get("step_hours", 24.0)))
    how = (
        f"An autoencoder learned what a normal {steps.one} looks like, a temporal network says the next one's novelty,"
        f" and from it and the number of events of the {steps.one} before comes the probability. All was fitted on"
        f" {steps.many} before {text(_short(told['known_until']))}; the long-term rate there is"
        f" {told['long_term_rate']:.2%} a {steps.one}."
    )
    return Section(
        title="Nowcast",
        found=_judged(scores, settings, steps),
        how=how,
        doubts=[str(scores["warning"])] if "warning" in scores else [],
        body=[
            _scores(folder, scores, steps),
            _latest(folder, steps),
            *(picture_part(folder, name, caption, caption) for name, caption in _FIGURES.items()),
        ],
        settings=[Settings(told["settings"])],
        notes=[f"{count(int(told['n_days_masked']), steps.one)} not watched whole, and left out"]
        if told.get("n_days_masked")
        else [],
    )


def _judged(scores: dict[str, Any], settings: dict[str, Any], steps: StepWords) -> str:
    """What came of it on steps it had not seen, in one sentence."""
    least = f"M ≥ <strong>{number(settings['threshold'])}</strong>"
    if "events" not in scores:
        return f"The chance of an event of {least} in the next {steps.one} is nowcast; {text(scores['note'])}."
    events = scores["events"]
    span = f"{text(scores['test_from'])} to {text(scores['test_to'])}"
    came = f"{events['n_positives']:,} of {scores['n_test_days']:,} test {steps.many} ({span})"
    if "nowcast" not in events:
        return f"The chance of an event of {least} in the next {steps.one} is nowcast, and judged on {came} with one."
    gain = events["nowcast"]["gain_nats"]
    limits = interval(gain["value"], gain["low"], gain["high"])
    return (
        f"The chance of an event of {least} in the next {steps.one} is nowcast: on {came}, when one came, it gains"
        f" <strong>{limits}</strong> nats each over the long-term rate (95 %)."
    )


def _short(time: str) -> str:
    """Without hours where there are none."""
    return time[:16].removesuffix("T00:00")


def _scores(folder: ShownFolder, scores: dict[str, Any], steps: StepWords) -> str:
    """Lay out the nowcast beside the baselines, and the paper's own measure below."""
    if "events" not in scores:
        return ""
    events, series = scores["events"], scores["series"]
    rows = []
    if "nowcast" in events:
        for name, said in {"nowcast": events["nowcast"], **events["baselines"]}.items():
            gain = said["gain_nats"]
            limits = interval(gain["value"], gain["low"], gain["high"], decimals(2))
            cells = [number(said[kind], 3) for kind in ("brier_skill", "pr_auc", "roc_auc")]
            rows.append([text(name), limits, *cells, number(said["n_positives"])])
    heads = ["", "nats per positive over Poisson", "Brier skill", "PR-AUC", "ROC-AUC", "positives"]
    caption = "Against the events that came; 95 % limits in brackets"
    laid = table_part(folder, caption, Rows(heads, rows)) if rows else ""
    paper = [
        ("NSE of the nowcast novelty", number(series["nse"], 3)),
        (f"NSE of '{steps.unchanged}'", number(series["persistence"]["nse"], 3)),
        (f"F1 of alarms against {steps.many} of extreme novelty", number(series["f1"], 3)),
        ("mean absolute error of reconstructed maps", number(series["mae"], 4)),
    ]
    return laid + facts("By the measures of Feng & Fox (2021), whose truth is the novelty itself", paper)


def _latest(folder: ShownFolder, steps: StepWords) -> str:
    """The last nowcasts, the latest first; the file holds all."""
    if not folder.has("nowcasts.csv"):
        return ""
    table = folder.table("nowcasts.csv")
    columns = [
        Column("start", f"{steps.one} from (UTC)", moment, words=True),
        Column("probability", "chance", probability),
        Column("nowcast", "novelty nowcast"),
        Column("novelty", "novelty that came"),
        Column("alarm", "alarm", lambda value: "alarm" if value is True else "", words=True),
        Column("largest_magnitude", "largest that came", decimals(1)),
        Column("part", "part", words, words=True),
    ]
    last = table.iloc[::-1].head(_LATEST)
    wanted = [column for column in columns if column.name in table]
    caption = f"The latest {min(_LATEST, len(table))} of {len(table):,} nowcasts"
    return table_part(folder, caption, rows_of(last, wanted), "nowcasts.csv")


def audited(folder: ShownFolder) -> Section:
    """The audit of a nowcaster: whether it knows the future, and how skill grows when its series is smoothed."""
    told = folder.summary
    changed = sum(int(each["n_changed"]) for each in told["future"])
    checked = sum(int(each["n_checked"]) for each in told["future"])
    covered = max((float(each["covered"]) for each in told["responses"]), default=0.0)
    said = (
        "<strong>The nowcaster knows the future</strong>"
        if told["leaks"]
        else "<strong>No leak was found</strong> in the nowcaster"
    )
    found = (
        f"{said}: {changed:,} of {checked:,} of its nowcasts changed when later events were exchanged, and"
        f" {covered:.0%} of the days in a target's window are known already when it is nowcast."
    )
    known = [
        Column("days", "days", words, words=True),
        Column("smoothing", "smoothing", words, words=True),
        Column("span", "span (days)", decimals(0)),
        *(
            Column(f"{model}_{score}", f"{score.upper()}, {head}", decimals(3))
            for model, head in (("persistence", "tomorrow equals today"), ("linear", "linear"))
            for score in ("nse", "f1")
        ),
    ]
    return Section(
        title="Audit of a nowcaster",
        found=found,
        tiles=[
            (f"{changed:,}", "nowcasts changed", f"of {checked:,}, by later events"),
            (percent(covered), "of the target known", "days of its window, when it is nowcast"),
        ],
        body=[
            picture_part(
                folder,
                "audit.png",
                "Which days a nowcast and its target answer to, and skill against the span of smoothing",
                "What nowcast and target hang on, day by day; and how smoothing alone makes skill.",
            ),
            file_part(
                folder,
                "Skill of what knows nothing, as the series is smoothed; with shuffled days, smoothing alone makes it",
                "audit.csv",
                known,
            ),
        ],
    )
