"""Formats without a real sample: small files in the form their programs document."""

from pathlib import Path

import numpy as np
import pytest

from seisweave.catalog import read_catalog, read_local_xyz
from seisweave.errors import InputError

# ruff: noqa: E501
RELOC = """\
    38542  37.412583 -121.772100     6.432     -104.1     1010.3     -242.5    12.0    13.5    20.1 1984  4 24 21 15 18.76 6.2   10    0  120   45 -9.000  0.012   1
    38543 -37.412583  121.772100     0.432     -104.1     1010.3     -242.5     0.0     0.0     0.0 1984 12 31 23 59 60.00 0.0   10    0  120   45 -9.000  0.012   1
"""
SCSN = """\
#YYY MM DD  HH mm SS.ss  LATITUDE LONGITUDE Q MAG     DEPTH NPH    RMS   EVID
1994 12 31  23 59 60.00  34  7.08-116 24.30 A 1.5      4.62 26     0.16  3138748
1994 01 01  00 36 35.81 -35  2.34 117  0.30 B 1.9     -0.13 23     0.20  3138749
1994 01 01  01 09 55.76  -0 30.00  -0 26.04 C 1.7      2.58 19     0.09  3138750

### Number of rows returned:5
"""


def hypoinverse(**fields):
    """A summary of Hypoinverse-2000 with text at these columns, counted from 1 as in its manual."""
    places = {"time": 1, "lat": 17, "lon": 24, "depth": 32, "amplitude": 37, "phases": 40, "coda": 71}
    places |= {"erh": 86, "erz": 90, "id": 137, "preferred": 148}
    line = [" "] * 164
    for name, text in fields.items():
        line[places[name] - 1 : places[name] - 1 + len(text)] = text
    return "".join(line) + "\n"


FDSN = """\
#EventID | Time | Latitude | Longitude | Depth/km | Author | Catalog | Contributor | ContributorID | MagType | Magnitude | MagAuthor | EventLocationName
3279407|2011-03-11T05:46:23.2|38.2963|142.498|19.7|ISC|NEIC PDE|NEIC PDE-Q|3279407|MW|9.1|GCMT|NEAR EAST COAST OF "HONSHU, JAPAN
3279408|2011-03-11T06:15:34|36.281|141.111||ISC|NEIC PDE|NEIC PDE-Q|3279408|MW||GCMT|OFF EAST COAST
#EventID | Time | Latitude | Longitude | Depth/km | Author | Catalog | Contributor | ContributorID | MagType | Magnitude | MagAuthor | EventLocationName
3279409|2011-03-11T06:25:50|38.058|144.59|18|ISC|NEIC PDE|NEIC PDE-Q|3279409|MW|7.6|GCMT|OFF EAST COAST
"""
CSEP = """\
lon,lat,mag,time_string,depth,catalog_id,event_id
-116.5,34.2,5.1,1992-06-28T11:57:34.130000,0.97,0,a
-118.5,34.2,6.7,1994-01-17T12:30:55,18.2,0,
"""
HYP = """\
NLLOC "./loc/a.grid0" "LOCATED" "Location completed."
SIGNATURE "x   NLLoc:v7.00"
COMMENT "x"
HYPOCENTER  x -1.3 y 0.03 z 1.4  OT 20.2  ix -1 iy -1 iz -1
GEOGRAPHIC  OT 2006 07 15  17 21 20.195670  Lat 51.657659 Long 7.736781 Depth 1.43359
QUALITY  Pmax 4.9e+31 MFmin 27.5 MFmax 27.5 RMS 0.0039 Nphs 11 Gap 156.3 Dist 0.37 Mamp {mamp} 2 Mdur {mdur} 1
STATISTICS  ExpectX -1.3 Y -0.05 Z 3.1  CovXX 4.0 XY 0.0 XZ 0.5 YY 1.0 YZ -0.25 ZZ 2.0e+00 EllAz1  331.5 Dip1  -13.2 Len1  1.4 Az2  229.8 Dip2  -40.8 Len2  1.7 Len3  2.5
TRANSFORM  SIMPLE LatOrig 51.656300  LongOrig 7.742580  RotCW {rotation}
PHASE ID Ins Cmp On Pha  FM Date HrMn Sec
BHE    ?    ?    ? P      U 20060715 1721   20.8503 GAU  1.00e-01
END_PHASE
END_NLLOC
"""


@pytest.fixture
def read(tmp_path):
    def from_text(text: str, name: str = "catalog.dat", **options):
        path = tmp_path / name
        path.write_text(text)
        return read_catalog(path, **options)

    return from_text


