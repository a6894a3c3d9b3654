"""Years of two digits, as programs of the last century write them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

_PIVOT = 50
NOTE = f"years have two digits: 00..{_PIVOT - 1} are read as 20.., {_PIVOT}..99 as 19.."


def full_years(year: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Years 0..99 as 1950..2049; others as they are. Who calls it says so with `NOTE`.

    >>> full_years(np.array([99.0, 3.0, 2019.0])).tolist()
    [1999.0, 2003.0, 2019.0]
    """
    century = np.where(year < _PIVOT, 2000.0, 1900.0)
    return np.where((year >= 0) & (year < 100), year + century, year)
