"""How far a real fault leaves its plane: bends, and a roughness that is larger the longer its waves.

The surface of a plane lies at height h (km across it, along the third of its `axes`) above the point u km along
and v km down from its centre:

    h(u, v) = c + s·(u, v) + ½ (κ_u u² + κ_v v²) + Σ a cos(k·(u, v) + φ)

Rough faults carry 14 waves of any direction and phase, from the fault's length down to a quarter of it, their
amplitudes as the wavelength to the power 1.5 (a self-affine surface; faults are measured to be so, Candela et al.
2012, JGR 117, B08409, with exponents that differ along and across the slip: this one is a caricature). Offset c
and slopes s are such that no plane fits the surface better than the planted one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Integer

from seisweave.synthetic.rectangles import FaultRectangles

N_WAVES = 14
SHORTEST = 0.25  # wavelength, of the length of the fault
STEEPNESS = 1.5  # amplitude grows as the wavelength to this power


@dataclass(frozen=True, eq=False)
class Relief:
    """Surfaces of m planes, as heights above them (w waves each; the formula stands at the top of this file).

    offset_km is c, slope s, curvature_per_km κ; amplitude_km a, wave_per_km k (radians a km) and phase φ.

    >>> relief = flat_relief(1)
    >>> relief.height_km(np.array([0]), np.array([[3.0, 4.0]])).tolist()
    [0.0]
    """

    offset_km: Float[np.ndarray, " m"]
    slope: Float[np.ndarray, "m 2"]
    curvature_per_km: Float[np.ndarray, "m 2"]
    amplitude_km: Float[np.ndarray, "m w"]
    wave_per_km: Float[np.ndarray, "m w 2"]
    phase: Float[np.ndarray, "m w"]

    def height_km(
        self, plane: Integer[np.ndarray, " n"], place_km: Float[np.ndarray, "n 2"]
    ) -> Float[np.ndarray, " n"]:
        """Height of the surfaces of the given planes above places (km along and down from their centres)."""
        bent = self.offset_km[plane] + np.sum(
            self.slope[plane] * place_km + 0.5 * self.curvature_per_km[plane] * place_km**2, axis=1
        )
        return bent + np.sum(self.amplitude_km[plane] * np.cos(self._angle(plane, place_km)), axis=1)

    def slopes(self, plane: Integer[np.ndarray, " n"], place_km: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
        """Slope of the surfaces along and down their planes: the derivative of `height_km`."""
        bent = self.slope[plane] + self.curvature_per_km[plane] * place_km
        steep = self.amplitude_km[plane] * np.sin(self._angle(plane, place_km))
        return bent - np.einsum("nw,nwk->nk", steep, self.wave_per_km[plane])

    def scaled(self, factor: float) -> Relief:
        """The same surfaces with all lengths multiplied."""
        return replace(
            self,
            offset_km=self.offset_km * factor,
            curvature_per_km=self.curvature_per_km / factor,
            amplitude_km=self.amplitude_km * factor,
            wave_per_km=self.wave_per_km / factor,
        )

    def _angle(self, plane: np.ndarray, place_km: np.ndarray) -> np.ndarray:
        return np.einsum("nwk,nk->nw", self.wave_per_km[plane], place_km) + self.phase[plane]


def flat_relief(m: int, curvature_per_km: Float[np.ndarray, "m 2"] | None = None) -> Relief:
    """The relief of m exact planes, or of planes that are bent but smooth."""
    return Relief(
        offset_km=np.zeros(m),
        slope=np.zeros((m, 2)),
        curvature_per_km=np.zeros((m, 2)) if curvature_per_km is None else curvature_per_km,
        amplitude_km=np.zeros((m, 0)),
        wave_per_km=np.zeros((m, 0, 2)),
        phase=np.zeros((m, 0)),
    )


def roughened(relief: Relief, planes: FaultRectangles, roughness: float, rng: np.random.Generator) -> Relief:
    """Add waves to the surfaces of planes: root mean square height roughness × length.

    Of that the plane that fits best is taken off; what is left is less, the more so the longer the waves are.

    >>> flat = [np.array([value]) for value in (90.0, 30.0, 20.0, 10.0)]
    >>> one = FaultRectangles(*flat, np.zeros((1, 3)))
    >>> rough = roughened(flat_relief(1), one, 0.01, np.random.default_rng(1))
    >>> 0.02 < float(np.std(rough.height_km(np.zeros(231, int), _grid(20.0, 10.0)))) < 0.3  # 0.01 × 20 km, about
    True
    """
    m = len(planes)
    shape = SHORTEST ** (np.arange(N_WAVES) / (N_WAVES - 1))  # wavelengths, of the length
    azimuth, phase = 2 * np.pi * rng.random((2, m, N_WAVES))
    number = 2 * np.pi / (shape * planes.length_km[:, None])
    waves = replace(
        flat_relief(m),
        amplitude_km=np.tile(shape**STEEPNESS, (m, 1)),
        wave_per_km=number[:, :, None] * np.stack([np.cos(azimuth), np.sin(azimuth)], axis=2),
        phase=phase,
    )
    level = np.zeros((m, 3))
    factor = roughness * planes.length_km / np.sqrt(0.5 * np.sum(shape ** (2 * STEEPNESS)))
    for k in range(m):
        place = _grid(planes.length_km[k], planes.width_km[k])
        height = waves.height_km(np.full(len(place), k), place)
        design = np.column_stack([np.ones(len(place)), place])
        level[k] = np.linalg.lstsq(design, height, rcond=None)[0]
    return replace(
        waves,
        offset_km=relief.offset_km - factor * level[:, 0],
        slope=relief.slope - factor[:, None] * level[:, 1:],
        curvature_per_km=relief.curvature_per_km,
        amplitude_km=factor[:, None] * waves.amplitude_km,
    )


def _grid(length_km: float, width_km: float) -> Float[np.ndarray, "n 2"]:
    """Give places all over a rectangle, 21 along and 11 down, each in the middle of its cell."""
    along, down = (np.arange(21) + 0.5) / 21 - 0.5, (np.arange(11) + 0.5) / 11 - 0.5
    return np.stack(np.meshgrid(along * length_km, down * width_km), axis=-1).reshape(-1, 2)