def test_hypoinverse(read):
    lines = [
        hypoinverse(time="2019050123596000", lat="34S1200", lon="117 3000", depth=" 1234", phases=" 12", erh="  35",
                    erz=" 120", id="    123456", preferred="250"),
        hypoinverse(time="2019 5 2 1 2 3.4", lat=" 4 30.0", lon="  7E 600", depth=" -0.5", erh="9999", erz="   0", coda="120"),
        "AAA  NC  VHZ IPU0201905020102 1234\n",
        "$\n",
        hypoinverse(time="2019 5 3 1 2 3.4", lat=" 4 30.0", lon="  7E 600", erh=" 1.2", erz="99.9", amplitude="310"),
        "2019 5 4 1 2 3.4 4 30.0   7E 600\n",
    ]  # fmt: skip
    catalog = read("".join(lines))
    assert catalog.provenance.format == "hypoinverse"
    assert str(catalog.times[0]) == "2019-05-02T00:00:00.000000"
    np.testing.assert_allclose(catalog.latitude, [-34.2, 4.5, 4.5])
    np.testing.assert_allclose(catalog.longitude, [-117.5, 7.1, 7.1])
    np.testing.assert_allclose(catalog.depth_km, [12.34, -0.5, np.nan])
    np.testing.assert_allclose(catalog.magnitude, [2.5, 1.2, 3.1])
    np.testing.assert_allclose(catalog.uncertainty.horizontal_km, [0.35, np.nan, 1.2])
    np.testing.assert_allclose(catalog.uncertainty.vertical_km, [1.2, np.nan, 99.9])
    assert catalog.ids[0] == "123456"
    assert catalog.rejected.by_reason() == {"truncated line": 1}
    assert catalog.rejected.notes == ("2 lines that are no summaries passed over",)


def test_hypodd(read):
    catalog = read(RELOC)
    assert catalog.provenance.format == "hypodd"
    assert catalog.times.astype(str).tolist() == ["1984-04-24T21:15:18.760000", "1985-01-01T00:00:00.000000"]
    assert catalog.longitude.tolist() == [-121.7721, 121.7721]
    assert catalog.latitude.tolist() == [37.412583, -37.412583]
    assert catalog.ids.tolist() == ["38542", "38543"]
    covariance = catalog.uncertainty.covariances_km2()
    np.testing.assert_allclose(np.sqrt(covariance[0].diagonal()), [0.012, 0.0135, 0.0201])
    assert catalog.uncertainty.known().tolist() == [True, False]


def test_fused_columns_of_hypodd_are_set_aside(read):
    catalog = read(RELOC + RELOC.splitlines()[0].replace("     6.432 ", "******"))
    assert catalog.rejected.by_reason() == {"truncated line": 1} or "columns" in str(catalog.rejected)
    assert catalog.rejected.rows[0].line == 3


def test_scsn_signs_and_rounded_seconds(read):
    catalog = read(SCSN)
    assert catalog.provenance.format == "scsn"
    assert str(catalog.times[0]) == "1995-01-01T00:00:00.000000"
    np.testing.assert_allclose(catalog.latitude, [34 + 7.08 / 60, -35 - 2.34 / 60, -0.5])
    np.testing.assert_allclose(catalog.longitude, [-116.405, 117.005, -26.04 / 60])
    assert catalog.quality.tolist() == ["A", "B", "C"]
    assert catalog.rejected.notes == ("the footer states 5 rows, the file holds 3: it may be incomplete",)


def test_fdsn_text_with_joined_headers_and_a_lone_quote(read):
    catalog = read(FDSN)
    assert catalog.provenance.format == "fdsn_text"
    assert len(catalog) == 3
    assert np.isnan(catalog.depth_km[1])
    assert np.isnan(catalog.magnitude[1])
    assert catalog.magnitude[0] == 9.1
    assert str(catalog.times[0]) == "2011-03-11T05:46:23.200000"


@pytest.mark.parametrize("text", [CSEP, CSEP.split("\n", 1)[1]])
def test_csep_with_and_without_header(read, text):
    catalog = read(text)
    assert catalog.provenance.format == "csep_csv"
    assert catalog.magnitude.tolist() == [5.1, 6.7]
    assert catalog.ids[0] == "a"
    assert catalog.ids[1].startswith("line")


def test_several_simulated_catalogs_are_refused(read):
    with pytest.raises(InputError, match="2 simulated catalogs"):
        read(CSEP + "-118,34,5,1999-01-01T00:00:00,5,1,z\n")


