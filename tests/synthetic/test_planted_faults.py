import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.synthetic import FaultRectangles, PlantedOptions, plant_faults, sensitivity_study

ORACLE = Path(__file__).parents[2] / ".." / "shared" / "oracle"
FIVE = {"n_faults": 5, "geometry_seed": 5, "spacing": 2.0, "density_per_km2": 0.5}
SETS = {
    "syn5_p0": {**FIVE, "noise_share": 0.0},
    "syn5_p5": {**FIVE, "noise_share": 0.05},
    "syn5_p20": {**FIVE, "noise_share": 0.20},
    "syn20_e0_p5_d0.1": {"density_per_km2": 0.1},
    "syn20_e0_p5_d0.3": {"density_per_km2": 0.3},
    "syn20_e0_p5_d0.5": {"density_per_km2": 0.5},
    "syn20_e0_p5_d1.0": {"density_per_km2": 1.0},
    "syn20_e1_p5_d0.5": {"density_per_km2": 0.5, "shape": "gaussian"},
}
RECTANGLES = [name for name in SETS if "_e1_" not in name]


def published_set(name):
    path = ORACLE / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"reference results not found at {path}")
    with np.load(path) as data:
        points, truth = data["X"] * [1, 1, -1], data["truth"] - 1  # heights to depths
    return points, np.where(truth == SETS[name].get("n_faults", 20), -1, truth)


def fitted_plane(points):
    """Centre, sides and axes (long, middle, short) of a cloud of points by principal components."""
    variances, vectors = np.linalg.eigh(np.cov(points.T))
    return points.mean(axis=0), np.sqrt(12 * variances[::-1]), vectors[:, ::-1].T


def angle_deg(a, b):
    return np.degrees(np.arccos(np.clip(abs(np.sum(a * b, axis=-1)), 0, 1)))


def angle_limit_deg(n, side_a, side_b):
    """Four standard errors of a principal axis of n points between two sides (Anderson 1963)."""
    a, b = np.sqrt(np.square([side_a, side_b]) / 12 + 0.5**2)
    return np.degrees(4 * a * b / (a**2 - b**2) / np.sqrt(n))


def assert_fits_the_planted(points, faults, k):
    centre, sides, axes = fitted_plane(points)
    n, planted = len(points), np.array([faults.length_km[k], faults.width_km[k], 0.1])
    spread = np.sqrt(planted**2 + 12 * 0.5**2)
    assert angle_deg(axes[2], faults.axes[k, 2]) < angle_limit_deg(n, planted[1], planted[2])
    assert angle_deg(axes[0], faults.axes[k, 0]) < angle_limit_deg(n, planted[0], planted[1])
    assert np.all(np.abs((centre - faults.centre_km[k]) @ faults.axes[k].T) < 4.5 * spread / np.sqrt(12 * n))
    assert np.all(np.abs(sides / spread - 1) < 4.5 / np.sqrt(2 * n))


# --- the published sets ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_same_labels_as_the_published_set(name):
    _, truth = published_set(name)
    np.testing.assert_array_equal(plant_faults(PlantedOptions(**SETS[name])).fault, truth)


@pytest.mark.parametrize("name", RECTANGLES)
def test_same_points_as_the_published_set_but_for_the_normal_errors(name):
    points, truth = published_set(name)
    options = PlantedOptions(stream="published", location_error_km=0.0, **SETS[name])
    errors = (points - plant_faults(options).xyz_km)[truth >= 0] / 0.5
    truth = truth[truth >= 0]
    # The program re-seeds its normals before every fault: all x errors first, then y, then heights. So every
    # fault spells the same sequence, which only comes out if each planted point is exact.
    counts = np.bincount(truth)
    spelled = [(errors[truth == fault] * [1, 1, -1]).T.ravel() for fault in range(len(counts))]
    longest = spelled[int(np.argmax(counts))]
    for sequence in spelled:
        np.testing.assert_allclose(sequence, longest[: len(sequence)], rtol=0, atol=1e-12)
    assert stats.kstest(longest, "norm").pvalue > 0.01


@pytest.mark.parametrize("name", [name for name in SETS if name != "syn5_p0"])
def test_same_background_as_the_published_set_relative_to_its_box(name):
    ours = plant_faults(PlantedOptions(stream="published", **SETS[name]))

    def relative(points, truth):
        on_faults = points[truth >= 0]
        return (points[truth == -1] - on_faults.min(axis=0)) / np.ptp(on_faults, axis=0)

    published = relative(*published_set(name))
    np.testing.assert_allclose(relative(ours.xyz_km, ours.fault), published, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["syn20_e0_p5_d1.0", "syn20_e1_p5_d0.5"])
def test_planes_fitted_to_the_published_points_are_the_planted_ones(name):
    points, truth = published_set(name)
    faults = plant_faults(PlantedOptions(**SETS[name])).faults
    for k in range(len(faults)):
        assert_fits_the_planted(points[truth == k], faults, k)


def test_sizes_of_the_45_settings():
    settings = sensitivity_study(PlantedOptions(location_error_km=0.2))
    sizes = [len(plant_faults(options)) for options in settings]
    assert (len(set(settings)), min(sizes), max(sizes)) == (45, 609, 14475)
    assert sizes[:15] == sorted(sizes[:15])
    assert {options.location_error_km for options in settings} == {0.2}


# --- the default stream ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["rectangle", "gaussian"])
@pytest.mark.parametrize("geometry_seed", [1, 2, 11])
def test_planted_geometry_is_recovered_from_the_points(shape, geometry_seed):
    planted = plant_faults(PlantedOptions(density_per_km2=10.0, shape=shape, geometry_seed=geometry_seed, seed=4))
    for k in range(len(planted.faults)):
        assert_fits_the_planted(planted.xyz_km[planted.fault == k], planted.faults, k)


