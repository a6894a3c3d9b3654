"""Backgrounds of other shapes than the box: hull, alpha shape, Voronoi cells, sphere, round Gaussian.

Kamer, Ouillon & Sornette (2020), section 5, name them: boxes of subsets "tend to overlap and bias the overall
background density".
"""

from seisweave.faults.background_shapes.alpha import alpha_shape
from seisweave.faults.background_shapes.cells import voronoi_cells
from seisweave.faults.background_shapes.rounds import RoundGaussian, Sphere, round_gaussian, smallest_sphere
from seisweave.faults.background_shapes.solid import Solid, convex_hull

__all__ = [
    "RoundGaussian",
    "Solid",
    "Sphere",
    "alpha_shape",
    "convex_hull",
    "round_gaussian",
    "smallest_sphere",
    "voronoi_cells",
]
