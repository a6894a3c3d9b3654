"""Names of the nearest mapped faults, in tables of a network's faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.errors import InputError
from seisweave.faults.mapped.compare import MappedComparison

if TYPE_CHECKING:
    import pandas as pd


def with_names(table: pd.DataFrame, comparison: MappedComparison | pd.DataFrame) -> pd.DataFrame:
    """A table of faults (or segments) with the names of the nearest mapped faults, and whether they agree.

    Arguments:
        table: with a column `fault` (or `segment`), such as faults.csv.
        comparison: the comparison, or its table (`agreement` of an opened result folder).

    Errors: InputError for a table without that column, or of another network.

    >>> import pandas as pd
    >>> compared = {"fault": [0], "mapped_fault": ["Elsinore"], "distance_km": [0.5], "angle_deg": [9.0]}
    >>> compared = pd.DataFrame(compared | {"agrees": [True], "n_events": [90]})
    >>> with_names(pd.DataFrame({"fault": [0, 1], "n_events": [90, 40]}), compared)["mapped_fault"].tolist()
    ['Elsinore', '']
    """
    found = comparison if not isinstance(comparison, MappedComparison) else comparison.table()
    level = "segment" if "segment" in found else "fault"
    if level not in table:
        raise InputError(f"the table has no column {level!r}; give a table of {level}s, such as {level}s.csv")
    if "n_events" in table:
        theirs = table[level].map(found.set_index(level)["n_events"])
        if (theirs.notna() & (theirs != table["n_events"])).any():
            raise InputError(
                "the table is of another network than the comparison (n_events differ); give the same one's"
            )
    renamed = {"distance_km": "mapped_distance_km", "angle_deg": "mapped_angle_deg", "agrees": "mapped_agrees"}
    own = found[[level, "mapped_fault", *renamed]].rename(columns=renamed)
    kept = table.drop(columns=[name for name in own.columns if name != level and name in table])
    made = kept.merge(own, on=level, how="left")
    made["mapped_fault"] = made["mapped_fault"].fillna("")
    made["mapped_agrees"] = made["mapped_agrees"].eq(True)
    return made
