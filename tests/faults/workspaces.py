"""Small workspaces, ready to merge, and their naive twins."""

import numpy as np
import pytest
from tests.naive import NaiveMixture, full

from seisweave.faults.atomize import atomize
from seisweave.faults.points import order_points
from seisweave.faults.proto_faults import background_of, proto_faults
from seisweave.faults.strictness import QUICK, Strictness
from seisweave.faults.ward import ward_linkage
from seisweave.faults.workspace import Background, Gaussians, Workspace

LEAST = 0.05  # smallest standard deviation, km
UNTRUNCATED = Strictness(cut=1e-30)  # Gaussians count wherever a double can tell
# merging as in the paper: every gain that may have changed is evaluated again after every merge
STRICT = Strictness(cut=1e-30, trust=1.0, at_first=10**6, negligible=0.0, hopeless=float("inf"))


def plates(rng, n, n_plates=3, noise=0.15):
    """Hypocentres on crossing plates, and some everywhere."""
    on = int(n * (1 - noise)) // n_plates
    points = [rng.uniform([-30, -30, 0], [30, 30, 20], size=(n - on * n_plates, 3))]
    for k in range(n_plates):
        flat = rng.normal(size=(on, 3)) * [12.0, 0.4, 4.0]
        angle = 0.9 * k
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        points.append(flat @ turn.T + [4.0 * k, -5.0 * k, 8.0])
    return np.concatenate(points)


NASTY = {
    "plates": plates,
    "coplanar": lambda rng, n: plates(rng, n) * [1.0, 1.0, 0.0],
    "duplicated": lambda rng, n: plates(rng, n)[rng.integers(2 * n // 3, size=n)],
    "rounded": lambda rng, n: np.round(plates(rng, n)),
    "thin": lambda rng, n: plates(rng, n) * [100.0, 1.0, 0.01],
    "far": lambda rng, n: plates(rng, n) + np.array([3e3, -5e3, 0.0]),
    "huge": lambda rng, n: plates(rng, n) * 1e3,
    "tiny": lambda rng, n: plates(rng, n) * 1e-2,
}


# the run without the compiler leaves out those that differ in their scale only
KINDS = [
    pytest.param(kind, marks=[] if kind in ("plates", "coplanar", "duplicated") else pytest.mark.slow_without_compiler)
    for kind in NASTY
]


def workspace_of(points, label, *, local=False, threads=1, strictness=QUICK):
    """A workspace as a reconstruction makes it after atomization."""
    ordered = order_points(points)
    background = background_of(points, label, thinnest_km=2 * LEAST)
    workspace = Workspace(
        ordered,
        proto_faults(points, label),
        background,
        min_sigma_km=LEAST,
        local=local,
        threads=threads,
        strictness=strictness,
    )
    if not local:
        workspace.list_supports()
    workspace.set_members(label[ordered.order])
    return workspace


def atomized(points, **settings):
    """The workspace of the proto-faults of these points."""
    return workspace_of(points, atomize(ward_linkage(points, threads=1)).label, **settings)


def bare(points, gaussians, background=None, strictness=QUICK):
    """A workspace of given Gaussians without members: (weight, mean, 3 × 3 covariance) each."""
    packed = Gaussians(
        np.array([g[0] for g in gaussians], dtype=float),
        np.array([g[1] for g in gaussians], dtype=float).reshape(-1, 3),
        np.array([np.asarray(g[2])[np.triu_indices(3)] for g in gaussians], dtype=float).reshape(-1, 6),
    )
    nothing = Background(np.zeros(0), ())
    return Workspace(
        order_points(points), packed, background or nothing, min_sigma_km=LEAST, local=False, strictness=strictness
    )


def gaussians_of(workspace):
    """Row -> (weight, mean, 3 × 3 covariance) of the Gaussians that are left."""
    parts = workspace.parts
    return {int(r): (parts.weight[r], parts.mean[r].copy(), full(parts.covariance[r])) for r in workspace.rows}


def members_of(workspace):
    """Row -> slots of the members of the Gaussians that are left."""
    start, length = workspace.parts.members, workspace.parts.members_length
    return {int(r): workspace.pools.member[start[r] : start[r] + length[r]].copy() for r in workspace.rows}


def naive_twin(workspace, reach):
    """The same state for the naive loops; points are in the order of the slots."""
    return NaiveMixture(
        points=workspace.ordered.xyz.T.copy(),
        gaussians=gaussians_of(workspace),
        members=members_of(workspace),
        base=workspace.points.base.copy(),
        least_variance=LEAST**2,
        reach=reach,
    )


def supports_of(workspace):
    """(rows × slots) table of the densities that the supports hold, zero where there is no support."""
    parts, pools = workspace.parts, workspace.pools
    table = {}
    for r in workspace.rows:
        table[int(r)] = np.zeros(len(workspace.ordered))
        listed = slice(parts.support[r], parts.support[r] + parts.support_length[r])
        table[int(r)][pools.slot[listed]] = pools.value[listed]
    return table
