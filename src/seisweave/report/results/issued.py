"""The result folder of forecasts on record that were scored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.issued.scores import FEWEST_BLOCKS
from seisweave.storage import write_summary, write_text
from seisweave.version import __version__

if TYPE_CHECKING:
    from seisweave.evaluation.information import Interval
    from seisweave.issued.evaluate import IssuedScores

_LEAST = 5  # windows with an event, for a row to be printed
_NO_LIMITS = "no interval: events in too few blocks"


def write_issued_scores_folder(made: IssuedScores, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write scores, gains, reliability and windows as tables, and the summary."""
    for name, table in made.tables().items():
        write_text(folder / f"{name}.csv", table.to_csv(index=False))
    best = max(made.rows, key=lambda row: row.n_with)
    content = {
        "kind": "scores of issued forecasts", "models": sorted({row.model for row in made.rows}),
        "windows": len(made.windows), "left_out": dict(made.left_out), "most_late_s": made.most_late_s,
        "complete_until": str(made.until), "gain": best.gain.columns("gain") if best.gain else None,
    }  # fmt: skip
    write_summary(folder, {**content, **(told or {}), "version": __version__})


def scores_in_words(made: IssuedScores) -> list[str]:
    """A line a model, window and magnitude with enough events; the others are in the table of the folder."""
    rows = [row for row in made.rows if row.n_with >= _LEAST] or [max(made.rows, key=lambda row: row.n_with)]
    lines = [
        "nats for each window with an event over the long-term rate, 95 % of bootstraps by blocks of 30 days, where"
        f" events lie in {FEWEST_BLOCKS} or more of them:"
    ]
    for row in rows:
        bins, gains = row.reliability, [gain_in_words(each) for each in (row.gain, row.cell_gain)]
        lines.append(
            f"  {row.model}  {row.days:g} d  M ≥ {row.magnitude:g}  {row.n_with} of {row.n} windows with an event,"
            f" {row.mean_chance * row.n:.1f} expected: {', by cell '.join(gains)};"
            f" {int(bins.within.sum())} of {len(bins.n)} bins of chances within 95 %"
        )
    for each in made.comparisons:
        if each.gain is not None:
            lines.append(
                f"  {each.model} over {each.other}  {each.days:g} d  M ≥ {each.magnitude:g}  {gain_in_words(each.gain)}"
            )
    return lines


def gain_in_words(gain: Interval | None) -> str:
    """A gain with its interval, or that it has none.

    >>> from seisweave.evaluation import Interval
    >>> gain_in_words(Interval(0.51, 0.37, 0.65, 158, 0.001)), gain_in_words(None)
    ('+0.51 (+0.37 to +0.65)', 'none came')
    >>> gain_in_words(Interval(1.09, float("nan"), float("nan"), 3, float("nan")))
    '+1.09 (no interval: events in too few blocks)'
    """
    if gain is None:
        return "none came"
    known = np.isfinite([gain.low, gain.high]).all()
    return f"{gain.value:+.2f} ({f'{gain.low:+.2f} to {gain.high:+.2f}' if known else _NO_LIMITS})"
