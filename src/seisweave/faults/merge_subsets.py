"""All subsets merged, each on its own: by threads here, or wherever joblib has been told to work.

A subset's result does not depend on where it is merged, nor on how many others are merged at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.parallel import get_active_backend

from seisweave.faults.clock import Clock
from seisweave.faults.hypocentres import Inputs
from seisweave.faults.snapshot import workspace_arrays
from seisweave.faults.subsets import (
    MergedSubset,
    Subset,
    SubsetWork,
    merge_subset,
    subset_arrays,
    subset_from_arrays,
)
from seisweave.faults.workspace import Workspace
from seisweave.keeping import Checkpoint

_FEW = 1000.0  # Gaussians from which on a merge costs more, the more are left


def merge_subsets(inputs: Inputs, subsets: list[Subset], clock: Clock, checkpoint: Checkpoint) -> list[MergedSubset]:
    """Merge every subset on its own, several at a time; the largest first, so that no thread is left waiting."""
    kept = {k: checkpoint.load(inputs.kept_as(f"subset-{k}")) for k in range(len(subsets))}
    merged = {k: subset_from_arrays(arrays) for k, arrays in kept.items() if arrays is not None}
    left = {k: len(merged[k].rows) if k in merged else subset.n_proto for k, subset in enumerate(subsets)}
    local = inputs.options.criterion == "local"
    whole = _work_left([subset.n_proto for subset in subsets], inputs.threads, local=local)

    def tell(k: int, n_gaussians: int, gain: float) -> None:
        left[k] = n_gaussians
        going = [n for j, n in left.items() if j not in merged]
        clock.tell(1.0 - _work_left(going, inputs.threads, local=local) / whole, sum(left.values()), gain)

    def keep(k: int, subset: MergedSubset) -> None:
        merged[k] = subset
        checkpoint.save(inputs.kept_as(f"subset-{k}"), subset_arrays(subset))
        checkpoint.forget(inputs.kept_as(f"merging-{k}"))
        tell(k, len(subset.rows), subset.merges[-1].gain if subset.merges else float("nan"))

    order = sorted(set(left) - set(merged), key=lambda k: -len(subsets[k].rows))
    work = {
        k: SubsetWork(
            points=inputs.xyz_km[subsets[k].rows],
            label=subsets[k].label,
            options=inputs.options,
            min_sigma_km=inputs.min_sigma_km,
            strictness=inputs.strictness,
        )
        for k in order
    }
    if len(work) <= 1 or _shares_memory():
        _merge_by_threads(work, inputs, checkpoint, tell, keep)
    else:
        _merge_elsewhere(work, keep)
    return [merged[k] for k in range(len(subsets))]


def _work_left(n_gaussians: list[int], threads: int, *, local: bool) -> float:
    """Work left in subsets with so many Gaussians, up to a factor, as measured: early merges are the slow ones."""
    work = [n**2.3 if local else n + n * n / _FEW for n in n_gaussians]
    return max(sum(work) / threads, max(work, default=0.0))


def _shares_memory() -> bool:
    """Whether joblib works by threads here: the default, unless the caller has set another backend."""
    backend: Any = get_active_backend(prefer="threads")[0]
    return bool(getattr(backend, "supports_sharedmem", False))


def _merge_by_threads(
    work: dict[int, SubsetWork],
    inputs: Inputs,
    checkpoint: Checkpoint,
    tell: Callable[[int, int, float], None],
    keep: Callable[[int, MergedSubset], None],
) -> None:
    """Merge subsets in this process; what is in the middle of it is kept now and then, too."""
    threads = inputs.threads
    each = threads if len(work) == 1 else 1

    def merge(k: int) -> None:
        name = inputs.kept_as(f"merging-{k}")

        def pause(workspace: Workspace) -> None:
            tell(k, len(workspace), workspace.last_gain)
            if checkpoint.due(name):
                checkpoint.save(name, workspace_arrays(workspace))

        keep(k, merge_subset(work[k], each, pause, checkpoint.load(name)))

    with parallel_config("threading"):  # a single subset stays here, also where others would be sent to a cluster
        Parallel(n_jobs=max(1, min(threads, len(work))))(delayed(merge)(k) for k in work)


def _merge_elsewhere(work: dict[int, SubsetWork], keep: Callable[[int, MergedSubset], None]) -> None:
    """Merge subsets in other processes, perhaps on other machines: wherever joblib has been told to."""
    tasks = (delayed(_numbered)(k, subset) for k, subset in work.items())
    results: Any = Parallel(n_jobs=-1, return_as="generator_unordered")(tasks)
    for k, subset in results:
        keep(k, subset)


def _numbered(k: int, work: SubsetWork) -> tuple[int, MergedSubset]:
    return k, merge_subset(work)
