"""What a model expects by cell: by hand, against quadrature and simulated catalogs, blind to what comes later."""

from dataclasses import replace
from math import atan, exp, log, pi, sqrt

import numpy as np
import pytest
from tests.etas.planted import BOX, LAW, model_of

from seisweave import InputError
from seisweave.catalog import Catalog
from seisweave.etas import (
    CellGrid,
    Continuation,
    EtasForm,
    KernelForm,
    MagnitudeLaw,
    SimulateOptions,
    expected_by_cell,
    simulate,
    standard_form,
)
from seisweave.etas.background import smoothed_background
from seisweave.etas.by_cell import expected_of
from seisweave.etas.cell_background import background_by_cell
from seisweave.etas.cell_mass import GeographicPlaces
from seisweave.etas.model import describe
from seisweave.etas.time_integrals import time_integrals

GRID = CellGrid.of_box(BOX, 0.5)
DAY = np.timedelta64(1, "D")
MAIN = np.datetime64("2010-03-01T20:00", "us")


def catalog_of(times, longitude, latitude, magnitude):
    n = len(times)
    return Catalog(
        times=np.asarray(times, "datetime64[us]"),
        longitude=np.array(longitude, float),
        latitude=np.array(latitude, float),
        depth_km=np.full(n, 8.0),
        magnitude=np.array(magnitude, float),
        ids=np.arange(n).astype(str),
    )


@pytest.fixture(scope="module")
def catalog():
    """Two hundred events of ten years, and a large one with some aftershocks in the middle of a cell's border."""
    rng = np.random.default_rng(3)
    times = np.datetime64("2000-01-01", "us") + np.sort(rng.uniform(0.0, 3700.0, 200) * 86_400e6).astype(
        "timedelta64[us]"
    )
    after = MAIN + np.sort(rng.exponential(0.5, 12) * 86_400e6).astype("timedelta64[us]")
    east, north = rng.uniform(-118.0, -116.0, 200), rng.uniform(33.0, 35.0, 200)
    near = rng.normal(0.0, 0.05, (2, 12))
    return catalog_of(
        [*times, MAIN, *after],
        [*east, -117.02, *(-117.02 + near[0])],
        [*north, 34.2, *(34.2 + near[1])],
        np.round(3.0 + np.concatenate([rng.exponential(0.4, 200), [3.6], rng.exponential(0.4, 12)]), 2),
    )


def test_one_event_by_hand():
    """Omega 1 without taper: K (1/(a + c) - 1/(b + c)); a strip under rho 1/2 is an angle of a Cauchy law."""
    law = MagnitudeLaw(3.0, b=1.0, corner_magnitude=8.0)
    changed = {"main.omega": 1.0, "main.tau": 40.0, "main.rho": log(0.5), "main.width": log(100.0)}
    model = model_of(law=law, **changed, **{"background.uniform": -30.0, "main.delay": log(0.5)})
    one = catalog_of(["2010-01-01T12:00"], [-117.0], [34.0], [4.0])
    width = 0.2  # degrees to each side, all of the meridian
    grid = CellGrid(np.array([-117.0 - width, -117.0 + width]), np.array([-89.0, 89.0]))
    made = expected_by_cell(model, one, np.array(["2010-01-02"], "datetime64[us]"), 2.0, grid)
    k, z = exp(-3.7 + 1.3), 100.0 * exp(0.8)
    in_time = k * (1.0 / (0.5 + 0.5) - 1.0 / (2.5 + 0.5))
    in_space = 2.0 / pi * atan(width * 111.195 * np.cos(np.radians(34.0)) / sqrt(z))
    assert made.direct[0, 0, 0] == pytest.approx(in_time * in_space, rel=3e-3)


