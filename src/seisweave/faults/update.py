"""A network goes on: more events, and what became of each of its faults.

Not in Kamer et al. (2020), who make a network once. Made anew every day a network is another one every day: decisions
near the balance fall otherwise, and no fault can be followed. Here the network before is where the next begins, and
its events are held to what they were as far as `UpdateOptions.agreement` asks. See `update_segments.py` for the first
level, `update_plates.py` for the second, `changes.py` for who is who.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.distinct_ids import distinct_ids
from seisweave.errors import InputError
from seisweave.faults.activity import activity_of
from seisweave.faults.arrivals import Arrivals, arrivals_at
from seisweave.faults.assemble import network_of
from seisweave.faults.changes import follow_faults
from seisweave.faults.export import OWN_COLUMNS, events_table
from seisweave.faults.find_faults import Segments
from seisweave.faults.hypocentres import Inputs
from seisweave.faults.location_errors import catalog_errors
from seisweave.faults.network import FaultNetwork
from seisweave.faults.own_events import AXES, OwnEvents, errors_like, own_events
from seisweave.faults.register import Change, Entry, Register
from seisweave.faults.row_order import inputs_of_rows, network_of_rows, own_order, places_in
from seisweave.faults.update_options import UpdateOptions
from seisweave.faults.update_plates import grow_faults
from seisweave.faults.update_segments import Before, grow_segments
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step
from seisweave.spreading import sent

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Updated:
    """A network that went on, and what became of its faults, the old ones first.

    agreement is the adjusted Rand index of faults and halos with what they were, over the events that were there (the
    lower of that and the one of faults alone), segment_agreement that of segments. held says whether the fit would have
    gone on, had the agreement not held it back. before has the numbers and names that were; notes are what is to be
    told of the catalog.
    """

    network: FaultNetwork
    before: Register
    changes: tuple[Change, ...]
    n_new: int
    agreement: float = 1.0
    segment_agreement: float = 1.0
    held: bool = False
    notes: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """One row a fault that was there or is new: its lasting number, what became of it, and of how many events."""
        import pandas as pd

        names = ("fault", "what", "n_before", "n_now")
        rows = [{name: getattr(change, name) for name in names} for change in self.changes]
        table = pd.DataFrame(rows, columns=list(names)).rename(columns={"fault": "number"})
        table.insert(1, "name", [self.names[change.fault] for change in self.changes])
        return table.assign(others=[" ".join(map(str, change.others)) for change in self.changes])

    @property
    def names(self) -> dict[int, str]:
        """The name of every fault that was there or is new, by its lasting number."""
        registers = (self.before, self.network.registered)
        return {int(k): name for each in registers for k, name in zip(each.numbers, each.names, strict=True)}

    def __str__(self) -> str:
        kinds = [change.what for change in self.changes]
        said = ", ".join(f"{kinds.count(what)} {what}" for what in dict.fromkeys(kinds)) or "no faults"
        agreement = f"agreement {self.agreement:.2f}, of segments {self.segment_agreement:.2f}"
        return f"{self.n_new:,} new events; {said}; {agreement}"


def update_faults(
    network: FaultNetwork,
    catalog: Any,
    options: UpdateOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Updated:
    """Go on from a network with more events: its faults keep their lasting numbers and names, and what changed is told.

    Events that the network has already, by id or by time and place, are not taken twice; a catalog with nothing but
    those leaves the network as it is. The projection stays, so that nothing moves.

    Args:
        network: with the events it was made of as its `source`, as `reconstruct_faults` and `open_result` give it.
        catalog: the new events, or old and new ones, with depths, in any form that `reconstruct_faults` takes.
        options: how far old events keep their faults.
        jobs: threads (default: all cores); the result depends neither on them nor on the order of the events. On a dask
            cluster one worker does all of it.
        progress: called with a `Step` now and then.

    Errors: InputError for a network without its events, one of the published program's schedule, no event, unknown
    depths, a catalog of another region, and one without errors of location for a network with the catalog's.

    >>> import seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> two_faults = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (200, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> network = sw.reconstruct_faults(two_faults)
    >>> a_third = rng.normal((0, 15, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> updated = update_faults(network, a_third)
    >>> [(change.fault, change.what) for change in updated.changes]
    [(0, 'unchanged'), (1, 'unchanged'), (2, 'appeared')]
    """
    asked, threads = options or UpdateOptions(), jobs or available_cores()
    return sent(lambda tell: _updated(network, catalog, asked, threads, tell or (lambda _: None)), progress)


def _updated(network: FaultNetwork, catalog: Any, options: UpdateOptions, threads: int, tell: Progress) -> Updated:
    tell(Step("arrivals", 0.0))
    begun = perf_counter()
    own = own_events(network)
    if network.options.schedule == "reference":
        raise InputError("the network is of the schedule of the published program; make one with schedule='greedy'")
    arrived = arrivals_at(network, catalog)
    fresh = np.flatnonzero(~arrived.known)
    if not len(fresh):
        same = [Change(int(k), "unchanged", int(n), int(n)) for k, n in _counted(network)]
        return Updated(network, network.registered, tuple(same), 0, notes=arrived.notes)
    world = _together(network, own, arrived, fresh, threads)
    tell(Step("segments", 0.1))
    before = Before(network.mixture, world.old, network.segment[world.old_rows])
    grown = grow_segments(world.inputs, before, options.segment_agreement)
    tell(Step("faults", 0.5, grown.scored.mixture.n_gaussians))
    scored, inputs = grown.scored, world.inputs
    ordered = network_of_rows(network, world.old_rows)
    made = grow_faults(
        ordered,
        Segments(inputs.xyz_km, scored.mixture, scored.part, scored.log_density),
        errors_like(network, inputs.location_errors, len(inputs.xyz_km)),
        old=world.old,
        fresh=grown.fresh,
        least_agreement=options.agreement,
        threads=inputs.threads,
    )
    whole = network_of_rows(network_of(inputs, scored, made.faults), places_in(world.order))
    n = network.n_events
    followed = follow_faults(network.registered, made.old_of, network.label, whole.label[:n], whole.events_per_fault)
    updated = Updated(
        network=whole,
        before=network.registered,
        changes=followed.changes,
        n_new=len(fresh),
        agreement=made.agreement,
        segment_agreement=grown.agreement,
        held=grown.held or made.held,
        notes=arrived.notes,
    )
    changed = tuple(change for change in followed.changes if change.what != "unchanged")
    register = followed.register.with_entry(Entry("update", str(updated), (), changed))
    seconds = {"update": round(perf_counter() - begun, 4)}
    whole = replace(whole, register=register, seconds=seconds)
    tell(Step("faults", 1.0, whole.n_segments, left_s=0.0))
    whole = replace(whole, source=events_table(whole, world.table, world.xyz_km))
    return replace(updated, network=replace(whole, activity=activity_of(whole)))


@dataclass(frozen=True, eq=False)
class _World:
    """All n events, the network's first: as a table and in local km, and in an order that is theirs as inputs.

    order has their rows, old which of them, in that order, the network has, and old_rows the network's rows of those.
    """

    table: pd.DataFrame
    xyz_km: Float[np.ndarray, "n 3"]
    inputs: Inputs
    order: Int[np.ndarray, " n"]
    old: np.ndarray
    old_rows: Int[np.ndarray, " m"]


def _together(
    network: FaultNetwork, own: OwnEvents, arrived: Arrivals, fresh: Int[np.ndarray, " k"], threads: int
) -> _World:
    import pandas as pd

    rows = own.table.drop(columns=[name for name in OWN_COLUMNS if name in own.table])
    table = pd.concat([rows, arrived.table.iloc[fresh]], ignore_index=True)
    xyz_km = np.concatenate([own.xyz_km, arrived.xyz_km[fresh]])
    table = table.assign(**dict(zip(AXES, xyz_km.T, strict=True)))
    if "id" in table:  # another event under an id that is there already, as where ids are line numbers
        ids = distinct_ids(table["id"].astype(str).to_numpy(dtype=str), list(xyz_km.T)).ids
        table = table.assign(id=ids)
    covariance = None if own.covariance_km2 is None else _errors_of_all(table)
    inputs = Inputs(
        xyz_km=xyz_km,
        options=network.options,
        projection=network.projection,
        sha256=_sha256(network, arrived.xyz_km[fresh]),
        min_sigma_km=network.min_sigma_km,
        location_errors=covariance,
        threads=threads,
    )
    order = own_order(inputs)
    old = order < len(own.xyz_km)
    return _World(table, xyz_km, inputs_of_rows(inputs, order), order, old, order[old])


def _errors_of_all(table: pd.DataFrame) -> Float[np.ndarray, "n 6"]:
    covariance = catalog_errors(Catalog.from_pandas(table))
    if covariance is None:
        raise InputError(
            "the network knows the errors of its events, and fewer than nine in ten of all events would have one with"
            " this catalog; give a catalog with errors of location"
        )
    return covariance


def _counted(network: FaultNetwork) -> np.ndarray:
    """Lasting number and number of events of every fault, a row each."""
    return np.stack([network.numbers, network.events_per_fault], axis=1)


def _sha256(network: FaultNetwork, xyz_km: np.ndarray) -> str:
    return hashlib.sha256(network.input_sha256.encode() + np.ascontiguousarray(xyz_km).tobytes()).hexdigest()
