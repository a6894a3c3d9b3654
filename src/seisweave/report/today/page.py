"""The page of today: one file that opens anywhere, says first in one sentence what is likely, and asks nobody else.

Drawings are SVG in the page, so that they follow light and dark, and print sharply. Without JavaScript every window and
magnitude is shown, one after the other; with it, one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seisweave.errors import InputError
from seisweave.issued import IssuedForecast
from seisweave.issued.exports import as_geojson
from seisweave.report.document import beside, document, write_document
from seisweave.report.markup import facts, text
from seisweave.report.today.active import ActiveFaults, active_faults
from seisweave.report.today.aftershocks import aftershocks_part
from seisweave.report.today.chance_map import ground, map_pair, region_line
from seisweave.report.today.changes import changes_part
from seisweave.report.today.exported import today_json
from seisweave.report.today.fault_map import faults_part
from seisweave.report.today.given import Given, OfModel, given_from
from seisweave.report.today.numbers import numbers_table
from seisweave.report.today.options import TodayOptions
from seisweave.report.today.past import past_part
from seisweave.report.today.sentence import first_sentence, other_sentences
from seisweave.report.today.unknown import ages, banner, provenance_rows, unknown_part
from seisweave.report.words import instant_words, prose, span_words
from seisweave.storage import finite

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.faults.network import FaultNetwork
    from seisweave.report.results.opened import ScoreTables
    from seisweave.report.traces import Traces

_BESIDE = (".json", ".geojson")  # what is written beside the page


def write_today(
    issued: Sequence[str | Path | IssuedForecast],
    out: str | Path,
    *,
    network: FaultNetwork | None = None,
    catalog: Catalog | None = None,
    scores: ScoreTables | None = None,
    traces: Traces | None = None,
    options: TodayOptions | None = None,
) -> Path:
    """Write the page of today; beside it, under the same name, what it says as .json, and its cells as .geojson.

    Arguments:
        issued: folders of forecasts on record, single files of them, or forecasts; the latest of each model is told.
        out: the page; it appears whole or not at all, and replaces the one before.
        network: whose faults are drawn, and marked where the catalog has recent events on them.
        catalog: events until now, for the aftershock curve, new events, active faults, and how past forecasts did;
            events from `now` on play no part.
        scores: a folder of `seisweave evaluate` in the place of the counts of what past forecasts came to.
        traces: mapped faults, coasts or borders, drawn on the maps.
        options: which magnitude is spoken of first, the region's name, how far back the page looks.

    Errors: InputError for no forecast, a damaged one, a network that is not of the forecast's region or in local km,
    a page that ends in .json or .geojson, and a place that cannot be written.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> page = write_today([example_issued()], Path(mkdtemp()) / "today.html")
    >>> "is 8.8&nbsp;%, 9.6 times the long-term chance" in page.read_text(encoding="utf-8")
    True
    """
    out = Path(out)
    if out.suffix.lower() in _BESIDE:
        raise InputError(f"{out}: what the page says is written under this name; give one that ends in .html")
    given = given_from(issued, network=network, catalog=catalog, scores=scores, traces=traces, options=options)
    active = active_faults(given)
    told = json.dumps(today_json(given, active), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    cells = json.dumps(finite(as_geojson(given.lead.latest)), allow_nan=False) + "\n"
    for suffix, written in zip((*_BESIDE, out.suffix), (told, cells, today_page(given, active)), strict=True):
        write_document(written, out.with_suffix(suffix))
    return out


def today_page(given: Given, active: ActiveFaults | None) -> str:
    """Put the page together."""
    others = other_sentences(given)
    return document(
        f"Earthquake chances from {instant_words(given.now)}",
        _title(given),
        [
            banner(given),
            f'<p class="first">{prose(first_sentence(given))}</p>',
            ages(given),
            f"<p>{prose(' '.join(others))}</p>" if others else "",
            _chances(given, active),
            aftershocks_part(given),
            changes_part(given, active),
            faults_part(given, active),
            past_part(given),
            unknown_part(given),
            "<details><summary>Where this comes from</summary>",
            facts("Digests (SHA-256) of what was said, and of what it was made from", provenance_rows(given)),
            "</details>",
        ],
        style=beside("page.css", "today/today.css"),
        script=beside("today/today.js"),
    )


def _title(given: Given) -> str:
    region = given.options.region
    return "Earthquake chances" if region == TodayOptions().region else f"Earthquake chances in {region}"


def _chances(given: Given, active: ActiveFaults | None) -> str:
    """Maps and tables of every model, window and magnitude; the script shows one at a time."""
    outlines = () if active is None else active.outlines
    parts = ['<h2>Where, and how many</h2><div class="choose" id="choose"></div>']
    for k, model in enumerate(given.models):
        name = f"model-{k}"
        parts.append(ground(given, model.latest, outlines, name))
        parts += [_window(given, model, name, h) for h in range(len(model.latest.horizon_days))]
    return "".join(parts)


def _window(given: Given, model: OfModel, name: str, h: int) -> str:
    """One window of one model: its table, and the maps of each magnitude."""
    made, first = model.latest, given.lead.latest
    window = span_words(float(made.horizon_days[h]))
    beside = f" by the model {model.name}" if len(given.models) > 1 else ""
    since = "" if made.now == first.now else f", from {instant_words(made.now)}"
    panels = []
    for m, magnitude in enumerate(made.magnitudes.tolist()):
        shown = f'data-magnitude="{magnitude:g}"' + (" data-first" if _is_first(given, model, h, m) else "")
        head = f"<h3>{prose(region_line(made, h, m))}</h3>"
        panels.append(f'<div class="of-magnitude" {shown}>{head}{map_pair(made, h, m, name)}</div>')
    return (
        f'<div class="of-window" data-model="{text(model.name)}" data-window="{text(window)}">'
        f"<h3>{prose(f'Within {window}{beside}{since}')}</h3>{numbers_table(made, h)}{''.join(panels)}</div>"
    )


def _is_first(given: Given, model: OfModel, h: int, m: int) -> bool:
    return model is given.lead and h == 0 and m == given.magnitude
