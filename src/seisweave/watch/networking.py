"""The step of the network: new events are given to its faults; now and then it goes on with them."""

from __future__ import annotations

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.storage import write_table
from seisweave.watch.options import seconds_of
from seisweave.watch.work import Work

ASSIGNED = "assigned.parquet"
_MOVED = 3  # faults that are named


def go_on(work: Work) -> str:
    """Assign what came after the network was made or went on; let it go on where that is due. Says what moved."""
    step = work.station.network
    assert step is not None
    if not work.state.network_at:  # the first turn: what is known now, and not in the network, is new by its time alone
        work.save(network_at=str(work.now), network_revision=work.store.revision)
    fresh = _fresh(work)
    if not len(fresh):
        return "no new events"
    since = (work.now - np.datetime64(work.state.network_at, "us")) / np.timedelta64(1, "s")
    due = step.update != "never" and since >= seconds_of("update", step.update)
    return _update(work, fresh) if due else _assign(work, fresh)


def _fresh(work: Work) -> Catalog:
    """Events with depths after the network's last, and those that are new or revised since it was made or went on."""
    catalog, own = work.catalog, work.network.source
    ids = work.store.log(work.state.network_revision)["id"].unique().tolist()
    fresh = np.isin(catalog.ids, np.array(ids, dtype=str)) if ids else np.zeros(len(catalog), bool)
    if own is not None and "time" in own:
        last = own["time"].to_numpy().astype("datetime64[us]")
        fresh |= catalog.times > last[~np.isnat(last)].max(initial=np.datetime64("1000-01-01", "us"))
    return catalog.take(fresh & catalog.has_depth)


def _assign(work: Work, fresh: Catalog) -> str:
    from seisweave.faults.assign import assign_events

    found = assign_events(work.network, fresh, jobs=work.means.jobs)
    write_table(work.station.folder / ASSIGNED, found.table())
    moved = found.moved()[["name", "n_events"]].itertuples(index=False)
    most = ", ".join(f"{name} {n:,}" for name, n in list(moved)[:_MOVED])
    return f"{found}{f'; most on {most}' if most else ''}"


def _update(work: Work, fresh: Catalog) -> str:
    from seisweave.faults.update import update_faults
    from seisweave.report.results.network import write_updated
    from seisweave.report.results.whole import whole_folder

    before = str(work.network_folder)
    updated = update_faults(work.network, fresh, jobs=work.means.jobs)
    with whole_folder(work.station.folder / "network", force=True) as folder:
        write_updated(updated, folder, {"updated": before, "until": str(work.now)})
    work.forget("network")
    (work.station.folder / ASSIGNED).unlink(missing_ok=True)
    work.save(network_at=str(work.now), network_revision=work.store.revision)
    return f"went on: {updated}"
