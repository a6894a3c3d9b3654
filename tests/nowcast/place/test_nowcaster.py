"""The nowcaster by place: blind to the future, and the same when it was saved and opened."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE, SMALL, few_events, with_another_future

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.nowcast.maps import lay_steps
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.features import place_features
from seisweave.nowcast.place.nowcaster import open_place_nowcaster, train_place_nowcaster
from seisweave.nowcast.place.options import (
    BacktestOptions,
    PlaceSettings,
    WindowOptions,
)


def test_nothing_after_a_day_changes_its_nowcast_by_a_bit(world, fitted):
    for day in ("1999-06-01", "2001-02-03"):
        other = with_another_future(world.catalog, day)
        one, two = fitted.nowcast(world.catalog, day), fitted.nowcast(other, day)
        assert one.probability.tobytes() == two.probability.tobytes()
        steps = lay_steps(world.catalog, PLACE.maps, end="2003-12-31")
        known = steps.start <= np.datetime64(day)
        one, two = (place_features(catalog, PLACE, steps)[known] for catalog in (world.catalog, other))
        assert one.tobytes() == two.tobytes()


def test_a_day_before_its_event_differs_when_the_past_does(world, fitted):
    quiet = world.catalog[world.catalog.times < np.datetime64("2000-01-01")]
    day = "2000-01-02"
    fresh = few_events(["2000-01-01T20:00"], [5.5])
    together = {
        name: np.concatenate([getattr(quiet, name), getattr(fresh, name)])
        for name in ("times", "longitude", "latitude", "depth_km", "magnitude")
    }
    shaken = Catalog(**together, ids=np.arange(len(quiet) + 1).astype(str))
    calm = Catalog(**{**together, "magnitude": np.append(quiet.magnitude, 2.0)}, ids=shaken.ids)
    before, after = (fitted.nowcast(catalog, day, complete_until=day) for catalog in (calm, shaken))
    assert after.probability[0, 2, 1] > 5 * before.probability[0, 2, 1]
    assert np.all(np.diff(after.probability, axis=0) < 0)  # larger events are rarer everywhere


def test_saved_and_opened_it_says_the_same(world, fitted, tmp_path):
    opened = open_place_nowcaster(fitted.write(tmp_path / "model"))
    one, two = (nowcaster.nowcast(world.catalog) for nowcaster in (fitted, opened))
    assert one.probability.tobytes() == two.probability.tobytes()
    assert str(one.day) == "2004-01-01"
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["model.json", "place.safetensors"]


def test_damaged_folders_are_refused_in_one_line(fitted, tmp_path):
    folder = fitted.write(tmp_path / "model")
    with pytest.raises(InputError, match="no model"):
        open_place_nowcaster(tmp_path)
    weights = (folder / "place.safetensors").read_bytes()
    (folder / "place.safetensors").write_bytes(weights[:-40])
    with pytest.raises(InputError, match="damaged weights"):
        open_place_nowcaster(folder)
    text = (folder / "model.json").read_text()
    for wrong, message in (
        (text[:100], "damaged"),
        (text.replace('"format": 2', '"format": 9'), "format 9"),
        (text.replace('"cell_deg": 0.5', '"cell_deg": 1.0'), "damaged"),
        (text.replace('"filters": 8', '"filters": 16'), "another network|damaged"),
    ):
        (folder / "place.safetensors").write_bytes(weights)
        (folder / "model.json").write_text(wrong)
        with pytest.raises(InputError, match=message):
            open_place_nowcaster(folder)


def test_catalogs_that_do_not_fit_are_refused(world, fitted):
    late = world.catalog[world.catalog.times >= np.datetime64("1991-01-01")]
    with pytest.raises(InputError, match="begins after 1990-01-03"):
        fitted.nowcast(late)
    with pytest.raises(InputError, match="nothing is known of 2030-01-01"):
        fitted.nowcast(world.catalog, "2030-01-01")
    with pytest.raises(InputError, match="no event of the catalog"):
        place_data(world.catalog[:0], PLACE)
    with pytest.raises(InputError, match="longer catalog"):
        train_place_nowcaster(world.catalog[:50], PlaceSettings(PLACE, SMALL))
    with pytest.raises(InputError, match="the days up to 2030-01-01 are unknown"):
        train_place_nowcaster(world.catalog, PlaceSettings(PLACE, SMALL, end="2030-01-01"))
    window = WindowOptions(start="2000-01-01", end="2001-01-01", plain_from="2000-06-01")
    with pytest.raises(InputError, match="earlier --plain-from"):
        backtest(place_data(world.catalog, PLACE), BacktestOptions(PLACE, SMALL, window))
    with pytest.raises(InputError, match="scoring ends before"):
        backtest(place_data(world.catalog, PLACE), BacktestOptions(PLACE, SMALL, WindowOptions(start="2000-01-01")))


def test_networks_trained_side_by_side_are_the_same(world, tmp_path):
    short = PlaceSettings(PLACE, replace(SMALL, epochs=1, calibration_fits=1), end="1999-01-01")
    stages = []
    alone = train_place_nowcaster(world.catalog, short, keep=tmp_path)
    beside = train_place_nowcaster(world.catalog, short, jobs=2, progress=lambda step: stages.append(step.stage))
    assert stages == ["1 of 2 networks", "2 of 2 networks"]
    again = train_place_nowcaster(world.catalog, short, progress=lambda step: stages.append(step.stage), keep=tmp_path)
    assert len(stages) == 2, "what was finished is not trained again"
    for other in (beside, again):
        assert other.correction == alone.correction
        for name, weights in other.network.state_dict().items():
            assert weights.equal(alone.network.state_dict()[name])
    with pytest.raises(InputError, match="with other settings"):
        train_place_nowcaster(world.catalog, replace(short, seed=1), keep=tmp_path)
    with pytest.raises(InputError, match="with another catalog"):
        train_place_nowcaster(world.catalog[10:], short, keep=tmp_path)


def test_the_likeliest_cell_is_that_of_the_table(world, fitted, tmp_path):
    import pandas as pd

    made = fitted.nowcast(world.catalog, "2001-02-03")
    table = pd.read_csv(made.write(tmp_path / "cells.csv"))
    for magnitude, cell in zip(made.magnitudes, made.likeliest(), strict=True):
        row = table.loc[table[f"p_m{magnitude:g}"].idxmax()]
        assert (row.latitude, row.longitude) == (cell.latitude, cell.longitude)
        assert row[f"p_m{magnitude:g}"] / row[f"long_term_m{magnitude:g}"] == pytest.approx(cell.times_usual)


def test_old_names_still_work_and_say_what_is_new(world, fitted, tmp_path):
    from seisweave.nowcast.place import PlaceNowcaster, open_place, save_place

    with pytest.warns(DeprecationWarning, match=r"PlaceNowcaster\.write"):
        folder = save_place(fitted, tmp_path / "model")
    with pytest.warns(DeprecationWarning, match="open_place_nowcaster"):
        assert open_place(folder).correction == fitted.correction
    with (
        pytest.warns(DeprecationWarning, match="train_place_nowcaster"),
        pytest.raises(InputError, match="longer catalog"),
    ):
        PlaceNowcaster.fit(world.catalog[:50], PLACE, SMALL)


def test_it_and_its_nowcast_can_be_looked_at(world, fitted):
    made = fitted.nowcast(world.catalog)
    for record in (fitted, made):
        assert len(repr(record)) < 200
        shown = record._repr_html_()
        assert (shown.count("<table"), shown.count("<img"), shown.count("<script")) == (1, 1, 0)
    highest = fitted.options.thresholds[-1]
    assert fitted.plot(magnitude=highest).axes[0].get_title(loc="left") == f"M ≥ {highest:g} in 1 day"
    assert made.to_xarray().probability.to_numpy().tobytes() == made.probability.tobytes()
    with pytest.raises(InputError, match="magnitude is 1; give one of"):
        fitted.plot(magnitude=1.0)
