"""Whatever the bytes, reading ends in a Catalog or in one InputError of one line."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisweave.catalog import read_catalog, read_local_xyz, write_catalog
from seisweave.errors import InputError

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ROW = "1992-06-28T11:57:34,34.2,-116.4,5.0,4.0,a"
SAMPLES = {
    "csv": "time,latitude,longitude,depth,mag,id\n" + ROW + "\n" + ROW.replace(",a", ",b") + "\n",
    "scedc": "1994/01/01 00:27:20.72 eq  l 1.47 c    34.118 -116.405  4.6 A  3138748   26  111\n",
    "scsn": "1994 01 01  00 27 20.72  34  7.08-116 24.30 A 1.5      4.62 26     0.16  3138748\n",
    "fdsn": "#EventID|Time|Latitude|Longitude|Depth/km|Magnitude\n1|2011-03-11T05:46:23|38|142|19|9\n",
    "csep": "lon,lat,mag,time_string,depth,catalog_id,event_id\n-116.5,34.2,5.1,1992-06-28T11:57:34,0.97,0,a\n",
    "hypodd": "1 37.4 -121.7 6.4 -1 10 -2 12 13 20 1984 4 24 21 15 18.7 6.2 10 0 120 45 -9 0.012 1\n",
    "hypoinverse": "201905122359600034S1200117 3000 1234150 12 90  5 010"
    + " " * 33
    + "  35 120"
    + " " * 43
    + "123456L250\n",
    "growclust": "2012 10 13 5 53 3.8 9 39.6 -119.6 8.3 0.1 1 1 7 3 15 10 0 0.01 0.02 0.3 0.007 39 -119 7\n",
    "nonlinloc": 'NLLOC "a" "LOCATED" "b"\nGEOGRAPHIC  OT 2006 07 15  17 21 20.1'
    "  Lat 51.6 Long 7.7 Depth 1.4\n"
    "STATISTICS ExpectX 1 Y 1 Z 1 CovXX 1 XY 0 XZ 0 YY 1 YZ 0 ZZ 1 El\nEND_NLLOC\n",
    "quakeml": "<?xml version='1.0'?><q:quakeml xmlns:q='http://quakeml.org/xmlns/quakeml/1.2'"
    " xmlns='http://quakeml.org/xmlns/bed/1.2'><eventParameters publicID='smi:a/b'><event publicID='smi:a/1'>"
    "<origin publicID='smi:a/2'><time><value>1994-01-17T12:30:55</value></time><latitude><value>34</value>"
    "</latitude><longitude><value>-118</value></longitude></origin></event></eventParameters></q:quakeml>",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def _reads_or_says_why(path, data: bytes) -> None:
    path.write_bytes(data)
    for read in (read_catalog, read_local_xyz):
        message = ""
        try:
            read(path)
        except InputError as error:
            message = str(error)
        assert "\n" not in message


@QUIET
@given(data=st.binary(max_size=400))
def test_random_bytes(folder, data):
    _reads_or_says_why(folder / "bytes", data)


@QUIET
@given(text=st.text(max_size=300))
def test_random_text(folder, text):
    _reads_or_says_why(folder / "text", text.encode("utf-8", errors="replace"))


@QUIET
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_truncated_and_mutilated_samples(folder, data, name):
    text = bytearray(SAMPLES[name].encode())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.sampled_from(b"0123456789.-,;|\t \n\"'#nae/:\x00\xff"))
    cut = data.draw(st.integers(0, len(text)))
    _reads_or_says_why(folder / "sample", bytes(text[:cut]))
    packed = gzip.compress(bytes(text))
    _reads_or_says_why(folder / "sample.gz", packed[: data.draw(st.integers(0, len(packed)))])


@QUIET
@given(order=st.permutations(range(6)), drop=st.integers(0, 6))
def test_columns_in_any_order(folder, order, drop):
    lines = [line.split(",") for line in SAMPLES["csv"].splitlines()]
    order = order[:drop] if drop else order
    text = "\n".join(",".join(line[i] for i in order) for line in lines)
    path = folder / "order.csv"
    path.write_text(text)
    if {1, 2} <= set(order):
        catalog = read_catalog(path)
        assert (catalog.latitude[0], catalog.longitude[0]) == (34.2, -116.4)
        assert np.isnan(catalog.magnitude[0]) == (4 not in order)
    else:
        _reads_or_says_why(path, text.encode())


def test_a_damaged_parquet_file(folder, make_catalog):
    path = folder / "catalog.parquet"
    write_catalog(make_catalog(20), path)
    whole, rng = path.read_bytes(), np.random.default_rng(1)
    for _ in range(40):
        broken = bytearray(whole)
        for at in rng.integers(0, len(whole), 5):
            broken[at] = rng.integers(256)
        _reads_or_says_why(folder / "broken.parquet", bytes(broken[: rng.integers(4, len(whole))]))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_samples_are_fine_as_they_are(folder, name, obspy):
    path = folder / "fine"
    path.write_text(SAMPLES[name])
    assert len(read_catalog(path)) >= 1
