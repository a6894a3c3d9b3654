"""Rates of faults from a network's own events: completeness, b-value, events a year, largest magnitude.

b and the magnitude of completeness (Mc) are those of all events together (`seisweave.catalog.estimate_completeness`);
each fault has its own number of events from Mc on. Its rate is that number over the years, and its law is the truncated
Gutenberg-Richter law, whose a-value is what makes the events expected between Mc and the largest magnitude as many:
a = log10(rate / (10^(-b Mc) - 10^(-b M_max))). Magnitudes given to some decimals stand for half a step below, too.

The largest magnitude is that of the plate's area A (km²) by Wells & Coppersmith (1994, Bull. Seismol. Soc. Am. 84,
974-1002, Table 2A), M = 4.07 + 0.98 log10 A for all kinds of slip, and their numbers of one kind where the rake is
known; or the largest that was observed, where that is larger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.completeness import estimate_completeness
from seisweave.errors import InputError
from seisweave.faults.exports.exported import ExportedFaults

_BY_AREA = {"all": (4.07, 0.98), "strike-slip": (3.98, 1.02), "reverse": (4.33, 0.90), "normal": (3.93, 1.02)}
_OBLIQUE = 45.0  # degrees: rakes within it of 0 or 180 are strike-slip
_SECONDS = 365.25 * 86400.0
_GRID = 0.1  # of the magnitudes of sources, which hazard programs round to
_LONG = 20.0  # years


@dataclass(frozen=True, eq=False)
class FaultRates:
    """Rates of k faults: `n_complete` events of each from `mc` on in `years`.

    a and b are those of log10(events a year of M or more) = a - b M without its upper end. max_magnitude ends the law.
    from_magnitude is where the events of mc begin: half a step of the magnitudes below it. kind is that of the slip
    which the largest magnitude is taken for.
    """

    mc: float
    from_magnitude: float
    b: float
    b_error: float
    years: float
    n_complete: Int[np.ndarray, " k"]
    a: Float[np.ndarray, " k"]
    max_magnitude: Float[np.ndarray, " k"]
    kind: str
    doubt: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before using the rates."""
        a0, a1 = _BY_AREA[self.kind]
        span = f"{self.years:.3g} years"
        lines = [
            f"rates: b = {self.b:.2f} ± {self.b_error:.2f} and Mc {self.mc:g} of all events;"
            f" {int(self.n_complete.sum()):,} events of M ≥ {self.mc:g} on faults in {span}, aftershocks included",
            f"largest magnitudes: {a0} + {a1} log10(area in km²), Wells & Coppersmith (1994), {self.kind} slip,"
            " or the largest observed",
        ]
        if self.years < _LONG:
            lines.append(f"rates of {span} are no long-term rates; give the span of the events, like observed_years=30")
        return (*lines, self.doubt) if self.doubt else tuple(lines)


def fault_rates(faults: ExportedFaults) -> FaultRates:
    """The rates of a network's faults.

    Errors: InputError for a network without events, times or magnitudes, and for too few of them.
    """
    catalog, label = _events_of(faults)
    options = faults.options
    try:
        found = estimate_completeness(catalog)
    except InputError as error:
        raise InputError(f"rates of faults: {error}") from None
    if found.b is None:
        raise InputError(f"rates of faults: no b-value from Mc {found.mc:g} on; export a network of more events")
    counted = catalog.magnitude >= found.mc - 1e-6
    n = np.bincount(label[counted & (label >= 0)], minlength=faults.network.n_faults)[faults.number]
    years = _years(catalog) if options.observed_years is None else options.observed_years
    kind = kind_of(options.rake_deg)
    largest = np.maximum(_by_area(faults, kind), _largest_observed(faults, catalog, label))
    start, b = found.mc - 0.5 * found.given_to, found.b.value
    end = np.ceil(np.maximum(largest, start) / _GRID - 1e-6) * _GRID
    with np.errstate(divide="ignore"):
        a = np.log10(n / years) - np.log10(10.0 ** (-b * start) - 10.0 ** (-b * end))
    return FaultRates(
        mc=found.mc,
        from_magnitude=start,
        b=b,
        b_error=found.b.error,
        years=years,
        n_complete=n,
        a=a,
        max_magnitude=end,
        kind=kind,
        doubt=found.doubt,
    )


