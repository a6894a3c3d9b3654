"""Scores and audits of nowcasters in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seisweave.nowcast.step_words import step_words

if TYPE_CHECKING:
    from seisweave.nowcast.region.audit import Audit


def headlines(summary: dict[str, Any]) -> list[str]:
    """What the scores say, in three sentences."""
    scores = summary["scores"]
    if "series" not in scores:
        return [scores["note"]]
    series, events = scores["series"], scores["events"]
    same, words = series["persistence"], step_words(summary["settings"]["maps"]["step_hours"])
    lines = [
        f"{scores['n_test_days']:,} test {words.many}, {scores['test_from']} to {scores['test_to']}: novelty nowcast"
        f" with NSE {series['nse']:.3f}, F1 {series['f1']:.3f} on {series['n_positives']} {words.many} of extreme"
        f" novelty (by '{words.unchanged}': NSE {same['nse']:.3f}, F1 {same['f1']:.3f})"
    ]
    if "warning" in scores:
        lines.append(scores["warning"])
    if "nowcast" in events:
        gain, over = _interval(events["nowcast"]["gain_nats"]), _interval(events["over_neuron"])
        lines.append(
            f"against the {events['n_positives']} {words.many} with M ≥ {events['threshold']:g}: {gain} nats per"
            f" positive over Poisson, {over} over one neuron on {words.of_before} number of events"
        )
    return lines


def _interval(limits: dict[str, Any]) -> str:
    return f"{limits['value']:+.2f} [{limits['low']:+.2f}, {limits['high']:+.2f}]"


def audit_in_words(found: Audit) -> list[str]:
    """What was found, in a few sentences."""
    from seisweave.report.results.nowcast import verdict

    lines = [verdict(found)]
    for days in ("as they are", "shuffled"):
        row = next(r for r in found.growth if (r["days"], r["smoothing"], r["span"]) == (days, "centred", 11))
        lines.append(
            f"days {days}, centred LOESS of 11: NSE {row['persistence_nse']:.2f}, F1 {row['persistence_f1']:.2f} by"
            f" 'tomorrow equals today'; {row['linear_nse']:.2f}, {row['linear_f1']:.2f} by a linear one"
        )
    return lines
