"""Fixed formats of the trade: their values, each told from all others, and what is broken rejected or refused."""

import numpy as np
import pytest
from tests.catalog.test_fuzz import SAMPLES as OLDER
from tests.catalog.trade_formats import HYPO71, ISC_GEM, ISF, JMA, JMA_SMALL, SAMPLES, USGS_GEOJSON

from seisweave.catalog import read_catalog
from seisweave.catalog.read import FORMATS, recognise
from seisweave.catalog.source import open_source
from seisweave.errors import InputError

FORMAT = {name: name.split(",")[0].split(" ")[0] for name in SAMPLES}
EXPECTED = FORMAT | {name: {"fdsn": "fdsn_text", "csep": "csep_csv"}.get(name, name) for name in OLDER}
TEXT = {name: text for name, (text, _) in SAMPLES.items()} | OLDER


@pytest.fixture
def read(tmp_path, obspy):
    def read(text, **options):
        path = tmp_path / "catalog.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_catalog(path, **options)

    return read


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_event_has_its_values(read, name):
    text, (time, longitude, latitude, depth_km, magnitude, scale, own_id, errors) = SAMPLES[name]
    catalog = read(text, strict=True)
    assert catalog.provenance.format == FORMAT[name]
    assert str(catalog.times[0].astype("datetime64[ms]")) == time
    np.testing.assert_allclose(
        [catalog.longitude[0], catalog.latitude[0], catalog.depth_km[0], catalog.magnitude[0]],
        [longitude, latitude, depth_km, magnitude],
        atol=1e-9,
    )
    assert scale is None or catalog.magnitude_type[0] == scale
    assert catalog.ids[0] == own_id
    if errors is not None:
        found = catalog.uncertainty.sigmas_km()
        np.testing.assert_allclose([found["horizontal_km"][0], found["vertical_km"][0]], errors, rtol=1e-9)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_format_is_told_from_all_others(tmp_path, obspy, name):
    path = tmp_path / "catalog.txt"
    path.write_text(TEXT[name])
    assert recognise(open_source(path)) == EXPECTED[name]


@pytest.mark.parametrize("format_name", ["growclust_events", "hypodd_events", "real"])
def test_a_table_that_names_its_columns_is_read_by_its_names(read, format_name):
    """Even where as many numbers would fit the columns of a format without names."""
    name = next(name for name, own in FORMAT.items() if own == format_name)
    cells = SAMPLES[name][0].split()
    header = [f"c{i}" for i in range(len(cells))]
    with pytest.raises(InputError, match=r"no known format|no column for longitude"):
        read(f"{' '.join(header)}\n{SAMPLES[name][0]}")


def test_every_format_has_a_sample():
    assert set(FORMATS) - set(EXPECTED.values()) <= {
        "parquet",
        "scedc_csv",
        "comcat",
        "zmap",
        "isc_csv",
    }  # tested elsewhere


def read_or_none(read, data):
    """A catalog, or None where it is refused."""
    try:
        return read(data)
    except InputError:
        return None


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_broken_is_read_right_rejected_or_refused(read, name):
    """Cut, with a byte changed, or with a column lost, no number appears that the whole file does not hold."""
    text, whole, rng = SAMPLES[name][0], read(SAMPLES[name][0]), np.random.default_rng(1)
    for change in range(24):
        data, at = bytearray(text.encode()), int(rng.integers(len(text)))
        if change % 3 == 0:
            del data[at:]
        elif change % 3 == 1:
            data[at] = int(rng.choice(list(b"x?#,")))
        else:
            data.insert(at, ord("x"))
        found = read_or_none(read, bytes(data))
        if found is None:
            continue
        assert len(found) <= len(whole)
        assert (np.abs(found.latitude) <= 90).all()
        assert not (np.abs(found.depth_km) >= 800).any()


def test_jma_magnitudes_below_zero_and_fixed_depths(read):
    catalog = read(f"{JMA}\n{JMA_SMALL}\n")
    assert catalog.magnitude.tolist() == [9.0, -0.3]
    assert catalog.depth_km.tolist() == [23.74, 10.0]
    assert catalog.latitude[1] == pytest.approx(38.1)
    assert np.isnan(catalog.uncertainty.sigmas_km()["vertical_km"][1])
    assert str(catalog.times[1]) == "2011-03-11T15:00:00.500000"
    assert any("Japan Standard Time" in note for note in catalog.rejected.notes)


