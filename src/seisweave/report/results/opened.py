"""Open whatever a folder or a file of ours holds, as the record that was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.report.results.events import EVENTS, read_events
from seisweave.report.results.kinds import EXPORTS, KINDS, no_result
from seisweave.storage import SUMMARY, read_summary
from seisweave.stored_files import in_a_line, refused, stored_file
from seisweave.stored_json import read_json

if TYPE_CHECKING:
    import pandas as pd

_DATASETS = {  # netCDF files by the title they bear
    "seisweave fault network": "seisweave.faults:open_network",
    "seisweave condensed catalog": "seisweave.condensation:open_condensed",
    "seisweave forecast": "seisweave.forecast:open_forecast",
    "seisweave issued forecast": "seisweave.issued:read_issued",
}
_MODELS = {  # folders with a model.json, by the kind it says
    "seisweave nowcaster": "seisweave.nowcast:open_nowcaster",
    "seisweave nowcaster by place": "seisweave.nowcast:open_place_nowcaster",
    "seisweave ETAS": "seisweave.etas:open_etas",
}


@dataclass(frozen=True, eq=False)
class ScoreTables:
    """A folder of scores: its tables by name (`scores`, `gains`, `audit`, ...), and its summary.

    >>> from tempfile import mkdtemp
    >>> import seisweave as sw
    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(seed=1, n_events=800).catalog.with_depth()
    >>> flat = sw.make_forecast(past, sw.ForecastOptions(model="uniform"))
    >>> opened = open_result(sw.write_result(sw.score_forecasts({"flat": flat}, past), Path(mkdtemp()) / "scores"))
    >>> sorted(opened.tables), opened.summary["reference"]
    (['scores', 'targets'], 'flat')
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]


def open_result(path: str | Path) -> Any:
    """Open a result folder, or one file of ours: what is given back is the record that was written there.

    A `FaultNetwork` (of a whole folder with its events as `source`), a `CondensedCatalog`, a `Forecast`, a `Nowcaster`,
    a `PlaceNowcaster`, an `EtasModel`; `ScoreTables` for folders of scores, audits, tables of papers and declustered
    catalogs; an xarray DataArray for the maps of a nowcast.

    Errors: InputError for a path that is not there, or holds nothing of ours, or is damaged.

    >>> from tempfile import mkdtemp
    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> folder = sw.write_result(network, Path(mkdtemp()) / "one-fault")
    >>> again = sw.open_result(folder)
    >>> again.bic == network.bic, len(again.source)
    (True, 200)
    """
    path = Path(path)
    if path.is_dir():
        return _open_folder(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; give a result folder, or a file of one")
    return _open_file(path)


def open_any_network(path: str | Path) -> Any:
    """The network of a result folder, with its events as `source`, or that of a network.nc, without.

    Errors: InputError for anything else.
    """
    found = open_result(path)
    if type(found).__name__ != "FaultNetwork":
        raise InputError(f"{path}: holds no fault network; give a folder made by `seisweave faults`")
    return found


def open_whole_network(folder: str | Path) -> Any:
    """The network of a result folder, with its events as `source`.

    Errors: InputError for anything else, a network without its events included.
    """
    found = open_any_network(folder)
    if found.source is None:
        raise InputError(f"{folder}: holds no events beside its network; give the whole folder of `seisweave faults`")
    return found


def _open_folder(folder: Path) -> Any:
    """By the file that marks its kind."""
    if (folder / "network.nc").is_file():
        return _network_with_events(folder)
    for name, kind in (("condensed.nc", "condensed catalog"), ("forecast.nc", "forecast")):
        if (folder / name).is_file():
            return _whole(folder, name, _function(_DATASETS[f"seisweave {kind}"])(folder))
    if (folder / "model.json").is_file():
        return _open_model(folder)
    tables = sorted({kind.marks[0] for kind in KINDS if kind.marks[0].endswith(".csv")} | {"fig5.csv"})
    if any((folder / name).is_file() for name in tables):
        return _open_tables(folder)
    if (folder / EXPORTS).is_file():
        raise InputError(f"{folder}: holds a network as other programs read it; give the folder it was exported from")
    raise no_result(folder)


def _whole(folder: Path, name: str, record: Any) -> Any:
    """The record, where the summary beside it is of the same run."""
    if (folder / SUMMARY).is_file():
        try:
            read_summary(folder, [name])
        except Exception as error:
            raise refused(folder, error, "run the command again") from None
    return record


def _network_with_events(folder: Path) -> Any:
    network = _function(_DATASETS["seisweave fault network"])(folder)
    try:
        if not stored_file(folder, EVENTS).is_file():
            return network
        events = read_events(folder, network)
        if (folder / SUMMARY).is_file():
            read_summary(folder, ("network.nc", EVENTS))
    except Exception as error:
        raise refused(folder, error, "make the network again") from None
    return replace(network, source=events)


def _open_file(path: Path) -> Any:
    """A netCDF file, by its title."""
    from seisweave.stored_netcdf import open_decoded, title_of

    try:
        title = title_of(path)
        if title is None:
            from seisweave.nowcast.maps import maps_of

            return maps_of(open_decoded(path))
    except Exception as error:
        raise refused(path, error, "give a result folder", "not a file of seisweave") from None
    if title not in _DATASETS:
        raise InputError(f"{path}: a netCDF file, but not of seisweave ({in_a_line(title, 60)}); give a result folder")
    return _function(_DATASETS[title])(path)


def _open_model(folder: Path) -> Any:
    path = stored_file(folder, "model.json")
    try:
        kind = in_a_line(read_json(path)["kind"], 60)
    except Exception as error:
        raise refused(path, error, "train the model again") from None
    if kind not in _MODELS:
        raise InputError(f"{folder}: a {kind}, which this version does not know; train the model again")
    return _function(_MODELS[kind])(folder)


def _open_tables(folder: Path) -> ScoreTables:
    import pandas as pd

    try:
        names = [path.name for path in sorted(folder.glob("*.csv"))]
        tables = {Path(name).stem: pd.read_csv(stored_file(folder, name)) for name in names}
        return ScoreTables(folder.resolve().name, tables, read_summary(folder, names, every=".csv"))
    except Exception as error:
        raise refused(folder, error, "run the command again") from None


def _function(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
