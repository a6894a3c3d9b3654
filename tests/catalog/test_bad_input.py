"""Every kind of bad file: one clear line, or a row set aside with its line number; never a traceback."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

import seisweave as sw
from seisweave.catalog import Catalog, check, read_catalog, read_local_xyz, summarize
from seisweave.errors import InputError

HEADER = "time,latitude,longitude,depth,mag,id\n"
GOOD = "1992-06-28T11:57:34,34.2,-116.4,5.0,4.0,a\n1992-06-29T11:57:34,34.3,-116.5,6.0,3.0,b\n"
MANY = "".join(f"1992-06-28T11:{i // 60:02d}:{i % 60:02d},34.2{i},-116.4,{5 + i},4.0,e{i}\n" for i in range(600))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (HEADER.encode(), "holds no events"),
        (b"# only a comment\n", "no known format"),
        (b"some words without a table\n", "no known format"),
        (b"a,b,c\n1,2,3\n", "no column for longitude and latitude among those found: a, b, c"),
        (b"time,lat,depth\n1999-01-01,2,3\n", "no column for longitude"),
        (bytes(range(256)) * 20, "not text"),
        (b"PAR1 not really", "not a Parquet table"),
        (b"\x1f\x8b\x08 not really gzip", "truncated or broken gzip"),
        (gzip.compress((HEADER + MANY).encode(), mtime=0)[:-900], "truncated or broken gzip"),
        (b"<?xml version='1.0'?><quakeml>", "cannot be read by ObsPy"),
        ((HEADER + "1992-06-28,-116.4,34.2,5,4,a\n" * 3).encode(), "look exchanged"),
        ((HEADER + "1992-06-28,nan,nan,5,4,a\n").encode(), "none of 1 rows"),
    ],
)
def test_files_that_cannot_be_used_at_all(tmp_path, content, words):
    path = tmp_path / "catalog.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_catalog(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 700


def test_a_truncated_gzip_says_what_could_be_read(tmp_path):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress((HEADER + MANY).encode())[:-700])
    with pytest.raises(InputError, match=r"\d+ bytes \(\d+ whole lines\) can be read.*download it again"):
        read_catalog(path)


def test_paths_that_are_no_file(tmp_path):
    with pytest.raises(InputError, match="is a directory"):
        read_catalog(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_catalog(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_catalog("a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text(HEADER + GOOD)
    path.chmod(0)
    with pytest.raises(InputError, match="permission"):
        read_catalog(path)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1992-06-28T11:57:34,34.2,-116.4,5.0,4.0", "wrong number of columns (not 6)"),
        ("1992-06-28T11:57:34,34.2,-116.4,5.0,4.0,x,y", "wrong number of columns (not 6)"),
        ("1992-06-28T11:57:34,abc,-116.4,5.0,4.0,x", "latitude is not a number"),
        ("1992-06-28T11:57:34,34.2,12 34,5.0,4.0,x", "longitude is not a number"),
        ("1992-06-28T11:57:34,34.2,inf,5.0,4.0,x", "longitude is not a number"),
        ("1992-06-28T11:57:34,,-116.4,5.0,4.0,x", "latitude is missing"),
        ("1992-06-28T11:57:34,34.2,nan,5.0,4.0,x", "longitude is missing"),
        ("1992-06-28T11:57:34,94.2,-116.4,5.0,4.0,x", "latitude is outside -90..90"),
        ("1992-06-28T11:57:34,34.2,-416.4,5.0,4.0,x", "longitude is outside -180..360"),
        ("28 June 1992,34.2,-116.4,5.0,4.0,x", "time cannot be read"),
        ("1992-13-28T11:57:34,34.2,-116.4,5.0,4.0,x", "time cannot be read"),
        ("28/06/1992 11:57,34.2,-116.4,5.0,4.0,x", "time cannot be read"),
        ("1992-06-28T11:57:34,34.2,-116.4,deep,4.0,x", "depth is not a number"),
        ('1992-06-28T11:57:34,34.2,-116.4,5.0,4.0,"x', "a quote does not close"),
        ("1992-06-28T11:57:34,34.2,-116.4,5.0,4.0,a", "event repeats an earlier row"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line(tmp_path, row, reason):
    path = tmp_path / "catalog.csv"
    path.write_text(HEADER + GOOD.splitlines()[0] + "\n\n# a comment\n" + row + "\n" + GOOD.splitlines()[1] + "\n")
    catalog = read_catalog(path)
    assert catalog.ids.tolist() == ["a", "b"]
    assert catalog.rejected.by_reason() == {reason: 1}
    assert catalog.rejected.rows[0].line == 5
    assert catalog.rejected.rows[0].text == row
    assert f"line 5: {reason}" in summarize(catalog).text()
    with pytest.raises(InputError, match="1 rows cannot be used, first line 5"):
        read_catalog(path, strict=True)


def test_the_last_line_cut_short_is_called_truncated(tmp_path):
    path = tmp_path / "catalog.csv"
    path.write_text(HEADER + GOOD + "1992-06-30T11:57:34,34.2,-11")
    catalog = read_catalog(path)
    assert len(catalog) == 2
    assert catalog.rejected.by_reason() == {"truncated line": 1}


def test_rows_and_rejects_add_up_with_every_kind_of_damage(tmp_path):
    rng = np.random.default_rng(7)
    lines = (HEADER + MANY).splitlines()
    damage = {int(i): rng.choice(["cut", "word", "range", "quote"]) for i in rng.choice(np.arange(1, 600), 90, False)}
    for i, kind in damage.items():
        cells = lines[i].split(",")
        lines[i] = {
            "cut": ",".join(cells[:3]),
            "word": lines[i].replace("-116.4", "west"),
            "range": lines[i].replace("34.2", "134.2"),
            "quote": lines[i] + '"',
        }[str(kind)]
    path = tmp_path / "damaged.csv"
    path.write_text("\n".join(lines) + "\n")
    catalog = read_catalog(path)
    assert len(catalog) + len(catalog.rejected) == 600
    assert [row.line for row in catalog.rejected.rows] == sorted(i + 1 for i in damage)
    untouched = [f"e{i - 1}" for i in range(1, 601) if i not in damage]
    assert catalog.ids.tolist() == untouched


def test_unknown_depth_and_magnitude_are_no_reason_to_drop_an_event(tmp_path):
    path = tmp_path / "catalog.csv"
    path.write_text(HEADER + "1992-06-28,34.2,-116.4,,4.0,a\n,34.3,-116.5,6.0,NaN,b\n1999-01-01,34,-116,5,big,c\n")
    catalog = read_catalog(path, strict=True)
    assert len(catalog) == 3
    assert summarize(catalog).missing == {"time": 1, "depth": 1, "magnitude": 2}
    notes = "; ".join(catalog.rejected.notes)
    assert "holds dates only" in notes
    assert "1 magnitudes cannot be read" in notes
    assert "line 4" in notes


def _findings(tmp_path: Path, rows: str, **options) -> dict[str, int]:
    path = tmp_path / "catalog.csv"
    path.write_text(HEADER + rows)
    return {finding.kind: finding.n for finding in check(read_catalog(path, **options))}


def test_depth_in_metres_is_said_and_read_on_request(tmp_path):
    rows = GOOD.replace("5.0,", "5000,").replace("6.0,", "6000,")
    assert _findings(tmp_path, rows) == {"depth-unit": 2}
    assert _findings(tmp_path, rows, depth_unit="m") == {}


def _regional(longitude: float, latitude: float, **columns: np.ndarray) -> Catalog:
    """Sixty events of half a year within 20 km of a place."""
    rng = np.random.default_rng(1)
    times = np.datetime64("2020-05-15", "us") + np.sort(rng.integers(0, 180 * 86_400, 60)).astype("timedelta64[s]")
    east, north = rng.uniform(-0.1, 0.1, (2, 60))
    given = {"depth_km": rng.uniform(3.0, 15.0, 60), "magnitude": 2.0 + rng.exponential(0.4, 60)} | columns
    return Catalog(times, longitude + east, latitude + north, **given, ids=np.arange(60).astype(str))


NEVADA, CHILE, TROMSO = (-118.2, 38.2), (-70.8, -29.5), (19.0, 69.6)


@pytest.mark.parametrize(
    ("catalog", "kinds"),
    [
        (_regional(*NEVADA), set()),
        (_regional(*CHILE), set()),
        (_regional(*CHILE[::-1]), {"polar"}),
        (_regional(*TROMSO), {"polar"}),
        (_regional(-2.06, 0.667), {"radians"}),
        (_regional(*NEVADA, depth_km=np.linspace(3000.0, 15_000.0, 60)), {"depth-unit"}),
        (_regional(*NEVADA, magnitude=np.linspace(7.2, 9.9, 60)), {"magnitude-scale"}),
        (_regional(*NEVADA, magnitude=np.linspace(2.0, 7.5, 60)), set()),
    ],
)
def test_what_is_silently_wrong_elsewhere_is_said(catalog, kinds):
    assert {finding.kind for finding in check(catalog)} == kinds


def test_depths_in_metres_make_no_network_and_no_condensed_catalog():
    metres = _regional(*CHILE, depth_km=np.linspace(3000.0, 15_000.0, 60))
    with pytest.raises(InputError, match=r"depths look like metres \(median 9000\); read with depth_unit='m'"):
        sw.reconstruct_faults(metres)
    with pytest.raises(InputError, match="depths look like metres"):
        sw.condense(metres)


@pytest.mark.parametrize(("deepest", "said"), [(600.0, True), (80.0, False)])
def test_shallow_depths_in_metres_are_taller_than_wide(deepest, said, tmp_path):
    catalog = _regional(*NEVADA, depth_km=np.linspace(20.0, deepest, 60))
    catalog.write(tmp_path / "shallow.csv")
    (tmp_path / "shallow.csv").write_text((tmp_path / "shallow.csv").read_text().replace("depth_km", "depth"))
    notes = " ".join(read_catalog(tmp_path / "shallow.csv").rejected.notes)
    assert ("are they in metres? read with depth_unit='m'" in notes) == said


def test_negative_up_depth_is_said_and_read_on_request(tmp_path):
    rows = GOOD.replace("5.0,", "-5.0,").replace("6.0,", "-6.0,")
    assert _findings(tmp_path, rows) == {"depth-sign": 2}
    assert _findings(tmp_path, rows, depth_positive="up") == {}
    metres = GOOD.replace("5.0,", "-5000,").replace("6.0,", "-6000,")
    assert set(_findings(tmp_path, metres)) == {"depth-unit", "depth-sign"}
    assert _findings(tmp_path, metres, depth_positive="up", depth_unit="m") == {}


def test_duplicates_future_and_impossible_places_are_reported(tmp_path):
    assert _findings(tmp_path, GOOD + GOOD.replace(",a\n", ",c\n").replace(":34,", ":34.005,")) == {"duplicates": 2}
    assert _findings(tmp_path, GOOD + "2992-06-28,34,-116,5,4,c\n") == {"future": 1}
    assert _findings(tmp_path, GOOD + "1999-06-28,0,0,5,4,c\n") == {"zero": 1}
    assert _findings(tmp_path, GOOD + "1999-06-28,34,-116,900,4,c\n") == {"depth-range": 1}
    assert _findings(tmp_path, GOOD) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# x\n", "comments only"),
        ("a,b,c\n1,2,3\n", "no column for x_km and y_km and depth_km"),
        ("x,y,q\n1,2,3\n", "no column for depth_km among those found: x, y, q"),
        ("1 2\n3 4\n", "2 columns without names"),
        ("x,y,z\n", "no row can be used"),
        ("x,y,z\nnan,1,2\n1,two,3\n", "1 times x_km is missing, 1 times y_km is not a number"),
    ],
)
def test_local_points_that_cannot_be_used(tmp_path, text, words):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_local_xyz(path)


def test_points_in_local_km_are_pointed_to_their_reader(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("x_km,y_km,depth_km\n1,2,3\n")
    with pytest.raises(InputError, match="read_local_xyz"):
        read_catalog(path)
