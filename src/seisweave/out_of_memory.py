"""One sentence where memory runs out, whichever library meets that first, and however it puts it."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence

from seisweave.errors import InputError

_TOO_LITTLE = "not enough memory for this input; select fewer events, or use a larger machine"
_KILLED = "a process at work was killed, most often for want of memory; give fewer --jobs, or use a larger machine"
_LEAST_MB, _LEAST_OF_CATALOG_MB = 1500, 750  # of addresses, for the libraries alone
_SMALL = 2.5
_WORDS = re.compile(
    r"failed to map segment|cannot allocate|can't allocate|unable to allocate|out of memory|bad_alloc|memory allocation"
    r"|can't start new thread|failed to launch worker thread",
    re.IGNORECASE,
)


def check_addresses(arguments: Sequence[str]) -> None:
    """Refuse to begin where the libraries alone do not fit: several of them abort the process at that.

    Errors: InputError under a limit of addresses (ulimit -v) that is too small for the command.
    """
    limit_mb, least_mb = _limit_mb(), _least_mb(arguments)
    if limit_mb < least_mb and not {"--help", "-h", "--version"} & set(arguments):
        raise InputError(
            f"not enough memory: this process may have {limit_mb:,.0f} MB of addresses, the libraries alone take about"
            f" {least_mb:,} MB; raise the limit (ulimit -v)"
        )


def about_memory(error: BaseException, arguments: Sequence[str]) -> str:
    """What to say of an error that comes from too little memory, or that one led to; nothing of others.

    Under a small limit of addresses whatever is not understood comes from that.
    """
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen:
        if "BrokenProcessPool" in (kind.__name__ for kind in type(each).__mro__):
            return _KILLED
        if isinstance(each, MemoryError) or getattr(each, "errno", None) == errno.ENOMEM:
            return _TOO_LITTLE
        if isinstance(each, ImportError | RuntimeError | OSError) and _WORDS.search(str(each)):
            return _TOO_LITTLE
        seen.append(each)
        each = each.__cause__ or each.__context__
    strange = getattr(error, "errno", None) is None and _limit_mb() < _SMALL * _least_mb(arguments)
    return _TOO_LITTLE if strange else ""


def _least_mb(arguments: Sequence[str]) -> int:
    return _LEAST_OF_CATALOG_MB if arguments[:1] == ["catalog"] else _LEAST_MB


def _limit_mb() -> float:
    """How many addresses this process may have, in MB."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    except (ImportError, OSError, ValueError):  # Windows
        return float("inf")
    return float("inf") if limit in (-1, resource.RLIM_INFINITY) else limit / 1e6
