"""Bytes of packed files: gzip, bzip2, xz, zstd, and zip with one file in it, told by their first bytes.

What comes out is weighed while it comes: a file that would not fit into memory, or that unpacks to a multiple of its
size that no catalog has, is refused before it is whole.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.machine import check_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GZIP = b"\x1f\x8b"
BYTES_PER_BYTE = 10.0  # memory that reading a byte of text takes: 930 MB for the 85 MB of the merged SCEDC catalog
_PIECE, _NEXT = 1 << 27, 1 << 20  # bytes that are unpacked at once, bytes that a later stream is fed at once
_CHUNK = 1 << 22
_MOST_TIMES, _HARMLESS = 300, 1 << 27  # text of catalogs packs to a tenth, rarely to a hundredth
_LAYERS = 3  # a .csv.gz in a .zip, and one more


def unpacked(raw: bytes, name: str) -> bytes:
    """The content of a packed file, or the bytes themselves where they are not packed.

    Errors: InputError for what is truncated, broken or encrypted, for a zip with several files, and for what unpacks to
    more than memory holds.
    """
    data = raw
    for _ in range(_LAYERS):
        kind = packed_as(data)
        if not kind:
            return data
        data = _WAYS[kind](data, name)
    return data


def packed_as(data: bytes) -> str:
    """gzip, bzip2, xz, zstd, zip, or "" for what is not packed."""
    for kind, signs in _SIGNS.items():
        if data.startswith(signs):
            return kind
    return ""


_SIGNS = {
    "gzip": (GZIP,),
    "bzip2": tuple(b"BZh%d1AY&SY" % level for level in range(1, 10)),
    "xz": (b"\xfd7zXZ\x00",),
    "zstd": (b"\x28\xb5\x2f\xfd",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}


def _streams(start: Callable[[], Any], sign: bytes, kind: str) -> Callable[[bytes, str], bytes]:
    """A way to unpack the streams of a file, one after the other."""

    def unpack(raw: bytes, name: str) -> bytes:
        pieces, at, produced, width = [], 0, 0, len(raw)
        while raw.startswith(sign, at):
            stream = start()
            try:
                while at < len(raw) and not stream.eof:
                    fed = raw[at : at + width]
                    at += len(fed)
                    for piece in _pieces(stream, fed):
                        pieces.append(piece)
                        produced += len(piece)
                        _weigh(produced, len(raw), name)
            except (zlib.error, OSError, lzma.LZMAError, EOFError):
                raise InputError(_broken(pieces, len(raw), name, kind)) from None
            if not stream.eof:
                raise InputError(_broken(pieces, len(raw), name, kind))
            at -= len(stream.unused_data)
            width = _NEXT  # of many streams, each in its turn would be handed all that is left
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    return unpack


def _pieces(stream: Any, data: bytes) -> Iterator[bytes]:
    """What a stream makes of some data, no more than a piece at a time: few bytes may hold any amount."""
    full = True
    while full and not stream.eof:
        piece = stream.decompress(data, _PIECE)
        data = getattr(stream, "unconsumed_tail", b"")
        full = len(piece) == _PIECE or bool(data)
        yield piece


def _zstd(raw: bytes, name: str) -> bytes:
    import pyarrow

    pieces, produced = [], 0
    try:
        with pyarrow.CompressedInputStream(pyarrow.BufferReader(raw), "zstd") as stream:
            while piece := stream.read(_CHUNK):
                pieces.append(piece)
                produced += len(piece)
                _weigh(produced, len(raw), name)
    except (OSError, pyarrow.ArrowException):
        raise InputError(_broken(pieces, len(raw), name, "zstd")) from None
    return b"".join(pieces)


def _zip(raw: bytes, name: str) -> bytes:
    """The one file in a zip; folders and what macOS adds do not count."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [
                each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")
            ]
            _refuse_several([each.filename for each in members], name)
            _weigh(members[0].file_size, len(raw), name)
            pieces, produced = [], 0
            with archive.open(members[0]) as file:
                while piece := file.read(_CHUNK):
                    pieces.append(piece)
                    produced += len(piece)
                    _weigh(produced, len(raw), name)
            return b"".join(pieces)
    except RuntimeError as error:  # what zipfile raises for a password
        raise InputError(f"{name} cannot be unpacked: {error}; unpack it first") from None
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, OSError, EOFError, lzma.LZMAError) as error:
        raise InputError(f"{name} is a truncated or broken zip file ({error}); copy or download it again") from None


def _refuse_several(members: list[str], name: str) -> None:
    if "[Content_Types].xml" in members:
        raise InputError(f"{name} is a workbook or document of an office program; save its table as CSV")
    if not members:
        raise InputError(f"{name} is a zip file with nothing in it; give a catalog")
    if len(members) > 1:
        shown = ", ".join(members[:5]) + (", ..." if len(members) > 5 else "")
        raise InputError(f"{name} holds {len(members)} files: {shown}; unpack it and name one of them, or its folder")


def _weigh(produced: int, packed: int, name: str) -> None:
    """Refuse what unpacks to more than memory holds, or to more than a catalog can."""
    check_memory(BYTES_PER_BYTE * produced, f"{name}: reading it", "give a smaller file, or use a larger machine")
    if produced > _HARMLESS and produced > _MOST_TIMES * packed:
        raise InputError(
            f"{name} unpacks to more than {_MOST_TIMES} times its {packed:,} bytes, as no catalog does; give the"
            " unpacked file if it is one"
        )


def _broken(pieces: list[bytes], n: int, name: str, kind: str) -> str:
    size, lines = sum(map(len, pieces)), sum(piece.count(b"\n") for piece in pieces)
    return (
        f"{name} is a truncated or broken {kind} file: {size} bytes ({lines} whole lines) can be read from its {n}"
        " bytes; copy or download it again"
    )


_WAYS = {
    "gzip": _streams(lambda: zlib.decompressobj(wbits=31), GZIP, "gzip"),
    "bzip2": _streams(bz2.BZ2Decompressor, b"BZh", "bzip2"),
    "xz": _streams(lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ), b"\xfd7zXZ\x00", "xz"),
    "zstd": _zstd,
    "zip": _zip,
}
