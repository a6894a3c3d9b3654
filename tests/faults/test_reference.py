import numpy as np
import pytest
from scipy.cluster.hierarchy import ward
from tests.faults import oracle

from seisweave.errors import InputError
from seisweave.faults.reference import reconstruct
from seisweave.faults.reference.atoms import atomize_as_program, tree_subsets
from seisweave.faults.reference.merge import Stage, _batch, merge_pass
from seisweave.faults.reference.reconstruct import ReferenceRun, reconstruct_reference, refresh
from seisweave.gaussians.mixture import Mixture, no_boxes

SYNTHETIC = ["syn5_p0", "syn5_p5", "syn5_p20", "syn20_e0_p5_d0.1", "syn20_e1_p5_d0.5"]
FIG_5 = [("g_paper_", "global", ("local", "global")), ("g_script_", "global", None), ("l_paper_", "local", None)]


def assert_same_run(run: ReferenceRun, truth, prefix: str, label: str, bic: str, nll: str) -> None:
    oracle.assert_same_mixture(run.mixture, truth, prefix)
    np.testing.assert_array_equal(run.part, oracle.part_of_kernel(truth, prefix)[truth[label]])
    np.testing.assert_allclose(run.bic, float(truth[bic]), rtol=1e-11)
    np.testing.assert_allclose(run.nll, float(truth[nll]), rtol=1e-11)


def assert_same_subset(subset, truth, prefix: str) -> None:
    assert subset.n_clusters == int(truth[f"{prefix}cut_K"])
    np.testing.assert_array_equal(subset.events, truth[f"{prefix}point_index0"])
    gaussian = np.flatnonzero(~truth[f"{prefix}proto_is_bkg"])
    owner = truth[f"{prefix}proto_labels0"]
    np.testing.assert_array_equal(subset.proto.owner, np.where(np.isin(owner, gaussian), owner, -1))
    for name in ("proto", "stage1", "stage1em"):
        stage = {"proto": subset.proto, "stage1": subset.merged, "stage1em": subset.refreshed}[name]
        oracle.assert_same_mixture(stage.mixture, truth, f"{prefix}{name}_")
        oracle.assert_same_boxes(stage.boxes, truth, f"{prefix}{name}_")


@pytest.mark.parametrize("criterion", ["global", "local"])
@pytest.mark.parametrize("name", [pytest.param("landers", marks=pytest.mark.slow_without_compiler), "landers_sub500"])
def test_equals_the_published_program_on_landers(name, criterion):
    truth = oracle.load(f"{name}_{criterion}")
    run = reconstruct_reference(truth["X"], ward(truth["X"]), criterion=criterion)
    assert_same_subset(run.subsets[0], truth, "")
    assert_same_run(run, truth, "final_", "labels0", "BIC", "NLL")


@pytest.fixture(scope="module")
def in_four():
    """The program's results on Landers in four subsets, and ours."""
    truth = oracle.load("landers_global_chunk4")
    return truth, reconstruct_reference(truth["X"], ward(truth["X"]), subsets=4)


@pytest.mark.slow_without_compiler
def test_equals_the_published_program_on_landers_in_four_subsets(in_four):
    truth, run = in_four
    for number, subset in enumerate(run.subsets):
        assert_same_subset(subset, truth, f"c{number}_")
    assert_same_run(run, truth, "final_", "labels0", "BIC", "NLL")
    assert run.mixture.n_boxes == 4
    assert run.bic == pytest.approx(29489.857068, abs=1e-5)


@pytest.mark.slow_without_compiler
def test_equals_the_result_the_authors_distribute(in_four):
    shipped, (_, run) = oracle.load("matlab_shipped_params_postMerge"), in_four
    gaussian = ~shipped["is_bkg"]
    distance = np.linalg.norm(run.mixture.mean_km[:, None] - shipped["mean"][gaussian][None], axis=2)
    ours = distance.argmin(axis=0)  # their subsets come in another order
    assert sorted(ours) == list(range(run.mixture.n_gaussians))
    np.testing.assert_allclose(run.mixture.mean_km[ours], shipped["mean"][gaussian], rtol=1e-9)
    np.testing.assert_allclose(run.mixture.weight[ours], shipped["weight"][gaussian], rtol=1e-9)
    np.testing.assert_allclose(np.sort(run.mixture.box_weight), np.sort(shipped["weight"][~gaussian]), rtol=1e-9)
    np.testing.assert_allclose(run.bic, shipped["mdl"].item(), rtol=1e-9)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("name", SYNTHETIC)
