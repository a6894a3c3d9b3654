"""Networks set by hand, anywhere on Earth: plates along strike and dip, cut by the surface, flat, in the air; halos."""

import numpy as np
import pandas as pd
from tests.faults.by_hand import one_fault_a_segment

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.plates import Plates
from seisweave.gaussians.mixture import Mixture

PLACES = {
    "California": LocalProjection(longitude=-117.0, latitude=34.0),
    "the south": LocalProjection(longitude=-72.0, latitude=-38.0),
    "the date line": LocalProjection(longitude=179.98, latitude=-18.0),
    "the equator": LocalProjection(longitude=0.01, latitude=0.0),
    "local": None,
}
YEARS = 25.0
# strike, dip, length, width, depth of the centre; the last three: cut by the surface, flat, above sea level
ROWS = np.array(
    [
        [10.0, 60.0, 20.0, 12.0, 9.0],
        [135.0, 90.0, 30.0, 10.0, 8.0],
        [250.0, 30.0, 12.0, 14.0, 11.0],
        [359.0, 75.0, 9.0, 8.0, 6.0],
        [80.0, 45.0, 16.0, 10.0, 2.0],
        [0.0, 0.0, 10.0, 8.0, 7.0],
        [45.0, 70.0, 6.0, 1.0, -2.0],
    ]
)
CUT, FLAT, ABOVE = 4, 5, 6
N_HALOS = 2


def axes_of(strike_deg: float, dip_deg: float, turn_deg: float = 0.0) -> np.ndarray:
    """Unit vectors along the strike, down the dip and across, turned in the plane."""
    strike, dip, turn = np.radians([strike_deg, dip_deg, turn_deg])
    along = np.array([np.sin(strike), np.cos(strike), 0.0])
    down = np.array([np.cos(dip) * np.cos(strike), -np.cos(dip) * np.sin(strike), np.sin(dip)])
    turned = np.array([np.cos(turn) * along + np.sin(turn) * down, np.cos(turn) * down - np.sin(turn) * along])
    return np.vstack([turned, np.cross(turned[0], turned[1])])


def network_at(
    projection: LocalProjection | None, turn_deg: float = 0.0, *, middle: int | None = None, n: int = 1400
) -> FaultNetwork:
    """Seven faults, of which one is flat and one in the air, two halos, and events in time.

    `middle` is the fault whose centre lies in the middle of the network, if any.
    """
    rng, f = np.random.default_rng(1), len(ROWS)
    axes = np.array([axes_of(strike, dip, turn_deg) for strike, dip, *_ in ROWS])
    sigma = np.full(f, 0.2)
    centre = np.column_stack([rng.uniform(-40, 40, (f, 2)), ROWS[:, 4]])
    if middle is not None:
        centre[:, :2] -= centre[middle, :2]
    variances = np.column_stack([ROWS[:, 2] ** 2 / 12, ROWS[:, 3] ** 2 / 12, sigma**2])
    covariance = np.einsum("fki,fk,fkj->fij", axes, variances, axes)
    g = f + N_HALOS
    halos = np.array([np.diag([9.0, 4.0, 6.0]), [[16.0, 3.0, 1.0], [3.0, 9.0, 0.0], [1.0, 0.0, 4.0]]])
    mixture = Mixture(
        weight=np.full(g, 0.9 / g),
        mean_km=np.concatenate([centre, [[5.0, -20.0, 8.0], [-15.0, 10.0, 12.0]]]),
        covariance_km2=np.concatenate([covariance, halos]),
        box_weight=np.array([0.1]),
        box_centre_km=np.zeros((1, 3)),
        box_axes=np.eye(3)[None],
        box_half_km=np.full((1, 3), 50.0),
    )
    part = np.sort(rng.integers(0, g + 1, n))
    faults: Faults = one_fault_a_segment(mixture, part, N_HALOS)
    plates = Plates(mixture.weight[:f], centre, axes, ROWS[:, 2], ROWS[:, 3], sigma)
    nothing = np.zeros(0, int)
    return FaultNetwork(
        mixture=mixture,
        part=part,
        responsibility=np.ones(n),
        bic=1.5,
        log_likelihood=-2.5,
        n_proto=20,
        history=MergeHistory(nothing, nothing, nothing, nothing, nothing, np.zeros(0)),
        faults=Faults(**{**vars(faults), "plates": plates}),
        options=FaultOptions(),
        projection=projection,
        source=_events(rng, n, part, mixture),
    )


def _events(rng: np.random.Generator, n: int, part: np.ndarray, mixture: Mixture) -> pd.DataFrame:
    """From M 1.0 on with b = 1, given to 0.1, evenly over the years."""
    xyz = np.concatenate([mixture.mean_km, [[0.0, 0.0, 5.0]]])[part] + rng.normal(0, 1, (n, 3))
    start, end = np.datetime64("1990-01-01T00:00:00", "us"), np.timedelta64(round(YEARS * 365.25 * 86400), "s")
    magnitude = np.round(0.95 + rng.exponential(1 / np.log(10), n), 1)
    return pd.DataFrame(
        {
            "time": start + (np.linspace(0, 1, n)[rng.permutation(n)] * end.astype(float)).astype("timedelta64[s]"),
            "x_km": xyz[:, 0],
            "y_km": xyz[:, 1],
            "depth_km": xyz[:, 2],
            "magnitude": magnitude,
            'a <strange> & "named" column': np.arange(n),
        }
    )
