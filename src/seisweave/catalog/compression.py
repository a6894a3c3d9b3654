"""Bytes of packed files: gzip, bzip2, xz, zstd, and zip with one file in it, told by their first bytes.

What follows a stream and is neither another one nor filling zeros is damage: what it held would be lost without a word.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, Any

from seisweave.catalog.unpacking import PIECE, Unpacking
from seisweave.catalog.zipped import unzipped
from seisweave.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GZIP = b"\x1f\x8b"
_FEED, _FIRST_FEED = 1 << 17, 1 << 9  # bytes fed at once, and to a new stream
_LAYERS = 3  # a .csv.gz in a .zip, and one more


def unpacked(raw: bytes, name: str, *, trust: bool = False) -> bytes:
    """The content of a packed file, or the bytes themselves where they are not packed.

    Errors: InputError for what is truncated, broken or encrypted, for a zip with several files, for what is packed more
    than three times over, for what unpacks to more than memory holds, and, without `trust`, for what grows to more than
    `MOST_TIMES` its size.
    """
    data = raw
    for _ in range(_LAYERS):
        kind = packed_as(data)
        if not kind:
            return data
        work = Unpacking(name, len(raw), trust)
        data = unzipped(data, work) if kind == "zip" else _WAYS[kind](data, work)
    if packed_as(data):
        raise InputError(f"{name} is packed more than {_LAYERS} times over; unpack it first")
    return data


def packed_as(data: bytes) -> str:
    """gzip, bzip2, xz, zstd, zip, or "" for what is not packed."""
    for kind, signs in _SIGNS.items():
        if data.startswith(signs):
            return kind
    return ""


_BZIP2 = tuple(b"BZh%d" % level for level in range(1, 10))
_SIGNS = {
    "gzip": (GZIP,),
    "bzip2": tuple(sign + block for sign in _BZIP2 for block in (b"1AY&SY", b"\x17rE8P\x90")),
    "xz": (b"\xfd7zXZ\x00",),
    "zstd": (b"\x28\xb5\x2f\xfd",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}


def _streams(start: Callable[[], Any], kind: str) -> Callable[[bytes, Unpacking], bytes]:
    """A way to unpack the streams of a file, one after the other, each of which is as long as it says."""
    failures = (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError)

    def unpack(raw: bytes, work: Unpacking) -> bytes:
        at = 0
        while at < len(raw):
            if not raw.startswith(_SIGNS[kind], at):
                if raw[at : at + 1] == b"\x00" and not raw[at:].strip(b"\x00"):
                    break  # zeros that fill up a block of a tape or a disk
                raise work.broken(kind)
            stream, feed = start(), _FIRST_FEED
            while not stream.eof:
                if at >= len(raw):
                    raise work.broken(kind)
                fed = raw[at : at + feed]
                at, feed = at + len(fed), min(2 * feed, _FEED)
                try:
                    for piece in _pieces(stream, fed):
                        work.add(piece, at)
                except failures as error:
                    raise (error if isinstance(error, InputError) else work.broken(kind)) from None
            at -= len(stream.unused_data)
        return work.whole()

    return unpack


def _pieces(stream: Any, data: bytes) -> Iterator[bytes]:
    """What a stream makes of some data, no more than a piece at a time: few bytes may hold any amount."""
    full = True
    while full and not stream.eof:
        piece = stream.decompress(data, PIECE)
        data = getattr(stream, "unconsumed_tail", b"")
        full = len(piece) == PIECE or bool(data)
        yield piece


def _zstd(raw: bytes, work: Unpacking) -> bytes:
    import pyarrow

    reader = pyarrow.BufferReader(raw)
    try:
        with pyarrow.CompressedInputStream(reader, "zstd") as stream:
            while piece := stream.read(PIECE):
                work.add(piece, reader.tell())
    except (OSError, pyarrow.ArrowException):
        raise work.broken("zstd") from None
    return work.whole()


_WAYS = {
    "gzip": _streams(lambda: zlib.decompressobj(wbits=31), "gzip"),
    "bzip2": _streams(bz2.BZ2Decompressor, "bzip2"),
    "xz": _streams(lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ), "xz"),
    "zstd": _zstd,
}
