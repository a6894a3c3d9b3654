"""The audit finds what is planted, in functions and in our paper protocol, and nothing in the prospective one."""

import json

import numpy as np
import pytest
from tests.nowcast.worlds import precursor_world, small_settings

from seisweave.errors import InputError
from seisweave.nowcast.region.audit import (
    change_future,
    changed_day,
    changed_from,
    of_function,
    of_nowcaster,
    probe_days,
    respond,
    run_audit,
)

DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def world():
    return precursor_world(900)


def counted(catalog):
    """Days from the first event to the one after the last, and the number of events of each."""
    day = catalog.times.astype("datetime64[D]")
    days = np.arange(day.min(), day.max() + 2 * DAY)
    counts = np.bincount(((day - days[0]) // DAY).astype(int), minlength=len(days))
    return days, np.log1p(counts.astype(float))


def sees(ahead):
    """A nowcast from the counts of three days, the last of them `ahead` days after the day before."""

    def nowcast(catalog):
        days, counts = counted(catalog)
        out = np.full(len(days), np.nan)
        for lag in range(1, 4):
            step = lag - ahead
            rows = np.arange(4, len(days) - 2)
            out[rows] = np.nan_to_num(out[rows]) + counts[rows - step]
        return days, out

    return nowcast


def test_a_changed_catalog_is_the_same_where_it_should_be(world):
    day = np.datetime64("2001-06-01")
    later = changed_from(world, day, 0)
    n = int((world.times < day).sum())
    assert later.times[:n].tobytes() == world.times[:n].tobytes()
    assert later.magnitude[:n].tobytes() == world.magnitude[:n].tobytes()
    assert later.times[-1] == world.times[-1]
    assert (np.diff(later.times) >= np.timedelta64(0, "s")).all()
    assert (later.magnitude[n:] != world.magnitude[n:]).any()
    other = changed_day(world, day, 0)
    apart, still = (c.times.astype("datetime64[D]") != day for c in (world, other))
    assert other[still].magnitude.tobytes() == world[apart].magnitude.tobytes()
    assert len(world) - len(other) == -(-(~apart).sum() // 2)


@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_it_says_how_far_a_function_sees(world, ahead):
    audited = of_function(sees(ahead))
    days = probe_days(audited(world), world, 2)
    changes, responses = change_future(audited, world, days), respond(audited, world, days)
    assert [change.days_ahead for change in changes] == [ahead, ahead]
    assert all((change.n_changed > 0) == (ahead > 0) for change in changes)
    for response in responses:
        assert response.days_ahead == ahead
        assert response.nowcast_lags.tolist() == [ahead - 3, ahead - 2, ahead - 1]
        assert response.target_lags.tolist() == [0], "a day's energy is its own"
        assert response.covered == float(ahead > 0)


def test_functions_that_will_not_do(world):
    for function, said in ((lambda c: 1.0, "gave a float"), (lambda c: (np.arange(3), np.zeros(2)), "lengths")):
        with pytest.raises(InputError, match=said):
            of_function(function)(world)
    with pytest.raises(InputError, match="too few to probe 500"):
        probe_days(of_function(sees(0))(world), world, 500)


@pytest.mark.parametrize(("protocol", "leaks"), [("paper", True), ("prospective", False)])
def test_our_two_protocols(world, protocol, leaks):
    from seisweave.nowcast.region.nowcaster import train_nowcaster

    audited = of_nowcaster(train_nowcaster(world, small_settings(protocol)))
    days = probe_days(audited(world), world, 2)
    changes, responses = change_future(audited, world, days), respond(audited, world, days)
    assert any(change.n_changed for change in changes) == leaks
    assert (max(response.days_ahead for response in responses) > 0) == leaks
    assert (min(response.covered for response in responses) > 0.5) == leaks
    assert (max(response.covered for response in responses) == 0.0) != leaks


def test_all_questions_at_once(world):
    blind, seer = (of_function(sees(ahead)) for ahead in (0, 2))
    found = run_audit(blind, blind(world).target, world, 2)
    assert not found.leaks
    assert found.days_ahead == 0
    assert run_audit(seer, seer(world).target, world, 2).leaks
    summary = json.loads(json.dumps(found.summary(), allow_nan=False))
    assert [response["day"] for response in summary["responses"]] == [change["day"] for change in summary["future"]]
    wide = [row for row in summary["growth"] if row["span"] == 11 and row["smoothing"] == "centred"]
    assert all(row["linear_nse"] > 0.5 for row in wide), "with days shuffled, too"
