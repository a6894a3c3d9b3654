import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.faults import oracle
from tests.naive_boxes import smallest_volume

from seisweave.faults.background import minimum_volume_box
from seisweave.faults.reference.boxes import gaussian_box, joint_box, program_box, touching

TETRAHEDRON = np.array([[0.0, 0, 0], [1.0, 0, 0], [0.4, 0.9, 0], [0.5, 0.3, 0.8]])


@pytest.mark.parametrize("n", [4, 5, 6, 9, 14])
@pytest.mark.parametrize("seed", range(4))
def test_is_a_smallest_box_with_a_face_on_the_hull(n, seed):
    xyz = np.random.default_rng(seed).normal(size=(n, 3)) * [5.0, 2.0, 0.3] + [300.0, -20.0, 7.0]
    box = program_box(xyz)
    assert np.all(np.abs((xyz - box.centre_km) @ box.axes.T) <= box.half_km + 1e-9)
    np.testing.assert_allclose(box.volume_km3, smallest_volume(xyz), rtol=1e-8)


def test_of_equal_boxes_the_one_on_the_first_facet_along_its_first_edge():
    # all twelve boxes of this tetrahedron, one for each facet and edge of it, have six times its volume
    box = program_box(TETRAHEDRON)
    np.testing.assert_allclose(box.volume_km3, 6 * (0.9 * 0.8 / 6), rtol=1e-9)
    assert box.volume_km3 == pytest.approx(minimum_volume_box(TETRAHEDRON).volume_km3)


@pytest.mark.parametrize("seed", range(5))
def test_the_box_of_a_box_is_itself(seed):
    rng = np.random.default_rng(seed)
    turn = Rotation.random(rng=rng).as_matrix()
    plate = gaussian_box(rng.normal(size=3) * 30, turn @ np.diag([9.0, 4.0, 0.1]) @ turn.T)
    np.testing.assert_allclose(np.sort(2 * plate.half_km), np.sqrt(12 * np.array([0.1, 4.0, 9.0])), rtol=1e-12)
    again = joint_box(plate, plate)
    distance = np.linalg.norm(again.corners[:, None] - plate.corners[None], axis=2)
    assert distance.min(axis=0).max() < 1e-8


@pytest.mark.parametrize(
    "xyz",
    [
        np.zeros((5, 3)),
        np.linspace(0, 1, 6)[:, None] * [[1.0, 2.0, 3.0]],
        np.array([[0.0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1], [0.5, 0.5, 1]]),
        np.array([[0.0, 0, 1]] * 3 + [[1, 0, 1]] * 3 + [[1, 1, 1]]),
    ],
    ids=["coincident", "collinear", "coplanar", "duplicated"],
)
def test_flat_sets_get_flat_boxes(xyz):
    box = program_box(xyz)
    assert box.volume_km3 == pytest.approx(0.0, abs=1e-12)
    assert np.all(np.abs((xyz - box.centre_km) @ box.axes.T) <= box.half_km + 1e-9)


def test_boxes_touch_where_a_corner_of_one_is_in_the_other():
    def plate(x, y, z, *sides):
        return gaussian_box(np.array([x, y, z]), np.diag(np.square(sides) / 12.0))

    boxes = (
        plate(0.0, 0.0, 0.0, 4.0, 1.0, 1.0),
        plate(2.0, 0.5, 0.5, 1.0, 1.0, 1.0),  # a corner in the first
        plate(0.0, 0.0, 0.0, 1.0, 4.0, 0.5),  # crosses the first like a plus: no corner in the other
        plate(0.0, 0.0, 0.0, 0.1, 0.1, 0.1),  # within the first and the third
        plate(9.0, 9.0, 9.0, 1.0, 1.0, 1.0),  # far from all
        plate(2.5, 0.0, 0.0, 1.0, 1.0, 1.0),  # shares a face with the first
    )
    pairs = np.array([[0, 1], [0, 2], [0, 3], [2, 3], [0, 4], [0, 5], [3, 4]])
    assert touching(boxes, pairs).tolist() == [True, False, True, True, False, True, False]
    assert touching(boxes, pairs[:, ::-1]).tolist() == [True, False, True, True, False, True, False]


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("name", ["landers_global", "syn20_e0_p5_d0.5", "syn20_e1_p5_d0.5"])
def test_draws_every_box_the_published_program_drew(name):
    truth = oracle.load(name)
    xyz, owner = truth["X"], truth["proto_labels0"]
    kernels = np.flatnonzero(~truth["proto_is_bkg"])
    plates = [gaussian_box(truth["proto_mean"][c], truth["proto_cov"][c]) for c in kernels]
    boxes = [joint_box(program_box(xyz[owner == c]), plate) for c, plate in zip(kernels, plates, strict=True)]
    oracle.assert_same_boxes(boxes, truth, "proto_")
    background = truth["proto_bbox"][truth["proto_is_bkg"]][0]
    np.testing.assert_allclose(program_box(xyz).corners, background, atol=1e-10)


def test_draws_the_boxes_the_authors_distribute():
    truth, shipped = oracle.load("landers_global_chunk4"), oracle.load("matlab_shipped_params_preMerge")
    xyz = truth["X"][truth["c1_point_index0"]]  # the subset that the file holds
    order = np.linalg.norm(truth["c1_proto_mean"][:, None] - shipped["mean"][None], axis=2).argmin(axis=1)
    for c in np.flatnonzero(~truth["c1_proto_is_bkg"]):
        plate = gaussian_box(truth["c1_proto_mean"][c], truth["c1_proto_cov"][c])
        box = joint_box(program_box(xyz[truth["c1_proto_labels0"] == c]), plate)
        distance = np.linalg.norm(box.corners[:, None] - shipped["bbox"][order[c]][None], axis=2)
        assert distance.min(axis=0).max() < 1e-8
