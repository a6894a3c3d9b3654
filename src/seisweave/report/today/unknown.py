"""What is not known: how old the data are, what the models say of themselves, what a chance is and is not."""

from __future__ import annotations

import numpy as np

from seisweave.catalog.instants import in_iso, span_of
from seisweave.report.markup import text
from seisweave.report.today.given import Given, OfModel
from seisweave.report.words import chance_words, instant_words, prose

_OTHERS = "a forecast that is right says so of windows of which that share has such an event"


def banner(given: Given) -> str:
    """In large, where the page tells of windows that had begun when it was made; empty otherwise."""
    late = [model.latest for model in given.models if model.latest.pseudo_prospective]
    if not late:
        return ""
    which = "This is" if len(late) == len(given.models) else f"What the model {late[0].model} says here is"
    made, now = instant_words(late[0].issued), instant_words(late[0].now)
    return (
        '<div class="banner" role="note"><p><strong>Pseudo-prospective: no forecast of the days to come.</strong> '
        f"{text(which)} a replay, made on {prose(made)}, after its windows, which begin on {prose(now)}, had begun. "
        "It uses no data from later than that, but those who made it could know what came.</p></div>"
    )


def ages(given: Given) -> str:
    """Until when data were used and when the forecast was made, as a line that the script adds the reader's time to."""
    made = given.lead.latest
    first = made.now + span_of(float(made.horizon_days[0]))
    return (
        f'<p class="ages" id="ages" data-now="{in_iso(made.now)}" data-issued="{in_iso(made.issued)}"'
        f' data-end="{in_iso(first)}" data-past="{int(first <= made.issued)}">Data until {_time(made.now)};'
        f" forecast made {_time(made.issued)}; its first window ends {_time(first)}.</p>"
        '<div class="banner stale" id="stale" role="alert" hidden></div>'
    )


def unknown_part(given: Given) -> str:
    """The list of what is not known."""
    lead = given.lead.latest
    chance = chance_words(float(lead.chance[0, given.magnitude]))
    items = [
        f"A chance is no prediction: {prose(chance)} neither says that an earthquake will come nor that none will;"
        f" {_OTHERS}. Near 100 % it is still not certain, and near 0 % it is still possible.".replace(" %", "&nbsp;%"),
        "The ranges are those of the model if the model is right. That it may be wrong is not in them: see how past"
        " forecasts did.",
        "Nothing is said of shaking, damage or tsunami, only of earthquakes within the region drawn.",
    ]
    items += [_catalog(given)] if given.catalog is not None else []
    items += [text(f"{name}: {note}") for name, note in _notes(given.models)]
    items.append(f"The long-term rate: {text(lead.long_term or 'not described')}.")
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<h2>What is not known</h2><ul>{listed}</ul>"


def provenance_rows(given: Given) -> list[tuple[str, str]]:
    """Names and values (HTML) of where each model's forecast comes from."""
    rows = []
    for model in given.models:
        made = model.latest
        rows.append((f"{model.name}: forecast on record", f"<code>{text(made.digest)}</code>"))
        rows.append((f"{model.name}: model", f"<code>{text(made.model_digest)}</code>"))
        rows += [(f"{model.name}: {name}", f"<code>{text(digest)}</code>") for name, digest in made.inputs.items()]
        rows.append((f"{model.name}: made by", f"seisweave {text(made.version)}, {_time(made.issued)}"))
    return rows


def _catalog(given: Given) -> str:
    assert given.catalog is not None
    times = given.catalog.times[~np.isnat(given.catalog.times)]
    if not len(times):
        return "The catalog given has no event before the forecast."
    said = f"The last event of the catalog given before the forecast is of {prose(instant_words(times.max()))}."
    if given.known_until < given.now:
        said += " It ends before the forecast's data do, and windows that ended later are not judged here."
    return f"{said} Places and magnitudes of late events are often revised; small events may be missing."


def _notes(models: tuple[OfModel, ...]) -> list[tuple[str, str]]:
    return [(model.name, note) for model in models for note in model.latest.notes]


def _time(time: np.datetime64) -> str:
    return f'<time datetime="{in_iso(time)}">{prose(instant_words(time))}</time>'