def test_points_lie_on_the_rectangles_when_there_is_no_location_error():
    planted = plant_faults(PlantedOptions(location_error_km=0.0, noise_share=0.0, density_per_km2=5.0))
    local = planted.faults.local(planted.fault, planted.xyz_km)
    half = np.column_stack([planted.faults.length_km, planted.faults.width_km, np.full(20, 0.1)])[planted.fault] / 2
    assert np.all(np.abs(local) <= half + 1e-9)
    for k in range(3):
        assert stats.kstest(local[:, k] / half[:, k], "uniform", (-1, 2)).pvalue > 0.001


def test_gaussian_faults_are_gaussian_and_rectangles_are_not():
    for shape, normal in (("gaussian", True), ("rectangle", False)):
        planted = plant_faults(PlantedOptions(shape=shape, density_per_km2=5.0, noise_share=0.0))
        along = planted.faults.local(planted.fault, planted.xyz_km)[:, 0] / planted.faults.length_km[planted.fault]
        sigma = np.sqrt(1 / 12 + (0.5 / planted.faults.length_km[planted.fault]) ** 2)
        assert (stats.kstest(along / sigma, "norm").pvalue > 0.01) == normal


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.6])
def test_background_share_and_uniformity(share):
    planted = plant_faults(PlantedOptions(noise_share=share, density_per_km2=2.0))
    background = planted.xyz_km[planted.fault == -1]
    on_faults = planted.xyz_km[planted.fault >= 0]
    assert len(background) / len(planted) == pytest.approx(share, abs=0.5 / len(planted) + 1e-12)
    for k in range(3 if share else 0):
        low, high = on_faults[:, k].min(), on_faults[:, k].max()
        assert stats.kstest(background[:, k], "uniform", (low, high - low)).pvalue > 0.001


def test_count_is_density_times_area():
    planted = plant_faults(PlantedOptions(density_per_km2=3.0))
    area = planted.faults.length_km * planted.faults.width_km
    assert np.all(np.abs(np.bincount(planted.fault[planted.fault >= 0]) - 3.0 * area) <= 0.5)


def test_faults_are_independent_by_default_and_share_a_pattern_when_published():
    def unit(stream):
        planted = plant_faults(PlantedOptions(location_error_km=0.0, stream=stream))
        along = planted.faults.local(planted.fault, planted.xyz_km)[:, 0] / planted.faults.length_km[planted.fault]
        return np.abs(along[planted.fault == 0][:100]), np.abs(along[planted.fault == 1][:100])

    published, independent = unit("published"), unit("independent")
    np.testing.assert_allclose(*published, atol=1e-12)
    assert abs(np.corrcoef(*independent)[0, 1]) < 0.3


def test_seeds_decide():
    one, same = plant_faults(PlantedOptions(seed=3)), plant_faults(PlantedOptions(seed=3))
    other, elsewhere = (
        plant_faults(PlantedOptions(seed=4)),
        plant_faults(PlantedOptions(seed=3, geometry_seed=2)),
    )
    np.testing.assert_array_equal(one.xyz_km, same.xyz_km)
    assert not np.any(one.xyz_km == other.xyz_km)
    np.testing.assert_array_equal(one.faults.centre_km, other.faults.centre_km)
    assert not np.any(one.faults.centre_km == elsewhere.faults.centre_km)


def test_angles_stay_in_range_and_both_dip_senses_occur():
    faults = plant_faults(PlantedOptions(n_faults=500, density_per_km2=0.1)).faults
    assert np.all((faults.strike_deg >= 0) & (faults.strike_deg < 360))
    assert np.all((faults.dip_deg >= 45) & (faults.dip_deg <= 90))
    northern = (faults.strike_deg < 90) | (faults.strike_deg > 270)
    assert 0.4 < northern.mean() < 0.6


def test_axes_by_hand():
    # strikes N45W (315), dips 60: to the right of north-west is north-east
    faults = FaultRectangles(*(np.array([v]) for v in (315.0, 60.0, 20.0, 10.0)), np.array([[1.0, 2.0, 3.0]]))
    r, h = np.sqrt(0.5), np.sqrt(0.75)
    along, down, across = [-r, r, 0.0], [r / 2, r / 2, h], [r * h, r * h, -0.5]
    np.testing.assert_allclose(faults.axes[0], [along, down, across], atol=1e-12)
    placed = faults.place(np.array([0]), np.array([[0.0, 2.0, 0.0]]))
    np.testing.assert_allclose(placed, [[1 + r, 2 + r, 3 + 2 * h]], atol=1e-12)
    np.testing.assert_allclose(faults.local(np.array([0]), placed), [[0.0, 2.0, 0.0]], atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_faults": 0}, "n_faults is 0"),
        ({"density_per_km2": -1.0}, "density_per_km2 is -1.0"),
        ({"density_per_km2": float("nan")}, "density_per_km2 is nan"),
        ({"noise_share": 1.0}, "noise_share is 1.0"),
        ({"location_error_km": -0.1}, "location_error_km is -0.1"),
        ({"spacing": 0.0}, "spacing is 0.0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_bad_options_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        PlantedOptions(**wrong)


@pytest.mark.parametrize("wrong", [{"shape": "disc"}, {"stream": "matlab"}])
def test_unknown_words_are_refused(wrong):
    with pytest.raises(Exception, match=r"give one of|[Tt]ype-check"):
        PlantedOptions(**wrong)


def test_no_points_is_refused():
    with pytest.raises(InputError, match="no fault gets a point"):
        plant_faults(PlantedOptions(density_per_km2=1e-5))


def test_every_option_is_explained():
    assert all(option.metadata["help"].endswith(".") for option in dataclasses.fields(PlantedOptions))
