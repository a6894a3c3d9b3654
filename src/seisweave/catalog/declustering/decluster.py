"""Decluster a catalog by what it says itself: windows, links, nearest neighbours. ETAS's way is `etas.declustering`.

The methods are loaded when they are asked for: their loops need a compiler, which no other command should wait for.
"""

from __future__ import annotations

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.declustering.clusters import numbered
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.catalog.declustering.events import events_of, left_out, timed
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.errors import InputError
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step


def decluster(
    catalog: CatalogLike,
    options: DeclusterOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Declustered:
    """Find clusters of a catalog, and keep of each its largest event.

    Events without time or magnitude take no part; the result says how many these are.

    Arguments:
        catalog: events, in any order.
        options: the method and its parameters.
        jobs: threads; all cores by default. Results do not depend on it.
        progress: called with a `Step` now and then.

    Errors: InputError for a catalog without events that can be used, and for stochastic declustering, which is
    `seisweave.etas.decluster_stochastically`.

    >>> from seisweave.synthetic import etas_world
    >>> world = etas_world(seed=1)
    >>> found = decluster(world.catalog, DeclusterOptions("zaliapin-ben-zion"))
    >>> round(found.background_share, 2), round(float((world.parent < 0).mean()), 2)  # found, and planted
    (0.36, 0.4)
    """
    catalog, options = as_catalog(catalog), options or DeclusterOptions()
    if options.method == "stochastic":
        raise InputError("stochastic declustering fits an ETAS model; use seisweave.etas.decluster_stochastically")
    deep = options.method == "zaliapin-ben-zion" and options.hypocentral
    used, notes = timed(catalog, depths=deep), left_out(catalog, depths=deep)
    if options.method == "zaliapin-ben-zion":
        return _by_neighbours(used, options, notes, jobs=jobs or available_cores(), progress=progress)
    if options.method == "gardner-knopoff":
        from seisweave.catalog.declustering.gardner_knopoff import mainshock_of as leader_of
    else:
        from seisweave.catalog.declustering.reasenberg import cluster_of as leader_of
    clusters = numbered(leader_of(events_of(used), options), used.magnitude)
    return Declustered(used, clusters.cluster, clusters.is_mainshock, options, notes=notes)


def _by_neighbours(
    used: Catalog,
    options: DeclusterOptions,
    notes: tuple[str, ...],
    *,
    jobs: int,
    progress: Progress | None,
) -> Declustered:
    from seisweave.catalog.declustering.zaliapin_ben_zion import forest_of

    def told(done: float) -> None:
        if progress is not None:
            progress(Step("nearest neighbours", done))

    forest = forest_of(events_of(used), options, jobs=jobs, told=told)
    clusters = numbered(forest.root, used.magnitude)
    found = {} if forest.threshold is None else {"threshold": forest.threshold}
    if forest.normals is not None:
        two = forest.normals
        names = ("weight", "mean", "sd")
        found |= {f"{name}_{side}": getattr(two, name)[k] for name in names for k, side in enumerate(("near", "far"))}
        found |= {"separation": two.separation, "linked": forest.linked, "linked_by_chance": forest.by_chance}
    return Declustered(
        used,
        clusters.cluster,
        clusters.is_mainshock,
        options,
        background_probability=forest.background_probability,
        parent=forest.parent,
        log_distance=np.where(np.isfinite(forest.log_distance), forest.log_distance, np.nan),
        found=found,
        notes=(*notes, *filter(None, [forest.note])),
    )
