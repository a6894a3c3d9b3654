"""What loops over simulated catalogs are given: records of arrays, and the numbers of their rows."""

from typing import NamedTuple

import numpy as np

PRODUCTIVITY, DELAY, WIDTH, ELONGATION = range(4)  # parts of a kernel
MAGNITUDE, SPACING, SHAPE, RATE, TOTAL_RATE, FAULT_SHAPE, FAULT_EFFECT = range(1, 8)  # features, after the constant
N_FEATURES = 8
T, X, Y, M, PARENT, SPACING_KM, SHARE, STANDARD_K, STANDARD_Z = range(9)  # rows of the events of a catalog
UNIFORM, SMOOTHED, MIXED = range(3)  # kinds of backgrounds
MEAN_X, MEAN_Y, ROOT_XX, ROOT_XY, ROOT_YY = range(5)  # rows of the parts of a mixture
OMEGA, DECAY, RHO, C = range(4)  # numbers of a kernel; c only of the standard one
LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


class Past(NamedTuple):
    """n events before the instant: place, strike, and by kernel (rows) cumulated proposals, c, Z and e."""

    t: np.ndarray
    x: np.ndarray
    y: np.ndarray
    strike: np.ndarray
    proposals: np.ndarray
    c: np.ndarray
    z: np.ndarray
    e: np.ndarray


class Kernels(NamedTuple):
    """By kernel: coefficients (part, constant and features), and omega, 1 / tau, rho."""

    coefficient: np.ndarray
    number: np.ndarray


class Backgrounds(NamedTuple):
    """By background events a day, kind and width (in spacings of the past's events, or in km of a mixture's parts).

    The past has cumulated weights and spacings; parts have cumulated weights, and rows MEAN_X to ROOT_YY: means, and
    the lower triangle whose square is the covariance.
    """

    rate: np.ndarray
    kind: np.ndarray
    width: np.ndarray
    weight: np.ndarray
    spacing_km: np.ndarray
    uniform_weight: float
    usual_km: float
    outline: np.ndarray
    part_weight: np.ndarray
    part: np.ndarray


class Magnitudes(NamedTuple):
    """Of the tapered law: slope, smallest moment in units of the corner's, steps."""

    slope: float
    taper: float
    width: float


class Surroundings(NamedTuple):
    """How many neighbours a description rests on (0: none are wanted), the past in a tree, scales of features.

    fault: parts of a mixture as `_mixture_numba` wants them, none where no feature is of faults; their strikes,
    logarithms of ratios and effects; along: whether the strike of an event is that of its fault.
    """

    neighbours: int
    rated: bool
    tree_x: np.ndarray
    tree_y: np.ndarray
    axis: np.ndarray
    cut: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    fault: np.ndarray
    fault_strike: np.ndarray
    fault_ratio: np.ndarray
    fault_effect: np.ndarray
    along: bool


class Standard(NamedTuple):
    """The standard form: rows of the past for its rate and that over the plane, coefficients, numbers, background."""

    source: np.ndarray
    exponent: np.ndarray
    total_source: np.ndarray
    total_exponent: np.ndarray
    coefficient: np.ndarray
    number: np.ndarray
    background: float
    total_background: float
