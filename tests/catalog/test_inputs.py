"""Whatever holds events: packed files, several files, folders, patterns, standard input, other libraries' catalogs."""

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import seisweave as sw
from seisweave.catalog import Catalog, Provenance, as_catalog, read_catalog, read_local_xyz, summarize
from seisweave.catalog.as_catalog import as_hypocentres
from seisweave.catalog.compression import unpacked
from seisweave.errors import InputError

HEADER = "id,time,latitude,longitude,depth,mag\n"
ROWS = [f"e{i},2020-01-{i + 1:02d}T00:00:0{i}.5,45.{i},10.{i},{i + 3},2.{i}\n" for i in range(6)]
TEXT = (HEADER + "".join(ROWS)).encode()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    return pa.compress(data, codec="zstd", asbytes=True)


PACKED = {
    "gzip": gzip.compress(TEXT),
    "two gzip members": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    "bzip2": bz2.compress(TEXT),
    "two bzip2 streams": bz2.compress(TEXT[:100]) + bz2.compress(TEXT[100:]),
    "xz": lzma.compress(TEXT),
    "zstd": zstd(TEXT),
    "zip": zipped(**{"catalog.csv": TEXT}),
    "zip of macOS": zipped(**{"a/": b"", "a/catalog.csv": TEXT, "__MACOSX/a/._catalog.csv": b"x"}),
    "gzip in zip": zipped(**{"catalog.csv.gz": gzip.compress(TEXT)}),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "".join(ROWS[:4]))
    (tmp_path / "b.csv").write_text(HEADER + "".join(ROWS[2:]))
    return tmp_path


@pytest.mark.parametrize("how", PACKED)
def test_a_packed_catalog_is_read_as_the_plain_one(tmp_path, how):
    path = tmp_path / "catalog.whatever"
    path.write_bytes(PACKED[how])
    catalog = read_catalog(path)
    assert catalog.ids.tolist() == [f"e{i}" for i in range(6)]
    assert catalog.provenance.sha256 == hashlib.sha256(PACKED[how]).hexdigest()


@pytest.mark.parametrize("how", ["gzip", "bzip2", "xz", "zstd", "zip"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_what_is_broken_off_is_one_line(tmp_path, how, share):
    path = tmp_path / "catalog.packed"
    path.write_bytes(PACKED[how][: int(share * len(PACKED[how]))])
    with pytest.raises(InputError, match=f"truncated or broken {how} file") as told:
        read_catalog(path)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"a.csv": TEXT, "b.csv": TEXT}, "holds 2 files: a.csv, b.csv; unpack it"),
        ({}, "nothing in it"),
        ({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}, "office program; save its table as CSV"),
    ],
)
def test_a_zip_of_other_than_one_file_is_refused(tmp_path, members, told):
    path = tmp_path / "catalog.zip"
    path.write_bytes(zipped(**members))
    with pytest.raises(InputError, match=told.replace("[", r"\[")):
        read_catalog(path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstd, lambda data: zipped(a=data)])
def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch, pack):
    monkeypatch.setattr("seisweave.catalog.unpacking._HARMLESS", 1 << 20)
    with pytest.raises(InputError, match="grows to more than 100 times"):
        unpacked(pack(bytes(1 << 24)), "bomb")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd, lambda data: zipped(a=data)])
def test_what_does_not_fit_into_memory_is_refused(monkeypatch, pack):
    monkeypatch.setattr("seisweave.machine.machine_memory", lambda: 1e6)
    with pytest.raises(InputError, match="GB of memory"):
        unpacked(pack(np.random.default_rng(1).bytes(200_000)), "large")


