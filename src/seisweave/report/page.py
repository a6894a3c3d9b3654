"""The report: one HTML page that opens anywhere, offline, light or dark.

Everything is inside the page: its style, its script, the events, the figures (see `document`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seisweave.errors import InputError
from seisweave.faults.export import halos_table
from seisweave.faults.network import FaultNetwork
from seisweave.report import drawn
from seisweave.report.columns import COLUMNS, column_cells, shown_columns
from seisweave.report.document import beside, document, write_document
from seisweave.report.drawn import Drawn, Named, picture, plain_name
from seisweave.report.figures import network_figure
from seisweave.report.linked.frames import events_list, linked_views, page_script
from seisweave.report.linked.headline import headline
from seisweave.report.linked.merge_curve import merge_curve
from seisweave.report.mapped_names import is_compared, named, open_compared
from seisweave.report.markup import count, facts, number, table, text
from seisweave.report.network_section import orientation_section
from seisweave.report.results.events import FAULTS
from seisweave.report.results.kinds import EXPORTS
from seisweave.report.results.network import NetworkResult, network_result, open_network_result, over_traces
from seisweave.report.shown.contents import contents
from seisweave.report.shown.made import Part, section_of, section_of_changes
from seisweave.report.shown.record import section_of_record
from seisweave.report.side_by_side import comparison
from seisweave.report.story import lead, story
from seisweave.report.today.folders import holds_forecasts
from seisweave.report.traces import Traces, read_traces
from seisweave.storage import SUMMARY
from seisweave.stored_files import stored_file

if TYPE_CHECKING:
    import pandas as pd


def write_page(
    results: Sequence[str | Path | FaultNetwork], out: str | Path, *, traces: str | Path | Traces | None = None
) -> Path:
    """Write one self-contained page about one or several results, and return its path.

    Each is a result folder of any kind, forecasts on record (a folder or a file of them), or a fault network made in
    Python; networks come first. A folder of
    `seisweave network compare` names the mapped fault nearest to each of its network's, and a nowcast in a folder
    `nowcast` of a result has a section of its own. Mapped faults (`traces`, or a file of them; see `read_traces`) lie
    under the maps of networks. The page appears whole or not at all.

    Errors: InputError for no result, a folder that holds none, or is damaged, a network without its events, traces that
    come into no map or cannot be laid under one, or a place that cannot be written.

    >>> from tempfile import mkdtemp
    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> page = write_page([network], Path(mkdtemp()) / "page.html")
    >>> "<strong>1 fault</strong>" in page.read_text(encoding="utf-8")
    True
    """
    if not results:
        raise InputError("no result folder given; name at least one made by `seisweave faults`")
    networks = [given for given in results if isinstance(given, FaultNetwork) or is_network(Path(given))]
    folders = [Path(given) for given in results if not isinstance(given, FaultNetwork) and given not in networks]
    beside = [open_compared(folder) for folder in folders if is_compared(folder)]
    shown = [
        network_result(given, f"network {n}") if isinstance(given, FaultNetwork) else open_network_result(given)
        for n, given in enumerate(networks, 1)
    ]
    if traces is not None and not shown:
        raise InputError("mapped faults lie under the maps of networks; give a network's folder too, or no traces")
    shown = named(shown, beside)
    mapped = read_traces(traces) if isinstance(traces, str | Path) else traces
    shown = shown if mapped is None else over_traces(shown, mapped)
    strange = {one.path for one in beside if shown and not any(one.is_of(result) for result in shown)}
    told = [
        part for n, given in enumerate(networks, 1) if isinstance(given, str | Path) for part in _within(Path(given), n)
    ]
    alone = len(results) == 1
    told += [
        section_of_record(folder, f"shown-{n}", alone=alone)
        if holds_forecasts(folder)
        else section_of(folder, f"shown-{n}", [_STRANGE] if folder in strange else [], alone=alone)
        for n, folder in enumerate(folders, 1)
    ]
    return write_document(_page(shown, told, mapped), Path(out))


def _within(folder: Path, n: int) -> list[Part]:
    """What the folder of a network holds beside it: what changed when it went on, and a nowcast."""
    made, nowcast = [], stored_file(folder, "nowcast")
    if stored_file(folder, "changes.csv").is_file():
        made.append(section_of_changes(folder, f"changes-{n}"))
    if (nowcast / SUMMARY).is_file():
        made.append(section_of(nowcast, f"nowcast-{n}", name=f"{folder.resolve().name}/nowcast"))
    return made


_STRANGE = "this is the comparison of another network than those on this page"


def is_network(path: Path) -> bool:
    """Whether a folder is one of `seisweave faults`, or was before it lost its network."""
    lost = (path / FAULTS).is_file() and not (path / EXPORTS).exists()
    return (path / "network.nc").exists() or lost


def page_of(network: FaultNetwork, name: str = "network", *, traces: Traces | None = None) -> str:
    """The page about one network, as text. Errors: InputError for a network without its events.

    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> page_of(network).startswith("<!DOCTYPE html>")
    True
    """
    result = network_result(network, name)
    return _page([result] if traces is None else over_traces([result], traces), [], traces)


def _page(results: list[NetworkResult], others: list[Part], traces: Traces | None) -> str:
    """Put the page together."""
    made = [
        Part(
            f"result-{r}",
            f"Fault network: {result.name}",
            _section(result, f"result-{r}", alone=not others, traces=traces),
        )
        for r, result in enumerate(results, 1)
    ]
    parts = [*made, *others]
    return document(
        ", ".join([*(result.name for result in results), *(part.title for part in others)][:_NAMED]),
        _heading(results, parts),
        [
            _WITHOUT_SCRIPT[bool(results)],
            contents(parts) if len(parts) > 1 else "",
            comparison(results) if len(results) > 1 else "",
            *(part.html for part in parts),
        ],
        style=beside("page.css", "linked/linked.css", "shown/shown.css"),
        script=page_script(),
    )


_NAMED = 4  # results that stand in the name of a page's window
_WITHOUT_SCRIPT = {
    True: "<noscript><p>Views and sorting need JavaScript; the picture shows the same network.</p></noscript>",
    False: "<noscript><p>Sorting and saving need JavaScript.</p></noscript>",
}


def _heading(results: list[NetworkResult], parts: list[Part]) -> str:
    """What the page is about, in two or three words."""
    if not results:
        return parts[0].title.partition(":")[0] if len(parts) == 1 else f"{len(parts)} results"
    more = f" and {len(parts) - len(results)} more" if len(parts) > len(results) else ""
    return ("Fault network" if len(results) == 1 else f"{len(results)} fault networks") + more


def _section(result: NetworkResult, anchor: str, *, alone: bool = True, traces: Traces | None = None) -> str:
    """Write what there is to say about one result; the kind is named beside others."""
    name = text(result.name if alone else f"Fault network: {result.name}")
    n_faults = count(len(result.faults), "fault")
    return "\n".join(
        [
            f'<section id="{anchor}" aria-labelledby="{anchor}-name">',
            f'<h2 id="{anchor}-name">{name}</h2>',
            headline(result),
            lead(result),
            "<h3>Views</h3>",
            linked_views(result, anchor, traces),
            _figure(result, anchor, traces),
            "<h3>Faults</h3>",
            f'<div class="faults">{_faults(result.faults, f"{n_faults}, that of most events first")}</div>',
            _halos(result),
            events_list(result),
            orientation_section(result, anchor),
            "<h3>In words</h3>",
            story(result),
            "<h3>Merges</h3>",
            merge_curve(result.network, f"{anchor}-merges", result.name),
            '<div class="pair"><div><h3>Settings</h3>',
            _settings(result),
            "</div><div><h3>Provenance</h3>",
            _provenance(result),
            "</div></div></section>",
        ]
    )


_MOST_EVENTS = 100_000  # of a network whose picture is drawn as SVG too


def _figure(result: NetworkResult, anchor: str, traces: Traces | None) -> str:
    network = result.network
    faults, events = count(network.n_faults, "fault"), count(network.n_events, "event")
    alt = f"Map and two vertical sections of {faults} and {events}, faults coloured, halos and background grey"
    caption = "Map and two sections through the whole network, each event in the colour of its fault; dashed: halos."
    if traces is not None:
        caption += f" Under the map: mapped faults of {traces.source or 'the traces given'}."
    draw = partial(network_figure, network, result.xyz_km, traces=traces)
    made = drawn.drawn(draw) if network.n_events <= _MOST_EVENTS else None
    many = "" if network.n_events <= _MOST_EVENTS else f"no SVG of more than {_MOST_EVENTS:,} events; each view has one"
    named = Named(f"{anchor}-figure", f"{plain_name(result.name)}-figure", many)
    image = picture(Drawn(result.figure, b"" if made is None else made.svg), alt, caption, named)
    return f'<details class="still" open><summary>The same as a picture</summary>{image}</details>'


def _halos(result: NetworkResult) -> str:
    """Lay out the halos, where there are some."""
    halos = halos_table(result.network)
    if not len(halos):
        return ""
    caption = f"{count(len(halos), 'halo')}, that of most events first; no planes, and none of the faults above"
    return f'<details class="halos"><summary>Halos ({len(halos):,})</summary>{_faults(halos, caption)}</details>'


def _faults(given: pd.DataFrame, caption: str) -> str:
    """Lay out faults or halos, leaving out columns that are not filled."""
    columns = shown_columns(given)
    cells = [column_cells(given, name) for name in columns]
    rows = list(zip(*cells, strict=True))
    return table(f"{caption}; click a heading to sort", [COLUMNS[name][0] for name in columns], rows)


def _settings(result: NetworkResult) -> str:
    """Lay out the options: field, value, and what it means."""
    options = result.network.options
    rows = []
    for option in fields(options):
        value = getattr(options, option.name)
        mark = "" if value == option.default else f' <span class="note">(default {text(option.default)})</span>'
        meaning = f'<br><span class="note">{text(option.metadata.get("help", ""))}</span>'
        became = _became(result.network, option.name) if value in ("auto", "best") else ""
        rows.append((option.name, f"<code>{text(value)}</code>{became}{mark}{meaning}"))
    return facts("Options of the reconstruction", rows)


def _became(network: FaultNetwork, option: str) -> str:
    """What an option came to that leaves its value to the data."""
    if option == "min_sigma_km" and network.min_sigma_km > 0.0:
        return f": <code>{text(f'{network.min_sigma_km:.3g}')}</code>"
    if option == "atomize":
        return f": <code>{text(network.atomized.by)}</code>"
    return ""


def _provenance(result: NetworkResult) -> str:
    """Lay out where the result comes from and what it took."""
    network, summary = result.network, result.summary
    seconds = dict(summary.get("seconds") or network.seconds)
    rows = [
        ("source", text(summary.get("source") or "–")),
        (
            "SHA-256 of the input",
            f"<code>{text(summary.get('input_sha256') or network.input_sha256 or '–')}</code>",
        ),
        ("seisweave version", text(summary.get("version") or network.version or "–")),
        ("seed", text(summary.get("seed", network.options.seed))),
        ("BIC of segments", number(network.bic, 2)),
        ("BIC of plates", number(network.faults.bic, 2)),
        ("negative log-likelihood of segments", number(-network.log_likelihood, 2)),
        ("negative log-likelihood of plates", number(-network.faults.log_likelihood, 2)),
        ("roughness (km)", number(network.faults.roughness_km, 3)),
        ("errors of location", text(_errors(network))),
        ("peak memory (MB)", number(summary.get("peak_memory_mb"), 0)),
        *((f"seconds: {stage}", number(value, 2)) for stage, value in seconds.items()),
    ]
    return facts("Where it comes from, what it took", rows)


def _errors(network: FaultNetwork) -> str:
    """Where the errors of location came from; the shares of the classes that were estimated."""
    faults = network.faults
    if faults.errors != "estimated":
        return f"from the {faults.errors}"
    classes = zip(faults.error_share, faults.error_km, strict=True)
    return "estimated: " + ", ".join(f"{share:.0%} of {size:.2g} km" for share, size in classes)
