"""Finished parts of a study in one file of JSON lines, each of them on the disk before the next is begun."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from seisweave.interrupts import interrupts
from seisweave.locks import hold
from seisweave.storage import sync
from seisweave.stored_json import parse_json


@contextmanager
def begun(path: Path) -> Iterator[IO[bytes]]:
    """A new file, undisturbed by interrupts; its name is made to last where folders can be synced."""
    with interrupts, path.open("wb") as file:
        yield file
    sync(path.parent)


@contextmanager
def appending(path: Path) -> Iterator[IO[bytes]]:
    """The file, open behind its last whole line; no other run may write to it meanwhile.

    Errors: InputError while another run is at work there.
    """
    end = sum(len(line) for line in _raw_lines(path))
    with hold(path), path.open("r+b") as file:
        file.truncate(end)
        file.seek(end)
        yield file


def append(file: IO[bytes], record: Mapping[str, Any]) -> None:
    """Write one line, all the way to the disk, undisturbed by interrupts.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "lines"
    >>> with begun(path) as file:
    ...     append(file, {"seed": 0})
    >>> whole_lines(path)
    [{'seed': 0}]
    """
    with interrupts:
        file.write(json.dumps(dict(record), allow_nan=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def whole_lines(path: Path) -> list[Any]:
    """What all whole lines hold."""
    return [parse_json(line) for line in _raw_lines(path)]


def results_of(path: Path) -> Path:
    """The folder a person knows: that of the results, around the hidden one of what is kept.

    >>> results_of(Path("fig5/.partial/sets.jsonl")).name, results_of(Path("kept/sets.jsonl")).name
    ('fig5', 'kept')
    """
    return path.parent.parent if path.parent.name.startswith(".") else path.parent


def _raw_lines(path: Path) -> Sequence[bytes]:
    """The lines up to the first that is torn: without an end, or not JSON."""
    whole: list[bytes] = []
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            parse_json(line)
        except ValueError:
            break
        if not line.endswith(b"\n"):
            break
        whole.append(line)
    return whole
