"""The real Southern California catalog, in its three forms, against what its data centre says of it."""

import numpy as np
import pytest

from seisweave.catalog import read_catalog, summarize


@pytest.fixture(scope="module")
def merged(shared_data):
    return read_catalog(shared_data / "scedc_1932_2026.csv.gz", strict=True)


def test_the_merged_catalog_has_all_its_events(merged):
    assert len(merged) == 911_909
    assert len(merged.rejected) == 0
    assert merged.provenance.format == "scedc_csv"
    assert len(merged.provenance.sha256) == 64
    assert (merged.event_type == "qb").sum() == 48_555
    assert merged.longitude.min() >= -122
    assert merged.longitude.max() <= -114
    assert merged.latitude.min() >= 32
    assert merged.latitude.max() <= 37
    assert str(merged.times.min()).startswith("1932-01-01")
    assert str(merged.times.max()).startswith("2026-08-07")


def test_two_events_that_share_an_id_are_both_kept_and_reported(merged):
    assert len(merged.rejected.notes) == 1
    assert "38239746-2" in merged.rejected.notes[0]
    two = merged[np.isin(merged.ids, ["38239746", "38239746-2"])]
    assert two.magnitude.tolist() == [2.69, 3.2]


def test_counts_by_magnitude_of_the_nowcast_region(merged):
    region = merged.select(start="1990-01-01", end="2020-01-01", box=(-120.0, -114.0, 32.0, 36.0), not_event_type="qb")
    assert len(region.select(min_magnitude=2.5)) == 27_556
    assert len(region.select(min_magnitude=3.5)) == 2_890
    assert len(region.select(min_magnitude=4.5)) == 272
    # the stated count for M >= 0 takes the 0.0 that stands for "none computed" as a magnitude
    unknown = int(np.isnan(region.magnitude).sum())
    assert len(region.select(min_magnitude=0.0)) + unknown == 496_423


def test_good_hypocentres(merged):
    good = merged.select(start="1990-01-01", end="2020-01-01", box=(-121.0, -114.0, 32.0, 37.0), quality="A")
    assert len(good.select(event_type="eq", min_phases=16)) == 321_779


def test_the_gap_of_2019_has_few_events_and_depths(merged):
    gap = merged.select(start="2019-10-15T07:07:45", end="2019-12-12T07:44:00")
    assert len(gap) == 391
    assert np.isnan(gap.depth_km).sum() == np.isnan(merged.depth_km).sum() == 265


def test_the_two_yearly_formats_hold_the_same_events(shared_data):
    one = read_catalog(shared_data / "formats/1994.scec_dc.catalog.gz", strict=True)
    two = read_catalog(shared_data / "formats/1994.scsn.catalog.gz", strict=True)
    assert (one.provenance.format, two.provenance.format) == ("scedc", "scsn")
    assert len(one) == len(two) == 28_254  # as stated in both footers
    assert one.rejected.notes == two.rejected.notes == ()
    np.testing.assert_array_equal(one.ids, two.ids)
    np.testing.assert_array_equal(one.times, two.times)
    np.testing.assert_array_equal(one.quality, two.quality)
    np.testing.assert_array_equal(one.n_phases, two.n_phases)
    half = 1.0001
    assert np.abs(one.longitude - two.longitude).max() < half * (0.0005 + 0.005 / 60)
    assert np.abs(one.latitude - two.latitude).max() < half * (0.0005 + 0.005 / 60)
    assert np.abs(one.depth_km - two.depth_km).max() < half * (0.05 + 0.005)
    known = ~np.isnan(one.magnitude)
    assert np.abs(one.magnitude - two.magnitude)[known].max() < half * (0.05 + 0.005)


def test_the_merged_catalog_agrees_with_the_yearly_file(merged, shared_data):
    yearly = read_catalog(shared_data / "formats/1994.scec_dc.catalog.gz")
    merged = merged.select(start="1994-01-01", end="1995-01-01")
    common, mine, theirs = np.intersect1d(merged.ids, yearly.ids, return_indices=True)
    assert len(common) == len(merged) == len(yearly)
    gap = np.abs(merged.times[mine] - yearly.times[theirs])
    assert np.quantile(gap / np.timedelta64(1, "s"), 0.99) < 0.02
    assert np.quantile(np.abs(merged.latitude[mine] - yearly.latitude[theirs]), 0.99) < 0.0006


def test_a_summary_of_the_whole_catalog_reads_well(merged):
    text = summarize(merged).text()
    for words in ("911909", "1932-01-01", "qb 48555", "depth 265", "0 rows", "38239746-2"):
        assert words in text, words


def test_comcat_errors_joined_to_the_network_catalog(shared_data):
    catalog = read_catalog(shared_data / "scedc_with_comcat_errors.csv.gz", strict=True)
    assert len(catalog) == 17_648
    errors = catalog.uncertainty
    fixed = np.isnan(errors.vertical_km)
    assert abs(fixed.mean() - 0.16) < 0.005
    assert np.nanmedian(errors.horizontal_km) == 0.32
    assert round(float(np.median(np.where(fixed, 31.61, errors.vertical_km))), 2) == 0.68
    assert "depths are fixed" in " ".join(catalog.rejected.notes)


def test_comcat_export(shared_data):
    catalog = read_catalog(shared_data / "formats/comcat_2005_2015_m25.csv.gz", strict=True)
    assert catalog.provenance.format == "comcat"
    assert catalog.magnitude.min() >= 2.5
    assert catalog.ids[0] == "nn00483105"
    assert np.isnan(catalog.uncertainty.horizontal_km[0])
    assert catalog.uncertainty.vertical_km[0] == 2.3
    assert str(catalog.times[0]) == "2015-02-16T13:36:56.016000"


def test_growclust_output(shared_data):
    catalog = read_catalog(shared_data / "uncertain/spanish_springs_growclust.cat", strict=True)
    assert catalog.provenance.format == "growclust"
    assert len(catalog) == 1_616
    assert catalog.uncertainty.known().sum() == 733
    assert catalog.uncertainty.horizontal_km[0] == 0.024
    assert catalog.uncertainty.vertical_km[0] == 0.364
    assert str(catalog.times[0]) == "2012-10-13T05:53:03.800000"
    assert (catalog.longitude[0], catalog.latitude[0], catalog.depth_km[0]) == (-119.6888, 39.66194, 8.352)


def test_focal_mechanisms_are_a_table_with_a_time_in_parts(shared_data):
    catalog = read_catalog(shared_data / "focal/anza_socal_298.csv", strict=True)
    assert len(catalog) == 298
    assert str(catalog.times[0]) == "2011-01-01T02:55:40.100000"
