"""What every section has: heading, a sentence of what was done and found, what was left out, settings, provenance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

from seisweave.report.markup import facts, number, text
from seisweave.report.shown.folder import ShownFolder


@dataclass(frozen=True)
class Settings:
    """Options that a section lists: their values, and the class (`module:name`) whose fields say what they mean."""

    values: Mapping[str, Any]
    options: str = ""


@dataclass(frozen=True)
class Section:
    """What a section says.

    Arguments:
        title: what the folder holds, plain words.
        found: in one sentence what was done and found, HTML.
        how: what else must be known to read it, HTML.
        tiles: the numbers that matter: value (HTML), name (plain words), a line below (HTML).
        doubts: what to doubt, plain words.
        body: tables and pictures, HTML.
        settings: the options it was made with.
        notes: what was told of the input, beside `notes` of the summary.
    """

    title: str
    found: str
    how: str = ""
    tiles: Sequence[tuple[str, str, str]] = ()
    doubts: Sequence[str] = ()
    body: Sequence[str] = ()
    settings: Sequence[Settings] = ()
    notes: Sequence[str] = ()


def laid_out(section: Section, folder: ShownFolder, doubts: Sequence[str] = (), *, alone: bool = False) -> str:
    """A section as HTML, with more to doubt; alone on its page its heading is but the folder's name."""
    anchor, title = folder.anchor, "" if alone else f"{section.title}: "
    parts = [
        f'<section id="{anchor}" class="shown-result" aria-labelledby="{anchor}-name">',
        f'<h2 id="{anchor}-name">{text(title)}{text(folder.name)}</h2>',
        f'<p class="lead">{_DAY.sub(_whole_day, section.found)}</p>',
        f"<p>{_DAY.sub(_whole_day, section.how)}</p>" if section.how else "",
        _tiles(section.tiles),
        _doubts([*section.doubts, *doubts]),
        _left_out(folder.summary, section.notes),
        *section.body,
        _made(folder, section.settings),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def _whole_day(found: re.Match[str]) -> str:
    """A day that no line ends within."""
    return f'<span class="date">{found.group()}</span>'


def _tiles(tiles: Sequence[tuple[str, str, str]]) -> str:
    """The numbers that matter."""
    inside = "".join(
        f'<div><dt>{text(name)}</dt><dd class="value">{value}</dd><dd class="more">{more}</dd></div>'
        for value, name, more in tiles
    )
    return f'<dl class="numbers">{inside}</dl>' if inside else ""


def _doubts(doubts: Sequence[str]) -> str:
    items = "".join(f"<li>{text(doubt)}</li>" for doubt in doubts)
    return f'<div class="doubts" role="note"><p>To be doubted:</p><ul>{items}</ul></div>' if items else ""


def _left_out(summary: Mapping[str, Any], more: Sequence[str]) -> str:
    """What was selected, and what was left out and why."""
    notes = [*_strings(summary.get("notes")), *_strings(summary.get("notes_of_network")), *more]
    selection = summary.get("selection")
    told = f'<p class="note">Selected by {text(selection)}.</p>' if selection else ""
    if not notes:
        return told
    items = "".join(f"<li>{text(note)}</li>" for note in notes)
    title = f"Left out, assumed, and why ({len(notes):,})"
    return f'{told}<details class="notes"><summary>{title}</summary><ul>{items}</ul></details>'


def _strings(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _made(folder: ShownFolder, settings: Sequence[Settings]) -> str:
    """Settings and provenance, folded."""
    options = [row for each in settings for row in _option_rows(each)]
    left = facts("Settings", options) if options else ""
    right = facts("Where it comes from, what it took", provenance_rows(folder.summary))
    inside = f"<div>{left}</div><div>{right}</div>" if left else f"<div>{right}</div>"
    title = "Settings and provenance" if left else "Provenance"
    return f'<details class="made"><summary>{title}</summary><div class="pair">{inside}</div></details>'


def _option_rows(settings: Settings) -> list[tuple[str, str]]:
    """Field, value, whether that is the default, and what it means, where its class tells."""
    known = {}
    if settings.options:
        module, _, name = settings.options.partition(":")
        known = {each.name: each for each in fields(getattr(import_module(module), name))}
    rows = []
    for name, value in _flat(settings.values):
        option = known.get(name)
        meaning = option.metadata.get("help", "") if option else ""
        told = f'<br><span class="note">{text(meaning)}</span>' if meaning else ""
        rows.append((name, f"<code>{_plain(value)}</code>{told}"))
    return rows


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Settings within settings, one after the other."""
    rows: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{before}{name} ")
        else:
            rows.append((f"{before}{name}", value))
    return rows


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value) or "–"
    if isinstance(value, float):
        return text(f"{value:.6g}")
    return "–" if value is None or value == "" else text(value)


_PROVENANCE = {  # of summary.json, wherever they stand: headings
    "source": "source",
    "network": "network",
    "first": "first network",
    "second": "second network",
    "mapped": "mapped faults",
    "targets": "targets",
    "nowcaster": "nowcaster",
    "crs": "coordinates of the mapped faults",
    "input_sha256": "SHA-256 of the input",
    "network_sha256": "SHA-256 of the network's input",
    "version": "seisweave version",
    "seed": "seed",
    "cores": "cores",
    "machine": "machine",
    "date": "date",
    "peak_memory_mb": "peak memory (MB)",
}


def provenance_rows(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where a result comes from and what it took, as far as its summary tells."""
    rows = []
    for name, head in _PROVENANCE.items():
        value = summary.get(name)
        if value in (None, "", []) or isinstance(value, Mapping):
            continue
        if name == "peak_memory_mb":
            rows.append((head, number(value, 0)))
        else:
            told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            rows.append((head, f"<code>{text(told)}</code>" if "sha256" in name else text(told)))
    seconds = summary.get("seconds")
    if isinstance(seconds, Mapping):
        rows += [(f"seconds: {stage}", number(value, 2)) for stage, value in seconds.items()]
    elif seconds is not None:
        rows.append(("seconds", number(seconds, 2)))
    return rows or [("source", "–")]
