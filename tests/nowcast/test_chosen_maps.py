"""What a nowcast takes from the catalog where nobody says: region, cells, magnitudes."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.nowcast.chosen_maps import Cells, choose_maps, held
from seisweave.nowcast.maps import MapOptions, weave
from seisweave.nowcast.place.chosen import choose_place
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, PlaceSettings
from seisweave.nowcast.region.chosen import choose_settings
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.thresholds import four_thresholds, one_threshold


def catalog_about(longitude, latitude, *, n=400, wide=0.4, least=2.0, years=10):
    rng = np.random.default_rng(7)
    span = years * 365 * 86400
    return Catalog(
        times=np.datetime64("2010-01-01", "us") + np.sort(rng.integers(0, span, n)) * np.timedelta64(1, "s"),
        longitude=(longitude + rng.uniform(-wide, wide, n) + 180.0) % 360.0 - 180.0,
        latitude=latitude + rng.uniform(-wide, wide, n),
        depth_km=np.full(n, np.nan),
        magnitude=np.round(least + rng.exponential(1 / np.log(10), n), 1),
        ids=np.arange(n).astype(str),
    )


@pytest.mark.parametrize(("longitude", "latitude"), [(13.0, 42.5), (180.0, -38.0), (-71.0, -33.0), (25.0, 88.0)])
def test_every_event_is_on_the_maps_wherever_they_are(longitude, latitude):
    catalog = catalog_about(longitude, latitude)
    maps = weave(catalog, MapOptions(value="count"))
    assert maps.attrs["n_events"] == np.nansum(maps.values) == len(catalog)
    assert "all 400 events inside" in choose_maps(catalog, MapOptions()).line


def test_cells_are_as_large_as_the_region_asks_for():
    assert choose_maps(catalog_about(142.0, 38.0, wide=12.0), MapOptions()).options.cell_deg == 0.5
    assert choose_maps(catalog_about(10.0, 47.0, wide=0.05), MapOptions()).options.cell_deg == 0.01
    assert choose_maps(catalog_about(10.0, 47.0), MapOptions(), Cells(0.5, 4, 400)).options.cell_deg == 0.5
    assert choose_maps(catalog_about(10.0, 47.0), MapOptions(cell_deg=0.25)).options.cell_deg == 0.25
    assert MapOptions(box=(9.0, 10.0, 46.0, 47.0)).cell_deg == 0.1


def test_what_a_region_holds_is_told():
    catalog = catalog_about(13.0, 42.5)
    elsewhere = held(catalog, MapOptions(box=(-120.0, -114.0, 32.0, 36.0)))
    assert elsewhere.startswith("none of 400 events lies in the region -120 to -114 east, 32 to 36 north (the largest")
    assert "--box" in elsewhere
    there = held(catalog, choose_maps(catalog, MapOptions()).options)
    assert f"holds 400 of 400 events, the largest of magnitude {catalog.magnitude.max():g}" in there
    assert "--box" not in there
    with pytest.raises(InputError, match="still to be chosen"):
        MapOptions().shape  # noqa: B018


def test_four_magnitudes_are_the_usual_ones_or_what_the_catalog_bears():
    rng = np.random.default_rng(3)

    def drawn(least, n):
        return np.round(least + rng.exponential(1 / np.log(10), n), 1)

    assert four_thresholds(drawn(1.0, 200_000)) == (3.0, 3.5, 4.0, 4.5)
    assert four_thresholds(drawn(3.95, 20_000)) == (4.0, 4.5, 5.0, 5.5)
    for least, n in ((-1.0, 500), (1.0, 2000), (2.5, 60)):
        magnitude = drawn(least, n)
        four = four_thresholds(magnitude)
        assert np.all(np.diff(four) > 0)
        assert four[0] >= least - 0.05
        assert n < 100 or (magnitude >= four[3] - 1e-9).sum() >= 20


def test_one_magnitude_is_neither_too_rare_nor_too_common():
    day = np.arange(4000.0)
    magnitude = np.resize([2.0, 2.5, 3.0, 3.5], 4000)
    magnitude[:40] = 5.0
    assert one_threshold(magnitude, day) == 4.5
    assert one_threshold(magnitude - 2.0, day) == 3.0
    assert one_threshold(magnitude + 3.0, day) == 7.0  # 6.5 comes on every fourth day


def test_settings_that_are_given_stay():
    catalog = catalog_about(13.0, 42.5)
    box = (12.0, 14.0, 42.0, 43.0)
    given = Settings(NowcastOptions(threshold=2.5), MapOptions(box=box, cell_deg=0.5))
    assert choose_settings(catalog, given).settings == given
    place = PlaceSettings(
        PlaceOptions(magnitudes=(2.0, 2.5, 3.0, 3.5), box=box, cell_deg=0.5), PlaceNetworkOptions(calibration_years=5)
    )
    assert choose_place(catalog, place).settings == place


def test_half_of_a_short_past_is_left_to_learn_from():
    chosen = choose_place(catalog_about(13.0, 42.5, years=4), PlaceSettings())
    assert chosen.settings.network.calibration_years == 1
    assert any("calibrated on the last 1 of 3.0 years" in line for line in chosen.lines)


def with_other_future(catalog, day):
    """The same catalog, but for events from a day on: three units larger, and ten degrees to the east."""
    later = catalog.times >= np.datetime64(day)
    assert 0 < later.sum() < len(catalog)
    return replace(
        catalog,
        magnitude=np.where(later, catalog.magnitude + 3.0, catalog.magnitude),
        longitude=np.where(later, catalog.longitude + 10.0, catalog.longitude),
    )


def test_what_comes_after_the_past_has_no_say_in_a_nowcast_by_place():
    catalog = catalog_about(13.0, 42.5, years=8)
    border = str((catalog.times.min() + np.timedelta64(6 * 365, "D")).astype("datetime64[D]"))
    past = PlaceSettings(end=border)
    one, other = (choose_place(each, past).settings for each in (catalog, with_other_future(catalog, border)))
    assert one == other
    assert choose_place(with_other_future(catalog, border), PlaceSettings()).settings.place.box != one.place.box


@pytest.mark.parametrize("named", [True, False])
def test_what_is_only_tested_on_has_no_say_in_a_nowcast_of_a_region(named):
    catalog = catalog_about(13.0, 42.5, years=8)
    border = str((catalog.times.min() + np.timedelta64(7 * 365, "D")).astype("datetime64[D]"))  # after 80 % of the days
    settings = Settings(NowcastOptions(val_end=border) if named else NowcastOptions())
    one, other = (choose_settings(each, settings).settings for each in (catalog, with_other_future(catalog, border)))
    assert one == other


def test_what_is_still_to_be_chosen_is_asked_for():
    for ask in (lambda: PlaceOptions().thresholds, lambda: NowcastOptions().extreme_from):
        with pytest.raises(InputError, match="still to be chosen"):
            ask()
