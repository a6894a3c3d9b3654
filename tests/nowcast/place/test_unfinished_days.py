"""The nowcaster by place and the end of a catalog: a day that has begun is not one, a quiet day is where it is said."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE, SMALL

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.chosen import choose_place
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.nowcaster import train_place_nowcaster
from seisweave.nowcast.place.options import BacktestOptions, PlaceOptions, PlaceSettings, WindowOptions

DAY = np.timedelta64(1, "D")


def until(catalog, time):
    return catalog.take(catalog.times <= np.datetime64(time))


@pytest.mark.parametrize("row", [-1, -40, -400])
def test_a_day_that_has_begun_changes_nothing(world, fitted, row):
    """Whichever event is the last, its day is nowcast, from what came before it."""
    last = world.catalog.times[row]
    made = fitted.nowcast(until(world.catalog, last))
    assert made.day == last.astype("datetime64[D]")
    assert made.probability.tobytes() == fitted.nowcast(world.catalog, made.day).probability.tobytes()


def test_quiet_days_are_quiet_where_it_is_said(world, fitted):
    last = world.catalog.times[-1].astype("datetime64[D]")
    two = last + 2 * DAY
    made = fitted.nowcast(world.catalog, complete_until=two)
    assert made.day == two
    assert (
        made.probability.tobytes() == fitted.nowcast(world.catalog, two, complete_until=str(two)).probability.tobytes()
    )
    sooner = fitted.nowcast(world.catalog, complete_until=last + DAY)
    assert made.probability[0].sum() < sooner.probability[0].sum(), "aftershocks fade"
    with pytest.raises(InputError, match=rf"nothing is known of {two}; .*complete_until='{two}' if no event"):
        fitted.nowcast(world.catalog, two)
    with pytest.raises(InputError, match="complete until"):
        fitted.nowcast(world.catalog, two, complete_until=two - np.timedelta64(1, "s"))


@pytest.mark.parametrize("hour", ["2001-02-03T04:00", np.datetime64("2001-02-03T04"), "2001-02-03T00:00+05:00"])
def test_hours_are_refused(world, fitted, hour):
    with pytest.raises(InputError, match="within a day, and a whole one is wanted; give 2001-02-0"):
        fitted.nowcast(world.catalog, hour)


def test_data_holds_whole_days_and_the_next(world):
    cut = until(world.catalog, "1995-03-04T05:00")
    last = cut.times[-1].astype("datetime64[D]")
    data = place_data(cut, PLACE)
    assert data.steps.start[-1].astype("datetime64[D]") == last
    assert not data.happened[-1].any()
    whole = place_data(world.catalog, PLACE, end=str(last + DAY))
    assert data.features.tobytes() == whole.features.tobytes()
    assert place_data(cut, PLACE, complete_until="1995-03-08").steps.start[-1] == np.datetime64("1995-03-08")


@pytest.mark.parametrize("end", ["2001-02-03T04:00", "2001", "2001-02-03T00:00+01:00"])
def test_periods_begin_and_end_with_days(end):
    for make in (lambda: PlaceSettings(end=end), lambda: WindowOptions(end=end), lambda: WindowOptions(start=end)):
        with pytest.raises(InputError, match=r"within a day|names no day"):
            make()


def test_days_that_are_not_known_are_neither_learned_nor_scored(world):
    cut = until(world.catalog, "1996-03-04T05:00")
    last = str(cut.times[-1].astype("datetime64[D]") + DAY)
    with pytest.raises(InputError, match=f"the days up to {last} are unknown; .*complete_until='{last}'"):
        train_place_nowcaster(cut, PlaceSettings(PLACE, SMALL, end=last))
    window = WindowOptions(start="1995-01-01", end=last)
    with pytest.raises(InputError, match=f"scoring ends before {last}; .*complete_until='{last}'"):
        backtest(cut, BacktestOptions(PLACE, SMALL, window))


def test_a_day_begun_has_no_say_in_what_is_chosen(world):
    """Events of the last day far away from all others do not widen the region."""
    cut = until(world.catalog, "1996-03-04T05:00")
    rows = np.append(np.arange(len(cut)), np.full(30, len(cut) - 1))
    columns = {name: getattr(cut, name)[rows] for name in ("times", "longitude", "latitude", "depth_km", "magnitude")}
    columns["longitude"][-30:] = -110.0
    wider = Catalog(**columns, ids=np.arange(len(rows)).astype(str))
    one, other = (choose_place(catalog, PlaceSettings(PlaceOptions())).settings.place for catalog in (cut, wider))
    assert one.box == other.box
    told = choose_place(wider, PlaceSettings(PlaceOptions()), complete_until="1996-03-05").settings.place
    assert told.box != one.box


def test_from_any_instant_what_came_before_it_is_known_and_nothing_after(world, fitted):
    """At midnight it is the nowcast of that day; later events, and the hour of the day, change nothing."""
    midnight = np.datetime64("2001-02-03")
    made = fitted.nowcast(world.catalog, now=midnight)
    assert made.probability.tobytes() == fitted.nowcast(world.catalog, midnight).probability.tobytes()
    now = np.datetime64("2001-02-03T17:20")
    made = fitted.nowcast(world.catalog, now=now)
    known = world.catalog.take(world.catalog.times < now)
    later = world.catalog.take(world.catalog.times >= now)
    for other in (known, world.catalog.take(world.catalog.times <= later.times[5])):
        assert fitted.nowcast(other, now=now).probability.tobytes() == made.probability.tobytes()
    assert made.when == "the 24 hours from 2001-02-03T17:20 UTC"
    shifted = replace(world.catalog, times=world.catalog.times - np.timedelta64(1040, "m"))
    same = fitted.nowcast(shifted, "2001-02-03").probability  # but for the first of all days
    assert same == pytest.approx(made.probability, rel=1e-3)
    quiet = fitted.nowcast(world.catalog, now=world.catalog.times[-1] + 20 * DAY)
    assert quiet.probability[0].sum() < made.probability[0].sum() * 3
    for others in ({"day": "2001-02-03"}, {"complete_until": "2001-02-03"}):
        with pytest.raises(InputError, match="leave out"):
            fitted.nowcast(world.catalog, **others, now=now)


def test_a_large_event_raises_the_chance_at_once(world, fitted):
    """Forty minutes after it, and not only from the next midnight on."""
    large = int(np.argmax(np.where(world.catalog.times > np.datetime64("2000-01-01"), world.catalog.magnitude, -9)))
    time = world.catalog.times[large]
    before, after = (fitted.nowcast(world.catalog, now=time + np.timedelta64(m, "m")) for m in (0, 40))
    assert after.probability[0].max() > 3 * before.probability[0].max()
