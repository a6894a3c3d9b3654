"""Arrays of numbers in a page: one compressed block of bytes, and where in it each array lies.

Places and magnitudes are whole numbers of steps (unsigned 16 bits, so a step is 1/65,535 of the extent: 1 m in 65 km),
times whole numbers of 32 bits. Events stand in the order in which they are drawn: background first, then halos, then
faults, each of them one run of events.
"""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.network import FaultNetwork
from seisweave.report.results.network import NetworkResult

if TYPE_CHECKING:
    import pandas as pd

_STEPS = 2**16 - 1
_MOST_SECONDS = 2**32 - 2
NO_TIME = 2**32 - 1
NO_MAGNITUDE = -(2**15)
_ALIGNED = 8  # bytes


@dataclass(frozen=True, eq=False)
class PackedEvents:
    """Events in drawing order, as arrays of whole numbers, and what one step of each means."""

    arrays: Mapping[str, np.ndarray]
    ids: bytes
    scales: Mapping[str, Any]


def drawing_order(network: FaultNetwork) -> Int[np.ndarray, " n"]:
    """Events as they are drawn one over the other: background, halos, faults, and within each as they came."""
    return np.argsort(_codes(network), kind="stable")


def pack_events(
    result: NetworkResult, low_km: Float[np.ndarray, " 3"], high_km: Float[np.ndarray, " 3"]
) -> PackedEvents:
    """The events of a result. low_km, high_km: corners of the box that holds all of them."""
    network, order = result.network, drawing_order(result.network)
    events = result.events.iloc[order]
    step_km = np.maximum(high_km - low_km, 1e-6) / _STEPS
    places = np.rint((result.xyz_km[order] - low_km) / step_km).clip(0, _STEPS).astype("<u2")
    runs = np.bincount(_codes(network), minlength=1 + network.faults.n_halos + network.n_faults)
    arrays: dict[str, np.ndarray] = {name: places[:, k] for k, name in enumerate("xyz")}
    arrays["first"] = np.concatenate([[0], np.cumsum(runs)]).astype("<u4")
    scales: dict[str, Any] = {"low": low_km.tolist(), "step": step_km.tolist()}
    if "time" in events and events["time"].notna().any():
        times = _times(events["time"])
        arrays["t"], scales["start"], scales["second"] = times.steps, times.start_s, times.step_s
    if "magnitude" in events and events["magnitude"].notna().any():
        arrays["m"] = _magnitudes(events["magnitude"].to_numpy(float))
    return PackedEvents(arrays, _ids(events, order), scales)


@dataclass(frozen=True)
class Block:
    """Arrays as text for a page (gzip, base64); of each its type, first byte and number of items."""

    text: str
    where: Mapping[str, Sequence[str | int]]


def block(arrays: Mapping[str, np.ndarray]) -> Block:
    """Put arrays one after the other, little-endian, and compress them; the same arrays give the same text.

    >>> made = block({"few": np.arange(3, dtype="<u2"), "more": np.arange(5, dtype="<f4")})
    >>> made.where, len(made.text) > 20
    ({'few': ['u2', 0, 3], 'more': ['f4', 8, 5]}, True)
    """
    pieces: list[bytes] = []
    where: dict[str, list[str | int]] = {}
    at = 0
    for name, values in arrays.items():
        flat = np.ascontiguousarray(values).ravel()
        where[name] = [flat.dtype.str[1:], at, len(flat)]
        raw = flat.tobytes()
        pieces.append(raw + bytes(-len(raw) % _ALIGNED))
        at += len(pieces[-1])
    return Block(b64encode(gzip.compress(b"".join(pieces), 6, mtime=0)).decode("ascii"), where)


def _codes(network: FaultNetwork) -> Int[np.ndarray, " n"]:
    """What an event lies on, as a number: 0 the background, then halos, then faults."""
    halos = network.faults.n_halos
    code = np.where(network.label >= 0, network.label + halos + 1, network.faults.halo_of_event + 1)
    return code.astype(np.intp)


@dataclass(frozen=True, eq=False)
class _Times:
    """Steps since the first, that one (seconds since 1970), and the seconds of a step; no time is `NO_TIME`."""

    steps: np.ndarray
    start_s: float
    step_s: float


def _times(times: pd.Series) -> _Times:
    import pandas as pd

    known = times.notna().to_numpy()
    utc = pd.to_datetime(times[known], utc=True).dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    seconds = utc.astype(np.int64) / 1e6
    start, end = float(seconds.min()), float(seconds.max())
    step = max(1e-3, (end - start) / _MOST_SECONDS)
    step = next((each for each in (0.01, 0.1, 1.0) if (end - start) / each < _MOST_SECONDS), step)
    steps = np.full(len(known), NO_TIME, dtype="<u4")
    steps[known] = np.floor((seconds - start) / step).astype("<u4")
    return _Times(steps, start, step)


def _magnitudes(magnitudes: Float[np.ndarray, " n"]) -> np.ndarray:
    """Hundredths; an unknown one is `NO_MAGNITUDE`."""
    hundredths = np.rint(100.0 * magnitudes.clip(-300.0, 300.0))
    return np.where(np.isnan(magnitudes), NO_MAGNITUDE, hundredths).astype("<i2")


def _ids(events: pd.DataFrame, order: Int[np.ndarray, " n"]) -> bytes:
    """A line an event: its id, or the number of its row."""
    given = events["id"].astype(str) if "id" in events else (f"row {row}" for row in order)
    return "\n".join(each.replace("\n", " ").replace("\r", " ") for each in given).encode("utf-8", "replace")
