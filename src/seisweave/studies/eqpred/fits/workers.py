"""Make the fits of a table: spread over processes, each with one thread, each kept as soon as it is done.

Kill it anywhere: finished fits are files (`files.py`), and a fit under way goes on from its last checkpoint. With a
dask cluster (joblib's backend) the folder must be one that all workers see.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import time

from seisweave.errors import InputError
from seisweave.progress import Progress, Step
from seisweave.spreading import seen_by_all, spread
from seisweave.storage import make_folder
from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.code import fit_codes
from seisweave.studies.eqpred.fits.files import Fit, key_of, read_fit, write_fit
from seisweave.studies.eqpred.fits.plan import Chain, chains_of, key_of_predictor
from seisweave.studies.eqpred.fits.train import disturbed, fit_autoencoder, fit_predictor, fit_single
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Fitting

_LOOK_EVERY_S = 2.0


def make_fits(models: Sequence[Model], days: Sequence[Days], seeds: range, fitting: Fitting) -> None:
    """Make the fits of some models that are not there yet, with progress over all of them."""
    chains = chains_of(models, days, seeds)
    run_chains(chains, days, fitting.folder, jobs=fitting.jobs, until=fitting.until, progress=fitting.progress)


def run_chains(
    chains: Sequence[Chain],
    days: Sequence[Days],
    folder: Path,
    *,
    jobs: int = 1,
    until: float = float("inf"),
    progress: Progress | None = None,
) -> None:
    """Make all fits that are not in the folder yet; none is begun after `until` (seconds since 1970)."""
    make_folder(folder)
    left = [chain for chain in chains if not all(_is_there(folder, key) for key, _ in chain.keys(days[chain.days]))]
    if not left:
        return
    seen = seen_by_all(folder)
    if seen is None:
        raise InputError(f"{folder}: not all workers of the cluster see it; give --fits, a folder that all see")
    pieces = [(chain, days[chain.days], seen, until) for chain in left]
    with _watched(chains, days, folder, progress):
        for _ in spread(run_chain, pieces, jobs=jobs, processes=True, in_order=False):
            pass


def run_chain(chain: Chain, days: Days, folder: Path, until: float) -> None:
    """Make the fits of one chain, in order; each that is there already is left alone."""
    key = key_of(chain.root, days.identity, chain.seed)
    is_single = chain.rows[0].single is not None
    fit = fit_single if is_single else partial(fit_autoencoder, coded=chain.coded)
    wanted = "code" if chain.coded else ""
    root = _made(folder, key, until, partial(fit, chain.root, days, chain.seed), wanted)
    if root is None or is_single:
        return
    for model in [row for row in chain.rows if row.predictor is not None]:
        name = key_of_predictor(model, days, chain.seed)
        _made(folder, name, until, partial(_fit_row, model, root, days, chain.seed))


def _fit_row(model: Model, root: Fit, days: Days, seed: int, *, keep: Path, progress: Progress) -> Fit:
    """Fit the predictor of a row on the novelty of its autoencoder."""
    if "failed" in root.facts:
        return root
    assert model.predictor is not None
    if model.target == "code":
        return fit_codes(model.predictor, days, root.series["code"], seed, keep=keep, progress=progress)
    series = disturbed(root.series["novelty"], model.disturb, seed, paper=days.paper)
    return fit_predictor(model.predictor, days, series, seed, keep=keep, progress=progress)


def _made(folder: Path, key: str, until: float, fit: Callable[..., Fit], wanted: str = "") -> Fit | None:
    """A fit from the folder, or made now and kept; None where no time is left. A failure is kept as such.

    One that lacks a wanted series is made again: the same, and that series too.
    """
    found = read_fit(folder, key)
    if found is not None and wanted and wanted not in found.series and "failed" not in found.facts:
        found = None
    if found is not None or time() > until:
        return found
    work = folder / f"{key}.work"
    work.mkdir(parents=True, exist_ok=True)
    try:
        made = fit(keep=work, progress=lambda step: _tell(work, step.done))
    except InputError as error:  # a loss that is not a number, say: the row will say so
        made = Fit({}, {"failed": str(error)})
    write_fit(made, folder, key)
    shutil.rmtree(work, ignore_errors=True)
    return made


def _tell(work: Path, share: float) -> None:
    (work / "share").write_text(f"{share:.4f}", encoding="utf-8")


def _is_there(folder: Path, key: str) -> bool:
    return (folder / f"{key}.npz").is_file()


@contextmanager
def _watched(chains: Sequence[Chain], days: Sequence[Days], folder: Path, progress: Progress | None) -> Iterator[None]:
    """Tell about progress from a thread that looks at what lies in the folder."""
    if progress is None:
        yield
        return
    tell, costs = progress, {key: cost for chain in chains for key, cost in chain.keys(days[chain.days])}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_EVERY_S):
            tell(_step(costs, folder))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _step(costs: dict[str, float], folder: Path) -> Step:
    done = {key for key in costs if _is_there(folder, key)}
    gone = sum(costs[key] for key in done)
    for key in costs.keys() - done:
        try:
            gone += costs[key] * float((folder / f"{key}.work" / "share").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
    return Step(f"{len(done)} of {len(costs)} fits", gone / sum(costs.values()))