def kind_of(rake_deg: float | None) -> str:
    """The kind of slip of a rake: "strike-slip", "reverse", "normal", or "all" where it is unknown.

    >>> kind_of(None), kind_of(-170.0), kind_of(90.0), kind_of(-90.0)
    ('all', 'strike-slip', 'reverse', 'normal')
    """
    if rake_deg is None:
        return "all"
    if abs(rake_deg) <= _OBLIQUE or abs(rake_deg) >= 180.0 - _OBLIQUE:
        return "strike-slip"
    return "reverse" if rake_deg > 0 else "normal"


def area_km2(corners_km: Float[np.ndarray, "m 3"]) -> float:
    """Area of a plane polygon: half the sum of the cross products of its corners, seen from the first.

    >>> area_km2(np.array([[0.0, 0, 0], [0, 10, 0], [0, 10, 5], [0, 0, 5]]))
    50.0
    """
    seen = corners_km - corners_km[0]
    return 0.5 * float(np.linalg.norm(np.cross(seen[1:-1], seen[2:]).sum(axis=0)))


def grid_above(magnitude: float) -> float:
    """The next multiple of 0.1 from a magnitude on.

    >>> grid_above(2.15), grid_above(2.2)
    (2.2, 2.2)
    """
    return round(math.ceil(magnitude / _GRID - 1e-6) * _GRID, 1)


def _by_area(faults: ExportedFaults, kind: str) -> Float[np.ndarray, " k"]:
    intercept, slope = _BY_AREA[kind]
    return intercept + slope * np.log10([max(area_km2(corners), 1e-6) for corners in faults.corners_km])


def _largest_observed(faults: ExportedFaults, catalog: Catalog, label: np.ndarray) -> Float[np.ndarray, " k"]:
    largest = np.full(faults.network.n_faults + 1, -np.inf)
    np.fmax.at(largest, label, catalog.magnitude)  # -1, no fault, is the last
    return largest[faults.number]


def _years(catalog: Catalog) -> float:
    times = catalog.times[~np.isnat(catalog.times)]
    years = float((times.max() - times.min()) / np.timedelta64(1, "s")) / _SECONDS if len(times) else 0.0
    if not years > 0:
        raise InputError("rates of faults: the events span no time; give the years they stand for (observed_years=30)")
    return years


def _events_of(faults: ExportedFaults) -> tuple[Catalog, Int[np.ndarray, " n"]]:
    """The events with magnitudes, and the fault of each."""
    source, events = faults.network.source, faults.events
    if events is None or "magnitude" not in events or not events["magnitude"].notna().any():
        raise InputError(
            "rates of faults need events with magnitudes, and the network holds none;"
            " export the result folder of a catalog that has them"
        )
    catalog = source if isinstance(source, Catalog) else _catalog_of(faults)
    return catalog, faults.network.label


def _catalog_of(faults: ExportedFaults) -> Catalog:
    import pandas as pd

    events = faults.events
    assert events is not None
    x_km, y_km = events["x_km"].to_numpy(float), events["y_km"].to_numpy(float)
    longitude, latitude = faults.network.to_geographic(np.stack([x_km, y_km, 0.0 * x_km], axis=1))
    if "time" in events:
        times = pd.to_datetime(events["time"], utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")
    else:
        times = np.full(len(events), np.datetime64("NaT", "us"))
    return Catalog(
        times=times,
        longitude=longitude,
        latitude=latitude,
        depth_km=events["depth_km"].to_numpy(float),
        magnitude=events["magnitude"].to_numpy(float),
        ids=np.array([str(k) for k in range(len(events))]),
    )
