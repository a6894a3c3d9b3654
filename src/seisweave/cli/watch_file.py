"""What the `run.toml` of a station says, checked before any work begins; see docs/watch.md."""

from __future__ import annotations

from pathlib import Path

from seisweave.cli.run_file import read_toml
from seisweave.errors import InputError, nearest
from seisweave.issued.options import IssueOptions
from seisweave.report.today.options import TodayOptions
from seisweave.watch.options import EtasStep, NetworkStep, PageStep, PlaceStep, Station, WatchOptions
from seisweave.watch.sections import Section

_SECTIONS = ("watch", "network", "etas", "place", "report")


def read_station(path: Path) -> Station:
    """The station of a file; paths lie beside it.

    Errors: InputError for a file that cannot be read, unknown sections and keys (with the nearest known), values of
    another type, and whatever the options themselves refuse.
    """
    said = read_toml(path)
    for name in said:
        if name not in (*_SECTIONS, "out"):
            raise InputError(f"{path}: {name} is unknown{nearest(name, (*_SECTIONS, 'out'))}")
    tables = {name: Section(path, name, said[name]) for name in _SECTIONS if name in said}
    if "watch" not in tables:
        raise InputError(f"{path}: has no [watch]; see docs/watch.md")
    out = said.get("out", path.stem)
    if not isinstance(out, str) or not out:
        raise InputError(f"{path}: out is {out!r}; give the name of the station's folder")
    return Station(
        folder=path.parent / out,
        watch=tables["watch"].record(WatchOptions),
        network=tables["network"].record(NetworkStep) if "network" in tables else None,
        etas=tables["etas"].with_options(EtasStep, IssueOptions) if "etas" in tables else None,
        place=tables["place"].record(PlaceStep) if "place" in tables else None,
        page=tables["report"].with_options(PageStep, TodayOptions) if "report" in tables else None,
    )
