"""Voronoi cells between subsets: the convex hull of all events, cut so that each place is in one background only.

Kamer et al. (2020), section 5, want a Voronoi tessellation "optimized to match the subset borders". Ward's linkage,
which makes the subsets, joins what adds least to the squared distances from centroids, so the site of a subset is its
centroid. Cells are convex and fill the hull without gap or overlap: their volumes sum to that of the hull.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull, HalfspaceIntersection

from seisweave.faults.background_shapes.solid import Solid, convex_cell


def voronoi_cells(xyz_km: Float[np.ndarray, "n 3"], site_km: Float[np.ndarray, "k 3"]) -> tuple[Solid, ...]:
    """The convex hull of points, cut into the places nearest to each of k sites, which must lie in it.

    Parameters of a cell are the coordinates of its site, those of the hull's corners in it, and its weight: together
    3 k + 3 v + k, without the site where there is only one. Raises QhullError for points in a plane and for a site on
    the hull's surface, ValueError for two sites at one place.

    >>> cube = np.array([[x, y, z] for x in (0.0, 2) for y in (0.0, 2) for z in (0.0, 2)])
    >>> cells = voronoi_cells(cube, np.array([[0.5, 1, 1], [1.5, 1, 1]]))
    >>> [(round(cell.volume_km3, 9), cell.parameters) for cell in cells]
    [(4.0, 16), (4.0, 16)]
    """
    hull, cells = ConvexHull(xyz_km, qhull_options="Qt"), []
    corners = xyz_km[hull.vertices]
    square = ((corners[:, None] - site_km) ** 2).sum(axis=2)
    own = np.bincount(square.argmin(axis=1), minlength=len(site_km))
    for k, site in enumerate(site_km):
        others = np.delete(site_km, k, axis=0)
        away = others - site
        length = np.linalg.norm(away, axis=1, keepdims=True)
        if (length == 0.0).any():
            raise ValueError(f"two sites at {site.tolist()} km; give each a place of its own")
        normal, middle = away / length, 0.5 * (others + site)
        nearer = np.column_stack([normal, -(normal * middle).sum(axis=1)])
        edges = HalfspaceIntersection(np.vstack([hull.equations, nearer]), site).intersections
        parameters = 3 * int(own[k]) + 1 + (3 if len(site_km) > 1 else 0)
        cells.append(convex_cell(edges[np.isfinite(edges).all(axis=1)], site, parameters))
    return tuple(cells)
