"""The result folder of a fault network: written, and opened for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.csv_text import csv_of
from seisweave.errors import InputError
from seisweave.faults import export
from seisweave.faults.doubts import doubts_of
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.faults.update import Updated
from seisweave.machine import peak_memory_mb
from seisweave.report import figures
from seisweave.report.results.events import AXES, check_largest, read_events, read_faults
from seisweave.report.sections import bounds_km
from seisweave.report.traces import Traces, check_traces
from seisweave.storage import read_summary, write_summary, write_table
from seisweave.stored_files import refused, stored_file
from seisweave.stored_json import value_of

if TYPE_CHECKING:
    import pandas as pd

_FIGURE = "figure.png"
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"  # how a picture begins and ends
_FILES = ("network.nc", "summary.json", "faults.csv", "events.parquet", _FIGURE)
NOT_DRAWN = "not drawn: matplotlib was not installed"  # in summary.json, in place of a figure
_SAID = {  # what a page tells of a summary
    "seconds": dict[str, float],
    "peak_memory_mb": float,
    "seed": int,
    **dict.fromkeys(("source", "version", "input_sha256", "selection"), str),
    "notes": list[str],
    **dict.fromkeys(("planted_adjusted_rand", "planted_found", "planted_faults", "planted_spurious"), float),
}


@dataclass(frozen=True, eq=False)
class NetworkResult:
    """What a result folder holds. name is that of the folder."""

    name: str
    network: FaultNetwork
    faults: pd.DataFrame
    events: pd.DataFrame
    summary: dict[str, Any]
    figure: bytes

    @property
    def xyz_km(self) -> Float[np.ndarray, "n 3"]:
        """Hypocentres, local km."""
        return self.events[AXES].to_numpy(dtype=float)

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of the events that lie on faults, in halos and in the background."""
        return shares_of(self.network)


