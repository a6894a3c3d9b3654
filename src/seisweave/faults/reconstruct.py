"""From hypocentres to a fault network: tree, atomization, merging, refinement, assignment.

Source: Kamer, Ouillon & Sornette (2020), sections 3.1 and 4.3. The catalog is cut into subsets by its Ward tree, each
subset is atomized and merged with a background of its own, then everything is merged as one, and refined; at last
every event is given to its most likely part. All that from atomization on is done twice, with the proto-faults of one
cut and with those by branch, and of the two networks the one with the lower BIC is kept (`FaultOptions.atomize`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_hypocentres
from seisweave.faults.activity import activity_of
from seisweave.faults.assemble import Scored, network_of, score_reference, score_whole
from seisweave.faults.atomize import Atomized, By
from seisweave.faults.clock import Clock
from seisweave.faults.find_faults import Segments, find_faults
from seisweave.faults.hypocentres import Inputs, check_hypocentres
from seisweave.faults.merge_subsets import merge_subsets
from seisweave.faults.merge_whole import Whole, merge_whole
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.row_order import inputs_of_rows, network_of_rows, own_order, places_in
from seisweave.faults.subsets import Subset, cut_and_atomize, left_out
from seisweave.faults.ward import ward_linkage
from seisweave.keeping import Checkpoint
from seisweave.lazy import renamed_keyword
from seisweave.machine import available_cores, give_back_memory
from seisweave.progress import Progress
from seisweave.renamed import renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)

_NEXT_TO_NOTHING = 0.05  # of the proto-faults by branch
_OTHER = {"input": "other hypocentres", "options": "other options", "version": "another version of seisweave"}


def reconstruct_faults(
    catalog: CatalogLike | Float[np.ndarray, "n 3"],
    options: FaultOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    checkpoint: str | Path | None = None,
) -> FaultNetwork:
    """Reconstruct the fault network that a catalog's hypocentres lie on.

    Args:
        catalog: a Catalog (all depths known), what `as_catalog` makes one of, or local coordinates (x_km east, y_km
            north, depth_km positive down).
        options: criterion, schedule, subsets, ...; see `FaultOptions`.
        jobs: threads (default: all cores); the result depends neither on them nor on the order of the events (but for
            schedule="reference"). Subsets are merged by joblib: inside `joblib.parallel_config(backend="loky")` or
            `backend="dask"` by processes or on a cluster.
        progress: called with a `Step` now and then.
        keep: folder in which finished subsets and, every 20 s, the state of the others are kept. With what an earlier
            run has left there the work goes on, and ends with the same network; remove it afterwards.
        checkpoint: the old name of `keep`.

    Raises:
        InputError: fewer than four events, unknown depths, all events on one line or at one point, more events than
            memory, or a folder kept by a run on other events, with other options or by another version.

    >>> import numpy as np, seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> two_faults = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (200, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> network = sw.reconstruct_faults(two_faults)
    >>> network.n_faults, (network.planes.dip_deg > 85).all()
    (2, np.True_)
    """
    keep, options = renamed_keyword("checkpoint", checkpoint, "keep", keep), options or FaultOptions()
    catalog, clock = as_hypocentres(catalog), Clock(options, progress)
    inputs = check_hypocentres(catalog, options, jobs or available_cores())
    order = own_order(inputs)
    inputs = inputs_of_rows(inputs, order)
    with Checkpoint(keep, inputs.identity(), other=_OTHER) as kept:
        network = reconstruct(inputs, clock, kept)
    network = replace(clock.leave(network_of_rows(network, places_in(order))), source=catalog)
    return replace(network, activity=activity_of(network))


def reconstruct(inputs: Inputs, clock: Clock, checkpoint: Checkpoint) -> FaultNetwork:
    """The steps of a reconstruction, each announced to the clock; what is done is kept as it goes."""
    scored = _segments(inputs, clock, checkpoint)
    give_back_memory()
    clock.enter("faults")
    faults = find_faults(
        Segments(inputs.xyz_km, scored.mixture, scored.part, scored.log_density),
        inputs.location_errors,
        least_sigma_km=inputs.min_sigma_km,
        roughness_km=None if inputs.options.roughness_km == "auto" else float(inputs.options.roughness_km),
        threads=inputs.threads,
        tell=clock.tell,
    )
    give_back_memory()
    return network_of(inputs, scored, faults)


def _segments(inputs: Inputs, clock: Clock, checkpoint: Checkpoint) -> Scored:
    """The first level: Kamer et al. (2020), with subsets, merging and refinement as the options say."""
    clock.enter("tree")
    linkage = ward_linkage(inputs.xyz_km, threads=inputs.threads)
    if inputs.options.schedule == "reference":
        clock.enter("merge")
        return score_reference(inputs, linkage)

    clock.enter("atomize")
    atomized = cut_and_atomize(inputs, linkage)
    del linkage  # as long as the catalog, and not looked at again

    wholes: dict[By, Whole] = {
        by: _whole(replace(inputs, by=by), atomized[by], clock, checkpoint) for by in _ways(inputs, atomized)
    }

    clock.enter("assign")
    scored: dict[By, Scored] = {by: score_whole(inputs, whole) for by, whole in wholes.items()}
    bic = {by: each.bic for by, each in scored.items()}
    best: By = min(scored, key=lambda by: bic[by])  # of equal ones the cut
    return replace(scored[best], atomized=Atomized(best, bic=bic, left_out=left_out(atomized)))


def _ways(inputs: Inputs, atomized: dict[By, list[Subset]]) -> tuple[By, ...]:
    """The ways of atomization that are to be gone: only the cut where it leaves out next to nothing."""
    if inputs.options.atomize != "best":
        return (inputs.options.atomize,)
    return ("cut",) if left_out(atomized) < _NEXT_TO_NOTHING else ("cut", "branch")


def _whole(inputs: Inputs, subsets: list[Subset], clock: Clock, checkpoint: Checkpoint) -> Whole:
    """Proto-faults merged, each subset on its own and then all as one."""
    again = " by branch" if inputs.options.atomize == "best" and inputs.by == "branch" else ""
    clock.enter(("merge subsets" if len(subsets) > 1 else "merge") + again)
    merged = merge_subsets(inputs, subsets, clock, checkpoint)

    clock.enter(("refine" if inputs.options.refine else "merge whole") + again)
    give_back_memory()
    return merge_whole(inputs, subsets, merged, clock, checkpoint)
