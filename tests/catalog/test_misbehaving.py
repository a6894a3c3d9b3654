"""Files that misbehave: formats that do not fit, lines that are none, sentinels, damage, shifts, bombs, encodings."""

import bz2
import gzip
import io
import lzma
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from tests.fuzz.samples import SAMPLES

from seisweave.catalog import read_catalog, summarize
from seisweave.catalog.compression import unpacked
from seisweave.catalog.read import FORMATS
from seisweave.errors import InputError

BY_NAME = {sample.name: sample for sample in SAMPLES}
FIXED = [sample for sample in SAMPLES if sample.fixed]
HEAD = "time,latitude,longitude,depth,mag,id\n"
ROWS = "2001-01-02T03:04:05,34.1,-116.9,5,2,{}\n2001-01-03T03:04:05,34.2,-116.9,5,3,{}\n"


@pytest.fixture
def read(tmp_path):
    def from_bytes(data, **options):
        path = tmp_path / "catalog"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_catalog(path, **options)

    return from_bytes


def zstd(data):
    return pyarrow.compress(data, "zstd", asbytes=True)


def zipped(data, name="../../catalog"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sample", ["comcat", "scsn"])
def test_a_format_that_does_not_fit_ends_in_one_line_or_is_told(read, sample, name, obspy):
    try:
        catalog = read(BY_NAME[sample].text, format=name)
    except InputError as error:
        message = str(error)
    else:
        message = ""
        if catalog.provenance.format not in (sample, "csv"):
            assert len(catalog.rejected) or "though the file does not look like it" in str(catalog.rejected.notes)
    assert "\n" not in message


def test_what_a_reader_stumbles_over_is_one_line_and_the_traceback_can_be_had(read, monkeypatch):
    def stumble(source):
        raise ValueError("a\nb")

    monkeypatch.setattr("seisweave.catalog.formats.scsn.read", stumble)
    text = BY_NAME["scsn"].text
    with pytest.raises(InputError, match=r"cannot be read as a catalog \(ValueError: a\\nb\)"):
        read(text)
    with pytest.raises(InputError, match="is not of the format scsn"):
        read(text, format="scsn")
    monkeypatch.setenv("SEISWEAVE_TRACEBACK", "1")
    with pytest.raises(ValueError, match="a\nb"):
        read(text)


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in ("geojson", "quakeml", "isf")])
def test_lines_of_blanks_and_separators_cost_no_event(read, name):
    sample = BY_NAME[name]
    whole = read(sample.text)
    for line in (" " * 400, ",,,", "\t\t", ";;;;", "-" * 300):
        catalog = read(sample.head + "".join(sample.rows[:5]) + line + "\n" + "".join(sample.rows[5:]) + sample.foot)
        np.testing.assert_array_equal(catalog.times, whole.times)
        np.testing.assert_array_equal(catalog.magnitude, whole.magnitude)
        np.testing.assert_array_equal(catalog.depth_km, whole.depth_km)


SENTINELS = "-999 -9.9 1e300 -1e300 inf -inf 99.9 1e20 11 10.1 -9 -99 9999 999.9 -9999 1e400 -1e9 -10 99 1e19 -9.99"


@pytest.mark.parametrize("text", SENTINELS.split())
@pytest.mark.parametrize("name", ["csv", "comcat", "growclust"])
def test_a_magnitude_that_none_can_be_is_unknown_and_told(read, text, name):
    sample = BY_NAME[name]
    row = sample.rows[3].replace("2.3,", f"{text},").replace("2.30 ", f"{text} ")
    assert row != sample.rows[3]
    catalog = read(sample.head + "".join([*sample.rows[:3], row, *sample.rows[4:]]))
    assert np.isnan(catalog.magnitude).tolist() == [i == 3 for i in range(len(sample.rows))]
    assert any("magnitudes" in note and "unknown" in note for note in catalog.rejected.notes)
    assert set(summarize(catalog).by_magnitude) <= {"1", "2", "3"}


def test_whole_magnitudes_of_any_size_can_be_counted(make_catalog):
    from dataclasses import replace

    catalog = make_catalog(4)
    found = summarize(replace(catalog, magnitude=np.array([1e300, -1e300, 2.5, -0.5])))
    assert found.by_magnitude == {"-1e+300": 1, "-1": 1, "2": 1, "1e+300": 1}