def write_network(network: FaultNetwork, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write all files of a network's result folder, which must be there; `told` goes into summary.json.

    Without matplotlib there is no figure.png, and summary.json says so.
    """
    start, told = perf_counter(), dict(told or {})
    events = _events(network)
    network.write(folder / "network.nc")
    for name, table in (
        ("faults", export.faults_table(network, events)),
        ("segments", export.segments_table(network, events)),
        ("halos", export.halos_table(network, events)),
    ):
        (folder / f"{name}.csv").write_text(csv_of(table), encoding="utf-8")
    geojson = json.dumps(export.faults_geojson(network), allow_nan=False)
    (folder / "faults.geojson").write_text(geojson + "\n", encoding="utf-8")
    write_table(folder / "events.parquet", events)
    if can_draw():
        figures.network_figure(network, events[AXES].to_numpy(dtype=float)).savefig(folder / _FIGURE)
    else:
        told["figure"] = NOT_DRAWN
    write_summary(folder, summarize(network, told, perf_counter() - start))


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def write_updated(updated: Updated, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write the result folder of a network that went on: that of the network, and changes.csv."""
    updated.table().to_csv(folder / "changes.csv", index=False)
    own = {"n_new": updated.n_new, "agreement": updated.agreement, "segment_agreement": updated.segment_agreement}
    own |= {"held": updated.held, "notes_of_network": list(updated.notes)}
    write_network(updated.network, folder, {**(told or {}), "update": own})


def summarize(network: FaultNetwork, told: dict[str, Any], seconds_writing: float | None = None) -> dict[str, Any]:
    """What summary.json holds of a network: its own numbers, and what was told beside them."""
    seconds = {**told.pop("seconds", {}), **network.seconds}
    seconds |= {} if seconds_writing is None else {"write": round(seconds_writing, 4)}
    return {
        "n_events": network.n_events,
        "n_proto": network.n_proto,
        "n_segments": network.n_segments,
        "n_faults": network.n_faults,
        "n_systems": network.faults.n_systems,
        "n_halos": network.faults.n_halos,
        **dict(zip(("share_on_faults", "share_in_halos", "share_background"), shares_of(network), strict=True)),
        "location_errors": network.faults.errors,
        "roughness_km": network.faults.roughness_km,
        "doubts": doubts_of(network),
        "n_backgrounds": network.n_backgrounds,
        "background_weight": float(network.mixture.box_weight.sum()),
        "bic": network.bic,
        "nll": -network.log_likelihood,
        "plates_bic": network.faults.bic,
        "plates_nll": -network.faults.log_likelihood,
        "seconds": {**seconds, "total": round(sum(seconds.values()), 4)},
        "peak_memory_mb": peak_memory_mb(),
        "options": asdict(network.options),
        "atomized": asdict(network.atomized),
        "sureness": None if network.sureness is None else network.sureness.summary(),
        "min_sigma_km": network.min_sigma_km,
        "seed": network.options.seed,
        "version": network.version,
        "input_sha256": network.input_sha256,
        **told,
    }


def shares_of(network: FaultNetwork) -> tuple[float, float, float]:
    """Shares of the events on faults, in halos and in the background."""
    on_faults, in_halos = float((network.label >= 0).mean()), float((network.faults.halo_of_event >= 0).mean())
    return on_faults, in_halos, float(((network.label < 0) & (network.faults.halo_of_event < 0)).mean())


def network_result(network: FaultNetwork, name: str) -> NetworkResult:
    """A network made in Python as the page wants it, its figure drawn now.

    Errors: InputError for a network without its events.
    """
    events = _events(network)
    picture, summary = _drawn(network, events[AXES].to_numpy(dtype=float)), summarize(network, {})
    return NetworkResult(name, network, export.faults_table(network, events), events, summary, picture)


def over_traces(results: Sequence[NetworkResult], traces: Traces) -> list[NetworkResult]:
    """The results with their figures drawn again, over mapped faults.

    Errors: InputError for a network in local km, and for traces that come into none of the maps.
    """
    nowhere = [result.name for result in results if result.network.projection is None]
    if nowhere:
        raise InputError(f"{nowhere[0]}: is in local km, without a place on Earth; leave the traces out")
    frames = [np.array(bounds_km(result.network, result.xyz_km))[:, :2] for result in results]
    check_traces(traces, [result.network for result in results], frames)
    return [replace(result, figure=_drawn(result.network, result.xyz_km, traces)) for result in results]


def _drawn(network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"], traces: Traces | None = None) -> bytes:
    """The figure of a network, as a PNG."""
    drawn = BytesIO()
    figures.network_figure(network, xyz_km, traces=traces).savefig(drawn, format="png")
    return drawn.getvalue()


def open_network_result(folder: str | Path) -> NetworkResult:
    """Open a result folder of a network; a figure that is broken, or was not drawn for want of matplotlib, is drawn.

    Errors: InputError with one line for a folder that is not one, or is damaged.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give a result folder made by `seisweave faults`")
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing and not (missing == [_FIGURE] and _says_not_drawn(folder)):
        raise InputError(
            f"{folder}: not a result folder (no {', '.join(missing)}); "
            "make one with `seisweave faults CATALOG --out DIR`"
        )
    network = open_network(folder)
    try:
        read = _read(folder, network)
    except Exception as error:
        raise refused(folder, error, "run `seisweave faults` again", "damaged result folder") from None
    whole = read.figure.startswith(_PNG) and read.figure.endswith(_PNG_END)
    return read if whole else replace(read, figure=_drawn(network, read.xyz_km))


def _says_not_drawn(folder: Path) -> bool:
    """Whether a folder has no figure because there was nothing to draw it with."""
    try:
        return read_summary(folder).get("figure") == NOT_DRAWN
    except (OSError, ValueError, InputError):
        return False


def _read(folder: Path, network: FaultNetwork) -> NetworkResult:
    faults, events = read_faults(folder, network), read_events(folder, network)
    check_largest(faults, events, network.label)
    summary = read_summary(folder, [name for name in _FILES if name not in ("summary.json", _FIGURE)])
    for name, kind in _SAID.items():
        value_of(kind | None, summary.get(name), name)
    picture = stored_file(folder, _FIGURE).read_bytes() if (folder / _FIGURE).exists() else b""
    return NetworkResult(folder.resolve().name, network, faults, events, summary, picture)


def _events(network: FaultNetwork) -> pd.DataFrame:
    """The events of a network. Errors: InputError where it does not hold them."""
    events = export.network_events(network)
    if events is None:
        raise InputError("the network does not hold its events (network.nc has none); open the whole result folder")
    return events
