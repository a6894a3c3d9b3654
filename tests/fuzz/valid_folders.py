"""One small valid folder of every kind of result, made once a process, and all the numbers of what one holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import seisweave as sw
from seisweave import keeping
from seisweave.catalog.projection import LocalProjection
from seisweave.condensation import EventGaussians, condense
from seisweave.condensation.options import CondensationOptions
from seisweave.errors import InputError
from seisweave.faults.export import faults_table, network_events
from seisweave.faults.options import ResampleOptions
from seisweave.faults.sureness import Intervals, Sureness
from seisweave.forecast import Volume
from seisweave.forecast.build import network_forecast
from seisweave.forecast.forecast import forecast_of
from seisweave.forecast.kernels import Kernels
from seisweave.forecast.uniform import Uniform
from seisweave.nowcast.channels import LearnedChannel, lay_channels
from seisweave.storage import write_summary
from tests.fuzz.valid_etas import make_etas, read_etas
from tests.fuzz.valid_station import (
    channels,
    make_channel,
    make_issued,
    make_store,
    read_channel_folder,
    read_issued_folder,
    read_store,
)
from tests.nowcast.worlds import DAY, MAPS, ORIGIN, make_catalog
from tests.report.conftest import PIXEL, planted_network

IDENTITY = {"input": "ab12", "options": {"rounds": 3}}
Numbers = dict[str, Any]


@cache
def valid(kind: str) -> dict[str, bytes]:
    """The files of a valid folder, by their names from there."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _MAKERS[kind](folder)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files_of(folder)}


