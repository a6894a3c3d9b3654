"""Networks that a method of planes finds hard: bent, listric, stepping, crossing and nearly coplanar faults.

Every network is drawn from its seed and lies within about 250 × 200 km, 1 to 20 km deep. Numbers that make it hard
stand in the functions: turns, gaps, steps, angles.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seisweave.synthetic.sheets import Sheet

BENDS_DEG = (15.0, 30.0, 45.0, 60.0)
PARALLEL_KM = (2.0, 2.5, 3.0)  # between two parallel faults, across
END_TO_END_DEG = (12.0, 13.5, 15.0)  # between the strikes of two faults, one km apart


def curved_faults(rng: np.random.Generator) -> list[Sheet]:
    """Four steep faults whose strikes turn by 15, 30, 45 and 60 degrees over 60 to 80 km: four systems."""
    sheets = []
    for k, (x, y) in enumerate(_places(4, 100.0, rng)):
        strike, length, dip = 360 * rng.random(), rng.uniform(60, 80), rng.uniform(83, 90)
        sheets.append(Sheet(x, y, 1.0, strike, length, dip, 14.0, bend_deg=_sign(rng) * BENDS_DEG[k], system=k))
    return sheets


def listric_faults(rng: np.random.Generator) -> list[Sheet]:
    """Four faults, 30 to 45 km long, that dip 65 to 80 degrees at the top and 15 to 30 at the bottom: four systems."""
    return [
        Sheet(
            *(x, y, 1.0, 360 * rng.random(), rng.uniform(30, 45), rng.uniform(65, 80), 24.0),
            bottom_dip_deg=rng.uniform(15, 30),
            system=k,
        )
        for k, (x, y) in enumerate(_places(4, 90.0, rng))
    ]


def segmented_faults(rng: np.random.Generator) -> list[Sheet]:
    """Three systems of five pieces of 10 to 22 km, in line but for steps of 1 to 3 km, gaps of 1 to 4 km, 3 degrees."""
    sheets = []
    for system in range(3):
        strike, dip = 300 + 10 * rng.standard_normal(), rng.uniform(75, 90)
        length, gap = rng.uniform(10, 22, 5), rng.uniform(1, 4, 5)
        along = np.cumsum(length + gap) - length / 2
        along -= along.mean()
        across = np.cumsum([_sign(rng) * rng.uniform(1, 3) for _ in range(5)])
        middle = _moved(0.0, 0.0, 300.0, 0.0, 60.0 * (system - 1))
        for k in range(5):
            at, piece = _moved(*middle, strike, along[k], across[k]), strike + rng.uniform(-3, 3)
            sheets.append(Sheet(*at, 1.0, piece, float(length[k]), dip, 14.0, system=system))
    return sheets


def en_echelon_faults(rng: np.random.Generator) -> list[Sheet]:
    """Three zones of six parallel strands of 14 km, 20 degrees off the zone: 3 km apart, overlapping by 5.5 km."""
    sheets = []
    for system, (x, y) in enumerate(_places(3, 90.0, rng)):
        zone, turn, dip = 360 * rng.random(), _sign(rng) * 20.0, rng.uniform(80, 90)
        for k in range(6):
            at = _moved(x, y, zone, 9.0 * (k - 2.5), 0.0)
            sheets.append(Sheet(*at, 1.0, zone + turn, 14.0, dip, 12.0, system=system))
    return sheets


def intersecting_faults(rng: np.random.Generator) -> list[Sheet]:
    """Six pairs, each fault its own system: X at 90, 60, 40 and 25 degrees, T at 90 and 60."""
    sheets: list[Sheet] = []
    for k, (x, y) in enumerate(_places(6, 85.0, rng)):
        angle, strike, is_t = (90.0, 60.0, 40.0, 25.0, 90.0, 60.0)[k], 360 * rng.random(), k >= 4
        length = rng.uniform(24, 36)
        at = _moved(x, y, strike + angle, length / 2 if is_t else 0.0, 0.0)
        sheets.append(Sheet(x, y, 1.0, strike, rng.uniform(40, 55), rng.uniform(78, 90), 14.0, system=2 * k))
        sheets.append(Sheet(*at, 1.0, strike + angle, length, rng.uniform(78, 90), 13.0, system=2 * k + 1))
    return sheets


def coplanar_faults(rng: np.random.Generator) -> list[Sheet]:
    """Six pairs, each fault its own system: 2k and 2k+1 are one pair.

    The first three are parallel, 30 km long and 2, 2.5 and 3 km apart; the others follow each other after 1 km, with
    strikes that differ by 12, 13.5 and 15 degrees, 25 km long each.
    """
    sheets: list[Sheet] = []
    for k, (x, y) in enumerate(_places(6, 85.0, rng)):
        strike, dip = 360 * rng.random(), rng.uniform(80, 90)
        if k < len(PARALLEL_KM):
            ends, length, turn = [(0.0, -PARALLEL_KM[k] / 2), (0.0, PARALLEL_KM[k] / 2)], 30.0, 0.0
        else:
            ends, length, turn = [(-13.0, 0.0), (13.0, 0.0)], 25.0, END_TO_END_DEG[k - len(PARALLEL_KM)] / 2
        for j, (along, across) in enumerate(ends):
            own = strike + (2 * j - 1) * turn
            at = _moved(x, y, own if turn else strike, along, across)
            sheets.append(Sheet(*at, 1.0, own, length, dip, 14.0, system=2 * k + j))
    return sheets


def _places(n: int, apart_km: float, rng: np.random.Generator) -> np.ndarray:
    """Give n places on a grid of two rows, moved by a few km."""
    column, row = np.arange(n) // 2, np.arange(n) % 2
    return apart_km * np.column_stack([column - (n - 1) // 2 / 2, row - 0.5]) + rng.uniform(-4, 4, (n, 2))


def _moved(x_km: float, y_km: float, strike_deg: float, along_km: float, right_km: float) -> tuple[float, float]:
    """Go from a place along a strike and to its right."""
    east, north = np.sin(np.radians(strike_deg)), np.cos(np.radians(strike_deg))
    return float(x_km + along_km * east + right_km * north), float(y_km + along_km * north - right_km * east)


def _sign(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


BENT_FAULTS: dict[str, Callable[[np.random.Generator], list[Sheet]]] = {
    "curved": curved_faults,
    "listric": listric_faults,
    "segmented": segmented_faults,
    "en_echelon": en_echelon_faults,
    "intersecting": intersecting_faults,
    "coplanar": coplanar_faults,
}
