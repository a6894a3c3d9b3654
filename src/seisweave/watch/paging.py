"""The last step of a turn: the page of today, and the same as JSON."""

from __future__ import annotations

from seisweave.errors import InputError
from seisweave.watch.work import Work


def page(work: Work) -> str:
    """Write the page from what is on record. Errors: InputError where nothing is, and what the page refuses."""
    from seisweave.report.today import write_today

    step = work.station.page
    assert step is not None
    if not work.issued.is_dir():
        raise InputError("no forecast is on record yet")
    network = work.network if work.station.network is not None else None
    out = work.station.folder / step.page
    write_today([work.issued], out, network=network, catalog=work.catalog, options=step.options)
    return step.page