def test_equals_the_published_program_on_planted_faults(name, monkeypatch):
    truth, run_subset, done = oracle.load(name), reconstruct._run_subset, {}
    xyz, tree = truth["X"], ward(truth["X"])

    def once(xyz_km, events, tree, criterion, numbered):
        """Pass A, which takes nearly all the time, is the same in two of the three ways."""
        assert (len(xyz_km), numbered) == (len(truth["X"]), 0)
        if criterion not in done:
            done[criterion] = run_subset(xyz_km, events, tree, criterion, numbered)
        return done[criterion]

    monkeypatch.setattr(reconstruct, "_run_subset", once)
    for key, criterion, passes in FIG_5:
        run = reconstruct_reference(xyz, tree, criterion=criterion, passes=passes)
        assert run.n_clusters == int(truth["cut_K"])
        oracle.assert_same_mixture(run.subsets[0].proto.mixture, truth, "proto_")
        oracle.assert_same_boxes(run.subsets[0].proto.boxes, truth, "proto_")
        assert_same_run(run, truth, key, f"{key}labels0", f"{key}bic", f"{key}nll")


def two_planes(seed: int = 0, n: int = 150) -> np.ndarray:
    rng = np.random.default_rng(seed)
    plane = rng.uniform(-1, 1, (n, 3)) * [6.0, 0.1, 3.0]
    crossing = rng.uniform(-1, 1, (n, 3)) * [0.1, 4.0, 3.0] + [9.0, 0.0, 0.0]
    return np.vstack([plane, crossing, rng.uniform(-12, 12, (n // 10, 3))])


def test_finds_two_planted_planes_and_tells_how():
    xyz = two_planes()
    run = reconstruct_reference(xyz, ward(xyz))
    assert run.mixture.n_gaussians < run.n_valid < run.n_clusters
    merges = [*run.subsets[0].merges, *(merge for merges in run.passes for merge in merges)]
    assert run.subsets[0].proto.mixture.n_gaussians - run.mixture.n_gaussians >= len(merges) > 0
    assert [merge.merged for merge in merges] == list(range(run.n_valid, run.n_valid + len(merges)))
    assert all(merge.gain > 0 and max(merge.first, merge.second) < merge.merged for merge in merges)
    assert np.bincount(run.part[:150]).max() > 100
    assert np.bincount(run.part[150:300]).max() > 100


@pytest.mark.parametrize("criterion", ["global", "local"])
def test_a_merge_gains_what_the_bic_of_its_mixture_loses(criterion):
    rng = np.random.default_rng(3)
    xyz = np.vstack([rng.normal(size=(40, 3)), rng.normal([0.5, 0.0, 0.0], 1.0, (60, 3))])
    stage = Stage(
        Mixture(
            np.array([0.4, 0.6]),
            np.array([[0.0, 0, 0], [0.5, 0, 0]]),
            np.array([np.eye(3), 1.2 * np.eye(3)]),
            **no_boxes(),
        ),
        boxes=(),
        number=np.array([0, 1]),
        owner=np.repeat([0, 1], [40, 60]),
    )
    stage = Stage(stage.mixture, refresh(xyz, stage, 1).boxes, stage.number, stage.owner)
    merged, merges = merge_pass(xyz, stage, criterion, 2)
    before, after = stage.mixture.log_density(xyz).sum(), merged.mixture.log_density(xyz).sum()
    assert len(merges) == 1
    np.testing.assert_allclose(merges[0].gain, after - before + 5 * np.log(100), rtol=1e-10)
    np.testing.assert_allclose(merged.mixture.mean_km[0], [0.3, 0.0, 0.0], atol=1e-14)
    np.testing.assert_allclose(
        merged.mixture.covariance_km2[0], 1.12 * np.eye(3) + np.diag([0.4 * 0.6 * 0.25, 0, 0]), atol=1e-14
    )
    assert set(merged.owner) == {0}


def test_a_round_merges_pairs_that_share_no_friend():
    pairs = np.array([[0, 1], [1, 2], [2, 3], [4, 5], [3, 6]])
    gain = np.array([9.0, 8.0, 5.0, 1.0, 2.0])
    # (0,1) is best; 2 is a friend of 1, so (2,3) waits; (3,6) shares no friend of 0 or 1; (4,5) stands alone
    assert _batch(pairs, gain) == [0, 4, 3]


def test_refresh_drops_the_starved_and_leaves_their_weight_out():
    rng = np.random.default_rng(1)
    xyz = np.vstack([rng.normal(size=(20, 3)), rng.normal(size=(3, 3)) * 0.1 + 50.0])
    mixture = Mixture(
        np.array([0.9, 0.1]), np.array([[0.0, 0, 0], [50.0] * 3]), np.array([np.eye(3)] * 2), **no_boxes()
    )
    stage = refresh(xyz, Stage(mixture, (), np.array([7, 8]), np.full(23, -1)), 4)
    assert stage.number.tolist() == [7]
    assert stage.mixture.weight.tolist() == [20 / 23]
    assert stage.owner.tolist() == [0] * 20 + [-1] * 3
    np.testing.assert_array_equal(stage.mixture.covariance_km2[0], np.eye(3))


def test_the_cut_has_valid_clusters_and_one_background_around_all():
    xyz = two_planes(1)
    atoms = atomize_as_program(xyz, ward(xyz))
    assert atoms is not None
    assert 0.1 * len(xyz) - 1 <= atoms.n_clusters <= len(xyz) / 3
    assert atoms.mixture.n_boxes == 1
    assert atoms.mixture.weight.sum() + atoms.mixture.box_weight.sum() == pytest.approx(1.0)
    local = np.abs((xyz - atoms.mixture.box_centre_km[0]) @ atoms.mixture.box_axes[0].T)
    assert np.all(local <= atoms.mixture.box_half_km[0] + 1e-9)


@pytest.mark.parametrize("subsets", [1, 2, 5, 40])
def test_subsets_of_the_tree_are_trees_of_their_own_events(subsets):
    xyz = two_planes(2, 60)
    found = tree_subsets(ward(xyz), subsets)
    assert len(found) == subsets
    assert sorted(np.concatenate([events for events, _ in found])) == list(range(len(xyz)))
    for events, tree in found:
        assert tree.shape == (len(events) - 1, 4)
        if len(events) > 1:
            np.testing.assert_allclose(tree[:, 2], ward(xyz[events])[:, 2], rtol=1e-12)


def test_small_and_flat_subsets_are_left_out():
    flat = np.random.default_rng(0).normal(size=(30, 3)) * [1.0, 1.0, 0.0] + [500.0, 0.0, 0.0]
    few = np.random.default_rng(1).normal([0.0, 900.0, 0.0], 1.0, (3, 3))
    xyz = np.vstack([two_planes(), flat, few])
    run = reconstruct_reference(xyz, ward(xyz), subsets=3)
    assert len(run.subsets) == 1
    weight = run.mixture.weight.sum() + run.mixture.box_weight.sum()
    assert weight == pytest.approx(len(run.subsets[0].events) / len(xyz))


def test_duplicated_events_work():
    xyz = np.round(np.repeat(two_planes(4, 60), 2, axis=0), 1)
    run = reconstruct_reference(xyz, ward(xyz), subsets=2)
    assert np.isfinite(run.bic)
    assert run.mixture.n_gaussians >= 1


LINE = np.linspace(0, 9, 40)[:, None] * [[1.0, 2.0, 0.5]]


@pytest.mark.parametrize(
    ("xyz", "subsets"),
    [(two_planes()[:3], 1), (np.ones((50, 3)), 1), (LINE, 1), (LINE * [1.0, 1.0, 0.0], 1), (two_planes(), 200)],
    ids=["three", "coincident", "collinear", "coplanar", "splinters"],
)
def test_sets_that_carry_no_gaussian_are_refused(xyz, subsets):
    with pytest.raises(InputError, match="no cluster of 4"):
        reconstruct_reference(xyz, ward(xyz), subsets=subsets)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"xyz_km": np.full((330, 3), np.nan)}, "finite"),
        ({"linkage": np.zeros((3, 4))}, "tree"),
        ({"subsets": 0}, "subsets"),
        ({"criterion": "best"}, "criterion"),
        ({"passes": ("global", "both")}, "criterion"),
    ],
    ids=["nan", "tree", "subsets", "criterion", "passes"],
)
def test_bad_arguments_are_refused(change, message):
    xyz = two_planes()[:330]
    arguments = {"xyz_km": xyz, "linkage": ward(xyz), **change}
    if "xyz_km" in change:
        arguments["linkage"] = np.zeros((329, 4))
    with pytest.raises(InputError, match=message):
        reconstruct_reference(**arguments)
