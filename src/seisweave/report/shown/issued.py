"""The section about forecasts on record that were scored on what came."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import Column, decimals, interval, moment, probability, signed, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, listed_files, table_part
from seisweave.report.shown.section import Section


def issued_scores(folder: ShownFolder) -> Section:
    """Forecasts on record, scored."""
    told, rows = folder.summary, folder.table("scores.csv")
    best = max(rows.to_dict("records"), key=lambda row: row["with_event"])
    models, gain = [str(model) for model in told["models"]], told.get("gain")
    verb = "were" if len(models) > 1 else "was"
    found = (
        f"<strong>{count(len(models), 'model')}</strong> ({text(', '.join(models))}) {verb} held against what came in"
        f" {count(int(told['windows']), 'window')} until {moment(told['complete_until'])}: {int(best['with_event']):,}"
        f" of {int(best['windows']):,} windows had an event of M ≥ {best['magnitude']:g} within {best['days']:g} d"
    )
    if gain:
        limits = interval(gain["gain"], gain["gain_low"], gain["gain_high"])
        found += f", and {text(best['model'])} gains <strong>{limits}</strong> nats for each over the long-term rate."
    else:
        found += ", so that no gain can be told."
    gains = [
        Column("gain", "nats gained", signed),
        Column("gain_low", "95 % from", signed),
        Column("gain_high", "to", signed),
    ]
    left = [f"{count(int(n), 'window')} not scored: {why}" for why, n in told["left_out"].items()]
    late = told.get("most_late_s") or 0.0
    if late > 0.0:
        left.append(f"issued {number(float(late), 0)} s after their windows began at most")
    return Section(
        title="Forecasts on record, scored",
        found=found,
        body=[
            table_part(folder, "Each model, window and magnitude; 95 % limits in brackets", _rows(rows), "scores.csv"),
            file_part(folder, "One model against another, on the same windows", "gains.csv", gains),
            file_part(folder, "Did the chances come true?", "reliability.csv", _BINS),
            listed_files(folder, ["windows.csv"], "What came in every window"),
        ],
        notes=left,
    )


_BINS = (
    Column("model", "model", words, words=True),
    Column("days", "window (d)"),
    Column("magnitude", "M ≥"),
    Column("chance", "mean chance", probability),
    Column("n", "chances", decimals(0)),
    Column("came", "came", decimals(0)),
    Column("expected", "expected", decimals(1)),
    Column("low", "95 % from", decimals(1)),
    Column("high", "to", decimals(1)),
)


def _rows(table: Any) -> Rows:
    """One row a model, window and magnitude."""
    heads = ["model", "window (d)", "M ≥", "windows", "with an event", "mean chance", "long-term", "gain (nats)"]
    heads += ["gain by cell (nats)", "bins within 95 %"]
    rows = []
    for row in table.to_dict("records"):
        gains = [interval(row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("gain", "cell_gain")]
        cells = [words(row["model"]), f"{row['days']:g}", f"{row['magnitude']:g}", number(int(row["windows"]))]
        chances = [probability(row["mean_chance"]), probability(row["long_term_chance"])]
        bins = f"{int(row['bins_within'])} of {int(row['bins'])}"
        rows.append([*cells, number(int(row["with_event"])), *chances, *gains, bins])
    return Rows(heads, rows)
