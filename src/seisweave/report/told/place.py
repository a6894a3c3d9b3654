"""Nowcasts by place, and scores of them, in a few lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seisweave.nowcast.place.nowcast import PlaceNowcast


def answer_of(made: PlaceNowcast) -> dict[str, Any]:
    """What a script would ask: each threshold's chance anywhere, the long-term one, and the likeliest cell."""
    rows = zip(made.magnitudes, made.likeliest(), *made.anywhere(), strict=True)
    return {
        "when": made.when,
        "magnitudes": [
            {"magnitude": magnitude, "probability": chance, "long_term": usual, "likeliest_cell": asdict(cell)}
            for magnitude, cell, chance, usual in rows
        ],
    }


def in_words(made: PlaceNowcast) -> list[str]:
    """One sentence a threshold, and the likeliest cell."""
    lines = [f"{made.when}, from what came before:"]
    for magnitude, cell, chance, usual in zip(made.magnitudes, made.likeliest(), *made.anywhere(), strict=True):
        lines.append(
            f"  M ≥ {magnitude:g}  {chance:.2%} anywhere (long-term {usual:.2%});"
            f" likeliest cell {cell.latitude:.2f}, {cell.longitude:.2f}: {cell.probability:.3%},"
            f" {cell.times_usual:.1f} times its usual"
        )
    return lines


def scores_in_words(rows: list[dict[str, Any]]) -> list[str]:
    """Two sentences a threshold: what the networks gain over the strong baselines, and over the plain ones."""
    lines = []
    for magnitude in dict.fromkeys(row["magnitude"] for row in rows):
        here = [row for row in rows if row["magnitude"] == magnitude]
        networks = [row for row in here if row["model"].startswith("network")]
        lines.append(f"M ≥ {magnitude:g}, {networks[0]['positives']} positives, nats per positive:")
        for name, over, neuron in (
            ("cell Poisson", "gain", "over_neuron"),
            ("cell frequency", "over_frequency", "over_plain_neuron"),
        ):
            least = min(row[f"{neuron}_low"] for row in networks)
            gains, more = (_span([row[column] for row in networks]) for column in (over, neuron))
            lines.append(f"  {gains} over the {name}, {more} over the neuron on top of it (lowest limit {least:+.2f})")
        lines.append(f"  {_span([row['over_sum'] for row in networks])} over the sum of textbook rates")
        for row in (row for row in here if row["model"] == "ETAS"):
            over = _span([each["over_etas"] for each in networks])
            lines.append(
                f"  ETAS: {row['gain']:.2f} over the cell Poisson, {row['over_neuron']:.2f} over the neuron"
                f" ({row['over_neuron_low']:+.2f} to {row['over_neuron_high']:+.2f}); networks {over} over it"
            )
    return lines


def _span(values: list[float]) -> str:
    return f"{values[0]:.2f}" if len(values) == 1 else f"{min(values):.2f} to {max(values):.2f}"