def test_nonlinloc_covariance_is_turned_to_north(read):
    plain = HYP.format(mamp="-9.90", mdur="2.1", rotation="0.0")
    turned = HYP.format(mamp="3.3", mdur="2.1", rotation="90.0")
    none = HYP.format(mamp="-9.9", mdur="-9.90", rotation="30.0")
    catalog = read(plain + "\n" + turned + none)
    assert catalog.provenance.format == "nonlinloc"
    np.testing.assert_array_equal(catalog.magnitude, [2.1, 3.3, np.nan])
    assert catalog.n_phases.tolist() == [11, 11, 11]
    assert str(catalog.times[0]) == "2006-07-15T17:21:20.195670"
    full = catalog.uncertainty.covariances_km2()
    np.testing.assert_allclose(full[0], [[4, 0, 0.5], [0, 1, -0.25], [0.5, -0.25, 2]])
    # north 90 degrees clockwise of y: the y axis of the file points west, its x axis north
    np.testing.assert_allclose(full[1], [[1, 0, 0.25], [0, 4, 0.5], [0.25, 0.5, 2]], atol=1e-12)
    np.testing.assert_allclose(np.linalg.eigvalsh(full[2]), np.linalg.eigvalsh(full[0]))


def test_nonlinloc_events_not_located_or_cut_short_are_set_aside(read):
    good = HYP.format(mamp="1", mdur="2", rotation="0")
    bad = good.replace('"LOCATED"', '"REJECTED"')
    catalog = read(good + bad + good[: len(good) // 2])
    assert len(catalog) == 1
    assert [row.line for row in catalog.rejected.rows] == [13, 25]
    assert list(catalog.rejected.by_reason()) == [
        "NonLinLoc did not locate it (REJECTED)",
        "truncated event",
    ]


def test_nonlinloc_equals_obspy_on_its_real_samples(obspy):
    folder = Path(obspy.__file__).parent / "io/nlloc/tests/data"
    if not (folder / "vanua.sum.grid0.loc.hyp").exists():
        pytest.skip("this ObsPy comes without its test data")
    for name, n in (("nlloc.hyp", 1), ("vanua.sum.grid0.loc.hyp", 3), ("nlloc_v7.hyp", 1)):
        events, catalog = obspy.read_events(str(folder / name)), read_catalog(folder / name)
        assert len(catalog) == len(events) == n
        for i, event in enumerate(events):
            origin = event.origins[0]
            assert abs(catalog.longitude[i] - origin.longitude) < 1e-6
            assert abs(catalog.latitude[i] - origin.latitude) < 1e-6
            assert abs(catalog.depth_km[i] * 1e3 - origin.depth) < 1e-3
            seconds = (catalog.times[i] - np.datetime64(origin.time.ns, "ns")) / np.timedelta64(1, "s")
            assert abs(seconds) < 1e-5
            vertical = catalog.uncertainty.sigmas_km()["vertical_km"][i]
            assert abs(vertical * 1e3 - origin.depth_errors.uncertainty) < 0.1


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("Date,Time,LAT,Lon,Depth (km),ML,evid", ","),
        ("date;time;latitude;longitude;z;mag;event_id", ";"),
        ("# date\ttime\tlatitude_deg\tlng\tdep\tMagnitude\tID", "\t"),
        ("DATE TIME LATITUDE LONGITUDE DEPTH MAG EVENTID", " "),
    ],
)
def test_tables_with_other_names_and_delimiters(read, header, delimiter):
    row = delimiter.join(["1992/06/28", "11:57:34.13", "34.2", "-116.437", "0.97", "7.3", "17"])
    catalog = read(f"{header}\n{row}\n")
    assert catalog.provenance.format == "csv"
    assert str(catalog.times[0]) == "1992-06-28T11:57:34.130000"
    assert (catalog.longitude[0], catalog.latitude[0], catalog.depth_km[0]) == (-116.437, 34.2, 0.97)
    assert (catalog.magnitude[0], catalog.ids[0]) == (7.3, "17")


def test_columns_by_name_and_depth_in_metres_upwards(read):
    text = "when,X,Y,height\n2020-01-01T00:00:59.999+01:00,240.5,34,-8000\n2020-01-01,241,34,-9000\n"
    catalog = read(
        text,
        columns={"time": "when", "longitude": "X", "latitude": "Y", "depth_km": "height"},
        depth_unit="m",
        depth_positive="up",
    )
    assert catalog.longitude.tolist() == [-119.5, -119.0]
    assert catalog.depth_km.tolist() == [8.0, 9.0]
    assert catalog.times.astype(str).tolist()[0] == "2019-12-31T23:00:59.999000"
    assert "180..360" in "; ".join(catalog.rejected.notes)


