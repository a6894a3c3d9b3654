"""Planted faults: points on rectangles (or Gaussians) and a uniform background, with the truth known.

The generator of Kamer, Ouillon & Sornette (2020), section 3.2, as their program has it. F faults draw, in
this order and each as F uniforms u in 0..1 from one Mersenne-Twister stream (MATLAB `rng(seed)`):

    strike = 180 (u - 1/2)    dip = 45 + 90 u    length L = 20 + 20 u    width W = 5 + 10 u    drop D = 10 u
    x = s v₁ u F mean(L)      y = s v₂ u F mean(W)      height = 10 u - D

with s the spacing and v₁, v₂ one uniform each, drawn before x. A fault carries round(density L W) points,
uniform on its rectangle and 0.1 km thick, each moved by an isotropic normal location error. A share q of all
points is background: round(n q / (1 - q)) points, uniform in the axis-aligned box that just holds the n fault
points.

How we differ. Angles follow the right-hand rule, so a dip above 90 becomes its supplement with the strike
turned round (the text of the paper has dips of 45..90, the program 45..135). The program re-seeds before
every fault, so that all its faults carry the same pattern of points stretched to their size; here that is
`stream="published"`, and the default draws every fault anew. MATLAB's normal numbers cannot be had from
numpy: location errors (and Gaussian faults) always come from our own generator. The rest is the program's to
1e-12 km: the faults and the counts always, and with the published stream also the points before their
location error and the background relative to its box. A Gaussian fault has the mean and covariance of the
rectangle itself; the program takes those of the points it drew on it. Height zero is not the ground: faults
reach 13 km above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int64

from seisweave.errors import InputError
from seisweave.synthetic.rectangles import FaultRectangles

BACKGROUND = -1  # the label of events on no fault
THICKNESS_KM = 0.1

Shape = Literal["rectangle", "gaussian"]
Stream = Literal["independent", "published"]


@dataclass(frozen=True)
class PlantedOptions:
    """What to plant; the defaults are a middle setting of section 3.2 of Kamer et al. (2020).

    Errors: InputError for an invalid value.

    >>> len(plant_faults(PlantedOptions(n_faults=5, density_per_km2=0.1, noise_share=0.2)).faults)
    5
    """

    n_faults: int = field(default=20, metadata={"help": "Number of faults."})
    density_per_km2: float = field(default=0.5, metadata={"help": "Points per square kilometre of fault."})
    noise_share: float = field(default=0.05, metadata={"help": "Share of background among all points, 0..1."})
    shape: Shape = field(
        default="rectangle", metadata={"help": "Points fill a rectangle, or a Gaussian of the same moments."}
    )
    location_error_km: float = field(
        default=0.5, metadata={"help": "Standard deviation of the location error along each axis, km."}
    )
    spacing: float = field(default=1.0, metadata={"help": "How far apart faults lie: scales the region."})
    stream: Stream = field(
        default="independent",
        metadata={"help": "Each fault draws its own points, or all share one pattern as published."},
    )
    geometry_seed: int = field(
        default=1, metadata={"help": "Seed of the faults; 1 gives the paper's 20, 5 (spacing 2) its 5."}
    )
    seed: int = field(default=0, metadata={"help": "Seed of the points, their errors and the background."})

    def __post_init__(self) -> None:
        for name in ("n_faults", "density_per_km2", "spacing"):
            if not 0 < getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give a positive number")
        if not 0 <= self.noise_share < 1:
            raise InputError(f"noise_share is {self.noise_share}: give a share from 0 to below 1")
        if not 0 <= self.location_error_km < np.inf:
            raise InputError(f"location_error_km is {self.location_error_km}: give 0 or more kilometres")
        for name, words in (("shape", get_args(Shape)), ("stream", get_args(Stream))):
            if getattr(self, name) not in words:
                raise InputError(f"{name} is {getattr(self, name)!r}: give one of {', '.join(words)}")
        for name in ("geometry_seed", "seed"):
            if not 0 <= getattr(self, name) < 2**32:
                raise InputError(f"{name} is {getattr(self, name)}: give an integer from 0 to 4294967295")


@dataclass(frozen=True, eq=False)
class PlantedFaults:
    """n points and their truth.

    xyz_km is (x east, y north, depth positive down); fault is the fault of each point, 0..F-1, or -1 for the
    background. Points come fault by fault, the background last.

    >>> planted = plant_faults(PlantedOptions(n_faults=3, location_error_km=0.0))
    >>> on_faults = planted.fault >= 0
    >>> offset_km = planted.faults.local(planted.fault[on_faults], planted.xyz_km[on_faults])
    >>> bool(abs(offset_km[:, 2]).max() < 0.051)  # faults are 0.1 km thick
    True
    """

    xyz_km: Float[np.ndarray, "n 3"]
    fault: Int64[np.ndarray, " n"]
    faults: FaultRectangles
    options: PlantedOptions

    def __len__(self) -> int:
        return len(self.fault)


def plant_faults(options: PlantedOptions | None = None) -> PlantedFaults:
    """Plant faults and their background, and say which point belongs where.

    Raises InputError when the density leaves no fault a single point.

    Kamer et al. (2020), section 3.2; see the top of this file for the equations and how we differ.

    >>> planted = plant_faults(PlantedOptions(density_per_km2=0.1))
    >>> len(planted), len(planted.faults), int(sum(planted.fault == -1))
    (609, 20, 30)
    """
    options = options or PlantedOptions()
    rng = np.random.default_rng(options.seed)
    faults = _draw_faults(options)
    counts = np.rint(options.density_per_km2 * faults.length_km * faults.width_km).astype(np.int64)
    if counts.sum() == 0:
        raise InputError(f"density_per_km2 is {options.density_per_km2}: no fault gets a point, give more")
    fault = np.repeat(np.arange(len(faults)), counts)
    n_background = round(options.noise_share / (1 - options.noise_share) * len(fault))

    if options.stream == "published":
        unit, unit_background = _published_pattern(options.geometry_seed, counts, n_background)
        unit *= _published_signs(faults)[fault]
    else:
        unit, unit_background = rng.random((len(fault), 3)) - 0.5, rng.random((n_background, 3))
    if options.shape == "gaussian":
        unit = rng.standard_normal((len(fault), 3)) / np.sqrt(12)

    sides = np.column_stack([faults.length_km, faults.width_km, np.full(len(faults), THICKNESS_KM)])
    on_faults = faults.place(fault, unit * sides[fault])
    on_faults += options.location_error_km * rng.standard_normal(on_faults.shape)
    low, high = on_faults.min(axis=0), on_faults.max(axis=0)
    return PlantedFaults(
        xyz_km=np.concatenate([on_faults, low + unit_background * (high - low)]),
        fault=np.concatenate([fault, np.full(n_background, BACKGROUND)]),
        faults=faults,
        options=options,
    )


def sensitivity_study(base: PlantedOptions | None = None) -> tuple[PlantedOptions, ...]:
    """Give the 45 settings of the paper's sensitivity analysis: 15 densities at each of 3 noise shares.

    Densities are 0.1, 0.2, ... 1.0, 1.2, ... 2.0 points per km²; noise shares 5, 10 and 20 %. Everything else
    (shape, stream, seeds) is that of `base`. Kamer et al. (2020), section 3.2 and Figure 5.

    >>> settings = sensitivity_study()
    >>> len(settings), len(plant_faults(settings[0])), len(plant_faults(settings[-1]))
    (45, 609, 14475)
    """
    base = base or PlantedOptions()
    tenths = [*range(1, 11), *range(12, 21, 2)]
    return tuple(
        replace(base, density_per_km2=tenth / 10, noise_share=share) for share in (0.05, 0.10, 0.20) for tenth in tenths
    )


def _draw_faults(options: PlantedOptions) -> FaultRectangles:
    """Draw the faults from the published stream, in the published order."""
    uniform = np.random.RandomState(options.geometry_seed).random_sample
    n = options.n_faults
    strike, dip = (uniform(n) - 0.5) * 180, 45 + 90 * uniform(n)
    length, width, drop = 20 + 20 * uniform(n), 5 + 10 * uniform(n), 10 * uniform(n)
    spread_x, spread_y = options.spacing * uniform(), options.spacing * uniform()
    x = spread_x * uniform(n) * n * length.mean()
    y = spread_y * uniform(n) * n * width.mean()
    depth = drop - 10 * uniform(n)
    overturned = dip > 90
    return FaultRectangles(
        strike_deg=np.where(overturned, strike + 180, strike) % 360,
        dip_deg=np.where(overturned, 180 - dip, dip),
        length_km=length,
        width_km=width,
        centre_km=np.column_stack([x, y, depth]),
    )


def _published_pattern(
    seed: int, counts: Int64[np.ndarray, " g"], n_background: int
) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "m 3"]]:
    """Draw the uniforms of the points on faults (along, down, across; ±1/2) and of the background (0..1).

    The stream starts anew for every fault: first all offsets along, then across, then up the dip. The
    background goes on where the last fault stopped. Heights are turned into depths.
    """
    unit = np.zeros((counts.sum(), 3))
    stream = np.random.RandomState(seed)
    for first, count in zip(np.cumsum(counts) - counts, counts, strict=True):
        stream = np.random.RandomState(seed)
        along, across, up = stream.random_sample((3, count)) - 0.5
        unit[first : first + count] = np.column_stack([along, -up, -across])
    background = stream.random_sample((3, n_background)).T
    background[:, 2] = 1 - background[:, 2]
    return unit, background


def _published_signs(faults: FaultRectangles) -> Float[np.ndarray, "g 3"]:
    """Give -1 along and across the faults that the right-hand rule has turned round, else 1.

    Strikes are drawn from -90..90, so those in the southern half are the turned ones.
    """
    signs = np.ones((len(faults), 3))
    signs[(faults.strike_deg > 90) & (faults.strike_deg < 270)] = [-1, 1, -1]
    return signs
