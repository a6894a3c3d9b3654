import numpy as np
import pytest
from scipy import stats

from seisweave.evaluation import adjusted_rand_index
from seisweave.synthetic import WorldOptions, ceiling, make_world
from seisweave.synthetic.ceilings import _plate_density


@pytest.mark.parametrize(("density", "expected"), [(0.1, 0.975), (0.5, 0.976), (1.5, 0.969)])
def test_ceilings_of_rectangles(density, expected):
    # expected: from a program of its own, seed 1 of geometry 1
    world = make_world(WorldOptions(kind="rectangles", density_per_km2=density))
    assert adjusted_rand_index(world.fault, ceiling(world)) == pytest.approx(expected, abs=0.002)


def test_where_all_errors_are_alike_their_distribution_is_enough():
    world = make_world(WorldOptions(kind="rectangles", density_per_km2=0.1))
    np.testing.assert_array_equal(ceiling(world), ceiling(world, "distribution"))


def test_ceilings_of_the_region():
    world = make_world(WorldOptions(kind="region", n_events=3000))
    known, unknown = ceiling(world), ceiling(world, "distribution")
    assert adjusted_rand_index(world.fault, known) == pytest.approx(0.988, abs=0.01)
    assert adjusted_rand_index(world.fault, unknown) == pytest.approx(0.957, abs=0.02)


@pytest.mark.parametrize("kind", ["region", "curved", "rough"])
def test_without_errors_nearly_everything_is_known(kind):
    options = WorldOptions(kind=kind, n_events=1500, error_scale=0.0)
    world = make_world(options)
    assert adjusted_rand_index(world.system, world.systems_of(ceiling(world))) > 0.985


def test_better_located_events_have_the_higher_ceiling():
    indices = []
    for scale in (0.3, 1.0, 3.0):
        world = make_world(WorldOptions(kind="coplanar", n_events=2000, error_scale=scale))
        indices.append(adjusted_rand_index(world.fault, ceiling(world)))
    assert indices[0] > indices[1] > indices[2]


def test_relief_is_used():
    world = make_world(WorldOptions(kind="rough", n_events=2000, roughness=0.02, error_scale=0.2))
    flat = make_world(WorldOptions(kind="region", n_events=2000, error_scale=0.2))
    rough, plane = (adjusted_rand_index(each.fault, ceiling(each)) for each in (world, flat))
    assert rough == pytest.approx(plane, abs=0.01)


@pytest.mark.parametrize("plane", [0, 5])
def test_plate_density_is_the_blurred_plate(plane):
    """The integral of the normal density over the plate."""
    world = make_world(WorldOptions(kind="rectangles", density_per_km2=0.05))
    rows = np.flatnonzero(world.fault == plane)[:4]
    sigma = np.tile([1.0, 1.0, 2.0], (len(rows), 1))
    sides = np.array([world.planes.length_km[plane], world.planes.width_km[plane]])
    axes, across = world.planes.axes[plane], np.diag([0, 0, world.thickness_km[plane] ** 2])
    blurred = stats.multivariate_normal(cov=axes @ np.diag(sigma[0] ** 2) @ axes.T + across)
    local = world.planes.local(np.full(len(rows), plane), world.xyz_km[rows])
    along, down = (np.linspace(-0.5, 0.5, 601)[:-1] + 1 / 1200 for _ in sides)
    grid = np.stack(np.meshgrid(along * sides[0], down * sides[1], [0.0]), axis=-1).reshape(-1, 3)
    expected = [blurred.pdf(place - grid).mean() for place in local]
    np.testing.assert_allclose(_plate_density(world, plane, rows, sigma), expected, rtol=1e-4)


def test_density_of_diffuse_parts_sums_to_their_events():
    world = make_world(WorldOptions(kind="swarm"))
    rng = np.random.default_rng(1)
    low, high = world.diffuse.low_km[0] - 5, world.diffuse.high_km[0] + 5
    places = low + rng.random((200_000, 3)) * (high - low)
    mean = world.diffuse.density(places, np.full(places.shape, 0.5)).mean() * np.prod(high - low)
    assert mean == pytest.approx(world.diffuse.events.sum(), rel=0.1)


def test_unknown_word_is_refused():
    world = make_world(WorldOptions(n_events=50))
    with pytest.raises(Exception, match=r"give one of|[Tt]ype-check"):
        ceiling(world, "guessed")
