"""The heaps of an HDF5 file, in which its texts and lists of lists lie: looked at before HDF5 walks through them.

A heap is a row of objects, each with its size. HDF5 takes a step by whatever size it finds: where that is zero, it
never arrives. An array of texts says of each its length and its place in a heap, and HDF5 asks for memory of that
length before it looks there: some bytes more in a file of 40 kB cost 1.1 GB. Source: The HDF Group, HDF5 File Format
Specification Version 3.0, sections III.E (Level 1E - Global Heap) and VIII.A (References to it).
"""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

_MARK = b"GCOL\x01"
_HEADER = 16  # bytes of a heap's header, of an object's, and of what an array says of a text
_LEAST = 4096  # bytes of a heap; HDF5 itself refuses smaller ones


def check_heaps(path: Path) -> None:
    r"""Refuse an HDF5 file, of lengths of 8 bytes, with a heap that cannot be walked through.

    What happens to be marked like a heap and says no size of one is passed over, as HDF5 does.

    Errors: ValueError; OSError for a file that cannot be read.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "heap"
    >>> _ = path.write_bytes(b"GCOL" + b"\1\0\0\0" + (4096).to_bytes(8, "little") + bytes(4080))
    >>> check_heaps(path)
    Traceback (most recent call last):
    ValueError: its heap at byte 0 has an object of 0 bytes at byte 16: it is damaged
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(_MARK)
        while at >= 0:
            size = _whole(data, at + 8, 8)
            if _LEAST <= size <= len(data) - at:
                _walk(data, at, at + size)
            at = data.find(_MARK, at + 1)


def check_texts(path: Path, begin: int, n: int) -> None:
    r"""Refuse an array of n texts, at a byte of an HDF5 file, that together are longer than the file.

    Errors: ValueError; OSError for a file that cannot be read.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "texts"
    >>> _ = path.write_bytes((17).to_bytes(4, "little") + bytes(12))
    >>> check_texts(path, 0, 1)
    Traceback (most recent call last):
    ValueError: its texts have 17 bytes in a file of 16: it is damaged
    """
    with path.open("rb") as file:
        file.seek(begin)
        said = file.read(_HEADER * n)
    total, size = int(np.frombuffer(said[: len(said) // _HEADER * _HEADER], "<u4")[::4].sum()), path.stat().st_size
    if total > size:
        raise ValueError(f"its texts have {total:,} bytes in a file of {size:,}: it is damaged")


def _walk(data: mmap.mmap, heap: int, end: int) -> None:
    at = heap + _HEADER
    while at + _HEADER <= end:  # less is free
        size = _whole(data, at + 8, 8)
        free = _whole(data, at, 2) == 0  # what is free counts its header, too
        step = size if free else _HEADER + -(-size // 8) * 8
        if step < _HEADER or at + step > end:
            raise ValueError(f"its heap at byte {heap} has an object of {size} bytes at byte {at}: it is damaged")
        at += step


def _whole(data: mmap.mmap, at: int, n: int) -> int:
    return int.from_bytes(data[at : at + n], "little")
