"""What goes wrong inside a reader, as the one line that a user can do something about.

Files come from anywhere, and a reader of ours or of a library may stumble over bytes that nobody thought of. The user
hears that the file cannot be read, in one line; with SEISWEAVE_TRACEBACK set, what was raised is raised as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.interrupts import interrupts


@contextmanager
def one_line_errors(path: str, format_name: str | None) -> Iterator[None]:
    """Turn whatever a reader raises into an InputError of one line; `format_name` is the one that the user gave.

    Want of memory, an interrupt, and errors of the system about a file stay what they are.
    """
    try:
        yield
    except InputError as error:
        message = shown(error)
        if message == str(error):
            raise
        raise InputError(message) from error
    except Exception as error:
        if _is_no_reader_s(error) or os.environ.get("SEISWEAVE_TRACEBACK"):
            raise
        told = f"{type(error).__name__}: {shown(error)[:200]}"
        if format_name is not None:
            raise InputError(
                f"{path} is not of the format {format_name} ({told}); leave format (--format) out, or give the one that"
                " it has"
            ) from error
        raise InputError(
            f"{path} cannot be read as a catalog ({told}); check that it is whole, or give its format"
        ) from error


def _is_no_reader_s(error: Exception) -> bool:
    names_file = isinstance(error, OSError) and error.filename is not None
    return isinstance(error, MemoryError) or names_file or bool(interrupts.number)
