"""The files of a store: parts that are never changed, and an index that names those that count.

    store.json                     what the store is, its parts with their digests
    parts/2026-11/00000012.parquet rows of revision 12, in the folder of the month in which they became known

A revision is a new part, and then a new index, each whole or not at all: what a killed process has left is in no index,
and goes with the next revision.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from seisweave.catalog.store.rows import VALUES, check_values, pc
from seisweave.errors import InputError
from seisweave.storage import make_folder, write_text, write_whole
from seisweave.stored_files import refused
from seisweave.stored_json import digest_of, read_json, record_of

INDEX, PARTS, KIND, VERSION = "store.json", "parts", "seisweave store", 1
_ADVICE = "bring the store back from a copy"
KINDS = NEW, CHANGED, GONE = "new", "changed", "gone"
_NAME = re.compile(r"\d{4}-\d\d/\d{8}(-from-\d{8})?\.parquet", re.ASCII)
_FEW = 50_000  # rows that threads do not read faster
LAYOUT = pa.schema(
    [
        ("revision", pa.int32()),
        ("learned", pa.timestamp("us")),
        ("what", pa.string()),
        ("was", pa.string()),
        *VALUES,
    ]
)


@dataclass(frozen=True)
class Part:
    """A file of the store: its name, its first and last revision, when those became known, rows, SHA-256."""

    name: str
    first: int
    last: int
    learned_first: str
    learned_last: str
    n_rows: int
    sha256: str


@dataclass(frozen=True)
class Index:
    """The parts of a store in the order of their revisions."""

    parts: tuple[Part, ...] = ()

    @property
    def revision(self) -> int:
        """The number of the last revision; 0 where there is none."""
        return self.parts[-1].last if self.parts else 0

    @property
    def learned(self) -> np.datetime64 | None:
        """When that became known."""
        return np.datetime64(self.parts[-1].learned_last, "us") if self.parts else None


def read_index(folder: Path) -> Index:
    """The index of a store. Errors: InputError for a folder without one, one of a later version, a damaged one."""
    path = folder / INDEX
    if not path.is_file():
        raise InputError(f"{folder}: holds no store of events (no {INDEX}); give the store of a station")
    try:
        said = read_json(path)
        if not isinstance(said, dict) or said.get("kind") != KIND:
            raise ValueError("is no index of a store")
        if isinstance(said.get("version"), int) and said["version"] > VERSION:
            raise InputError(
                f"{folder}: a store of version {said['version']}, and this seisweave reads up to {VERSION};"
                " bring seisweave up to date"
            )
        if said.pop("digest", None) != digest_of(said):
            raise ValueError("it is not what was written")
        index = record_of(Index, {"parts": said["parts"]})
        _check_order(index)
        return index
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refused(path, error, _ADVICE) from None


def _check_order(index: Index) -> None:
    at, learned = 0, np.datetime64(-(2**62), "us")
    for part in index.parts:
        first, last = (np.datetime64(text, "us") for text in (part.learned_first, part.learned_last))
        if part.first != at + 1 or part.last < part.first or not learned < first <= last:
            raise ValueError(f"part {part.name} does not follow those before it")
        if not _NAME.fullmatch(part.name):
            raise ValueError(f"{part.name} is no name of a part")
        at, learned = part.last, last


def write_index(folder: Path, index: Index) -> None:
    """Write the index in place of the last one."""
    said: dict[str, Any] = {"kind": KIND, "version": VERSION, **json.loads(json.dumps(asdict(index)))}
    write_text(folder / INDEX, json.dumps({**said, "digest": digest_of(said)}, indent=1) + "\n")


def write_part(folder: Path, rows: pa.Table) -> Part:
    """Write rows of one revision, or of several that follow each other, as a part; no index names it yet."""
    learned = rows["learned"]
    first, last = rows["revision"][0].as_py(), rows["revision"][-1].as_py()
    name = f"{str(learned[-1].as_py())[:7]}/{last:08d}{'' if first == last else f'-from-{first:08d}'}.parquet"
    out = io.BytesIO()
    parquet.write_table(rows, out, compression="zstd")
    data = out.getvalue()
    make_folder((folder / PARTS / name).parent)
    write_whole(folder / PARTS / name, lambda file: file.write(data))
    known = [np.datetime64(each.as_py(), "us") for each in (learned[0], learned[-1])]
    return Part(name, first, last, str(known[0]), str(known[1]), rows.num_rows, sha256(data).hexdigest())


def read_parts(folder: Path, parts: Sequence[Part]) -> pa.Table:
    """The rows of parts, in their order. Errors: InputError for one that is missing or not as it was written."""
    return pa.concat_tables([LAYOUT.empty_table(), *(_read_part(folder, part) for part in parts)])


def _read_part(folder: Path, part: Part) -> pa.Table:
    path = folder / PARTS / part.name
    try:
        if path.exists() and not path.is_file():  # a pipe would never end
            raise ValueError("it is no file")
        data = path.read_bytes()
        if sha256(data).hexdigest() != part.sha256:
            raise ValueError("it is not what was written")
        rows = parquet.read_table(
            pa.BufferReader(data), schema=LAYOUT, use_threads=part.n_rows > _FEW, pre_buffer=False
        )
        _check_rows(rows, part)
        return rows
    except FileNotFoundError:
        raise MissingPart(f"{path}: is missing; {_ADVICE}") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise refused(path, error, _ADVICE) from None


def _check_rows(rows: pa.Table, part: Part) -> None:
    """Refuse rows that are not those of a part, or of no event. Errors: ValueError."""
    revision, what = rows["revision"], rows["what"]
    if rows.num_rows != part.n_rows or not rows.num_rows or revision.null_count:
        raise ValueError("it holds other rows than the index says")
    number = revision.to_numpy()
    if (number[0], number[-1]) != (part.first, part.last) or (number[1:] < number[:-1]).any():
        raise ValueError("its revisions are not those of the index")
    if rows["id"].null_count or rows["learned"].null_count or not set(pc.unique(what).to_pylist()) <= set(KINDS):
        raise ValueError("a row is of no event, or says nothing of one")
    check_values(rows.filter(pc.not_equal(what, GONE)))


class MissingPart(InputError):  # noqa: N818
    """A part that the index names is not there: also where another process has just compacted the store."""


def clear_leftovers(folder: Path, index: Index) -> None:
    """Remove parts that no index names."""
    named = {folder / PARTS / part.name for part in index.parts}
    for path in (folder / PARTS).glob("*/*.parquet"):
        if path not in named:
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()