def test_a_full_covariance_in_a_table(read):
    text = "lat,lon,cov_xx_km2,cov_xy_km2,cov_xz_km2,cov_yy_km2,cov_yz_km2,cov_zz_km2\n34,-117,4,2,-1,5,-2,6\n"
    covariance = read(text).uncertainty.covariances_km2()[0]
    assert covariance.tolist() == [[4, 2, -1], [2, 5, -2], [-1, -2, 6]]


def test_the_format_can_be_forced_but_not_to_one_unknown(read):
    assert read(CSEP, format="csv").provenance.format == "csv"
    with pytest.raises(InputError, match="not known; choose one of"):
        read(CSEP, format="hypo72")
    with pytest.raises(InputError, match="columns cannot be named"):
        read(CSEP, format="csep_csv", columns={"longitude": "lon"})
    with pytest.raises(InputError, match="none of ours"):
        read(CSEP, columns={"lengthitude": "lon"})
    with pytest.raises(InputError, match="'east' is not in the file"):
        read(CSEP, columns={"longitude": "east"})


def test_gzip_crlf_and_byte_order_marks_change_nothing(tmp_path, same_catalog):
    import gzip

    plain = tmp_path / "a"
    plain.write_text(CSEP)
    for i, data in enumerate(
        [
            gzip.compress(CSEP.encode()),
            CSEP.replace("\n", "\r\n").encode(),
            b"\xef\xbb\xbf" + CSEP.encode(),
            CSEP.encode("utf-16"),
            gzip.compress(CSEP[:60].encode()) + gzip.compress(CSEP[60:].encode()),
        ]
    ):
        other = tmp_path / f"b{i}"
        other.write_bytes(data)
        same_catalog(read_catalog(other), read_catalog(plain))


def in_grid(x, y, geographic=None, transform="NONE"):
    """A block of NonLinLoc at a place in its grid; the GEOGRAPHIC line repeats x and y where there is no transform."""
    latitude, longitude = geographic or (y, x)
    block = HYP.format(mamp="-9.90", mdur="-9.90", rotation=0)
    block = block.replace("x -1.3 y 0.03 z 1.4", f"x {x} y {y} z 0.85").replace("Depth 1.43359", "Depth 0.85")
    block = block.replace("Lat 51.657659 Long 7.736781", f"Lat {latitude:.6f} Long {longitude:.6f}")
    line = next(line for line in block.splitlines() if line.startswith("TRANSFORM"))
    return block.replace(line + "\n", "" if transform is None else f"TRANSFORM  {transform}\n")


@pytest.mark.parametrize("transform", ["NONE", None])
def test_nonlinloc_without_a_transform_holds_local_kilometres(tmp_path, read, transform):
    text = in_grid(2.41, 3.73, transform=transform) + "\n" + in_grid(2.91, 3.73, transform=transform)
    with pytest.raises(InputError, match=r"local kilometres \(TRANSFORM NONE\).*--xyz"):
        read(text)
    points = read_local_xyz(tmp_path / "catalog.dat")
    assert points.xyz_km.tolist() == [[2.41, 3.73, 0.85], [2.91, 3.73, 0.85]]
    assert str(points.rows["time"][0])[:19] == "2006-07-15 17:21:20"
    assert np.isnan(points.rows["magnitude"]).all()


@pytest.mark.parametrize("xx_xy", ["4.0 XY -1e300", "-4.0 XY 0.0", "4.0 XY 90.0", "1e300 XY 0.0", "4.0 XY 2.01"])
def test_a_matrix_that_is_no_covariance_is_unknown_and_told(read, xx_xy):
    block = HYP.format(mamp="-9.90", mdur="-9.90", rotation=0)
    other = block.replace("CovXX 4.0 XY 0.0", f"CovXX {xx_xy}").replace("OT 20.", "OT 21.")
    catalog = read(block + "\n" + other)
    assert catalog.uncertainty.known().tolist() == [True, False]
    assert catalog.uncertainty.sigmas_km()["horizontal_km"][0] == pytest.approx(2.0)
    assert any("1 location errors are no covariance or beyond 10,000 km" in note for note in catalog.rejected.notes)