PACKS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd, "zip": zipped}
HALVES = [part.encode() for part in (BY_NAME["csv"].text[:200], BY_NAME["csv"].text[200:])]
DAMAGE = {
    "ends early": lambda a, b: a[:-3],
    "one more byte": lambda a, b: a + b"x",
    "half a magic": lambda a, b: a + b[:1],
    "a text behind it": lambda a, b: a + b"2001-01-01,1,2,3,4\n",
    "the second's magic": lambda a, b: a + bytes([b[0] ^ 1]) + b[1:],
    "the second ends early": lambda a, b: a + b[:-5],
    "zeros, then more": lambda a, b: a + bytes(8) + b"x",
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", PACKS)
def test_damage_to_what_is_packed_is_never_the_end_of_a_catalog(kind, damage):
    first, second = (PACKS[kind](part) for part in HALVES)
    with pytest.raises(InputError, match=r"truncated or broken|more than one zip"):
        unpacked(DAMAGE[damage](first, second), "catalog")


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_streams_follow_each_other_and_zeros_fill_a_block(kind):
    first, second = (PACKS[kind](part) for part in HALVES)
    assert unpacked(first + second + bytes(512), "catalog") == b"".join(HALVES)
    assert unpacked(first * 2000, "catalog") == HALVES[0] * 2000


def test_two_zips_in_one_file_are_refused():
    with pytest.raises(InputError, match="more than one zip"):
        unpacked(zipped(HALVES[0]) + zipped(HALVES[1]), "catalog")


@pytest.mark.parametrize("place", ["depth", "first", "minute"])
@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("name", [sample.name for sample in FIXED])
def test_a_row_whose_columns_are_shifted_is_set_aside(read, name, more, place):
    """A blank more, or a sign less, before the depth, in front, or behind the date."""
    sample = BY_NAME[name]
    whole = read(sample.text)
    row = sample.rows[1]
    depth = next(row.rindex(text) for text in ("11.91", "1191", "11.9") if text in row)
    at = {"depth": depth, "first": 0, "minute": row.index("11", 8)}[place]
    shifted = row[:at] + " " + row[at:] if more else row[:at] + row[at + 1 :]
    catalog = read(sample.head + "".join([sample.rows[0], shifted, *sample.rows[2:]]) + sample.foot)
    assert len(catalog) == len(sample.rows) - 1
    assert len(catalog.rejected) == 1
    assert set(catalog.depth_km.tolist()) < set(whole.depth_km.tolist())
    with pytest.raises(InputError, match="cannot be used"):
        read(sample.head + "".join([sample.rows[0], shifted, *sample.rows[2:]]) + sample.foot, strict=True)


LOST = {
    "hypoinverse": lambda row: "NaN" + row[12:],
    "hypoinverse with short years": lambda row: "x" + row[1:],
    "hypo71": lambda row: "x" + row[1:],
    "hypo71 with long years": lambda row: "*" + row[1:],
    "jma": lambda row: "C" + row[1:],
    "ncedc": lambda row: "-" + row[1:],
    "isc_csv": lambda row: row.replace(",", " "),
    "nonlinloc": lambda row: row.replace("NLLOC", "NLXOC", 1),
    "csv": lambda row: row.replace(",", " "),
    "scsn": lambda row: row[:40] + "\n",
}


@pytest.mark.parametrize("name", LOST)
def test_a_damaged_line_is_no_remark_but_set_aside(read, name):
    sample = BY_NAME[name]
    text = sample.head + "".join([*sample.rows[:3], LOST[name](sample.rows[3]), *sample.rows[4:]]) + sample.foot
    catalog = read(text)
    assert (len(catalog), len(catalog.rejected)) == (len(sample.rows) - 1, 1)
    with pytest.raises(InputError, match="1 rows cannot be used"):
        read(text, strict=True)


def lying_zip():
    raw = bytearray(zipped(bytes(1 << 21)))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = raw[22:26] = struct.pack("<I", 1000)
    return bytes(raw)


def laughs():
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    body = (
        '<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2"><eventParameters>&a9;</eventParameters></q:quakeml>'
    )
    return f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a0 "ha">{entities}]>{body}'.encode()


