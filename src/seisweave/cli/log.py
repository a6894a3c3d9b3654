"""`--log FILE`: all that a command tells, also where it is quiet, added to a file with the instant of each line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from seisweave.errors import InputError

_QUIET = "--quiet"


@contextmanager
def logged(arguments: list[str]) -> Iterator[list[str]]:
    """The arguments without `--log FILE`, wherever it stands; what is told meanwhile goes to that file, too.

    A command that is to be quiet tells the file all, and the terminal its errors. Errors: InputError for a file that
    cannot be written.
    """
    words, path = _without_log(arguments)
    if path is None:
        yield words
        return
    try:
        file = path.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InputError(f"--log {path}: cannot be written ({error.strerror or error}); choose another place") from None
    out, err, quiet = sys.stdout, sys.stderr, _QUIET in words
    with file:
        sys.stdout, sys.stderr = _Both(out, file, quiet), _Both(err, file, quiet)  # type: ignore[assignment]
        print(f"$ seisweave {' '.join(arguments)}", file=_Both(err, file, True))
        try:
            yield [word for word in words if word != _QUIET]
        finally:
            sys.stdout, sys.stderr = out, err


def _without_log(arguments: list[str]) -> tuple[list[str], Path | None]:
    for k, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--log" and (equals or k + 1 < len(arguments)):
            stop = k + 1 if equals else k + 2
            return [*arguments[:k], *arguments[stop:]], Path(value if equals else arguments[k + 1])
    return arguments, None


class _Both:
    """A stream whose lines go to a file, too; a silent one lets only errors through."""

    def __init__(self, stream: IO[str], file: IO[str], silent: bool) -> None:
        self.stream, self.file, self.silent, self.line = stream, file, silent, ""

    def write(self, text: str) -> int:
        """Write a text, and its whole lines to the file."""
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            self.file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S} {line}\n" if line else "\n")
        self.file.flush()
        told = "".join(f"{line}\n" for line in lines if line.startswith("seisweave: ")) if self.silent else text
        self.stream.write(told)
        return len(text)

    def isatty(self) -> bool:
        """Progress comes in lines, not in one that changes."""
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
