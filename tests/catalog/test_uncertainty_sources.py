"""Ellipses, ellipsoids, scatter samples and columns of errors, each against what made them."""

import sys

import numpy as np
import pytest
from tests.catalog.test_formats import HYP

from seisweave.catalog import read_catalog
from seisweave.catalog.ellipsoids import ellipse_covariance, ellipsoid_covariance
from seisweave.catalog.scatter import fit_mixture, read_scatter
from seisweave.errors import InputError


def write_scatter(path, samples):
    table = np.column_stack([samples, np.ones(len(samples))]).astype("<f4")
    path.write_bytes(np.array([len(samples)], "<i4").tobytes() + np.zeros(3, "<f4").tobytes() + table.tobytes())


@pytest.mark.parametrize("confidence", [39.346934, 68.0, 90.0])
def test_the_ellipse_holds_its_share_of_the_samples(confidence):
    covariance = ellipse_covariance(3.0, 1.0, 30.0, confidence)
    samples = np.random.default_rng(1).multivariate_normal([0, 0], covariance, 40_000)
    along = samples @ [np.sin(np.pi / 6), np.cos(np.pi / 6)]
    across = samples @ [np.cos(np.pi / 6), -np.sin(np.pi / 6)]
    assert abs(((along / 3) ** 2 + across**2 < 1).mean() - confidence / 100) < 0.01


def test_the_ellipsoid_lies_as_its_angles_say():
    # 30 degrees azimuth (north to east), 20 degrees of elevation (up, so depth falls): the major axis
    covariance = ellipsoid_covariance((3.0, 1.0, 2.0), (30.0, 20.0, 0.0), None)
    values, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(values, [1, 4, 9])
    azimuth, up = np.radians([30.0, 20.0])
    major = [np.cos(up) * np.sin(azimuth), np.cos(up) * np.cos(azimuth), -np.sin(up)]
    assert abs(vectors[:, 2] @ major) > 1 - 1e-12
    assert abs(vectors[:, 0] @ [np.cos(azimuth), -np.sin(azimuth), 0]) > 1 - 1e-12  # the minor one stays level


def test_quakeml_ellipsoids_and_ellipses_become_covariances(tmp_path, obspy):
    from obspy.core.event import Catalog, ConfidenceEllipsoid, Event, Origin, OriginUncertainty, QuantityError

    solid = ConfidenceEllipsoid(
        semi_major_axis_length=3000.0,
        semi_minor_axis_length=1000.0,
        semi_intermediate_axis_length=2000.0,
        major_axis_azimuth=30.0,
        major_axis_plunge=20.0,
        major_axis_rotation=10.0,
    )
    stated = [
        OriginUncertainty(
            confidence_ellipsoid=solid, confidence_level=90.0, preferred_description="confidence ellipsoid"
        ),
        OriginUncertainty(
            max_horizontal_uncertainty=2000.0,
            min_horizontal_uncertainty=500.0,
            azimuth_max_horizontal_uncertainty=60.0,
            preferred_description="uncertainty ellipse",
        ),
        OriginUncertainty(horizontal_uncertainty=700.0, preferred_description="horizontal uncertainty"),
    ]
    events = [
        Event(
            origins=[
                Origin(
                    time=obspy.UTCDateTime(2020, 1, 1 + k),
                    longitude=8.0,
                    latitude=47.0,
                    depth=5000.0,
                    depth_errors=QuantityError(uncertainty=900.0),
                    origin_uncertainty=uncertainty,
                )
            ]
        )
        for k, uncertainty in enumerate(stated)
    ]
    path = tmp_path / "three.xml"
    Catalog(events).write(str(path), format="QUAKEML")
    full = read_catalog(path).uncertainty.covariances_km2()
    np.testing.assert_allclose(full[0], ellipsoid_covariance((3.0, 1.0, 2.0), (30.0, 20.0, 10.0), 90.0))
    np.testing.assert_allclose(full[1, :2, :2], ellipse_covariance(2.0, 0.5, 60.0, None))
    np.testing.assert_allclose(full[1, 2], [0, 0, 0.81])
    np.testing.assert_allclose(full[2], np.diag([0.49, 0.49, 0.81]))


