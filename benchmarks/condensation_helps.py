"""Does condensation help? Planted faults, located with errors of very different size, reconstructed with and without.

    python benchmarks/condensation_helps.py --seeds 20 --first 100 --jobs 4

Five planted faults (Kamer et al. 2020, section 3.2) a seed, 5 % background. Compared are the reconstructions of

    all            all events, as located
    best fifth     the best located fifth of them alone (in "few good" they are the best 20 % all the same)
    reference      the points that hold events after the published condensation
    one round      current weights, giving once
    default        the default: current weights, 32 rounds
    drawn          as many points as events, drawn from the default's condensed density (weights used)

by the adjusted Rand index of all events (each given to the fault that is most likely, its error considered, see
`condensation.most_likely_parts`, the same for all), the overestimate of the thickness (mean over events of thickness
minus the truth, that of the fault itself, √12 σ), and the log-likelihood of as many other events of the same faults at
their true places, nats per event, those without any density counted as -30. Differences from "all" are paired by seed;
intervals are 95 % of Student's t.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from machine import machine
from seisweave.condensation import CondensationOptions, CondensedCatalog, EventGaussians, condense, most_likely_parts
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import FaultNetwork, reconstruct_faults
from seisweave.synthetic import PlantedFaults, PlantedOptions, plant_faults

WORLDS = ("most bad", "few good", "worse", "mild", "lognormal")
WAYS = ("all", "best fifth", "reference", "one round", "default", "drawn")
MEASURES = ("adjusted Rand", "thickness excess, km", "held-out log-likelihood", "faults", "points")
PLANTED_THICKNESS_KM = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=100, help="first seed; the rounds were chosen on seeds 0 to 19")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--worlds", nargs="+", default=WORLDS, choices=WORLDS)
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    print(machine(), f"seeds {seeds[0]} to {seeds[-1]}", sep="; ", flush=True)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for world in arguments.worlds:
            rows = list(pool.map(one_world, [world] * arguments.seeds, seeds))
            print_table(world, np.array(rows))


def one_world(world: str, seed: int) -> np.ndarray:
    """Measures (ways, measures) of one planted set."""
    planted, held_out, sigma_km, located_km = make_world(world, seed)
    events = EventGaussians.from_sigmas(located_km, sigma_km)
    size = np.linalg.norm(sigma_km, axis=1)
    points = {"all": located_km, "best fifth": located_km[size <= np.quantile(size, 0.2)]}
    for way, vote, rounds in (("reference", "reference", 1), ("one round", "current", 1), ("default", "current", 32)):
        condensed = condense(events, CondensationOptions(vote=vote, rounds=rounds, seed=seed), jobs=1)
        points[way] = condensed.points_km
    points["drawn"] = draw(condensed, seed)
    networks = {way: reconstruct_faults(points[way], jobs=1) for way in WAYS}
    return np.array([[*measure(networks[w], events, planted, held_out), len(points[w])] for w in WAYS])


def make_world(world: str, seed: int) -> tuple[PlantedFaults, PlantedFaults, np.ndarray, np.ndarray]:
    """Faults, other events of the same faults, standard deviations and located hypocentres."""
    base = PlantedOptions(5, 1.0, geometry_seed=seed + 1, spacing=1.0, location_error_km=0.0, seed=seed)
    planted, held_out = plant_faults(base), plant_faults(replace(base, seed=seed + 10_000))
    rng = np.random.default_rng(seed + 77)
    n = len(planted)
    if world == "lognormal":
        horizontal = 0.8 * np.exp(rng.standard_normal(n))
    else:
        share, bad = {"most bad": (0.2, 1.5), "few good": (0.05, 1.5), "worse": (0.2, 3.0), "mild": (0.2, 0.6)}[world]
        horizontal = np.where(rng.random(n) < share, 0.15, bad) * np.exp(0.3 * rng.standard_normal(n))
    sigma = horizontal[:, None] * np.array([1.0, 1.0, 1.5])
    return planted, held_out, sigma, planted.xyz_km + sigma * rng.standard_normal((n, 3))


def draw(condensed: CondensedCatalog, seed: int) -> np.ndarray:
    rng, weight = np.random.default_rng(seed), condensed.weight
    rows = rng.choice(len(weight), condensed.n_events, p=weight / weight.sum())
    root = np.linalg.cholesky(condensed.gaussians.covariance_km2[rows])
    return condensed.gaussians.mean_km[rows] + np.einsum("nij,nj->ni", root, rng.standard_normal((len(rows), 3)))


def measure(
    network: FaultNetwork, events: EventGaussians, planted: PlantedFaults, held_out: PlantedFaults
) -> tuple[float, float, float, int]:
    part = most_likely_parts(network.mixture, events)
    label = np.where(part < network.n_segments, part, -1)
    thickness = float("nan")
    if network.n_segments:
        thickness = (
            np.average(network.segment_planes.thickness_km, weights=network.mixture.weight) - PLANTED_THICKNESS_KM
        )
    likelihood = np.maximum(network.log_density(held_out.xyz_km), -30.0).mean()
    return adjusted_rand_index(planted.fault, label), thickness, likelihood, network.n_segments


def print_table(world: str, rows: np.ndarray) -> None:
    """Means, and paired differences from `all` with their intervals."""
    n = len(rows)
    print(f"\n{world}: {rows[:, 0, 4].mean():.0f} events")
    print("| way | " + " | ".join(MEASURES) + " |")
    print("|---" * (len(MEASURES) + 1) + "|")
    for k, way in enumerate(WAYS):
        cells = []
        for m, _ in enumerate(MEASURES):
            value, difference = rows[:, k, m], rows[:, k, m] - rows[:, 0, m]
            half = student.ppf(0.975, n - 1) * np.nanstd(difference, ddof=1) / np.sqrt(n) if n > 1 else np.nan
            change = f" ({np.nanmean(difference):+.3f} ± {half:.3f})" if k and m < 3 else ""
            cells.append(f"{np.nanmean(value):.{3 if m < 3 else 1 if m == 3 else 0}f}{change}")
        print(f"| {way} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
