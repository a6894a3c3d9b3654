"""The section of a page about a nowcast: what it scores beside what needs no network, and its three figures."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from seisweave.nowcast.step_words import StepWords, step_words
from seisweave.report.markup import facts, number, table, text
from seisweave.storage import read_summary
from seisweave.stored_files import refused, stored_file

_FIGURES = {
    "series.png": "Novelty of each step, its nowcast made one before, alarms, and the extreme events that came.",
    "map.png": "The step of the largest event: its map, what the autoencoder makes of it, and the difference.",
    "losses.png": "Loss of each network against epochs; the dot marks the weights that were kept.",
}


def nowcast_section(folder: Path, anchor: str) -> str:
    """Write the section about a folder made by `seisweave nowcast train`.

    Errors: InputError for a damaged folder.
    """
    try:
        summary = read_summary(folder)
        images = {name: b64encode(stored_file(folder, name).read_bytes()).decode("ascii") for name in _FIGURES}
        parts = [_lead(summary), _scores(summary), *(_figure(name, image) for name, image in images.items())]
    except Exception as error:
        raise refused(folder, error, "make it again", "damaged nowcast") from None
    head = f'<section id="{anchor}" aria-labelledby="{anchor}-name"><h2 id="{anchor}-name">Nowcast</h2>'
    return "\n".join([head, *parts, "</section>"])


def _lead(summary: dict[str, Any]) -> str:
    """Say what was trained and when it is judged."""
    scores, settings, words = summary["scores"], summary["settings"]["nowcast"], _words(summary)
    said = (
        f"An autoencoder learned what a normal {words.one} looks like, a temporal network says the next one's novelty,"
        f" and from it and the number of events of the {words.one} before comes the probability of an event of"
        f" magnitude <strong>{number(settings['threshold'])}</strong> or above. All was fitted on {words.many} before"
        f" {text(_short(summary['known_until']))}; the long-term rate there is {summary['long_term_rate']:.2%} a"
        f" {words.one}."
    )
    if "events" not in scores:
        return f'<p class="lead">{said} {text(scores["note"])}.</p>'
    events = scores["events"]
    judged = (
        f" It is judged on the {scores['n_test_days']:,} {words.many} from {text(scores['test_from'])} to"
        f" {text(scores['test_to'])}, on {events['n_positives']:,} of which such an event came."
    )
    warning = f'<p class="note">{text(scores["warning"])}</p>' if "warning" in scores else ""
    return f'<p class="lead">{said}{judged}</p>{warning}'


def _short(time: str) -> str:
    """Without hours where there are none."""
    return time[:16].removesuffix("T00:00")


def _words(summary: dict[str, Any]) -> StepWords:
    """What its steps are called; folders of before know days only."""
    return step_words(float(summary["settings"].get("maps", {}).get("step_hours", 24.0)))


def _scores(summary: dict[str, Any]) -> str:
    """Lay out the nowcast beside the baselines, and the paper's own measure below."""
    scores = summary["scores"]
    if "events" not in scores:
        return ""
    events, series, words = scores["events"], scores["series"], _words(summary)
    rows = []
    if "nowcast" in events:
        rivals = {"nowcast": events["nowcast"], **events["baselines"]}
        for name, said in rivals.items():
            gain = said["gain_nats"]
            limits = f"{number(gain['value'], 2)} [{number(gain['low'], 2)}, {number(gain['high'], 2)}]"
            cells = [number(said[kind], 3) for kind in ("brier_skill", "pr_auc", "roc_auc")]
            rows.append([text(name), limits, *cells, number(said["n_positives"])])
    heads = ["", "nats per positive over Poisson", "Brier skill", "PR-AUC", "ROC-AUC", "positives"]
    laid = table("Against the events that came; 95 % limits in brackets", heads, rows, words=(0,)) if rows else ""
    paper = [
        ("NSE of the nowcast novelty", number(series["nse"], 3)),
        (f"NSE of '{words.unchanged}'", number(series["persistence"]["nse"], 3)),
        (f"F1 of alarms against {words.many} of extreme novelty", number(series["f1"], 3)),
        ("mean absolute error of reconstructed maps", number(series["mae"], 4)),
    ]
    return laid + facts("By the measures of Feng & Fox (2021), whose truth is the novelty itself", paper)


def _figure(name: str, image: str) -> str:
    caption = text(_FIGURES[name])
    return (
        f'<figure><img alt="{caption}" src="data:image/png;base64,{image}"><figcaption>{caption}</figcaption></figure>'
    )
