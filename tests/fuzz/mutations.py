"""Ways in which files go wrong: each takes a sample apart and says which of its rows it left alone."""

# ruff: noqa: E501

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tests.fuzz.samples import SAMPLES, Sample

_CELLS = (
    "1e300", "-1e300", "1e-320", "inf", "-inf", "nan", "NaN", "-999", "-999.0", "99.9", "-9.9", "999", "9999999", "0", "-0",
    "", " ", "-", "--", "***", "x", "0x10", "1_000", "+5", "1.2.3", "1,5", "1e", "e5", "5.", ".5", "１２", "٣", "5°",
    "1" * 400, "-1.5", "180.5", "360", "-91", "1;2", '"', '"5"', "None", "null", "#REF!", "2001-02-03", "é", "\x1b[31m",
    "\u2028", "\x0b", "True", "12:34",
)  # fmt: skip
_LINES = (
    " " * 400, ",,,", ",,,,,", ";;;", "\t\t\t", "-" * 80, "=" * 400, "#", "# a remark", "%", "STOP", "$", "nan nan nan",
    "Sum 12", "9" * 400, "0 0 0 0 0 0 0 0 0 0 0 0", '"', '"""', "|||", "<pre>", "</html>", "END", "\x0c", "\x1a", "é" * 30,
)  # fmt: skip
_BYTES = b"0123456789.-,;|\t \n\r\"'#nae/:<>{}[]\x00\x1a\x80\xe9\xff"


@dataclass(frozen=True)
class Mutant:
    """Bytes of a file and what was done; which rows of the sample are there as they were, which were shifted."""

    data: bytes
    what: str
    untouched: tuple[int, ...] = ()
    shifted: int | None = None
    cell: int | None = None  # row of which one number was changed
    same: bool = False  # whatever is read must be what the sample holds
    format: str | None = None


def mutant(rng: np.random.Generator, sample: Sample) -> Mutant:
    """One of the ways, chosen at random."""
    ways = list(WAYS)
    weights = np.array([WAYS[way][1] for way in ways], float)
    way = ways[int(rng.choice(len(ways), p=weights / weights.sum()))]
    made = WAYS[way][0](rng, sample)
    return made if made.what else replace(made, what=way)


def _rebuilt(sample: Sample, rows: list[str], **more) -> Mutant:
    text = sample.head + sample.between.join(rows) + sample.foot
    kept = tuple(i for i, row in enumerate(sample.rows) if row in rows)
    return Mutant(text.encode("utf-8", errors="surrogateescape"), "", kept, **more)


def _row(rng: np.random.Generator, sample: Sample) -> int:
    return int(rng.integers(len(sample.rows)))


def _replaced(sample: Sample, at: int, row: str, **more) -> Mutant:
    rows = list(sample.rows)
    rows[at] = row
    return _rebuilt(sample, rows, **more)


