"""The one error a user can cause; the command line prints its one line and exits 2."""

from __future__ import annotations

from collections.abc import Iterable


class InputError(ValueError):
    """Input that cannot be used: the message says what was wrong, the value, and what to do, in one line.

    >>> import seisweave as sw
    >>> sw.FaultOptions(subsets=0)
    Traceback (most recent call last):
    seisweave.errors.InputError: subsets is 0; give 1 (no cut) or more
    """


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that is nearest to a word, as the end of a message; nothing where none is near.

    Dashes and underscores count as the same.

    >>> nearest("min-magnitud", ["box", "min_magnitude"]), nearest("year", ["box"])
    ('; the nearest is min_magnitude', '')
    """
    from difflib import get_close_matches

    names = {each.replace("_", "-"): each for each in known}
    near = get_close_matches(word.replace("_", "-"), names, 1, 0.5)
    return f"; the nearest is {names[near[0]]}" if near else ""
