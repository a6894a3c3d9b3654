"""The numbers that matter, above all else: planes, events on them, what is diffuse, what was left out and why."""

from __future__ import annotations

from seisweave.report.markup import count, text
from seisweave.report.results.network import NetworkResult


def headline(result: NetworkResult) -> str:
    """Lay out the numbers of a result, and what was selected and left out before it was made."""
    network, faults = result.network, result.network.faults
    on_planes, in_halos = int((network.label >= 0).sum()), int((faults.halo_of_event >= 0).sum())
    diffuse = network.n_events - on_planes
    background = diffuse - in_halos
    held = f"{in_halos:,} in {count(faults.n_halos, 'halo')}, {background:,} background" if in_halos else "background"
    tiles = [
        _tile(f"{network.n_faults:,}", "plane" if network.n_faults == 1 else "planes", _systems(result)),
        _tile(f"{on_planes:,}", "events on planes", _share(on_planes, network.n_events)),
        _tile(f"{diffuse:,}", "diffuse events", f"{_share(diffuse, network.n_events)}: {held}"),
        _tile(f"{network.n_events:,}", "events used", _selected(result)),
    ]
    return f'<dl class="numbers">{"".join(tiles)}</dl>{_notes(result)}'


def _tile(value: str, name: str, more: str) -> str:
    """One number (values are HTML)."""
    return f'<div><dt>{name}</dt><dd class="value">{value}</dd><dd class="more">{more}</dd></div>'


def _share(n: int, of: int) -> str:
    """A share as people read it: whole percents, tenths near the ends.

    >>> _share(1, 3), _share(1, 300), _share(299, 300), _share(0, 5)
    ('33 %', '0.3 %', '99.7 %', '0 %')
    """
    percent = 100.0 * n / of if of else 0.0
    whole = 1.0 <= percent <= 99.0 or n in (0, of)
    return f"{percent:.0f} %" if whole else f"{percent:.1f} %"


def _systems(result: NetworkResult) -> str:
    network = result.network
    alone = network.n_faults == network.faults.n_systems
    return "each alone" if alone else f"in {count(network.faults.n_systems, 'system')}"


def _selected(result: NetworkResult) -> str:
    selection = result.summary.get("selection")
    return f"selected by {text(selection)}" if selection else "nothing was selected"


def _notes(result: NetworkResult) -> str:
    """What was told of the catalog when it was read: rows set aside, events left out, what looked wrong."""
    notes = result.summary.get("notes") or []
    if not notes:
        return ""
    items = "".join(f"<li>{text(note)}</li>" for note in notes)
    return f'<details class="notes"><summary>Left out, and why ({len(notes):,})</summary><ul>{items}</ul></details>'