def test_scatter_samples_beside_a_location_become_a_mixture_in_east_and_north(tmp_path):
    rng = np.random.default_rng(2)
    samples = np.concatenate(
        [rng.normal([-1.3, 0.03, 1.4], 0.2, (100, 3)), rng.normal([-1.3, 4.03, 1.4], 0.2, (200, 3))]
    )
    write_scatter(tmp_path / "a.grid0.scat", samples)
    text = HYP.format(mamp="-9.9", mdur="-9.9", rotation="90.0")
    (tmp_path / "two.hyp").write_text(text + text.replace("a.grid0", "b.grid0").replace("2006 07 15", "2006 07 16"))
    catalog = read_catalog(tmp_path / "two.hyp")
    errors = catalog.uncertainty
    assert errors.kind == "mixture"
    assert errors.offsets.tolist() == [0, 2, 3]
    order = np.argsort(errors.weight[:2])
    np.testing.assert_allclose(errors.weight[:2][order], [1 / 3, 2 / 3], atol=0.01)
    # north lies 90 degrees clockwise from the y axis of the grid, which so points west
    np.testing.assert_allclose(errors.mean_offset_km[:2][order], [[0, 0, 0], [-4, 0, 0]], atol=0.1)
    np.testing.assert_allclose(np.sqrt(np.diagonal(errors.covariance_km2[:2], axis1=1, axis2=2)), 0.2, atol=0.04)
    assert "1 mixtures are fitted" in catalog.rejected.notes[0]


def test_a_name_that_no_file_can_have_is_that_of_no_samples(tmp_path):
    text = HYP.format(mamp="-9.9", mdur="-9.9", rotation="90.0")
    (tmp_path / "one.hyp").write_text(text.replace("a.grid0", f"a.grid{300 * '1'}"))
    catalog = read_catalog(tmp_path / "one.hyp")
    assert (len(catalog), catalog.uncertainty.kind) == (1, "covariance")


def test_bad_scatter_files_leave_one_line(tmp_path):
    path = tmp_path / "a.scat"
    with pytest.raises(InputError, match="cannot be read"):
        read_scatter(path)
    write_scatter(path, np.ones((30, 3)))
    assert read_scatter(path).shape == (30, 3)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(InputError, match="no whole scatter file"):
        read_scatter(path)
    write_scatter(path, np.full((30, 3), np.nan))
    with pytest.raises(InputError, match="not finite"):
        read_scatter(path)
    with pytest.raises(InputError, match="19 scatter samples"):
        fit_mixture(np.zeros((19, 3)))


def test_three_standard_deviations_in_columns(tmp_path):
    path = tmp_path / "three.csv"
    rows = "34.2,-116.4,5,0.1,0.2,0.3\n34.3,-116.4,5,0.1,0.2,31.61\n34.4,-116.4,5,-0.1,0.2,0.3\n"
    path.write_text("latitude,longitude,depth,sigma_x,sigma_y,sigma_z\n" + rows)
    catalog = read_catalog(path)
    np.testing.assert_allclose(catalog.uncertainty.covariance_km2[0], np.diag([0.01, 0.04, 0.09]))
    assert catalog.uncertainty.complete().tolist() == [True, False, False]
    notes = "; ".join(catalog.rejected.notes)
    assert "1 depths are fixed" in notes
    assert "1 location errors are negative" in notes
    assert "sigma_x, sigma_y, sigma_z are taken as km" in notes


def test_scatter_without_scikit_learn_leaves_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.mixture", None)
    with pytest.raises(InputError, match=r"install it with: pip install 'seisweave\[scatter\]'"):
        fit_mixture(np.random.default_rng(1).normal(size=(50, 3)))
