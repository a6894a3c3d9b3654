import sys
from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import Catalog, ReadOptions, read_catalog, summarize
from seisweave.errors import InputError


def test_numbers_of_a_summary_are_those_of_the_catalog(make_catalog):
    catalog = make_catalog(200)
    summary = summarize(catalog)
    assert summary.n_events == 200
    assert sum(summary.by_magnitude.values()) == (~np.isnan(catalog.magnitude)).sum()
    assert summary.by_magnitude["2"] == ((catalog.magnitude >= 2) & (catalog.magnitude < 3)).sum()
    assert sum(summary.qualities.values()) == sum(summary.event_types.values()) == 200
    assert summary.depth_range_km == (np.nanmin(catalog.depth_km), np.nanmax(catalog.depth_km))
    assert summary.median_horizontal_km == np.nanmedian(catalog.uncertainty.horizontal_km)
    assert summary.missing["depth"] == 1
    assert summary.box[0] == catalog.longitude.min()
    assert str(summary) == summary.text()


def test_the_box_crosses_the_date_line_where_the_events_do(make_catalog):
    west, east, _, _ = summarize(make_catalog(100, centre=(179.9, 10.0))).box
    assert west > 178
    assert east < -178


@pytest.mark.parametrize("errors", ["none", "sigma", "covariance", "mixture"])
def test_none_and_one_event_are_summarized_too(make_catalog, errors):
    catalog = make_catalog(20, errors=errors)
    assert "unknown" in summarize(catalog[:0]).text()
    assert "events       1" in summarize(catalog[:1]).text()
    assert "not given" in summarize(replace(catalog, quality=None)).text()


def test_what_selection_left_out_is_in_the_text(make_catalog):
    text = summarize(make_catalog(50).select(min_magnitude=2.0)).text()
    assert "left out" in text
    assert "min_magnitude=2.0" in text


def test_options_are_the_keywords_of_read_catalog(tmp_path, without_type_checks):
    path = tmp_path / "one.csv"
    path.write_text("lat,lon,depth\n34,-117,-5\n")
    assert read_catalog(path, **vars(ReadOptions(depth_positive="up"))).depth_km.tolist() == [5.0]
    with pytest.raises(InputError, match="'hypo72' is not known; choose"):
        ReadOptions(format="hypo72")
    for name, wrong in (("depth_unit", "miles"), ("error_unit", "miles"), ("depth_positive", "sideways")):
        with pytest.raises(InputError, match=f"'{wrong}'"):
            ReadOptions(**{name: wrong})


def test_without_obspy_one_line_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "events.xml"
    path.write_text("<?xml version='1.0'?><quakeml/>")
    monkeypatch.setitem(sys.modules, "obspy", None)
    with pytest.raises(InputError, match=r"pip install 'seisweave\[obspy\]'"):
        read_catalog(path)


def test_order_of_rows_and_of_columns_changes_nothing_else(make_catalog):
    catalog = make_catalog(40)
    turned = catalog[::-1]
    for name in ("by_magnitude", "box", "depth_range_km", "time_span", "missing", "median_vertical_km"):
        assert getattr(summarize(turned), name) == getattr(summarize(catalog), name)
    frame = catalog.to_pandas()
    again = Catalog.from_pandas(frame[frame.columns[::-1]])
    np.testing.assert_array_equal(again.longitude, catalog.longitude)
