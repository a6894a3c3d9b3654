"""Comparisons with mapped faults beside their networks: the names that faults of a page get from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.faults.mapped import with_names
from seisweave.report.results.network import NetworkResult
from seisweave.storage import read_summary
from seisweave.stored_files import refused, stored_file

if TYPE_CHECKING:
    import pandas as pd

_TABLE = "agreement.csv"


@dataclass(frozen=True, eq=False)
class Compared:
    """What a folder of `seisweave network compare` holds, as far as a network takes names from it."""

    path: Path
    table: pd.DataFrame
    summary: dict[str, Any]

    def is_of(self, result: NetworkResult) -> bool:
        """Whether it is the comparison of a network: the same input, the same events on each fault or segment."""
        if self.summary.get("input_sha256") != result.network.input_sha256:
            return False
        level = "segment" if "segment" in self.table else "fault"
        counts = result.network.events_per_segment if level == "segment" else result.network.events_per_fault
        places = self.table[level].to_numpy()
        return bool((places < len(counts)).all() and (counts[places] == self.table["n_events"].to_numpy()).all())


def is_compared(folder: Path) -> bool:
    """Whether a folder is one of `seisweave network compare`."""
    return (folder / _TABLE).is_file() and not (folder / "network.nc").exists()


def open_compared(folder: Path) -> Compared:
    """Open a folder of `seisweave network compare`. Errors: InputError for a damaged one."""
    import pandas as pd

    try:
        summary = read_summary(folder, [_TABLE])
        made = Compared(folder, pd.read_csv(stored_file(folder, _TABLE)), summary)
        if not {"fault", "segment"} & set(made.table) or "n_events" not in made.table:
            raise ValueError(f"{_TABLE} names neither faults nor segments with their events")
    except Exception as error:
        raise refused(folder, error, "run `seisweave network compare` again", "damaged comparison") from None
    return made


def named(results: Sequence[NetworkResult], compared: Sequence[Compared]) -> list[NetworkResult]:
    """The results with the nearest mapped fault in their tables, by the comparisons that are theirs."""
    made = list(results)
    for one in compared:
        for k, each in enumerate(made):
            if "fault" in one.table and one.is_of(each):
                made[k] = replace(each, faults=with_names(each.faults, one.table))
    return made