@pytest.mark.slow_without_compiler
def test_cells_of_the_whole_plane_share_out_the_time_integral(catalog):
    grid = CellGrid(np.arange(-147.0, -86.0, 0.5), np.arange(4.0, 64.5, 0.5))
    days = np.array(["2010-03-02", "2010-03-05"], "datetime64[us]")
    model = model_of(**{"background.uniform": -40.0, "main.rho": log(2.0)})
    made = expected_by_cell(model, catalog, days, 3.0, grid)
    for k, day in enumerate(days):
        age = (day - catalog.times[catalog.times < day]) / DAY
        c = np.full(len(age), 0.004)
        found = time_integrals(c, age, age + 3.0, 0.1, 2000.0).value
        over = catalog.magnitude[catalog.times < day] - 3.0
        assert made.direct[k].sum() == pytest.approx((np.exp(-3.7 + 1.3 * over) * found).sum(), rel=1e-4)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("days", [1.0, 7.0])
def test_numbers_and_chances_are_those_of_simulated_catalogs(catalog, days):
    model, day, n = model_of(), np.datetime64("2010-03-02", "us"), 8000
    made = expected_by_cell(model, catalog, day[None], days, GRID, magnitudes=(3.0, 4.0))
    drawn = simulate(Continuation.after(model, catalog, day, days), SimulateOptions(n))
    row, column = GRID.cell_of(*model.domain.projection.to_geographic(drawn.x_km, drawn.y_km))
    inside, shape = row >= 0, (n, *GRID.shape)
    counts = np.zeros(shape)
    np.add.at(counts, (drawn.catalog[inside], row[inside], column[inside]), 1.0)
    total = counts.sum(axis=(1, 2))
    assert abs(made.number.sum() - total.mean()) < 4.0 * total.std() / sqrt(n)
    assert made.number.sum() > 1.2 * made.direct.sum()  # what is still to come is no detail
    np.testing.assert_array_less(
        np.abs(made.number[0] - counts.mean(axis=0)), 5.0 * counts.std(axis=0) / sqrt(n) + 0.03 * made.number[0]
    )
    first = (drawn.parent < 0) & inside
    assert abs(made.direct.sum() - first.sum() / n) < 4.0 * sqrt(made.direct.sum() / n)
    for k, magnitude in enumerate((3.0, 4.0)):
        hit = np.zeros(shape, bool)
        large = inside & (drawn.magnitude >= magnitude - 1e-9)
        hit[drawn.catalog[large], row[large], column[large]] = True
        chance = made.chances[0, k]
        error = 4.0 * np.sqrt(chance * (1.0 - chance) / n) + 0.1 * chance * (1.0 - chance)
        np.testing.assert_array_less(np.abs(hit.mean(axis=0) - chance), error + 1e-4)
        one_by_one = -np.expm1(-made.number[0] * LAW.survival(np.array([magnitude - 0.005])))
        came = hit.mean(axis=0).sum()
        assert abs(chance.sum() - came) < 0.4 * abs(one_by_one.sum() - came)  # as if each event came for itself


@pytest.mark.slow_without_compiler
def test_what_comes_from_a_midnight_on_changes_nothing_before(catalog):
    form = EtasForm((KernelForm("main", ("magnitude", "spacing"), (), ("magnitude",)),), ("uniform", "smoothed-1"))
    slope = {"main.productivity.spacing": -0.2, "background.smoothed-1": log(0.3)}
    model, days = model_of(form, **slope), np.arange("2010-02-20", "2010-03-06", dtype="datetime64[D]")
    later = catalog.times >= np.datetime64("2010-03-02")
    rng = np.random.default_rng(5)
    moved = np.where(later, rng.uniform(-118.0, -116.0, len(catalog)), catalog.longitude)
    magnitude = np.where(later, rng.uniform(3.0, 7.0, len(catalog)), catalog.magnitude)
    other = catalog_of(catalog.times, moved, catalog.latitude, magnitude)
    one, two = (expected_by_cell(model, each, days, 1.0, GRID, magnitudes=(3.0, 4.0)) for each in (catalog, other))
    known = days <= np.datetime64("2010-03-02")
    for name in ("number", "direct", "families"):
        assert getattr(one, name)[known].tobytes() == getattr(two, name)[known].tobytes()
        assert not np.allclose(getattr(one, name)[~known], getattr(two, name)[~known])
    alone = expected_by_cell(model, catalog[~later], days[known], 1.0, GRID, magnitudes=(3.0, 4.0))
    np.testing.assert_allclose(alone.families, one.families[known], rtol=1e-9)