def test_several_files_become_one_catalog_with_the_hash_of_each(folder):
    both = read_catalog([folder / "a.csv", str(folder / "b.csv")])
    assert both.ids.tolist() == [f"e{i}" for i in range(6)]
    assert both.rejected.notes == ("2 events are in several catalogs with the same values, the first e2",)
    parts = {part.source: part.sha256 for part in both.provenance.parts}
    assert parts == {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    assert all(digest in str(summarize(both)) for digest in parts.values())


def test_a_folder_and_a_pattern_are_all_their_files(folder, monkeypatch):
    whole = [f"e{i}" for i in range(6)]
    assert read_catalog(folder / "*.csv").ids.tolist() == whole
    assert read_catalog(folder).ids.tolist() == whole
    (folder / "README").write_text("nothing but words\n")
    (folder / ".hidden").write_text("not looked at\n")
    (folder / "inside").mkdir()
    catalog = read_catalog(folder)
    assert catalog.ids.tolist() == whole
    assert "1 of 3 files are left out, the first: " in catalog.rejected.notes[0]
    monkeypatch.chdir(folder)
    assert read_catalog("?.csv").provenance.source == "a.csv, b.csv"
    (folder / "[1].csv").write_text(HEADER + ROWS[0])  # a name that looks like a pattern is a name
    assert read_catalog("[1].csv").ids.tolist() == ["e0"]


def test_rows_set_aside_name_their_file(folder):
    (folder / "b.csv").write_text(HEADER + ROWS[5] + "x,2020-01-01,,10.0,3,1\n")
    bad = read_catalog(folder).rejected.rows
    assert [(row.line, row.text) for row in bad] == [(3, "b.csv: x,2020-01-01,,10.0,3,1")]
    with pytest.raises(InputError, match="line 3"):
        read_catalog([folder / "a.csv", folder / "b.csv"], strict=True)


@pytest.mark.parametrize(
    ("given", "told"),
    [("no*.csv", "no file is named like"), ([], "a catalog is wanted"), ("nothing", "does not exist")],
)
def test_inputs_that_name_nothing(folder, monkeypatch, given, told):
    monkeypatch.chdir(folder)
    with pytest.raises(InputError, match=told):
        as_catalog(given)


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TEXT))))
    catalog = read_catalog("-")
    assert (len(catalog), catalog.provenance.source) == (6, "standard input")


def test_a_frame_a_path_and_several_catalogs_are_catalogs(folder):
    catalog = read_catalog(folder)
    assert as_catalog(catalog) is catalog
    assert as_catalog(str(folder / "a.csv")).ids.tolist() == ["e0", "e1", "e2", "e3"]
    assert as_catalog(catalog.to_pandas()).magnitude.tolist() == catalog.magnitude.tolist()
    assert len(as_catalog([catalog[:3], catalog[3:]])) == 6
    for wrong in (None, 3, object(), {"a": 1}, Catalog):
        with pytest.raises(InputError, match="a catalog is wanted, got"):
            as_catalog(wrong)


def test_a_catalog_of_obspy_is_one(obspy, make_catalog, tmp_path):
    known = ~np.isnat(make_catalog(20).times)
    catalog = make_catalog(20)[known]
    catalog.write(tmp_path / "c.xml")
    events = obspy.read_events(str(tmp_path / "c.xml"))
    for given in (events, list(events)):
        got = as_catalog(given)
        assert got.ids.tolist() == catalog.ids.tolist()
        np.testing.assert_array_equal(got.times, catalog.times)
        np.testing.assert_allclose(got.depth_km, catalog.depth_km)
        np.testing.assert_allclose(got.uncertainty.horizontal_km, catalog.uncertainty.horizontal_km, rtol=1e-6)
    assert as_catalog(events[0]).ids.tolist() == catalog.ids[:1].tolist()


class LikePycsep:
    """What pyCSEP's catalogs can do, without the library."""

    name = "made up"

    def get_longitudes(self):
        return np.array([179.9, 181.0])

    def get_latitudes(self):
        return np.array([-30.0, -31.0])

    def get_depths(self):
        return np.array([10.0, 12.0])

    def get_magnitudes(self):
        return np.array([5.1, 4.0])

    def get_epoch_times(self):
        return np.array([1577836800000, -86400500])

    def get_event_ids(self):
        return np.array([b"one", b"two"])


