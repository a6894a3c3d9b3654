"""The section about forecasts on record: what the latest of each model says, and which others there are."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.instants import in_iso
from seisweave.csv_text import csv_of
from seisweave.issued import IssuedFile, IssuedForecast, issued_in
from seisweave.issued.exports import as_geojson
from seisweave.report import drawn
from seisweave.report.drawn import Named, plain_name
from seisweave.report.issued_figures import issued_figure
from seisweave.report.markup import count, facts, number, text
from seisweave.report.shown.cells import Column, decimals, moment, probability, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.made import Part
from seisweave.report.shown.parts import made_part, made_saves, rows_of
from seisweave.report.shown.section import Section, laid_out
from seisweave.report.today.given import Given, given_from, range_of, range_share, what_of
from seisweave.report.today.sentence import first_sentence, other_sentences
from seisweave.report.today.unknown import provenance_rows
from seisweave.report.words import chance_words, instant_words, number_words, prose, times_words
from seisweave.storage import finite

if TYPE_CHECKING:
    import pandas as pd

_TITLE = "Forecasts on record"


def section_of_record(path: Path, anchor: str, *, alone: bool = False) -> Part:
    """The section about a folder of forecasts on record, or about one file of them; `alone` as in `section_of`.

    Errors: InputError for none, and a damaged one of those that are told: the latest of each model, and some before.
    """
    given = given_from([path])
    files = list(issued_in(path)) if path.is_dir() else [file for file in [IssuedFile.of(path)] if file]
    lead = given.lead.latest
    folder = ShownFolder(path, anchor, path.resolve().name, {"version": lead.version})
    return Part(anchor, f"{_TITLE}: {folder.name}", laid_out(_section(folder, given, files), folder, alone=alone))


def _section(folder: ShownFolder, given: Given, files: list[IssuedFile]) -> Section:
    lead, m = given.lead.latest, given.magnitude
    chance, usual = float(lead.chance[0, m]), float(lead.long_term_chance[0, m])
    others = " ".join(other_sentences(given))
    ends = lead.now + np.timedelta64(round(float(lead.horizon_days[0]) * 86_400e6), "us")
    return Section(
        title=_TITLE,
        found=prose(first_sentence(given)),
        how=prose(
            f"{others} Data until {instant_words(lead.now)}; forecast made {instant_words(lead.issued)}; its first"
            f" window ends {instant_words(ends)}. A chance is no prediction; the long-term rate:"
            f" {lead.long_term or 'not described'}.".strip()
        ),
        tiles=[
            (prose(chance_words(chance)), "chance", text(what_of(lead, 0, m))),
            (prose(chance_words(usual)), "long-term chance", text(_beside(chance, usual))),
            (number(len(files)), "on record", text(_span(files))),
            (number(len(given.models)), "models" if len(given.models) > 1 else "model", text(_names(given))),
        ],
        doubts=[_late(model.latest) for model in given.models if model.latest.pseudo_prospective],
        body=[_numbers(folder, given), _map(folder, given), _cells(folder, given), _record(folder, files), _of(given)],
        notes=_left_out(given, files),
    )


def _beside(chance: float, usual: float) -> str:
    told = times_words(chance, usual)
    return "" if not told else "about as likely now" if told == "about" else f"now {told} that"


def _span(files: list[IssuedFile]) -> str:
    first, last = (str(files[at].now)[:10] for at in (0, -1))
    return first if first == last else f"{first} to {last}"


def _names(given: Given) -> str:
    return ", ".join(model.name for model in given.models)


def _late(made: IssuedForecast) -> str:
    return (
        f"{made.model} is pseudo-prospective: made on {instant_words(made.issued)}, after its windows, which begin on"
        f" {instant_words(made.now)}, had begun; no forecast of the days to come"
    )


def _left_out(given: Given, files: list[IssuedFile]) -> list[str]:
    """What models say of themselves, and earlier forecasts, which are not told."""
    notes = [f"{model.name}: {note}" for model in given.models for note in model.latest.notes]
    for model in given.models:
        earlier = sum(file.model == model.name for file in files) - 1
        if earlier > 0:
            notes.append(f"{model.name}: {count(earlier, 'earlier forecast')} on record, of which no more is told here")
    return notes


def _number(value: float) -> str:
    return prose(number_words(value))


_NUMBERS = (
    Column("model", "model", words, words=True),
    Column("now", "data until (UTC)", moment, words=True),
    Column("days", "window (d)"),
    Column("magnitude", "M ≥"),
    Column("chance", "chance", probability),
    Column("long_term_chance", "long-term chance", probability),
    Column("expected", "expected number", _number),
    Column("low", "from", decimals(0)),
    Column("high", "to", decimals(0)),
    Column("long_term_expected", "long-term number", _number),
)


def numbers_frame(given: Given) -> pd.DataFrame:
    """A row for each model, window and magnitude: chance, expected number, its range, those of the long term.

    >>> from seisweave.issued.example import example_issued
    >>> numbers_frame(given_from([example_issued()]))["chance"].tolist()[0]
    0.6
    """
    import pandas as pd

    rows = []
    for made in (model.latest for model in given.models):
        low, high = range_of(made)
        for h, m in np.ndindex(made.chance.shape):
            row = {"model": made.model, "now": in_iso(made.now), "days": float(made.horizon_days[h])}
            row |= {"magnitude": float(made.magnitudes[m]), "chance": float(made.chance[h, m])}
            row |= {"long_term_chance": float(made.long_term_chance[h, m]), "expected": float(made.expected[h, m])}
            row |= {"low": float(low[h, m]), "high": float(high[h, m])}
            rows.append(row | {"long_term_expected": float(made.long_term_expected[h, m])})
    return pd.DataFrame(rows)


def _numbers(folder: ShownFolder, given: Given) -> str:
    """Chances and numbers; without the columns that no model gives, and those that one model needs not."""
    table, share = numbers_frame(given), range_share(given.lead.latest)
    columns = [column for column in _NUMBERS if table[column.name].notna().any()]
    if len(given.models) < 2:
        columns = [column for column in columns if column.name not in ("model", "now")]
    ranged = f"; from and to: the range of {share:.0%} of cases".replace("%", " %") if np.isfinite(share) else ""
    caption = f"In the whole region, each window and magnitude{ranged}"
    return made_part(folder, caption, rows_of(table, columns), "chances.csv", csv_of(table))


def _map(folder: ShownFolder, given: Given) -> str:
    lead, m = given.lead.latest, given.magnitude
    made = drawn.drawn(partial(issued_figure, lead, 0, m))
    if made is None:
        return ""
    what = what_of(lead, 0, m)
    alt = f"Maps of the chance of {what} in each cell, now and in the long term"
    caption = f"Chance of {what} in each cell, now and in the long term, by {lead.model}."
    return drawn.picture(made, alt, caption, Named(f"{folder.anchor}-map", plain_name(f"{folder.name}-map")))


def _cells(folder: ShownFolder, given: Given) -> str:
    """Buttons for the cells of the latest forecasts."""
    files = {
        f"cells-{model.name}.geojson": json.dumps(finite(as_geojson(model.latest)), allow_nan=False) + "\n"
        for model in given.models
    }
    return made_saves(folder, files, "Every cell, with its chances by window and magnitude")


def _record(folder: ShownFolder, files: list[IssuedFile]) -> str:
    """The forecasts that there are, the latest first."""
    import pandas as pd

    listed = {"now": [in_iso(file.now) for file in files], "model": [file.model for file in files]}
    table = pd.DataFrame(listed | {"file": [file.path.name for file in files]}).iloc[::-1]
    columns = [Column("now", "from (UTC)", moment, words=True), Column("model", "model", words, words=True)]
    columns.append(Column("file", "file", words, words=True))
    return made_part(folder, "Forecasts on record", rows_of(table, columns), "record.csv", csv_of(table))


def _of(given: Given) -> str:
    """Digests, folded."""
    title = "Digests (SHA-256) of what was said, and of what it was made from"
    return f'<details class="made"><summary>Digests</summary>{facts(title, provenance_rows(given))}</details>'