def cell(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Another text where a number was; at fixed places it keeps its width where it can."""
    at = _row(rng, sample)
    numbers = list(re.finditer(r"-?\d+(?:\.\d*)?", sample.rows[at]))
    found = numbers[int(rng.integers(len(numbers)))]
    text = str(rng.choice(_CELLS))
    if sample.fixed:
        text = text[: len(found[0])].rjust(len(found[0]))
    changed = sample.rows[at][: found.start()] + text + sample.rows[at][found.end() :]
    plain = not re.search(r"[\s,;|\"]", text) and not sample.fixed  # where numbers may touch
    return _replaced(sample, at, changed, cell=at if plain else None)


def shift(rng: np.random.Generator, sample: Sample) -> Mutant:
    """A sign more or less in a row: what stands behind it stands elsewhere."""
    at = _row(rng, sample)
    row = sample.rows[at]
    place = int(rng.integers(len(row) - 1))
    more = " " if rng.random() < 0.7 else str(rng.integers(10))
    changed = row[:place] + more + row[place:] if rng.random() < 0.5 else row[:place] + row[place + 1 :]
    return _replaced(sample, at, changed, shifted=at if sample.fixed else None)


def damaged_row(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Bytes of a row that are others, missing, or too many."""
    at = _row(rng, sample)
    row = bytearray(sample.rows[at].encode())
    for _ in range(int(rng.integers(1, 4))):
        place, kind = int(rng.integers(len(row) - 1)), rng.random()
        if kind < 0.4:
            row[place] = int(rng.choice(list(_BYTES)))
        elif kind < 0.6:
            row[place] ^= 1 << int(rng.integers(8))
        elif kind < 0.8:
            del row[place : place + int(rng.integers(1, 12))]
        else:
            row[place:place] = bytes(rng.choice(list(_BYTES), int(rng.integers(1, 9))).tolist())
        if len(row) < 2:
            break
    return _replaced(sample, at, bytes(row).decode("utf-8", errors="surrogateescape"))


def damaged_head(rng: np.random.Generator, sample: Sample) -> Mutant:
    head = bytearray((sample.head or sample.rows[0]).encode())
    for _ in range(int(rng.integers(1, 5))):
        head[int(rng.integers(len(head)))] = int(rng.choice(list(_BYTES)))
    rows = sample.rows if sample.head else sample.rows[1:]
    body = sample.between.join(rows) + sample.foot
    return Mutant(bytes(head) + body.encode(), "")


def line(rng: np.random.Generator, sample: Sample) -> Mutant:
    """A line between the rows that is none."""
    at, text = int(rng.integers(len(sample.rows) + 1)), str(rng.choice(_LINES))
    rows = list(sample.rows)
    rows[at:at] = [text + ("" if sample.between else "\n")]
    return _rebuilt(sample, rows)


def rows_moved(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Rows removed, doubled, or in another order."""
    rows, kind = list(sample.rows), rng.random()
    if kind < 0.35:
        for at in sorted(rng.choice(len(rows), int(rng.integers(1, 4)), replace=False).tolist(), reverse=True):
            del rows[at]
    elif kind < 0.6:
        rows.insert(int(rng.integers(len(rows))), rows[_row(rng, sample)])
    else:
        rows = [rows[i] for i in rng.permutation(len(rows))]
    return _rebuilt(sample, rows)


def lines_moved(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Any two lines exchanged, heads included, or one lost."""
    lines = sample.text.splitlines(keepends=True)
    a, b = (int(i) for i in rng.integers(len(lines), size=2))
    lines[a], lines[b] = lines[b], lines[a]
    if rng.random() < 0.3:
        del lines[a]
    text = "".join(lines)
    return Mutant(text.encode(), "", tuple(i for i, row in enumerate(sample.rows) if row in text))


def cut(rng: np.random.Generator, sample: Sample) -> Mutant:
    data = sample.text.encode()
    data = data[: int(rng.integers(len(data)))]
    whole = tuple(i for i, row in enumerate(sample.rows) if row.encode() in data)
    return Mutant(data, "", whole)


def joined(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Two files in one: of the same format, or of another."""
    if rng.random() < 0.4:
        return Mutant((sample.text + sample.text).encode(), "joined to itself", tuple(range(len(sample.rows))))
    other = SAMPLES[int(rng.integers(len(SAMPLES)))]
    return Mutant((sample.text + other.text).encode(), "joined to another", tuple(range(len(sample.rows))))


def separators(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Another separator in one row, or in all the file."""
    old, new = str(rng.choice(list(",;|\t "))), str(rng.choice(list(",;|\t :")))
    if rng.random() < 0.5:
        return Mutant(sample.text.replace(old, new).encode(), "separators of a file")
    at = _row(rng, sample)
    return _replaced(sample, at, sample.rows[at].replace(old, new))


def encoding(rng: np.random.Generator, sample: Sample) -> Mutant:
    """The same text with other line breaks, marks and encodings: the values stay."""
    text = sample.text
    kind = int(rng.integers(6))
    if kind == 0:
        data = text.replace("\n", "\r\n").encode()
    elif kind == 1:
        data = text.replace("\n", "\r").encode()
    elif kind == 2:
        data = b"\xef\xbb\xbf" + text.encode()
    elif kind == 3:
        data = text.encode("utf-16")
    elif kind == 4:
        data = text.encode("utf-32")
    else:
        data = text.replace("\n", "\n\n").encode()
    return Mutant(data, f"encoding {kind}", tuple(range(len(sample.rows))) if kind < 4 else ())


def odd_byte(rng: np.random.Generator, sample: Sample) -> Mutant:
    """One byte of a row that is no UTF-8, or zero."""
    at = _row(rng, sample)
    place = int(rng.integers(len(sample.rows[at]) - 1))
    sign = rng.choice(["\udce9", "\udcff", "é", "\x00", "\udc80"])
    return _replaced(sample, at, sample.rows[at][:place] + str(sign) + sample.rows[at][place + 1 :])


def flipped(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Bits turned over anywhere."""
    data = bytearray(sample.text.encode())
    for place in rng.integers(len(data), size=int(rng.integers(1, 6))):
        data[int(place)] ^= 1 << int(rng.integers(8))
    return Mutant(bytes(data), "")


def noise(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Random bytes, or random letters of files."""
    n = int(rng.integers(1, 2000))
    if rng.random() < 0.3:
        return Mutant(rng.bytes(n), "")
    return Mutant(bytes(rng.choice(list(_BYTES), n).tolist()), "")


def packed(rng: np.random.Generator, sample: Sample) -> Mutant:
    """Packed, whole or damaged: read as it was, or refused."""
    data = sample.text.encode()
    name = str(rng.choice(list(_PACK)))
    if rng.random() < 0.3:
        half = data.index(b"\n", len(data) // 2) + 1
        raw = _PACK[name](data) if name == "zip" else _PACK[name](data[:half]) + _PACK[name](data[half:])
    else:
        raw = _PACK[name](data)
    raw, kind = bytearray(raw), rng.random()
    if kind < 0.3:
        for place in rng.integers(len(raw), size=int(rng.integers(1, 3))):
            raw[int(place)] ^= 1 << int(rng.integers(8))
    elif kind < 0.5:
        del raw[int(rng.integers(len(raw))) :]
    elif kind < 0.6:
        raw += rng.bytes(int(rng.integers(1, 40)))
    elif kind < 0.7:
        place = int(rng.integers(len(raw)))
        del raw[place : place + int(rng.integers(1, 20))]
    elif kind < 0.8:
        raw = bytearray(_PACK[str(rng.choice(list(_PACK)))](bytes(raw)))
    return Mutant(bytes(raw), f"packed {name}", same=True)


def _zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../catalog", data)
    return file.getvalue()


def _zstd(data: bytes) -> bytes:
    import pyarrow

    return pyarrow.compress(data, "zstd", asbytes=True)


_PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zstd": _zstd,
    "zip": _zip,
}


def other_format(rng: np.random.Generator, sample: Sample) -> Mutant:
    """A format that the user names and the file does not have; the file may be damaged too."""
    from seisweave.catalog.read import FORMATS

    data = sample.text.encode()
    if rng.random() < 0.3:
        data = flipped(rng, sample).data
    return Mutant(data, "other format", format=str(rng.choice(list(FORMATS))))


def parquet(rng: np.random.Generator, sample: Sample) -> Mutant:
    """A Parquet table with damaged bytes."""
    raw = bytearray(_parquet())
    for place in rng.integers(len(raw), size=int(rng.integers(0, 4))):
        raw[int(place)] = int(rng.integers(256))
    if rng.random() < 0.3:
        del raw[int(rng.integers(4, len(raw))) :]
    return Mutant(bytes(raw), "")


def _parquet() -> bytes:
    import pandas as pd

    from tests.fuzz.samples import EVENTS

    file = io.BytesIO()
    rows = {name: [getattr(event, key) for event in EVENTS] for name, key in _PARQUET.items()}
    pd.DataFrame(rows | {"time": pd.to_datetime("2001-02-03T04:05:06")}).to_parquet(file, engine="pyarrow")
    return file.getvalue()


_PARQUET = {"longitude": "lon", "latitude": "lat", "depth_km": "depth", "magnitude": "mag"}


def hostile(rng: np.random.Generator, sample: Sample) -> Mutant:
    """What is made to harm: depth of nesting, names of entities, lines and columns without end."""
    kind = int(rng.integers(7))
    if kind == 0:
        data = b'{"type":"FeatureCollection","geometry":1,"features":' + b"[" * int(rng.integers(10, 60_000))
    elif kind == 1:
        entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 9))
        data = f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a0 "x">{entities}]><q:quakeml>&a8;</q:quakeml>'.encode()
    elif kind == 2:
        data = b"<?xml version='1.0'?>" + b"<quakeml>" * int(rng.integers(10, 20_000))
    elif kind == 3:
        many = 100 if len(sample.rows[0]) > 300 else 2000  # through ObsPy, a thousand events take seconds
        data = sample.head.encode() + sample.rows[0].rstrip("\n").encode() * int(rng.integers(10, many))
    elif kind == 4:
        n = int(rng.integers(100, 20_000))
        data = (",".join(["time", "lat", "lon", *(f"c{i}" for i in range(n))]) + "\n").encode()
    elif kind == 5:
        data = gzip.compress(bytes([int(rng.choice([0, 10, 32, 49]))]) * int(rng.integers(1, 40_000_000)), 1)
    else:
        data = bytes([int(rng.choice(list(b"\n 1,-(<{[")))]) * int(rng.integers(1, 200_000))
    return Mutant(data, f"hostile {kind}")


WAYS: dict[str, tuple[Callable[[np.random.Generator, Sample], Mutant], float]] = {
    "cell": (cell, 6),
    "shift": (shift, 5),
    "damaged row": (damaged_row, 5),
    "damaged head": (damaged_head, 2),
    "line": (line, 4),
    "rows moved": (rows_moved, 2),
    "lines moved": (lines_moved, 2),
    "cut": (cut, 2),
    "joined": (joined, 1),
    "separators": (separators, 2),
    "encoding": (encoding, 1),
    "odd byte": (odd_byte, 2),
    "flipped": (flipped, 3),
    "noise": (noise, 1),
    "packed": (packed, 4),
    "other format": (other_format, 4),
    "parquet": (parquet, 1),
    "hostile": (hostile, 0.2),
}