@pytest.mark.slow_without_compiler
def test_backgrounds_are_the_integrals_of_their_densities(catalog):
    form = EtasForm(standard_form().kernels, ("uniform", "smoothed-2"))
    model = model_of(form, **{"background.smoothed-2": log(0.4)})
    day = np.datetime64("2010-03-02", "us")
    events = model.domain.events(catalog, day, day + DAY)
    events = replace(events, end=events.start + 1.0)
    described = describe(form, events, model.standard)
    longitude, latitude = model.domain.projection.to_geographic(events.x_km, events.y_km)
    found = background_by_cell(model, described, np.array([events.start]), GeographicPlaces(longitude, latitude), GRID)[
        0, 2, 1
    ]
    part = (np.arange(24) + 0.5) / 48.0
    east, north = (each.ravel() for each in np.meshgrid(-117.5 + part, 34.0 + part))
    x, y = model.domain.projection.to_local(east, north)
    past = events.t_days < events.start
    columns = [np.concatenate([each[past], np.full(len(x), late)]) for each, late in (
        (events.t_days, events.start), (events.magnitude, 3.0))]  # fmt: skip
    whole = replace(
        events,
        t_days=columns[0], magnitude=columns[1],
        x_km=np.concatenate([events.x_km[past], x]), y_km=np.concatenate([events.y_km[past], y]),
    )  # fmt: skip
    weight, width = (np.concatenate([each[past], np.zeros(len(x))]) for each in (
        described.background_share, 2.0 * described.spacing_km))  # fmt: skip
    targets = np.arange(past.sum(), len(whole))
    density = 0.6 / events.area_km2 + 0.4 * smoothed_background(whole, weight, width, targets)
    assert found == pytest.approx(float(density.mean() * GRID.area_km2[2, 1]), rel=0.01)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"instants": np.array([], "datetime64[D]")}, "0 instants do not grow"),
        ({"instants": np.array(["2010-01-02", "2010-01-01"], "datetime64[D]")}, "do not grow"),
        ({"days": 0.0}, "days is 0"),
        ({"magnitudes": (2.5,)}, "magnitude 2.5 is below 3, the model's smallest"),
    ],
)
def test_what_cannot_be_asked_is_told(catalog, given, message):
    asked = {"instants": np.array(["2010-01-02"], "datetime64[D]"), "days": 1.0, "grid": GRID} | given
    with pytest.raises(InputError, match=message):
        expected_by_cell(model_of(), catalog, **asked)


def test_before_the_first_event_there_is_the_background_with_its_families(catalog):
    made = expected_by_cell(model_of(), catalog[:0], np.array(["1999-01-01"], "datetime64[D]"), 1.0, GRID)
    np.testing.assert_allclose(made.direct.sum(), 0.6, rtol=0.01)
    assert made.number.sum() > 1.05 * made.direct.sum()


@pytest.mark.slow_without_compiler
def test_few_events_stand_for_all():
    rng, n = np.random.default_rng(8), 3000
    times = np.sort(MAIN - rng.exponential(900.0, n) * DAY)
    world = catalog_of(times, rng.uniform(*BOX[:2], n), rng.uniform(*BOX[2:], n), 3.0 + rng.exponential(0.43, n))
    model = model_of()
    past = model.describe(model.domain.events(world, MAIN, MAIN + DAY))
    instant = np.array([MAIN], "datetime64[us]")
    every = expected_of(model, past, instant, 1.0, GRID, magnitudes=(3.0, 4.0))
    few = expected_of(model, past, instant, 1.0, GRID, magnitudes=(3.0, 4.0), most_events=600)
    assert few.number.sum() == pytest.approx(every.number.sum(), rel=1e-3)
    assert few.number == pytest.approx(every.number, rel=0.1)
    assert few.chances == pytest.approx(every.chances, rel=0.1)
    same = expected_of(model, past, instant, 1.0, GRID, magnitudes=(3.0, 4.0), most_events=3000)
    assert np.array_equal(same.number, every.number)