def files_of(folder: Path) -> list[Path]:
    """All that a folder and those in it hold, but for folders, in the order of names."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files by their names below a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@cache
def valid_numbers(kind: str) -> Numbers:
    """All that is read from the valid folder."""
    with TemporaryDirectory() as parent:
        return numbers(kind, lay(kind, Path(parent)))


def numbers(kind: str, folder: Path) -> Numbers:
    """All numbers of what a folder holds, and of what is made with it. Errors: InputError."""
    return _READERS[kind](folder)


@cache
def _network() -> Any:
    """Five faults and a halo made by hand, with what came back of them in two resamples."""
    network, xyz_km = planted_network(120, n_halos=1)
    f, g, shares = network.n_faults, network.n_segments, np.linspace(0.2, 0.9, 6)
    bounds = Intervals(*(np.stack([low, low + 1.0], axis=1) for low in np.ones((8, f))))
    sureness = Sureness(
        ResampleOptions(n=2), "catalog", *(shares[:f] for _ in range(3)), bounds, *(shares[:g] for _ in range(3)),
        np.array([0.8, 0.9]), np.array([0.7, 0.6]), np.array([5, 4]),
    )  # fmt: skip
    return replace(network, sureness=sureness, source=xyz_km)


@cache
def _catalog(days: int = 60) -> Any:
    rng = np.random.default_rng(1)
    return make_catalog(rng.uniform(0, days, 6 * days), 2.0 + rng.exponential(0.4, 6 * days))


def _make_network(folder: Path) -> None:
    network = _network()
    network.write(folder / "network.nc")
    events = network_events(network)
    faults_table(network, events).to_csv(folder / "faults.csv", index=False)
    events.assign(magnitude=2.5, id="a").to_parquet(folder / "events.parquet", index=False)
    (folder / "figure.png").write_bytes(PIXEL)
    write_summary(
        folder, {"source": "a.csv", "seconds": {"tree": 0.5, "total": 0.5}, "seed": 0, "peak_memory_mb": 12.5}
    )


def _make_condensed(folder: Path) -> None:
    rng = np.random.default_rng(2)
    events = EventGaussians.from_sigmas(rng.normal(0, 1, (40, 3)), rng.uniform(0.1, 1.0, (40, 3)))
    condense(events, CondensationOptions(samples=10, assign_samples=20)).write(folder / "condensed.nc")
    write_summary(folder, {"n_events": 40})


def _make_forecast(folder: Path) -> None:
    """Kernels and a uniform density."""
    rng, volume = np.random.default_rng(4), Volume((-118.0, -117.0, 33.5, 34.5), (0.0, 20.0))
    kernels = Kernels(rng.normal((0, 0, 8), 20, (40, 3)), rng.uniform(1, 5, 40), np.ones(40))
    forecast_of("kernels", volume, [kernels, Uniform(volume)], [0.9, 0.1], n_events=40).write(folder / "forecast.nc")
    write_summary(folder, {"name": "kernels", "volume": [*volume.box, *volume.depth_km]})


def _make_plates(folder: Path) -> None:
    """A forecast of plates, Gaussians and boxes."""
    network = replace(_network(), projection=LocalProjection(-117.5, 34.0))
    volume = Volume((-118.5, -116.5, 33.0, 35.0), (-10.0, 40.0))
    network_forecast(
        network, volume, sw.ForecastOptions(model="faults", density="plates", pool_background=False)
    ).write(folder / "forecast.nc")
    write_summary(folder, {"name": "plates"})


def _learned() -> tuple[LearnedChannel, ...]:
    laid = lay_channels(channels(), MAPS, ORIGIN + np.arange(40) * DAY, DAY)
    return laid.learned(np.ones(40, bool))


def _make_region(folder: Path, learned: tuple[LearnedChannel, ...] = ()) -> None:
    from seisweave.catalog import Provenance
    from seisweave.nowcast import NowcastOptions, Settings, TemporalOptions, TrainingOptions
    from seisweave.nowcast.history import Epoch, History
    from seisweave.nowcast.region.calibration import Calibration
    from seisweave.nowcast.region.model import Fitted, TrainedNetworks, new_networks
    from seisweave.nowcast.region.options import AutoencoderOptions
    from seisweave.nowcast.region.sequence import Standard
    from seisweave.nowcast.region.stored import write_model

    settings = Settings(
        NowcastOptions(threshold=3.5), MAPS, AutoencoderOptions(bottleneck=2), TemporalOptions(window=8, filters=2),
        TrainingOptions(epochs=1),
    )  # fmt: skip
    two = ((-9.0, 0.0), (2.0, 5.0), (-3.0, 2.0), (1.0, 0.5), (0.2, 0.7))
    origin = np.datetime64("2000-01-01", "us")
    known = origin + np.timedelta64(40, "D")
    calibration = Calibration(*two, -3.0, 0.1, 3, 30)
    standard = Standard(-3.0, 1.0, -3.0, 1.2)
    fitted = Fitted(origin, known, 5, 1.0, standard, 0.5, 0.4, calibration, channels=learned)
    logs = {name: History((Epoch(0, 1.0, 2.0, 2.0, 0.1),)) for name in ("autoencoder", "temporal")}
    for network in (networks := new_networks(settings, learned)):
        network.eval()
    write_model(TrainedNetworks(settings, *networks, fitted, logs), Provenance("a.csv", "ab", "csv"), folder)
    pd.DataFrame({"start": ["2000-01-01"], "probability": [0.1]}).to_csv(folder / "nowcasts.csv", index=False)
    write_summary(folder, {"kind": "nowcast"})


def _make_place(folder: Path, learned: tuple[LearnedChannel, ...] = ()) -> None:
    from seisweave.catalog import Provenance
    from seisweave.nowcast.place.baselines import Neuron
    from seisweave.nowcast.place.correction import Correction
    from seisweave.nowcast.place.fit import new_network
    from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions
    from seisweave.nowcast.place.stored import write_place

    options = PlaceOptions(magnitudes=(2.5, 3.0, 3.5, 4.0), box=MAPS.box)
    size = PlaceNetworkOptions(filters=2, rates="sums")
    rate = np.full((4, *options.maps.shape), 0.02) / np.arange(1.0, 5.0)[:, None, None]
    parts = {
        "network": new_network(size, options, len(learned)),
        "neuron": Neuron(rate, np.tile([0.1, 0.9, 1.0], (4, 1))),
        "correction": Correction(0.1, 0.9, 0.1, -3.0, -3.0),
        "options": options,
        "network_options": size,
        "seed": 0,
        "first": "2000-01-05",
        "known_until": "2000-02-20",
        "provenance": Provenance("a.csv", "ab", "csv"),
        "etas": None,
        "channels": learned,
        "updates": 0,
    }
    write_place(parts, folder)
    write_summary(folder, {"kind": "place"})


def _make_scores(folder: Path) -> None:
    pd.DataFrame({"name": ["a", "b"], "gain": [0.5, 1.25], "low": [np.nan, 1.0]}).to_csv(
        folder / "scores.csv", index=False
    )
    pd.DataFrame({"longitude": [-117.0]}).to_csv(folder / "targets.csv", index=False)
    write_summary(folder, {"n_targets": 1, "reference": "a", "scores": [1.5, 2.5]})


def _make_maps(folder: Path) -> None:
    from seisweave.nowcast.maps import weave, write_maps

    write_maps(weave(_catalog(20), MAPS), folder / "maps.nc")


def _make_kept(folder: Path) -> None:
    keeping.FIRST_S, before = 0.0, keeping.FIRST_S
    with keeping.Checkpoint(folder, IDENTITY) as checkpoint:
        checkpoint.save("state", {"sums": np.arange(30.0), "label": np.arange(5), "left": np.array(3)})
    keeping.FIRST_S = before


def _of_dataset(dataset: xr.Dataset) -> Numbers:
    arrays = {str(name): dataset[name].values for name in dataset.variables}
    return arrays | {f"attribute {name}": value for name, value in dataset.attrs.items()}


def _read_network(folder: Path) -> Numbers:
    from seisweave.report.page import _section
    from seisweave.report.results.network import open_network_result

    again, result = sw.open_result(folder), open_network_result(folder)
    told = _section(replace(result, name="network", figure=PIXEL), "one")  # wherever it is; a broken picture is redrawn
    events = {f"event {name}": result.events[name].to_numpy() for name in result.events}
    faults = {f"fault {name}": result.faults[name].to_numpy() for name in result.faults}
    density = again.log_density(np.zeros((1, 3)))
    plates = again.faults.plates.density(np.zeros((1, 3)), again.faults.error_km, again.faults.error_share)
    said = {f"summary {name}": json.dumps(value) for name, value in result.summary.items()}
    return (
        _of_dataset(again.to_dataset()) | events | faults | said | {"page": told, "density": density, "plates": plates}
    )


def _read_condensed(folder: Path) -> Numbers:
    again = sw.open_result(folder)
    return _of_dataset(again.to_dataset()) | {"effective": np.array(again.effective_numbers())}


def _read_forecast(folder: Path) -> Numbers:
    from seisweave.forecast.dataset import to_dataset

    again = sw.open_result(folder)
    made = to_dataset(**{name: getattr(again, name) for name in ("name", "volume", "parts", "weight", "mass", "told")})
    density = again.log_density(np.array([-117.5, -117.4]), np.array([34.0, 34.1]), np.array([8.0, 5.0]), jobs=1)
    return _of_dataset(made) | {"density": density}


def _opened(folder: Path, kind: str) -> Any:
    """What a folder of a model holds. Errors: InputError for another one of ours, which is opened as what it is."""
    again = sw.open_result(folder)
    if type(again).__name__ != kind:
        raise InputError(f"{folder}: another record of ours, {type(again).__name__}")
    return again


def _read_region(folder: Path) -> Numbers:
    again = _opened(folder, "Nowcaster")
    again = again.with_channels(channels() if again.model.fitted.channels else ())
    made = again.nowcast(_catalog())
    names = ("novelty", "nowcast_novelty", "probability", "alarm")
    fitted = {"fitted": repr(again.model.fitted), "settings": repr(again.settings), "from": repr(again.provenance)}
    losses = {name: repr([(e.training_loss, e.best) for e in h.epochs]) for name, h in again.model.histories.items()}
    return {name: getattr(made, name) for name in names} | fitted | losses


def _read_place(folder: Path) -> Numbers:
    again = _opened(folder, "PlaceNowcaster")
    again = again.with_channels(channels() if again.channels else ())
    made = again.nowcast(_catalog(), "2000-02-25")
    told = {
        name: repr(getattr(again, name))
        for name in ("options", "network_options", "correction", "provenance", "seed", "channels", "updates")
    }
    return told | {"probability": made.probability, "long_term": made.long_term, "until": again.known_until}


def _read_scores(folder: Path) -> Numbers:
    again = sw.open_result(folder)
    tables = {f"{name} {c}": table[c].to_numpy() for name, table in again.tables.items() for c in table}
    return tables | {"summary": json.dumps(again.summary, sort_keys=True)}


def _read_maps(folder: Path) -> Numbers:
    maps = sw.open_result(folder / "maps.nc")
    if not isinstance(maps, xr.DataArray):
        raise InputError("another record of ours, which is opened as what it is")
    return _of_dataset(maps.to_dataset())


def _read_kept(folder: Path) -> Numbers:
    with keeping.Checkpoint(folder, IDENTITY) as checkpoint:
        return dict(checkpoint.load("state") or {})


_MAKERS: dict[str, Callable[[Path], None]] = {
    "network": _make_network,
    "condensed": _make_condensed,
    "forecast": _make_forecast,
    "plates": _make_plates,
    "region": _make_region,
    "place": _make_place,
    "etas": make_etas,
    "scores": _make_scores,
    "maps": _make_maps,
    "kept": _make_kept,
    "region with channels": lambda folder: _make_region(folder, _learned()),
    "place with channels": lambda folder: _make_place(folder, _learned()),
    "issued": make_issued,
    "store": make_store,
    "channel": make_channel,
}
_READERS: dict[str, Callable[[Path], Numbers]] = {
    "network": _read_network,
    "condensed": _read_condensed,
    "forecast": _read_forecast,
    "plates": _read_forecast,
    "region": _read_region,
    "place": _read_place,
    "etas": read_etas,
    "scores": _read_scores,
    "maps": _read_maps,
    "kept": _read_kept,
    "region with channels": _read_region,
    "place with channels": _read_place,
    "issued": read_issued_folder,
    "store": read_store,
    "channel": read_channel_folder,
}
KINDS = tuple(_MAKERS)


def lay(kind: str, parent: Path) -> Path:
    """Write a valid folder of a kind below another, and give it."""
    folder = parent / kind
    folder.mkdir()
    write_files(valid(kind), folder)
    return folder


def refusal(kind: str, folder: Path) -> str:
    """The one line that a folder is refused with, which it must be."""
    with pytest.raises(InputError) as error:
        numbers(kind, folder)
    assert "\n" not in str(error.value)
    return str(error.value)
