"""Ids that tell events apart: an event given twice counts once, another event under the same id is numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Shaped


class DistinctIds(NamedTuple):
    """Which of n events repeat an earlier one, ids that are unique for the others, and those that are new."""

    repeated: Bool[np.ndarray, " n"]
    ids: Shaped[np.ndarray, " n"]
    fresh: tuple[str, ...]


def distinct_ids(ids: Shaped[np.ndarray, " n"], values: Sequence[Shaped[np.ndarray, " n"]]) -> DistinctIds:
    """Tell events of the same id apart by their values: an equal one repeats the first, another one is numbered.

    >>> found = distinct_ids(np.array(["a", "a", "a"]), [np.array([1.0, 1.0, 2.0])])
    >>> found.repeated.tolist(), found.ids.tolist(), found.fresh
    ([False, True, False], ['a', 'a', 'a-2'], ('a-2',))
    """
    repeated, fresh = np.zeros(len(ids), bool), {}
    names = ids.tolist()
    known, earlier = set(names), {}
    if len(known) == len(names):
        return DistinctIds(repeated, ids, ())
    for i in _more_than_once(names):
        name, event = names[i], tuple(str(column[i]) for column in values)
        others = earlier.setdefault(name, [])
        repeated[i] = event in others
        if repeated[i]:
            continue
        if others:
            fresh[i] = next(f"{name}-{k}" for k in range(len(others) + 1, len(names) + 2) if f"{name}-{k}" not in known)
            known.add(fresh[i])
        others.append(event)
    return DistinctIds(repeated, renamed(ids, fresh), tuple(fresh.values()))


def renamed(ids: Shaped[np.ndarray, " n"], fresh: dict[int, str]) -> Shaped[np.ndarray, " n"]:
    """Replace some of the ids, by their places."""
    if not fresh:
        return ids
    wide = ids.astype(f"U{max(ids.dtype.itemsize // 4, *map(len, fresh.values()), 1)}")
    wide[list(fresh)] = list(fresh.values())
    return wide


def _more_than_once(names: list[str]) -> list[int]:
    """Places of the names that occur more than once, in order."""
    seen, more = set(), set()
    for name in names:
        (more if name in seen else seen).add(name)
    return [i for i, name in enumerate(names) if name in more]
