"""Shapes of backgrounds in a network's file: read back identical, refused where they are none."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.test_network import hand_made

from seisweave.errors import InputError
from seisweave.faults.background_shapes import RoundGaussian, Sphere, alpha_shape, convex_hull, voronoi_cells
from seisweave.faults.network import open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.subsets import MergedSubset, subset_arrays, subset_from_arrays
from seisweave.faults.workspace import Background, Gaussians
from seisweave.gaussians.backgrounds import Box
from seisweave.storage import write_dataset

POINTS = np.random.default_rng(2).normal(size=(30, 3)) * [5.0, 3.0, 1.0] + [0.0, 0.0, 8.0]
BOX = Box(np.array([1.0, 2.0, 3.0]) / 3.0, np.eye(3), np.array([1.0, 2.0, 3.0]) / 7.0)
SHAPES = {
    "each": (convex_hull(POINTS), BOX, alpha_shape(POINTS), Sphere(POINTS[0], 1 / 3), RoundGaussian(POINTS[1], 1 / 7)),
    "rounds": (Sphere(POINTS[0], 1 / 3), RoundGaussian(POINTS[1], 1 / 7)),
    "cells": voronoi_cells(POINTS, np.array([POINTS[:15].mean(axis=0), POINTS[15:].mean(axis=0)])),
}


def network_with(shapes):
    network = hand_made(n_boxes=len(shapes))
    boxes = {
        "box_centre_km": np.array([s.box.centre_km for s in shapes]),
        "box_axes": np.array([s.box.axes for s in shapes]),
        "box_half_km": np.array([s.box.half_km for s in shapes]),
    }
    options = replace(network.options, background="alpha")
    return replace(network, options=options, mixture=replace(network.mixture, **boxes, shapes=shapes))


@pytest.mark.parametrize("name", SHAPES)
def test_a_network_reads_back_identical(name, tmp_path):
    network = network_with(SHAPES[name])
    again = open_network(network.write(tmp_path / "network.nc"))
    assert again.options == network.options
    for before, after in zip(network.mixture.shapes, again.mixture.shapes, strict=True):
        assert (before.kind, before.parameters, before.volume_km3) == (after.kind, after.parameters, after.volume_km3)
    probe = network.sample(500, seed=1)
    np.testing.assert_array_equal(again.log_density(probe), network.log_density(probe))
    np.testing.assert_array_equal(again.responsibilities(probe), network.responsibilities(probe))
    np.testing.assert_array_equal(again.sample(500, seed=1), probe)
    assert again.mixture.n_parameters == network.mixture.n_parameters
    twice = again.write(tmp_path / "again.nc").read_bytes()
    assert twice == (tmp_path / "network.nc").read_bytes()


def test_a_network_of_boxes_says_nothing_of_shapes(tmp_path):
    """So files of earlier versions, which know no shapes, are those of today."""
    dataset = hand_made().to_dataset()
    assert not {"background_shape", "background_corner", "tetrahedron"} & set(dataset)
    assert "background" not in dataset.attrs["options"]
    again = open_network(hand_made().write(tmp_path / "network.nc"))
    assert again.options == hand_made().options
    assert again.options.background == FaultOptions().background == "box"
    assert again.mixture.shapes == ()


def put(values, place, value):
    values = values.copy()
    values[place] = value
    return values


BROKEN = {
    "an unknown kind": ("background_shape", lambda v: put(v, 0, 6), "background_shape of place 0 is 6"),
    "a box with corners": ("background_shape", lambda v: put(v, 0, 0), "corners are not in the order"),
    "a solid without corners": ("background_shape", lambda v: put(v, 1, 1), "without a tetrahedron"),
    "a round one in no cube": ("background_shape", lambda v: put(v, 1, 4), "no cube"),
    "no parameter": ("background_parameters", lambda v: put(v, 0, 0), "background_parameters of place 0 is 0"),
    "an infinite corner": ("background_corner", lambda v: put(v, (0, 0), np.inf), "corner of place 0 is inf"),
    "a corner of nothing": ("corner_of", lambda v: put(v, 0, 5), "corner_of of place 0 is 5"),
    "corners in disorder": ("corner_of", lambda v: v[::-1].copy(), "not in the order"),
    "no such corner": ("tetrahedron", lambda v: put(v, (0, 0), 10**6), "tetrahedron of place 0 is 1000000"),
    "two backgrounds": ("tetrahedron", lambda v: put(v, (0, 0), v.max()), "tetrahedron 0 joins two backgrounds"),
    "no volume": ("tetrahedron", lambda v: put(v, (0, 0), v[0, 1]), "tetrahedron 0 has no volume"),
    "one three times": ("tetrahedron", lambda v: put(v, (slice(0, 3)), v[0]), "more than two tetrahedra on one face"),
    "fractions": ("tetrahedron", lambda v: v.astype(float), "whole numbers"),
    "whole kilometres": ("background_corner", lambda v: v.astype(int), "tetrahedron|corner"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_shapes_that_are_none_are_refused_in_one_line(name, tmp_path):
    variable, change, message = BROKEN[name]
    dataset = network_with(SHAPES["each"]).to_dataset()
    values = dataset[variable]
    dataset[variable] = (values.dims, change(values.values), values.attrs)
    with pytest.raises(InputError, match=message) as error:
        open_network(write_dataset(dataset, tmp_path / "network.nc"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("missing", ["background_parameters", "background_corner", "corner_of", "tetrahedron"])
def test_half_of_the_shapes_is_refused(missing, tmp_path):
    dataset = network_with(SHAPES["each"]).to_dataset().drop_vars(missing)
    with pytest.raises(InputError, match=f"it has no {missing}"):
        open_network(write_dataset(dataset, tmp_path / "network.nc"))


@pytest.mark.parametrize("name", SHAPES)
def test_a_merged_subset_is_kept_identical(name):
    shapes = SHAPES[name]
    gaussians = Gaussians(np.ones(1), np.zeros((1, 3)), np.array([[1.0, 0, 0, 1, 0, 1]]))
    subset = MergedSubset(gaussians, Background(np.full(len(shapes), 0.1), shapes), np.zeros(1, int), [])
    again = subset_from_arrays(subset_arrays(subset)).background.boxes
    probe = np.ascontiguousarray((POINTS + 0.3).T)
    for before, after in zip(shapes, again, strict=True):
        assert (before.kind, before.parameters, before.volume_km3) == (after.kind, after.parameters, after.volume_km3)
        np.testing.assert_array_equal(after.relative_density(probe), before.relative_density(probe))
