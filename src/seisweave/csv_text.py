"""Tables as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV, times as ISO 8601 in UTC with microseconds, nothing for those that are not known.

    Written by pandas itself, a time that a signal interrupts can end the process (pandas 3.1, in C).

    >>> import pandas as pd
    >>> times = pd.to_datetime(pd.Series(["2019-07-06T03:19:53.04Z", None]))
    >>> print(csv_of(pd.DataFrame({"time": times, "magnitude": [7.1, 2.0]})), end="")
    time,magnitude
    2019-07-06T03:19:53.040000Z,7.1
    ,2.0
    """
    import pandas as pd

    made = {}
    for name, column in table.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            times = pd.to_datetime(column, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")
            told = np.char.add(np.datetime_as_string(times, unit="us"), "Z").astype(object)
            told[np.isnat(times)] = None
            column = pd.Series(told, index=column.index, dtype=object)
        made[name] = column
    return pd.DataFrame(made, columns=table.columns).to_csv(index=False)
