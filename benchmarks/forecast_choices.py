"""What raises the score of a network on later events: one change at a time; chosen on windows, confirmed on others.

    python benchmarks/forecast_choices.py CATALOG --windows 1995 1999 2003      # where defaults were chosen
    python benchmarks/forecast_choices.py CATALOG --windows 2007 2011 2015 2019 # where they were confirmed

Each window learns from 1981 to 1 July of its year and scores the events of magnitude 2.5 and above of the next four
years in 32.5..36, -121..-115, 0..20 km; quarry blasts are left out. Printed are nats lost per event, the mean over
windows at several cut-offs; windows count by their events. A row with a floor has the share of a uniform density that
suits the windows shown best (EM), so compare such rows with each other, and look at the confirming windows.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from scipy.spatial import ConvexHull
from scipy.stats import gamma

from machine import machine
from seisweave import FaultOptions, read_catalog, reconstruct_faults
from seisweave.catalog import Catalog
from seisweave.forecast import Volume, adaptive, fit_shares, from_faults, triples
from seisweave.forecast.gaussian_parts import Gaussians
from seisweave.forecast.thinning import thin

VOLUME = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
CUTOFFS = (2.5, 3.0, 3.5, 4.0, 4.5)
BROAD = (10.0, 20.0)  # bandwidths of smoothed backgrounds, km


@dataclass
class Window:
    """Targets of one window and what every model gives them."""

    magnitude: np.ndarray
    log: dict[str, np.ndarray] = field(default_factory=dict)
    background: dict[str, float] = field(default_factory=dict)


VARIANTS: dict[str, tuple[dict, dict]] = {  # name: learning events, options
    "paper: all events, global, 30": ({"cube": 0.0}, {}),
    "thinned 0.5 km": ({"cube": 0.5}, {}),
    "thinned 1 km": ({"cube": 1.0}, {}),
    "thinned 2 km": ({"cube": 2.0}, {}),
    "quality A, 16 phases": ({"cube": 0.0, "good": True}, {}),
    "quality A, 16 phases, thinned 1 km": ({"cube": 1.0, "good": True}, {}),
    "thinned 1 km, local": ({"cube": 1.0}, {"criterion": "local"}),
    "thinned 1 km, 5 subsets": ({"cube": 1.0}, {"subsets": 5}),
    "thinned 1 km, 100 subsets": ({"cube": 1.0}, {"subsets": 100}),
    "thinned 1 km, no refinement": ({"cube": 1.0}, {"refine": False}),
    "thinned 1 km, sigma >= 0.4 km": ({"cube": 1.0}, {"min_sigma_km": 0.4}),
}


def window(catalog: Catalog, year: int, jobs: int) -> Window:
    """Learn every model before 1 July of a year, and look at the four years after."""
    past = catalog.select(start="1981-01-01", end=f"{year}-07-01")
    later = catalog.select(start=f"{year}-07-01", end=f"{year + 4}-07-01", min_magnitude=2.5)
    found, places = Window(later.magnitude), VOLUME.xyz_km(later.longitude, later.latitude, later.depth_km)
    for name, (learning, options) in VARIANTS.items():
        network = reconstruct_faults(learned(past, **learning), FaultOptions(**{"subsets": 30} | options), jobs=jobs)
        forecast = from_faults(network, VOLUME)
        part = forecast.parts[0]
        assert isinstance(part, Gaussians)
        found.log[name] = part.log_density(places) - np.log(forecast.mass[0])
        found.background[name] = forecast.uniform_share
        if name == "thinned 1 km":
            for degrees in (3, 6, 12):
                found.log[f"thinned 1 km, Student-t tails ({degrees})"] = tailed(part, degrees, places)
    found.log["convex hull"] = hull(learned(past, 1.0), places)
    for cube in (0.0, 1.0):
        kept = learned(past, cube)
        xyz_km = VOLUME.xyz_km(kept.longitude, kept.latitude, kept.depth_km)
        for width in (0.8, 1.2, 2.0, 3.0, *BROAD):
            smooth = triples(xyz_km, VOLUME, width)
            found.log[f"triples {width} km, cube {cube:g} km"] = smooth.parts[0].log_density(places) - np.log(
                smooth.mass[0]
            )
        for scale in (0.35, 0.7):
            smooth = adaptive(xyz_km, VOLUME, 20, scale=scale)
            found.log[f"adaptive 20 x {scale}, cube {cube:g} km"] = smooth.parts[0].log_density(places) - np.log(
                smooth.mass[0]
            )
    return found


def learned(past: Catalog, cube: float, *, good: bool = False) -> Catalog:
    """Events to learn from."""
    if good:
        past = past.select(quality="A", min_phases=16)
    return past[thin(VOLUME.xyz_km(past.longitude, past.latitude, past.depth_km), cube)]


def hull(kept: Catalog, places: np.ndarray) -> np.ndarray:
    """Log-density that is uniform in the convex hull of the events learned from, 0 outside."""
    found = ConvexHull(VOLUME.xyz_km(kept.longitude, kept.latitude, kept.depth_km))
    inside = (places @ found.equations[:, :3].T + found.equations[:, 3] <= 1e-9).all(axis=1)
    return np.where(inside, -np.log(found.volume), -np.inf)


def tailed(part: Gaussians, degrees: int, places: np.ndarray) -> np.ndarray:
    """Student-t faults of the same covariance: eight Gaussians each, at the quantiles of their widths."""
    steepness = gamma.ppf((np.arange(8) + 0.5) / 8, degrees / 2, scale=2 / degrees)
    parts = [part.inflated(np.sqrt((degrees - 2) / degrees / s)) for s in steepness]
    total = sum(p.mass(VOLUME) for p in parts)
    return np.logaddexp.reduce([p.log_density(places) for p in parts], axis=0) - np.log(total)


def row(windows: list[Window], names: list[str], shares: np.ndarray | None = None) -> str:
    """Scores of a mixture of models and a uniform density, with shares fitted unless given."""
    flat = -np.log(VOLUME.km3)
    log = [np.stack([*(w.log[name] for name in names), np.full(len(w.magnitude), flat)], axis=1) for w in windows]
    shares = fit_shares(np.concatenate(log)) if shares is None else shares
    with np.errstate(divide="ignore"):
        score = np.concatenate([-np.logaddexp.reduce(each + np.log(shares), axis=1) for each in log])
    magnitude = np.concatenate([w.magnitude for w in windows])
    cells = "".join(f"{score[magnitude >= cutoff].mean():>9.3f}" for cutoff in CUTOFFS)
    return cells + "   " + " ".join(f"{share:.2f}" for share in shares)


def own_background(windows: list[Window], name: str) -> str:
    """Scores of networks with the background they found themselves."""
    score = []
    for w in windows:
        share = w.background[name]
        score.append(-np.logaddexp(w.log[name] + np.log1p(-share), np.log(share) - np.log(VOLUME.km3)))
    magnitude = np.concatenate([w.magnitude for w in windows])
    return "".join(f"{np.concatenate(score)[magnitude >= cutoff].mean():>9.3f}" for cutoff in CUTOFFS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--windows", type=int, nargs="+", default=[1995, 1999, 2003])
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print(machine())
    everything = read_catalog(options.catalog).select(start="1981-01-01", not_event_type="qb").with_depth()
    catalog = everything[VOLUME.contains(everything.longitude, everything.latitude, everything.depth_km)]
    windows = []
    for year in options.windows:
        start = perf_counter()
        windows.append(window(catalog, year, options.jobs))
        print(f"{year}: {len(windows[-1].magnitude):,} targets, {perf_counter() - start:.0f} s", flush=True)
    head = "".join(f"{f'M>={cutoff:g}':>9}" for cutoff in CUTOFFS)
    print(f"\n{'network, its own background':48}{head}")
    for name in VARIANTS:
        print(f"{name:48}{own_background(windows, name)}")
    print(f"\n{'one model and a floor':48}{head}   shares")
    for name in windows[0].log:
        print(f"{name:48}{row(windows, [name])}")
    print(f"\n{'network thinned 1 km, another and a floor':48}{head}   shares")
    for name in windows[0].log:
        if name.startswith(("triples", "adaptive")) and not any(f" {width} km" in name for width in BROAD):
            print(f"{'+ ' + name:48}{row(windows, ['thinned 1 km', name])}")
    print(f"\n{'with a background between faults and uniform':48}{head}   shares")
    for name in ("convex hull", *(f"triples {width} km, cube 1 km" for width in BROAD)):
        print(f"{'network + ' + name:48}{row(windows, ['thinned 1 km', name])}")
        print(f"{'mixed + ' + name:48}{row(windows, ['thinned 1 km', 'adaptive 20 x 0.35, cube 1 km', name])}")
    print(f"{'mixed (shares fitted)':48}{row(windows, ['thinned 1 km', 'adaptive 20 x 0.35, cube 1 km'])}")
    fixed = row(windows, ["thinned 1 km", "adaptive 20 x 0.35, cube 1 km"], np.array([0.26, 0.70, 0.04]))
    print(f"{'mixed (the default: shares fixed)':48}{fixed}")


if __name__ == "__main__":
    main()
