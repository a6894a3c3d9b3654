"""What the scores of a region's nowcasts say, in sentences."""

from __future__ import annotations

from typing import Any


def headlines(summary: dict[str, Any]) -> list[str]:
    """What the scores say, in three sentences."""
    scores = summary["scores"]
    if "series" not in scores:
        return [scores["note"]]
    series, events = scores["series"], scores["events"]
    same = series["persistence"]
    lines = [
        f"{scores['n_test_days']:,} test days, {scores['test_from']} to {scores['test_to']}: novelty nowcast with NSE"
        f" {series['nse']:.3f}, F1 {series['f1']:.3f} on {series['n_positives']} days of extreme novelty (by 'tomorrow"
        f" equals today': NSE {same['nse']:.3f}, F1 {same['f1']:.3f})"
    ]
    if "warning" in scores:
        lines.append(scores["warning"])
    if "nowcast" in events:
        gain, over = _interval(events["nowcast"]["gain_nats"]), _interval(events["over_neuron"])
        lines.append(
            f"against the {events['n_positives']} days with M ≥ {events['threshold']:g}: {gain} nats per positive over"
            f" Poisson, {over} over one neuron on yesterday's number of events"
        )
    return lines


def _interval(limits: dict[str, Any]) -> str:
    return f"{limits['value']:+.2f} [{limits['low']:+.2f}, {limits['high']:+.2f}]"
