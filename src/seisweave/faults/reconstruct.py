"""From hypocentres to a fault network: tree, atomization, merging, refinement, assignment.

Source: Kamer, Ouillon & Sornette (2020), sections 3.1 and 4.3. The catalog is cut into subsets by its Ward tree, each
subset is atomized and merged with a background of its own, then everything is merged as one, and refined; at last
every event is given to its most likely part.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.faults.assemble import Scored, network_of, score_reference, score_whole
from seisweave.faults.clock import Clock
from seisweave.faults.find_faults import Segments, find_faults
from seisweave.faults.hypocentres import Inputs, check_hypocentres
from seisweave.faults.merge_subsets import merge_subsets
from seisweave.faults.merge_whole import merge_whole
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.subsets import cut_and_atomize
from seisweave.faults.ward import ward_linkage
from seisweave.keeping import Checkpoint
from seisweave.lazy import renamed_keyword
from seisweave.machine import available_cores
from seisweave.progress import Progress
from seisweave.renamed import renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)

_OTHER = {"input": "other hypocentres", "options": "other options", "version": "another version of seisweave"}


def reconstruct_faults(
    catalog: Catalog | Float[np.ndarray, "n 3"],
    options: FaultOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    checkpoint: str | Path | None = None,
) -> FaultNetwork:
    """Reconstruct the fault network that a catalog's hypocentres lie on.

    Args:
        catalog: a Catalog (all depths known), or local coordinates (x_km east, y_km north, depth_km positive down).
        options: criterion, schedule, subsets, ...; see `FaultOptions`.
        jobs: threads (default: all cores); the result does not depend on it. Subsets are merged by joblib: inside
            `joblib.parallel_config(backend="loky")` or `backend="dask"` by processes or on a cluster.
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
    clock = Clock(options, progress)
    inputs = check_hypocentres(catalog, options, jobs or available_cores())
    with Checkpoint(keep, inputs.identity(), other=_OTHER) as kept:
        network = reconstruct(inputs, clock, kept)
    return replace(clock.leave(network), source=catalog)


def reconstruct(inputs: Inputs, clock: Clock, checkpoint: Checkpoint) -> FaultNetwork:
    """The steps of a reconstruction, each announced to the clock; what is done is kept as it goes."""
    clock.enter("tree")
    linkage = ward_linkage(inputs.xyz_km, threads=inputs.threads)
    scored = _segments(inputs, linkage, clock, checkpoint)
    clock.enter("faults")
    faults = find_faults(
        Segments(inputs.xyz_km, scored.mixture, scored.part),
        inputs.location_errors,
        least_sigma_km=inputs.options.min_sigma_km,
        roughness_km=inputs.options.roughness_km,
        threads=inputs.threads,
        tell=clock.tell,
    )
    return network_of(inputs, scored, faults)


def _segments(inputs: Inputs, linkage: np.ndarray, clock: Clock, checkpoint: Checkpoint) -> Scored:
    """The first level: Kamer et al. (2020), with subsets, merging and refinement as the options say."""
    if inputs.options.schedule == "reference":
        clock.enter("merge")
        return score_reference(inputs, linkage)

    clock.enter("atomize")
    subsets = cut_and_atomize(inputs, linkage)

    clock.enter("merge subsets" if len(subsets) > 1 else "merge")
    merged = merge_subsets(inputs, subsets, clock, checkpoint)

    clock.enter("refine" if inputs.options.refine else "merge whole")
    whole = merge_whole(inputs, subsets, merged, clock, checkpoint)

    clock.enter("assign")
    return score_whole(inputs, whole)
