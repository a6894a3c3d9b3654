"""The first block of an HDF5 file, which says where everything else is: looked at before HDF5 believes it.

A block may name another one, of a driver, that begins with its own size. HDF5 asks for as much memory before it looks
whether the file has it: 16 bytes lost near the beginning of a file of 16 kB cost 3.4 GB. No file of ours has a driver.
Source: The HDF Group, HDF5 File Format Specification Version 3.0, sections II.A and II.B.
"""

from __future__ import annotations

from pathlib import Path

_MARK = b"\x89HDF\r\n\x1a\n"
_SIZES = {0: 13, 1: 13, 2: 9, 3: 9}  # where the sizes of addresses and lengths stand, by version
_DRIVER = {0: 48, 1: 52}  # where the address of a driver's block stands; later versions name none here
_NOWHERE = b"\xff" * 8


def check_superblock(path: Path) -> None:
    r"""Refuse a file that does not begin as HDF5's do, with addresses of 8 bytes, or that names a driver.

    Errors: ValueError; OSError for a file that cannot be read.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "file"
    >>> _ = path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes([0, 0, 0, 0, 0, 8, 8, 0]) + bytes(80))
    >>> check_superblock(path)
    Traceback (most recent call last):
    ValueError: its first block names a driver, which no file of ours has: it is damaged
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head[:8] != _MARK or head[8] not in _SIZES:
        raise ValueError("it does not begin as an HDF5 file does")
    version, at = head[8], _SIZES[head[8]]
    if head[at : at + 2] != b"\x08\x08":
        raise ValueError("its addresses are not of 8 bytes")
    if version in _DRIVER and head[_DRIVER[version] :][:8] != _NOWHERE:
        raise ValueError("its first block names a driver, which no file of ours has: it is damaged")
