"""A fault network like that of Southern California: a caricature drawn by hand, moved a little by the seed.

Long strike-slip faults run north-west, shorter ones cross them to the north-east, and thrusts dip 35 to 60
degrees under the ranges of the north-west. Places, strikes and dips are round numbers that recall the
region; no fault here is a model of a real one.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.catalog.projection import LocalProjection
from seisweave.synthetic.rectangles import FaultRectangles

# longitude and latitude of the centre, strike, dip (degrees), length, top, bottom (km), activity an area
_TABLE = np.array(
    [
        # the main system: three strands along the plate boundary
        (-118.35, 34.70, 296, 88, 95, 0, 15, 0.4),  # big bend
        (-117.15, 34.14, 303, 80, 75, 2, 18, 1.2),
        (-116.10, 33.58, 318, 72, 85, 0, 13, 0.6),
        (-117.22, 33.92, 313, 85, 45, 3, 18, 1.6),  # second strand
        (-116.70, 33.55, 309, 87, 55, 2, 18, 2.2),
        (-116.14, 33.14, 317, 84, 50, 0, 14, 1.8),
        (-117.55, 33.78, 307, 82, 45, 2, 15, 0.8),  # third strand
        (-116.80, 33.25, 305, 86, 75, 1, 16, 0.9),
        (-116.08, 32.83, 310, 83, 60, 0, 13, 1.4),
        (-118.10, 33.72, 320, 86, 60, 3, 14, 0.6),  # coast
        (-117.70, 33.10, 328, 80, 70, 3, 14, 0.4),
        (-115.55, 32.85, 325, 88, 50, 1, 13, 1.8),  # the southern valley
        (-115.62, 33.22, 352, 85, 25, 1, 10, 2.5),
        # eastern shear zone
        (-116.48, 34.30, 342, 86, 50, 0, 13, 2.4),
        (-116.72, 34.72, 324, 84, 45, 0, 12, 1.3),
        (-116.27, 34.68, 332, 80, 42, 0, 13, 1.8),
        (-117.05, 35.08, 322, 87, 60, 1, 13, 0.7),
        (-117.62, 35.36, 330, 83, 28, 1, 11, 2.2),
        # faults that cross
        (-117.95, 35.18, 62, 87, 100, 1, 12, 0.5),
        (-116.15, 34.06, 87, 86, 60, 1, 13, 0.8),
        (-116.90, 34.30, 48, 85, 25, 2, 14, 1.6),
        (-115.80, 33.05, 42, 87, 24, 1, 12, 2.5),
        (-117.62, 34.12, 55, 84, 22, 3, 16, 1.4),
        # thrusts
        (-117.95, 34.25, 285, 48, 50, 2, 16, 0.9),
        (-118.55, 34.27, 110, 40, 26, 4, 19, 2.0),
        (-118.10, 34.00, 288, 35, 34, 4, 15, 0.9),
        (-118.72, 35.12, 55, 60, 38, 2, 17, 1.0),
    ]
)


def california_like_faults(
    projection: LocalProjection, rng: np.random.Generator
) -> tuple[FaultRectangles, Float[np.ndarray, " g"]]:
    """Give the faults in local km, and the share of the fault events that each receives (sum 1).

    Every fault of the table is moved by about 1.5 km, turned by about 2 degrees and stretched by about 5 %,
    so that another seed is another network of the same kind.
    """
    longitude, latitude, strike, dip, length, top, bottom, activity = _TABLE.T
    n = len(_TABLE)
    x, y = projection.to_local(longitude, latitude)
    x, y = x + 1.5 * rng.standard_normal(n), y + 1.5 * rng.standard_normal(n)
    dip = np.minimum(dip + 2 * rng.standard_normal(n), 90.0)
    faults = FaultRectangles(
        strike_deg=(strike + 2 * rng.standard_normal(n)) % 360,
        dip_deg=dip,
        length_km=np.clip(length * np.exp(0.05 * rng.standard_normal(n)), 15, 120),
        width_km=(bottom - top) / np.sin(np.radians(dip)),
        centre_km=np.column_stack([x, y, (top + bottom) / 2]),
    )
    rate = activity * faults.length_km * faults.width_km
    return faults, rate / rate.sum()
