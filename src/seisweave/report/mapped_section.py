"""The section of a page about a network beside mapped faults, and the names that its faults get from them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.faults.mapped import with_names
from seisweave.report.markup import text
from seisweave.report.results.network import NetworkResult
from seisweave.storage import read_summary
from seisweave.stored_files import refused, stored_file

if TYPE_CHECKING:
    import pandas as pd

_TABLE, _FIGURE = "agreement.csv", "figure.png"


@dataclass(frozen=True, eq=False)
class Compared:
    """What a folder of `seisweave network compare` holds, as far as a page shows it."""

    folder: str
    table: pd.DataFrame
    summary: dict[str, Any]
    figure: bytes


def is_compared(folder: Path) -> bool:
    """Whether a folder is one of `seisweave network compare`."""
    return (folder / _TABLE).is_file() and not (folder / "network.nc").exists()


def open_compared(folder: Path) -> Compared:
    """Open a folder of `seisweave network compare`. Errors: InputError for a damaged one."""
    import pandas as pd

    try:
        summary = read_summary(folder, [_TABLE])
        table = pd.read_csv(stored_file(folder, _TABLE))
        made = Compared(folder.resolve().name, table, summary, stored_file(folder, _FIGURE).read_bytes())
        mapped_section(made, "")
    except Exception as error:
        raise refused(folder, error, "run `seisweave network compare` again", "damaged comparison") from None
    return made


def named(results: Sequence[NetworkResult], compared: Sequence[Compared]) -> list[NetworkResult]:
    """The results with the nearest mapped fault in their tables, by the comparisons that are theirs.

    Errors: InputError for a comparison of none of the networks.
    """
    made = list(results)
    for one in compared:
        own = [k for k, each in enumerate(made) if _is_of(one, each)]
        if not own:
            raise InputError(
                f"{one.folder}: is the comparison of none of these networks; give its network's folder, too"
            )
        if "fault" in one.table:
            for k in own:
                made[k] = replace(made[k], faults=with_names(made[k].faults, one.table))
    return made


def mapped_section(one: Compared, anchor: str) -> str:
    """Write the section about a comparison."""
    found, options = one.summary, one.summary["options"]
    level, near = text(options["level"]), float(options["near_km"])
    strikes = " (by strike, on the map: the dip of traces is not known)" if found["kind"] == "traces" else ""
    share, events = (_share(found[name]) for name in ("share", "event_share"))
    lead = (
        f"<strong>{share}</strong> of {int(found['n_compared']):,} {level} lie within {near:g} km and"
        f" {float(options['parallel_deg']):g}° of a mapped fault{strikes}; of their events {events}."
        f" {int(found['n_unmapped']):,} have no mapped fault within {near:g} km."
        f" {int(found['n_mapped_quiet']):,} of {int(found['n_mapped_within']):,} mapped faults in the region have no"
        f" {'event' if found['quiet_by'] == 'events' else 'fault'} as near."
    )
    image = b64encode(one.figure).decode("ascii")
    return "\n".join(
        [
            f'<section id="{anchor}" aria-labelledby="{anchor}-name">',
            f'<h2 id="{anchor}-name">Beside mapped faults: {text(one.folder)}</h2>',
            f'<p class="lead">{lead}</p>',
            f'<figure><img alt="Map of {level} by whether they agree with mapped faults, and shares against chance"'
            f' src="data:image/png;base64,{image}"><figcaption>{level.capitalize()} that agree with a mapped fault,'
            " and that do not; chance: planes moved and turned at random.</figcaption></figure></section>",
        ]
    )


def _is_of(one: Compared, result: NetworkResult) -> bool:
    """Whether a comparison is that of a network: the same input, and the same events on each fault or segment."""
    if one.summary.get("input_sha256") != result.network.input_sha256:
        return False
    level = "segment" if "segment" in one.table else "fault"
    counts = result.network.events_per_segment if level == "segment" else result.network.events_per_fault
    places = one.table[level].to_numpy()
    return bool((places < len(counts)).all() and (counts[places] == one.table["n_events"].to_numpy()).all())


def _share(share: dict[str, Any]) -> str:
    chance, low, high = (f"{100 * float(share[name]):.1f}" for name in ("chance", "chance_low", "chance_high"))
    return f"{100 * float(share['found']):.1f} % (chance {chance} %, 95 % of draws {low} to {high} %)"