def test_a_catalog_of_pycsep_is_one():
    catalog = as_catalog(LikePycsep())
    assert catalog.times.astype(str).tolist() == ["2020-01-01T00:00:00.000000", "1969-12-30T23:59:59.500000"]
    assert catalog.longitude.round(6).tolist() == [179.9, -179.0]
    assert (catalog.ids.tolist(), catalog.depth_km.tolist()) == (["one", "two"], [10.0, 12.0])


class LikeSeismostats(pd.DataFrame):
    """A SeismoStats catalog: a DataFrame with a few attributes, depths as its QuakeML had them."""

    mc = delta_m = None
    _required_cols = ("longitude", "latitude", "depth", "time", "magnitude")


@pytest.mark.parametrize(("unit", "told"), [(1.0, []), (1000.0, ["read as metres"])])
def test_a_catalog_of_seismostats_is_one(unit, told):
    given = LikeSeismostats(
        {
            "longitude": [10.0, 10.1],
            "latitude": [45.0, 45.1],
            "depth": [0.4 * unit, 7.0 * unit],
            "time": pd.to_datetime(["2020-01-01 00:00:00", "2020-01-02 12:00:00.5"], format="ISO8601"),
            "magnitude": [1.5, 2.5],
        }
    )
    catalog = as_catalog(given)
    assert catalog.depth_km.tolist() == pytest.approx([0.4, 7.0])
    assert catalog.magnitude.tolist() == [1.5, 2.5]
    assert str(catalog.times[1]) == "2020-01-02T12:00:00.500000"
    assert len(told) == sum("read as metres" in note for note in catalog.rejected.notes)


def test_pycseps_own_class(make_catalog):
    csep = pytest.importorskip("csep.core.catalogs", reason="needs the extra csep")
    given = csep.CSEPCatalog(
        data=[("a", 1577836800000, 45.0, 10.0, 5.0, 4.2), ("b", 1577836801500, 45.1, 10.1, 6.0, 3.1)]
    )
    catalog = as_catalog(given)
    assert catalog.ids.tolist() == ["a", "b"]
    assert catalog.times.astype(str).tolist() == ["2020-01-01T00:00:00.000000", "2020-01-01T00:00:01.500000"]
    assert (catalog.depth_km.tolist(), catalog.magnitude.tolist()) == ([5.0, 6.0], [4.2, 3.1])


def test_points_stay_points(tmp_path):
    (tmp_path / "points.csv").write_text("x_km,y_km,depth_km\n1,2,3\n4,5,6\n")
    points = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    for given in (points, np.array(points), read_local_xyz(tmp_path / "points.csv"), pd.DataFrame(points)):
        assert as_hypocentres(given).tolist() == points


@pytest.mark.parametrize("names", [["x", "y", "z"], ["x_km", "y_km", "depth_km"], ["east", "north", "down"], [0, 1, 2]])
def test_a_table_of_three_columns_is_points(names):
    assert as_hypocentres(pd.DataFrame([[1.0, 2.0, 3.0]], columns=names)).tolist() == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize("names", [["longitude", "latitude", "depth_km"], ["lon", "lat", "depth"]])
def test_a_table_of_three_columns_that_names_degrees_is_a_catalog(names):
    """Degrees taken for km would give a network, and a wrong one."""
    catalog = as_hypocentres(pd.DataFrame([[10.1, 46.2, 7.0], [10.2, 46.3, 9.0]], columns=names))
    assert (catalog.longitude.tolist(), catalog.depth_km.tolist()) == ([10.1, 10.2], [7.0, 9.0])


@pytest.mark.parametrize(
    "given", [None, 3, {"a": 1}, {1, 2}, [["a", "b", "c"]], pd.DataFrame([["a", "b", "c"]]), object]
)
def test_what_holds_no_events_is_refused_in_one_line(given, without_type_checks):
    with pytest.raises(InputError, match="give a Catalog, a path, a pandas table") as refused:
        as_hypocentres(given)
    assert "\n" not in str(refused.value)


