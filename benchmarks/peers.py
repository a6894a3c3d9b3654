"""Other ways to find clusters beside ours: time, memory, BIC, number of faults, adjusted Rand index.

    python benchmarks/peers.py [--real FILE.csv ...] [--out FILE] [--seed 1] [--limit 60]

Planted faults (0.3 and 1 event per km², 5 % background), 6,000 events of the embedded default and, with --real, tables
of local km (x_km, y_km, depth_km). Every run is a process of its own, one after the other, with the library's own
choice of threads; the clock stands while libraries load and our compiled loops are fetched.

- BIC is the half form of Kamer et al. (2020), eq. 2, for everyone: -log L + (10 k - 1)/2 log N, where k counts
  Gaussians and, where there is one, the uniform box of the background; log L is evaluated by the same code for all.
- Peers that want a number of clusters try those of `GRID` until two are above the best; the time is that of the whole
  search. No Gaussian may be much thinner than our faults (`SMALLEST_KM`), lest a peer gain by collapsing on few events.
- Peers that only label get a Gaussian a label; noise, and clusters of fewer than four events, go to a uniform box.
- The Rand index takes each method's own labels; the background is one group. "rise" is the part of the peak memory
  that the run itself added to what was loaded before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from machine import machine, peak_mb

GRID = (10, 20, 28, 40, 57, 80, 113, 160, 226, 320)
AT_MOST = (28, 57)  # clusters a Dirichlet process may use; it empties those it has no use for
SMALLEST_CLUSTER = (5, 10, 20, 40, 80)  # events, HDBSCAN
SMALLEST_KM = 0.05
FEWEST = 4
LIBRARIES = ("seisweave", "scikit-learn", "fastcluster", "hdbscan", "numpy", "scipy", "numba")


@dataclass(frozen=True, eq=False)
class Found:
    mixture: Any  # Mixture
    label: np.ndarray
    note: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", nargs="*", default=[], metavar="FILE", help="tables of local km")
    parser.add_argument("--out", type=Path, help="write the tables here too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a run may take")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(*options.worker)))
        return
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    say(f"{machine()}; " + ", ".join(f"{name} {_version(name)}" for name in LIBRARIES))
    with tempfile.TemporaryDirectory() as folder:
        for source in [*SOURCES, *options.real]:
            table(source, Path(folder) / "events.npz", options, say)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


def table(source: str, path: Path, options: argparse.Namespace, say: Callable[[str], None]) -> None:
    about = _in_process("make", f"{source}:{options.seed}:{path}", options.limit)
    if "skipped" in about:
        sys.exit(f"{source}: {about['skipped']}")
    say(f"\n### {about['name']}: {about['events']:,} events{about['truth']}\n")
    say("| method | seconds | peak MB | rise MB | faults | BIC | above ours | ARI |\n|---|--:|--:|--:|--:|--:|--:|--:|")
    ours, skipped = float("nan"), []
    for name in METHODS:
        done = _in_process(name, str(path), options.limit)
        if "skipped" in done:
            skipped.append(f"{name}: {done['skipped']}.")
            continue
        cells = [name + done.get("note", ""), f"{done['seconds']:.3g}", f"{done['mb']:.0f}", f"{done['rise']:.0f}"]
        if "bic" in done:
            ours = done["bic"] if name == "ours, global" else ours
            cells += [str(done["faults"]), f"{done['bic']:,.0f}", f"{done['bic'] - ours:+,.0f}", done["ari"]]
        say("| " + " | ".join(cells + [""] * (8 - len(cells))) + " |")
    if skipped:
        say("\nLeft out: " + " ".join(skipped))


def _in_process(task: str, argument: str, limit: float) -> dict:
    """What a run in a process of its own found; why it was skipped, where it was."""
    command = [sys.executable, __file__, "--worker", task, argument]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return {"skipped": f"not done after {limit:g} s"}
    except subprocess.CalledProcessError as error:
        return {"skipped": (error.stderr.strip().splitlines() or [f"ended with {error.returncode}"])[-1]}
    return json.loads(done.stdout)


def work(task: str, argument: str) -> dict:
    """In the process of its own: make a set, or run one method on it."""
    if task == "make":
        return make(*argument.split(":", 2))
    warnings.simplefilter("ignore")  # of convergence: taken as the library leaves it
    events = np.load(argument)
    xyz, truth = np.ascontiguousarray(events["xyz"]), events["truth"]
    module, method = METHODS[task]
    try:
        import_module(module)
    except ImportError:
        return {"skipped": f"{module} is not installed"}
    if method is planted_truth and not len(truth):
        return {"skipped": "not known"}
    import_module("seisweave.faults.background")  # what `from_labels` needs
    if module.startswith("seisweave"):
        method(xyz[:500], truth[:500])  # fetches the compiled loops
    before, start = peak_mb(), perf_counter()
    found = method(xyz, truth)
    seconds, peak = perf_counter() - start, peak_mb()
    return {"seconds": seconds, "mb": peak, "rise": peak - before, **scores(found, xyz, truth)}


def make(source: str, seed: str, path: str) -> dict:
    from choices import Data, planted, region
    from seisweave.catalog import read_local_xyz

    if source.startswith("planted"):
        data = planted(float(source.split()[1]), int(seed))
    elif source.startswith("region"):
        data = region(int(source.split()[1]), int(seed))
    else:
        data = Data(Path(source).stem, read_local_xyz(source).xyz_km, np.zeros(0, int))
    np.savez(path, xyz=data.xyz_km, truth=data.truth)
    truth = f", {data.truth.max() + 1} faults, background {(data.truth < 0).mean():.0%}" if len(data.truth) else ""
    return {"name": data.name, "events": len(data.xyz_km), "truth": truth}


def scores(found: Found | None, xyz: np.ndarray, truth: np.ndarray) -> dict:
    from seisweave.evaluation import adjusted_rand_index

    if found is None:  # a tree
        return {}
    ari = f"{adjusted_rand_index(truth, found.label):.3f}" if len(truth) else ""
    return {"bic": half_bic(found, xyz), "faults": found.mixture.n_gaussians, "ari": ari, "note": found.note}


def half_bic(found: Found, xyz: np.ndarray) -> float:
    """Equation 2 of Kamer et al. (2020), halved; ten parameters a part, one bound by the sum of the weights."""
    n_parts = found.mixture.n_gaussians + found.mixture.n_boxes
    return float(0.5 * (10 * n_parts - 1) * np.log(len(xyz)) - found.mixture.log_density(xyz).sum())


def search(xyz: np.ndarray, fit: Callable[[int], Found], grid: Iterable[int]) -> Found:
    """The fit of the lowest BIC; stops after two in a row that are no better."""
    best, lowest, worse = None, np.inf, 0
    for k in grid:
        found = fit(k)
        bic = half_bic(found, xyz)
        worse = 0 if bic < lowest else worse + 1
        best, lowest = (found, bic) if bic < lowest else (best, lowest)
        if worse == 2:
            break
    return best


def ours(xyz: np.ndarray, _: np.ndarray, **settings: Any) -> Found:
    import seisweave as sw

    network = sw.reconstruct_faults(xyz, sw.FaultOptions(min_sigma_km=SMALLEST_KM, **settings))
    return Found(network.mixture, network.label)


def gaussian_mixture(xyz: np.ndarray, _: np.ndarray, n_init: int) -> Found:
    from sklearn.mixture import GaussianMixture

    def fit(k: int) -> Found:
        model = GaussianMixture(k, n_init=n_init, reg_covar=SMALLEST_KM**2, random_state=0).fit(xyz)
        return Found(_mixture(model.weights_, model.means_, model.covariances_), model.predict(xyz), f", {k}")

    return search(xyz, fit, GRID)


def bayesian_mixture(xyz: np.ndarray, _: np.ndarray) -> Found:
    from sklearn.mixture import BayesianGaussianMixture

    def fit(k: int) -> Found:
        model = BayesianGaussianMixture(n_components=k, reg_covar=SMALLEST_KM**2, random_state=0).fit(xyz)
        kept = model.weights_ * len(xyz) >= FEWEST
        weight = model.weights_[kept] / model.weights_[kept].sum()
        mixture = _mixture(weight, model.means_[kept], model.covariances_[kept])
        return Found(mixture, model.predict(xyz), f", at most {k}")

    return search(xyz, fit, AT_MOST)


def hdbscan(xyz: np.ndarray, _: np.ndarray, module: str, grid: tuple[int, ...]) -> Found:
    method = import_module(module).HDBSCAN

    def fit(smallest: int) -> Found:
        return from_labels(xyz, method(min_cluster_size=smallest).fit_predict(xyz), f", {smallest} events")

    return search(xyz, fit, grid)


def agglomerative(xyz: np.ndarray, _: np.ndarray) -> Found:
    from sklearn.cluster import AgglomerativeClustering

    with tempfile.TemporaryDirectory() as memory:  # keeps the tree, so that it is grown once

        def fit(k: int) -> Found:
            model = AgglomerativeClustering(k, linkage="ward", memory=memory, compute_full_tree=True)
            return from_labels(xyz, model.fit_predict(xyz), f", {k}")

        return search(xyz, fit, GRID)


def planted_truth(xyz: np.ndarray, truth: np.ndarray) -> Found:
    return from_labels(xyz, truth, "")


def our_tree(xyz: np.ndarray, _: np.ndarray) -> None:
    import_module("seisweave.faults").ward_linkage(xyz)


def fastcluster_tree(xyz: np.ndarray, _: np.ndarray) -> None:
    import_module("fastcluster").linkage_vector(xyz, method="ward")


def from_labels(xyz: np.ndarray, label: np.ndarray, note: str) -> Found:
    """A Gaussian for every label of four or more events, a uniform box for the rest."""
    from seisweave.faults.background import minimum_volume_box

    groups = [xyz[label == c] for c in np.unique(label[label >= 0])]
    groups = [group for group in groups if len(group) >= FEWEST]
    rest = 1.0 - sum(len(group) for group in groups) / len(xyz)
    boxes = {}
    if rest > 0.5 / len(xyz):
        box = minimum_volume_box(xyz, thinnest_km=2.0 * SMALLEST_KM)
        boxes = {
            "box_weight": np.array([rest]), "box_centre_km": box.centre_km[None], "box_axes": box.axes[None],
            "box_half_km": box.half_km[None],
        }  # fmt: skip
    weight = np.array([len(group) / len(xyz) for group in groups])
    mean = np.array([group.mean(axis=0) for group in groups]).reshape(-1, 3)
    covariance = np.array([_thick_enough(np.cov(group.T)) for group in groups]).reshape(-1, 3, 3)
    return Found(_mixture(weight, mean, covariance, boxes), label, note)


def _thick_enough(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.maximum(values, SMALLEST_KM**2) @ vectors.T


def _mixture(weight: np.ndarray, mean: np.ndarray, covariance: np.ndarray, boxes: dict | None = None) -> Any:
    from seisweave.gaussians import Mixture
    from seisweave.gaussians.mixture import no_boxes

    return Mixture(weight, mean, covariance, **(boxes or no_boxes()))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


SOURCES = ("planted 0.3", "planted 1", "region 6000")
METHODS: dict[str, tuple[str, Callable]] = {
    "ours, global": ("seisweave", partial(ours, criterion="global")),
    "ours, global, no refinement": ("seisweave", partial(ours, criterion="global", refine=False)),
    "ours, local": ("seisweave", partial(ours, criterion="local")),
    "ours, local, no refinement": ("seisweave", partial(ours, criterion="local", refine=False)),
    "GaussianMixture by BIC": ("sklearn.mixture", partial(gaussian_mixture, n_init=1)),
    "GaussianMixture by BIC, n_init=3": ("sklearn.mixture", partial(gaussian_mixture, n_init=3)),
    "BayesianGaussianMixture by BIC": ("sklearn.mixture", bayesian_mixture),
    "sklearn HDBSCAN": ("sklearn.cluster", partial(hdbscan, module="sklearn.cluster", grid=SMALLEST_CLUSTER[:1])),
    "sklearn HDBSCAN by BIC": ("sklearn.cluster", partial(hdbscan, module="sklearn.cluster", grid=SMALLEST_CLUSTER)),
    "hdbscan by BIC": ("hdbscan", partial(hdbscan, module="hdbscan", grid=SMALLEST_CLUSTER)),
    "AgglomerativeClustering (Ward) by BIC": ("sklearn.cluster", agglomerative),
    "the planted truth, a Gaussian a fault": ("numpy", planted_truth),
    "Ward tree alone: ours": ("seisweave.faults", our_tree),
    "Ward tree alone: fastcluster": ("fastcluster", fastcluster_tree),
}

if __name__ == "__main__":
    main()