def test_a_matrix_that_is_singular_but_for_rounding_is_kept(read):
    block = HYP.format(mamp="-9.90", mdur="-9.90", rotation=0).replace("CovXX 4.0 XY 0.0", "CovXX 4.0 XY 2.0001")
    assert read(block.replace("XZ 0.5", "XZ 0.0").replace("YZ -0.25", "YZ 0.0")).uncertainty.known().all()


def test_errors_larger_than_the_earth_are_unknown_and_told(read):
    text = "time,latitude,longitude,depth,mag,horizontalError,depthError\n"
    text += "2001-01-01T00:00:00Z,34,-118,5,3,{},{}\n2001-01-02T00:00:00Z,34.1,-118.1,6,3,0.4,0.7\n"
    for given in (("1e200", "0.5"), ("0.5", "20000")):
        catalog = read(text.format(*given))
        assert catalog.uncertainty.known().tolist() == [False, True]
        assert any("1 location errors are no covariance or beyond 10,000 km" in note for note in catalog.rejected.notes)


@pytest.mark.parametrize("rotation", [0.0, 25.0, -140.0])
def test_nonlinloc_with_a_transform_is_held_against_its_grid(read, rotation):
    angle, east, north = np.radians(rotation), 31.0, -17.0
    place = (46.0 + north / 111.195, 7.0 + east / 111.195 / np.cos(np.radians(46.0)))
    # the Y axis of the grid lies `rotation` left of north
    x, y = east * np.cos(angle) + north * np.sin(angle), north * np.cos(angle) - east * np.sin(angle)
    simple = f"SIMPLE LatOrig 46.000000  LongOrig 7.000000  RotCW {rotation:.6f}"
    catalog = read(in_grid(f"{x:.4f}", f"{y:.4f}", place, simple))
    assert (catalog.latitude[0], catalog.longitude[0]) == pytest.approx(place, abs=1e-6)
    wrong = in_grid(f"{-x:.4f}", f"{y:.4f}", place, simple)
    mixed = read(in_grid(f"{x:.4f}", f"{y:.4f}", place, simple) + "\n" + wrong + "\n" + in_grid(2.0, 3.0))
    assert list(mixed.rejected.by_reason()) == [
        "its GEOGRAPHIC line contradicts its HYPOCENTER and TRANSFORM",
        "it lies in local km (TRANSFORM NONE), not in degrees",
    ]


def hypodd_lines(more):
    """Three events as HypoDD writes them, invented."""
    start = [
        f"{n} 46.25{n} 7.45{n} 5.{n}00 10.0 -20.0 30.0 120.0 90.0 240.0 2018 4 2{n} 21 20 23.48 3.{n}"
        for n in (1, 2, 3)
    ]
    return [f"{line} {more}1" for line in start]


@pytest.mark.parametrize("more", ["", "4 2 30 20 0.02 0.03 "], ids=["loc", "reloc"])
@pytest.mark.parametrize("header", [False, True])
def test_hypodd_with_and_without_a_line_of_names(tmp_path, more, header):
    names = [
        "ID",
        "LAT",
        "LON",
        "DEPTH",
        "X",
        "Y",
        "Z",
        "EX",
        "EY",
        "EZ",
        "YR",
        "MO",
        "DY",
        "HR",
        "MI",
        "SC",
        "MAG",
        "NCCP",
        "NCCS",
        "NCTP",
        "NCTS",
        "RCC",
        "RCT",
        "CID",
    ]
    names = names if more else [*names[:17], "CID"]
    path = tmp_path / "events.loc"
    path.write_text("\n".join([*(["\t".join(names)] if header else []), *hypodd_lines(more)]) + "\n")
    catalog = read_catalog(path, strict=True)
    assert catalog.provenance.format == "hypodd"
    assert catalog.latitude.tolist() == [46.251, 46.252, 46.253]
    assert catalog.magnitude.tolist() == [3.1, 3.2, 3.3]
    assert str(catalog.times[0]) == "2018-04-21T21:20:23.480000"
    np.testing.assert_allclose(np.sqrt(np.diagonal(catalog.uncertainty.covariance_km2[0])), [0.12, 0.09, 0.24])


@pytest.mark.parametrize(
    ("file", "events"), [("ims_bulletin.txt", 2), ("hypodd_with_header.txt", 8), ("hypoDD_18col.loc", 3)]
)
def test_cases_of_bulletins_and_relocations(file, events):
    path = Path(__file__).parents[2] / "../shared/cases/catalogs" / file
    if not path.exists():
        pytest.skip("needs the cases of ../shared, which are not part of the project")
    if file.startswith("ims"):
        pytest.importorskip("obspy")
    assert len(read_catalog(path, strict=True)) == events