def test_stages_take_what_holds_events(make_catalog, tmp_path, obspy):
    catalog = make_catalog(60).with_depth()
    catalog = catalog[~np.isnat(catalog.times)]
    path = tmp_path / "catalog.csv"
    catalog.write(path)
    for given in (path, catalog.to_pandas()):
        options = sw.ForecastOptions(model="triples", bandwidth_km=3.0, floor=0.1)
        made, from_given = (sw.make_forecast(each, options) for each in (catalog, given))
        assert made.volume == from_given.volume
        assert summarize(given).n_events == len(catalog)
        assert sw.reconstruct_faults(given).n_events == len(catalog)


def test_joining_keeps_every_event_and_every_column(make_catalog):
    whole = make_catalog(40)
    joined = whole[:15] + whole[15:]
    for name in ("ids", "times", "longitude", "depth_km", "magnitude", "quality", "event_type", "n_phases"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))
    np.testing.assert_array_equal(joined.uncertainty.horizontal_km, whole.uncertainty.horizontal_km)
    assert len(whole + whole) == 40
    assert joined.rejected.notes == ()


def variances(errors):
    return np.diagonal(errors.covariances_km2(), axis1=1, axis2=2)


@pytest.mark.parametrize("other", ["none", "sigma", "covariance", "mixture"])
@pytest.mark.parametrize("kind", ["sigma", "covariance", "mixture"])
def test_errors_of_two_kinds_join_as_the_fuller_one(make_catalog, kind, other):
    one, two = make_catalog(10, errors=kind), make_catalog(8, seed=2, errors="sigma" if other == "none" else other)
    two = replace(two, ids=np.char.add("x", two.ids), uncertainty=None if other == "none" else two.uncertainty)
    errors = (one + two).uncertainty
    order = ["none", "sigma", "covariance", "mixture"]
    assert errors.kind == max(kind, other, key=order.index)
    np.testing.assert_allclose(variances(errors)[:10], variances(one.uncertainty))
    if two.uncertainty is not None:
        np.testing.assert_allclose(variances(errors)[10:], variances(two.uncertainty))
    else:
        assert not errors.known()[10:].any()


def test_columns_that_one_of_them_lacks_are_unknown_there(make_catalog):
    one, two = make_catalog(5), make_catalog(4, seed=2)
    two = replace(two, ids=np.char.add("x", two.ids), quality=None, n_phases=None)
    joined = one + two
    assert joined.quality.tolist() == [*one.quality.tolist(), "", "", "", ""]
    assert np.isnan(joined.n_phases[5:]).all()


def test_ids_that_clash_are_numbered_and_doubles_are_told(make_catalog):
    one = make_catalog(6)
    revised = replace(one, magnitude=one.magnitude + 0.2)
    joined = one + revised
    assert len(joined) == 12 - int(np.isnan(one.magnitude).sum())
    assert f"{one.ids[0]}-2" in joined.ids.tolist()
    assert "1 events are in several catalogs with the same values" in joined.rejected.notes[0]  # without magnitude
    assert "5 events have the id of an event of another catalog with other values" in joined.rejected.notes[1]
    near = replace(one, ids=np.char.add("x", one.ids), times=one.times + np.timedelta64(400, "ms"))
    told = (one + near).rejected.notes
    assert f"{int((~np.isnat(one.times)).sum())} events may be in several catalogs under different ids" in told[0]
    far = replace(near, times=one.times + np.timedelta64(2, "s"))
    assert (one + far).rejected.notes == ()


def test_joining_thrice_keeps_each_source_once(make_catalog):
    given = [Provenance(name, name * 2, "csv") for name in "abc"]
    parts = [
        replace(make_catalog(5, seed=i), ids=np.array([f"{i}-{k}" for k in range(5)]), provenance=one)
        for i, one in enumerate(given)
    ]
    stepwise, at_once = parts[0] + parts[1] + parts[2], Catalog.join(parts)
    assert stepwise.provenance == at_once.provenance
    assert stepwise.provenance.parts == tuple(given)
    with pytest.raises(InputError, match="no catalog to join"):
        Catalog.join([])
