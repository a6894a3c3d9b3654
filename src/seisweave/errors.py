"""The one error a user can cause; the command line prints its one line and exits 2."""


class InputError(ValueError):
    """Input that cannot be used: the message says what was wrong, the value, and what to do, in one line.

    >>> import seisweave as sw
    >>> sw.FaultOptions(subsets=0)
    Traceback (most recent call last):
    seisweave.errors.InputError: subsets is 0; give 1 (no cut) or more
    """