def test_years_of_two_digits_are_told(read):
    assert any("two digits" in note for note in read(HYPO71 + "\n").rejected.notes)
    assert str(read("03" + HYPO71[2:] + "\n").times[0])[:4] == "2003"


def test_west_is_told_where_no_letter_says_so(read):
    assert any("read as west" in note for note in read(HYPO71 + "\n").rejected.notes)


def test_errors_at_90_percent_become_one_sigma(read):
    gem = np.array(read(ISC_GEM).uncertainty.covariance_km2[0])
    np.testing.assert_allclose(np.diag(gem), [(4.3 / 2.14597) ** 2, (8.6 / 2.14597) ** 2, 4.0**2], rtol=1e-3)
    isf = np.array(read(ISF).uncertainty.covariance_km2[0])
    np.testing.assert_allclose(
        np.diag(isf), [(2.1 / 2.14597) ** 2, (4.3 / 2.14597) ** 2, (6.6 / 1.64485) ** 2], rtol=1e-3
    )


def test_geojson_keeps_unknown_magnitudes_and_depths_above_the_sea(read):
    catalog = read(USGS_GEOJSON)
    assert np.isnan(catalog.magnitude[1])
    assert catalog.depth_km[1] == -0.2
    assert catalog.event_type.tolist() == ["earthquake", "quarry blast"]
    assert str(catalog.times[1]) == "2019-07-04T17:33:50.250000"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"%PDF-1.4\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "office"),
        (b"\x00\x00\x27\x0a" + b"\0" * 100, "shapefile"),
        (b"SQLite format 3\x00" + b"\0" * 100, "database"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "HDF5"),
        (b"000001D AAKBTB  BHZII" + b"\0" * 100, "waveform"),
        (b'<?xml version="1.0"?><FDSNStationXML xmlns="http://www.fdsn.org/xml/station/1"/>', "list of stations"),
        (b"#Network|Station|Latitude|Longitude|Elevation|SiteName|StartTime|EndTime\nAK|A|1|2|3|b|c|d\n", "stations"),
        (b"station,latitude,longitude,elevation\nABC,34.1,-117.2,500\nABD,34.2,-117.3,510\n", "stations"),
        (b"Error 413: Request Entity Too Large\n\nMore than 20000 events\n", "message of a service"),
    ],
)
def test_what_is_no_catalog_is_named(read, data, what):
    with pytest.raises(InputError, match=what) as told:
        read(data)
    assert "\n" not in str(told.value)


def test_geojson_in_seconds_is_told(read):
    catalog = read(USGS_GEOJSON.replace("1562261629000", "1562261629").replace("1562261630250", "1562261630.25"))
    assert str(catalog.times[1]) == "2019-07-04T17:33:50.250000"
    assert any("seconds since 1970" in note for note in catalog.rejected.notes)


def test_event_dat_without_hundredths_is_refused(read):
    rows = "20200102 021022 36.51 -121.25 7.2 2.4 0.4 0.9 0.1 1\n20200102 101022 36.51 -121.25 7.2 2.4 0.4 0.9 0.1 2\n"
    with pytest.raises(InputError, match="HHMMSSCC"):
        read(rows)


@pytest.mark.parametrize("text", ['[{"time": "2020-01-01", "lat": 45, "lon": 7}]', '{"events": [1]}'])
def test_other_json_is_named(read, text):
    with pytest.raises(InputError, match="JSON that is no GeoJSON"):
        read(text)


def test_a_bulletin_of_gse_is_no_waveform(read):
    with pytest.raises(InputError) as told:
        read(b"BEGIN GSE2.0\nMSG_TYPE DATA\nMSG_ID A B\nDATA_TYPE BULLETIN GSE2.0\nSTOP\n")
    assert "waveform" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "plain", "signed"),
    [
        ("real", "10 14", "10 +4"),
        ("real", "00:12", "00:+2"),
        ("real", "2016 10", "360 10"),
        ("growclust_events", "4 12 23", "4 +2 23"),
        ("growclust_events", "1999", " 999"),
    ],
)
def test_parts_of_a_date_have_neither_signs_nor_lost_digits(read, name, plain, signed):
    """A sign where a digit was, or too few of them: the row is set aside and told, not taken for another day."""
    text = SAMPLES[name][0]
    assert plain in text
    catalog = read(text + text.replace(plain, signed), format=FORMAT[name])
    assert len(catalog) == 1
    assert len(catalog.rejected) == 1
