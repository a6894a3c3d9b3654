"""Bulletins of the ISC in ISF that come without their head: from the first `Event` line on, or from `DATA_TYPE` on.

The head that IMS 1.0 asks for (IASPEI Seismic Format, http://www.isc.ac.uk/standards/isf/) is put before them, and
ObsPy reads them like any other bulletin: the prime origin, errors at 90 % as 1 sigma.
"""

from __future__ import annotations

import re
from dataclasses import replace

from seisweave.catalog.formats import quakeml
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source

_EVENT = re.compile(
    r"^Event +\S.*\n+ *Date +Time +Err +RMS +Latitude +Longitude +Smaj +Smin +Az +Depth +Err +Ndef", re.M | re.I
)
_HEAD = "BEGIN IMS1.0\nMSG_TYPE DATA\nMSG_ID NONE\nDATA_TYPE BULLETIN IMS1.0:short\nBulletin\n"
_TAGS = re.compile(rb"(?im)^[ \t]*</?(?:html|head|title|body|pre|h\d|p|br)\b[^\n]*\n")


def recognises(source: Source) -> bool:
    """Whether a line of an event stands above names of columns, and the head of a bulletin does not."""
    return bool(_EVENT.search(source.head())) and not re.match(r"\s*BEGIN\b", source.head(200), re.I)


def read(source: Source) -> ParsedRows:
    """Read all events. Errors: InputError where ObsPy is not installed or cannot read them."""
    begin = _EVENT.search(source.head())
    text = source.data[len(source.head()[: begin.start()].encode()) if begin else 0 :]
    end = re.search(rb"(?m)^STOP\s*$", text)
    text = _TAGS.sub(b"", text[: end.start()] if end else text)
    rows = quakeml.read(replace(source, data=_HEAD.encode() + text + b"\n\nSTOP\n"))
    return replace(rows, notes=(*rows.notes, "the bulletin has no head, and is read as IMS 1.0"))