CONTENT = {"zeros": bytes(1 << 20), "breaks": b"\n" * (1 << 20), "ones": b"1" * (1 << 20), "rows": b"1,2,3\n" * 99_000}
JSON = b'{"type":"FeatureCollection","geometry":1,"features":'
BOMBS = {f"{kind} of {what}": (PACKS[kind], data) for kind in PACKS for what, data in CONTENT.items()} | {
    "packed twice": (lambda data: bz2.compress(gzip.compress(data)), CONTENT["zeros"]),
    "packed four times": (lambda data: gzip.compress(bz2.compress(gzip.compress(lzma.compress(data)))), b"1,2,3\n"),
    "a zip that lies": (lambda data: data, lying_zip()),
    "deep JSON": (lambda data: data, JSON + b"[" * 200_000),
    "deep XML": (lambda data: data, b"<?xml version='1.0'?><quakeml>" + b"<a>" * 50_000),
    "entities": (lambda data: data, laughs()),
    "a line without end": (lambda data: data, b"1" * 3_000_000),
    "columns without end": (lambda data: data, b"time,lat,lon" + b",c" * 600_000 + b"\n"),
    "many columns": (lambda data: data, (b"time,lat,lon" + b",c" * 4000 + b"\n") * 3),
    "brackets": (lambda data: data, b"(" * 60_000),
    "blanks": (lambda data: data, b"lat lon" + b" " * 60_000 + b"(km)"),
    "a zero byte": (lambda data: data, HEAD.encode() + bytes(1)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(read, monkeypatch, obspy, name):
    monkeypatch.setattr("seisweave.catalog.unpacking._HARMLESS", 1 << 18)
    pack, data = BOMBS[name]
    with pytest.raises(InputError) as refused:
        read(pack(data))
    assert "\n" not in str(refused.value)
    if " of " in name and "bzip2 of ones" not in name:
        assert "times its" in str(refused.value)


def test_what_grows_can_be_trusted(read, monkeypatch):
    monkeypatch.setattr("seisweave.catalog.unpacking._HARMLESS", 1 << 10)
    text = HEAD + "".join(f"2001-01-02T03:04:05,34.1,-116.9,5,2,{i:04d}\n" for i in range(2000))
    packed = lzma.compress((text + "# nothing\n" * 200_000).encode())
    with pytest.raises(InputError, match="read with trust=True"):
        read(packed)
    assert len(read(packed, trust=True)) == 2000


@pytest.mark.parametrize("odd", [b"\xe9", b"\x80", b"\xff", b"\xc3", b"\xf0\x9f", b"\xe2\x82", b"a\xfcb"])
@pytest.mark.parametrize("good", ["é", "地震", "Ü"])
def test_of_bytes_that_are_no_utf8_only_their_line_is_doubtful(read, odd, good):
    catalog = read((HEAD + ROWS.format(good, "ODD")).encode().replace(b"ODD", b"x" + odd))
    assert catalog.ids[0] == good
    assert catalog.ids[1] == "x" + odd.decode("latin-1").strip()
    assert catalog.rejected.notes[0].startswith("1 lines are not UTF-8 and are read as Latin-1, the first line 3")


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-8", "latin-1"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_an_encoding_changes_no_value(read, code, ends):
    catalog = read((HEAD + ROWS.format("é", "b")).replace("\n", ends).encode(code))
    assert catalog.ids.tolist() == ["é", "b"]
    assert catalog.magnitude.tolist() == [2.0, 3.0]
    assert bool(catalog.rejected.notes) == (code == "latin-1")


def test_xml_in_the_encoding_that_it_declares(read, obspy):
    text = BY_NAME["quakeml"].text.replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='ISO-8859-1'?>")
    catalog = read(text.replace("<type>ML</type>", "<type>Mé</type>").encode("latin-1"))
    assert set(catalog.magnitude_type.tolist()) == {"Mé"}
    assert catalog.rejected.notes == ()


def test_a_sign_of_two_bytes_shifts_no_column(read):
    sample = BY_NAME["scsn"]
    whole = read(sample.text)
    odd = [row[:44] + "é" + row[45:] for row in sample.rows]
    for code in ("utf-8", "latin-1"):
        catalog = read((sample.head + "".join(odd)).encode(code))
        np.testing.assert_array_equal(catalog.depth_km, whole.depth_km)
        assert catalog.ids.tolist() == whole.ids.tolist()


@pytest.mark.skipif(os.name == "nt", reason="names of files are not bytes there")
def test_a_name_that_is_no_utf8_is_shown_with_escapes(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.csv")
    Path(name).write_text(HEAD + ROWS.format("a", "b"))
    catalog = read_catalog(name)
    assert catalog.provenance.source.endswith(r"caf\xe9\n.csv")
    assert r"caf\xe9\n.csv" in summarize(catalog).text()
    catalog.write(tmp_path / "again.parquet")
    with pytest.raises(InputError, match=r"gone\\xe9 does not exist"):
        read_catalog(os.fsdecode(os.fsencode(tmp_path) + b"/gone\xe9"))
    with pytest.raises(InputError, match=r"caf\\xe9\\n.csv exists"):
        catalog.write(name)
    assert len(read_catalog(tmp_path)) == 2


def test_an_origin_is_of_its_own_event_where_ids_are_repeated(read, obspy):
    """ObsPy looks for the preferred origin among all that was ever read."""
    sample = BY_NAME["isf"]  # whose ids of origins are all the same, as ObsPy cuts them
    catalog = read(sample.text)
    assert len(set(catalog.times.tolist())) == len(catalog) == len(sample.rows)


def test_a_header_that_names_a_column_twice_is_no_traceback(tmp_path):
    """As where the end of the first line is lost: the names of the first row stand among those of the columns."""
    head = "time,lat,lon,depth,mag,magtype,et,gt,q,nph,ngrm,evid"
    row = "2001-02-03T04:10:06.05,34.1,-117.2,13.28,1.4,l,eq,l,A,20,99,{}"
    path = tmp_path / "catalog"
    path.write_text(f"{head},{row.format(1)}\n{row.format(2)}\n{row.format(3)}\n")
    with pytest.raises(InputError) as raised:
        read_catalog(path)
    assert "Error:" not in str(raised.value)


@pytest.mark.parametrize("at", range(49, 79))
def test_a_digit_more_behind_the_depth_changes_no_magnitude(read, at):
    """Of the NCEDC: what stands behind it stands elsewhere, up to the blank before the network."""
    sample = BY_NAME["ncedc"]
    row = sample.rows[1]
    catalog = read(sample.head + sample.rows[0] + row[:at] + "7" + row[at:])
    assert (len(catalog), len(catalog.rejected)) == (1, 1)


@pytest.mark.parametrize(("was", "now"), [(" 02 ", " 2. "), (" 02 ", " 2.0 "), (" 05 ", " 5. ")])
def test_the_day_of_an_id_is_whole(read, was, now):
    """REAL's ids are made of the date."""
    sample = BY_NAME["real"]
    catalog = read(sample.rows[0] + sample.rows[1].replace(was, now, 1))
    assert (len(catalog), len(catalog.rejected)) == (1, 1)


def test_an_event_takes_nothing_from_one_that_has_lost_its_first_line(read):
    """Of NonLinLoc: the magnitude of the first cannot be read, and that of the second is not its own."""
    sample = BY_NAME["nonlinloc"]
    first, second = sample.rows[:2]
    joined = first.replace("END_NLLOC\n", "END_NLL").replace("Mamp 1.40", "Mxmp 1.40") + second
    catalog = read(sample.head + sample.rows[2] + joined + sample.rows[3] + sample.foot)
    assert catalog.magnitude.tolist() == [2.0, 2.3]
    assert sorted(row.reason for row in catalog.rejected.rows) == [
        "an event without its NLLOC line", "truncated event",
    ]  # fmt: skip


def test_quakeml_before_lines_of_a_table_is_told(read):
    """The head of the table is among the first lines, and lines in angle brackets are tags of its page."""
    xml, table = BY_NAME["quakeml"], BY_NAME["ncedc"]
    catalog = read(xml.head + "".join(xml.rows) + xml.foot + "\n" + table.text)
    assert len(catalog) == len(table.rows)
    assert len(catalog.rejected) == len(xml.rows)
