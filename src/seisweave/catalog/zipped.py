"""The one file in a zip: its name counts for nothing, its stated size is weighed before it is believed."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from seisweave.catalog.shown import shown
from seisweave.catalog.unpacking import Unpacking
from seisweave.errors import InputError

_CHUNK = 1 << 20
_BEGIN, _END, _END_BYTES = b"PK\x03\x04", b"PK\x05\x06", 22
_MOST_MEMBERS = 1000
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    zlib.error,
    OSError,
    EOFError,
    lzma.LZMAError,
    struct.error,
    ValueError,
    LookupError,
)


def unzipped(raw: bytes, work: Unpacking) -> bytes:
    """The one file in a zip; folders and what macOS adds do not count.

    Errors: InputError for what is broken, encrypted, holds several files or none, or stands beside other bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            member = _only_member(archive, work.name)
            _refuse_rest(raw, archive, work.name)
            work.weigh(member.file_size, max(member.compress_size, 1))
            with archive.open(member) as file:
                while piece := file.read(_CHUNK):
                    work.add(piece, member.compress_size)
            return work.whole()
    except InputError:
        raise
    except RuntimeError as error:  # what zipfile raises for a password, and for ways of packing it does not know
        raise InputError(f"{work.name} cannot be unpacked: {shown(error)[:200]}; unpack it first") from None
    except _BROKEN as error:
        reason = shown(error)[:200]
        raise InputError(
            f"{work.name} is a truncated or broken zip file ({reason}); copy or download it again"
        ) from None


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    if "[Content_Types].xml" in [each.filename for each in members[:_MOST_MEMBERS]]:
        raise InputError(f"{name} is a workbook or document of an office program; save its table as CSV")
    if not members:
        raise InputError(f"{name} is a zip file with nothing in it; give a catalog")
    if len(members) > 1:
        names = ", ".join(shown(each.filename)[:80] for each in members[:5]) + (", ..." if len(members) > 5 else "")
        raise InputError(f"{name} holds {len(members)} files: {names}; unpack it and name one of them, or its folder")
    return members[0]


def _refuse_rest(raw: bytes, archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip with more before or behind it: of two zips in one file, one would be lost without a word."""
    first = min(each.header_offset for each in archive.infolist())
    end = raw.rfind(_END) + _END_BYTES + len(archive.comment)
    if (first > 0 and raw.startswith(_BEGIN)) or raw[end:].strip(b"\x00"):
        raise InputError(f"{name} holds more than one zip file, or bytes behind it; give each as a file of its own")
