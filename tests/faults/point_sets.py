"""Nasty and ordinary sets of hypocentres for the tests."""

import numpy as np


def clustered(rng, n):
    centre = rng.normal(size=(max(1, n // 12), 3)) * 20
    return centre[rng.integers(len(centre), size=n)] + rng.normal(size=(n, 3)) * [1.0, 0.3, 0.1]


def duplicated(rng, n):
    points = rng.normal(size=(n, 3))
    return points[rng.integers(max(1, n // 3), size=n)]


# sets without ties between pairs of different places
UNTIED = {
    "random": lambda rng, n: rng.normal(size=(n, 3)),
    "clustered": clustered,
    "duplicated": duplicated,
    "collinear": lambda rng, n: rng.normal(size=(n, 1)) * [[2.0, 3.0, 6.0]],
    "coplanar": lambda rng, n: rng.normal(size=(n, 2)) @ [[1.0, 0.5, 2.0], [0.0, 3.0, 1.0]],
    "thin": lambda rng, n: rng.normal(size=(n, 3)) * [1e3, 1.0, 1e-4],
    "far": lambda rng, n: rng.normal(loc=[4e5, -3e6, 10.0], size=(n, 3)),
    "tiny": lambda rng, n: rng.normal(size=(n, 3)) * 1e-9,
}

# sets where many pairs lie at exactly the same distance, so that the Ward tree is not unique
TIED = {
    "lattice": lambda rng, n: rng.permutation(np.argwhere(np.ones((5, 4, 1 + n // 20))))[:n].astype(float),
    "line lattice": lambda rng, n: np.arange(n)[:, None] * [[1.0, 0.0, 0.0]],
    "small integers": lambda rng, n: rng.integers(0, 4, size=(n, 3)).astype(float),
    "cube corners": lambda rng, n: np.tile(np.argwhere(np.ones((2, 2, 2))), (1 + n // 8, 1))[:n].astype(float),
    "coincident": lambda rng, n: np.full((n, 3), 7.25),
    "rounded": lambda rng, n: np.round(rng.normal(size=(n, 3)) * [1.0, 1.0, 0.3], 1),
}


def rounded_catalog(rng, n):
    """Hypocentres on a grid of 0.01 km, as catalogs have them."""
    return np.round(clustered(rng, n), 2)
