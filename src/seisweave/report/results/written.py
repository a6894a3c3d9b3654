"""Write the whole result folder of a record: what its command writes, figures and all."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.report.results.whole import whole_folder

_WRITERS = {  # record: module beside this one, function (record, folder, told)
    "FaultNetwork": "network:write_network",
    "Assigned": "assigned:write_assigned",
    "Updated": "network:write_updated",
    "CondensedCatalog": "condensed:write_condensed",
    "Declustered": "declustered:write_declustered",
    "Forecast": "forecast:write_forecast_folder",
    "ForecastScores": "forecast:write_scores_folder",
    "Nowcaster": "nowcast:write_nowcaster_folder",
    "Audit": "nowcast:write_audit_folder",
    "PlaceNowcaster": "place:write_place_folder",
    "EtasModel": "etas:write_etas_folder",
    "EtasForecast": "etas:write_etas_forecast_folder",
    "EtasBacktest": "etas:write_etas_backtest_folder",
    "EtasComparison": "etas:write_etas_scores_folder",
    "MechanismComparison": "mechanisms:write_mechanisms_folder",
    "NetworkMatch": "matching:write_match_folder",
    "MappedComparison": "mapped:write_mapped_folder",
    "JudgedBacktest": "place:write_backtest_folder",
}


def write_result(
    record: Any, folder: str | Path, *, told: Mapping[str, Any] | None = None, force: bool = False, **parts: Any
) -> Path:
    """Write what the command that makes such a record writes: the record, its tables, its figures, summary.json.

    The folder appears whole or not at all; `open_result` opens it again, `write_page` a page of it.

    Arguments:
        record: a FaultNetwork, Assigned, Updated, CondensedCatalog, Declustered, Forecast, ForecastScores, EtasModel,
            EtasComparison, EtasForecast, EtasBacktest, Nowcaster, Audit, PlaceNowcaster, JudgedBacktest,
            MappedComparison, MechanismComparison or NetworkMatch.
        folder: a folder that is new, empty, or holds results and `force` is given.
        told: what summary.json is to hold beside the record's own numbers, such as a selection.
        force: replace results that are there already.
        parts: what such a folder also holds and the record does not: `rates` and `years` of a Forecast (CSEP's grid,
            from `grid_from_past`), `verdicts` of ForecastScores, `points` of a CondensedCatalog, the `catalog` that
            a Nowcaster or PlaceNowcaster is judged by or nowcasts from, and that an EtasModel was fitted to.

    Errors: InputError for a folder that holds something else, cannot be written, or a record of another kind.

    >>> from tempfile import mkdtemp
    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> folder = write_result(network, Path(mkdtemp()) / "one-fault")
    >>> sorted(path.name for path in folder.iterdir())[:3]
    ['events.parquet', 'faults.csv', 'faults.geojson']
    """
    folder, kind = Path(folder), type(record).__name__
    if kind not in _WRITERS:
        raise InputError(f"a {kind} has no result folder; give a record, such as a FaultNetwork")
    with whole_folder(folder, force=force) as fresh:
        module, _, name = _WRITERS[kind].partition(":")
        getattr(import_module(f"seisweave.report.results.{module}"), name)(record, fresh, told, **parts)
    return folder
