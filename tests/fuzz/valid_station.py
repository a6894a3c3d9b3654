"""What a station keeps, and what it is given, as others may hand it over: a forecast on record, a store, a channel."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from seisweave.catalog.store import changes_of, open_store
from seisweave.catalog.store.parts import INDEX, PARTS
from seisweave.catalog.table import to_frame
from seisweave.issued import issued_in, read_issued
from seisweave.issued.example import example_issued
from seisweave.issued.exports import as_geojson, as_json
from seisweave.issued.stored import name_of
from seisweave.nowcast.channel_files import read_channel
from seisweave.nowcast.channels import Channel, lay_channels
from seisweave.stored_json import digest_of
from seisweave.synthetic import southern_california_like
from tests.fuzz.catalogs import _impossible
from tests.nowcast.worlds import DAY, MAPS, ORIGIN

CHANNEL, DAYS = "strain.nc", 80


def make_issued(folder: Path) -> None:
    """A folder with one forecast on record."""
    example_issued().write(folder)


def read_issued_folder(folder: Path) -> dict[str, Any]:
    """All that the forecast says, and what other programs are given of it."""
    made = example_issued()
    path = folder / str(made.now)[:7] / name_of(vars(made))
    again = read_issued(path)
    listed = {"listed": [each.path.name for each in issued_in(folder)]}
    told = {"as JSON": json.dumps(as_json(again)), "as GeoJSON": json.dumps(as_geojson(again))}
    return vars(again) | listed | told


def make_store(folder: Path) -> None:
    """A store of two months with new, changed and lost events."""
    catalog = southern_california_like(seed=3, n_events=12).catalog
    moved = replace(catalog[:3], depth_km=catalog.depth_km[:3] + 1.0)
    store = open_store(folder, create=True)
    store = store.append(changes_of(store.rows(), catalog[:8]), "2026-10-31T06:00")
    store = store.append(changes_of(store.rows(), catalog[6:]), "2026-11-01T06:00")
    store.append(changes_of(store.rows(), moved, catalog.ids[-1:].tolist()), "2026-11-01T07:00")


def read_store(folder: Path) -> dict[str, Any]:
    """The catalog as it stands and as it stood, and the log."""
    store = open_store(folder)
    found: dict[str, Any] = {"revision": np.array(store.revision), "learned": str(store.learned)}
    catalogs = {"now": store.current(), "then": store.as_of("2026-10-31T12:00")}
    for when, catalog in catalogs.items():
        table = to_frame(catalog)
        found |= {f"event {when} {name}": table[name].to_numpy() for name in table}
        found[f"possible {when}"] = np.array(np.nan if _impossible(catalog) else 0.0)
    log = store.log()
    return found | {f"event log {name}": log[name].to_numpy() for name in log}


def sign_store(folder: Path) -> None:
    """Give an index the digests of what is there now, as who forges one would."""
    try:
        said = json.loads(_bytes_of(folder / INDEX))
        for part in said["parts"]:
            part["sha256"] = sha256(_bytes_of(folder / PARTS / part["name"])).hexdigest()
        said.pop("digest", None)
        (folder / INDEX).write_text(json.dumps({**said, "digest": digest_of(said)}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):  # of the attack
        return


def _bytes_of(path: Path) -> bytes:
    """Of a file; a pipe that the attack has put in its place would never end."""
    if not path.is_file():
        raise OSError(f"{path} is no file")
    return path.read_bytes()


@cache
def channels() -> tuple[Channel, Channel]:
    """Maps of strain, some of it missing, and a series of the whole region; each known a day after its day."""
    rng = np.random.default_rng(5)
    values = rng.normal(0.0, 1.0, (DAYS, *MAPS.shape)).astype(np.float32)
    values[3:5] = values[:, 0, 0] = np.nan
    west, _, south, _ = MAPS.edges
    middles = [low + MAPS.side_deg * (np.arange(n) + 0.5) for low, n in zip((south, west), MAPS.shape, strict=True)]
    begin = ORIGIN + np.arange(DAYS) * DAY
    series = rng.normal(0.0, 1.0, (DAYS, 1, 1)).astype(np.float32)
    return (
        Channel("strain", begin, begin + 2 * DAY, values, *middles, sha256="a" * 64),
        Channel("tide", begin, begin + DAY, series, None, None, sha256="b" * 64),
    )


def make_channel(folder: Path) -> None:
    """A file of strain by the CF conventions, as a stranger may write it."""
    strain = channels()[0]
    data = xr.Dataset(
        {
            "strain": (("time", "lat", "lon"), strain.values, {"units": "1e-9"}),
            "known_from": ("time", strain.known_from.astype("datetime64[ns]")),
            "time_bnds": (("time", "bnds"), np.stack([strain.begin, strain.begin + DAY], 1).astype("datetime64[ns]")),
        },
        coords={
            "time": ("time", strain.begin.astype("datetime64[ns]"), {"bounds": "time_bnds"}),
            "lat": ("lat", strain.latitude, {"units": "degrees_north"}),
            "lon": ("lon", strain.longitude, {"units": "degrees_east"}),
        },
    )
    data["time"].encoding["units"] = "hours since 2000-01-01"
    data.to_netcdf(folder / CHANNEL, engine="h5netcdf")


def read_channel_folder(folder: Path) -> dict[str, Any]:
    """What the file holds, and what a network sees of it."""
    channel = read_channel(folder / CHANNEL, "strain")
    start = ORIGIN + np.arange(DAYS) * DAY
    laid = lay_channels([channel], MAPS, start, DAY)
    learned = laid.learned(np.arange(DAYS) < 40)
    return {
        "note": channel.note(),
        "begin": channel.begin,
        "known_from": channel.known_from,
        "channel values": channel.values,
        "latitude": channel.latitude,
        "longitude": channel.longitude,
        "learned": repr(learned),
        "seen": laid.standardised(learned),
    }
