"""The nowcast by place: the chance of an event of a magnitude or more in the days ahead, in each cell.

The one object that knows catalogs and days. Fitting trains networks on the past: one on all of it, which gives the
nowcasts, and some on all but the last years, whose nowcasts of those years say how far such a network can be trusted
(`place_fit.fit_correction`). On disk it is one folder: weights as safetensors, everything else as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Shaped

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.errors import InputError
from seisweave.nowcast.maps import select_events
from seisweave.nowcast.place.baselines import Neuron, strong_neuron
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.fit import Correction, earlier_fits, fit_correction, fit_network, log_rates, new_network
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions
from seisweave.nowcast.times import as_time
from seisweave.nowcast.weights import load_weights, save_weights
from seisweave.progress import Progress, Step

if TYPE_CHECKING:
    from seisweave.nowcast.place.network import PlaceNetwork

MODEL, WEIGHTS = "model.json", "place.safetensors"
KIND = "seisweave nowcaster by place"
FORMAT = 2  # of the folder; raised when older folders can no longer be read


@dataclass(frozen=True, eq=False)
class PlaceNowcast:
    """Chances of at least one event of each magnitude (m) in each cell, and the long-term ones.

    latitude (rows) and longitude (columns) are those of the cells' middles, degrees.
    """

    day: np.datetime64
    days: int
    magnitudes: tuple[float, ...]
    probability: Float[np.ndarray, "m rows columns"]
    long_term: Float[np.ndarray, "m rows columns"]
    latitude: Shaped[np.ndarray, " rows"]
    longitude: Shaped[np.ndarray, " columns"]

    @property
    def when(self) -> str:
        """The day, or the first and the last."""
        last = self.day + np.timedelta64(self.days - 1, "D")
        return str(self.day) if self.days == 1 else f"{self.day} to {last}"

    def anywhere(self) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
        """Chances of at least one event anywhere on the grid, as if cells were independent; and the long-term ones."""
        return tuple(1.0 - np.prod(1.0 - p, axis=(1, 2)) for p in (self.probability, self.long_term))  # type: ignore


@dataclass(frozen=True, eq=False)
class PlaceNowcaster:
    """A network by place that was fitted to a catalog: to all days from `first` to before `known_until`."""

    network: PlaceNetwork
    neuron: Neuron
    correction: Correction
    options: PlaceOptions
    network_options: PlaceNetworkOptions
    seed: int
    first: str
    known_until: str
    provenance: Provenance

    @classmethod
    def fit(
        cls,
        catalog: Catalog,
        options: PlaceOptions | None = None,
        network_options: PlaceNetworkOptions | None = None,
        *,
        seed: int = 0,
        end: str | None = None,
        keep: Path | None = None,
        progress: Progress | None = None,
    ) -> PlaceNowcaster:
        """Fit to all days before `end`, by default all days of the catalog.

        Errors: InputError for a catalog that is too short, or has too few events.
        """
        options, network_options = options or PlaceOptions(), network_options or PlaceNetworkOptions()
        data = place_data(catalog, options, end=end)
        if end is not None:
            _check_end(catalog, options, end)
        until = data.steps.start[-1] if end is None else data.steps.start[-1] + data.steps.step
        earlier = earlier_fits(data, until, network_options)
        if not data.before(earlier[-1]).any():
            raise InputError(
                f"no day to learn from before {str(earlier[-1])[:10]}, after which the network is calibrated; give a"
                " longer catalog, or fewer --calibration-years"
            )
        borders, shown = [*earlier, until], []
        for k, border in enumerate(borders):
            told = None if progress is None else _told(progress, k, len(earlier), network_options.epochs)
            folder = None if keep is None else keep / f"fit{k}"
            past, settings = data.before(border), (options, network_options)
            neuron = strong_neuron(data, past)
            network = fit_network(data, past, settings, seed, keep=folder, progress=told)
            if k < len(earlier):
                days = data.between(border, borders[k + 1])
                shown.append((log_rates(network, data.features[days]), neuron.log_rates(data.counts[days])))
        rates, leans = (np.concatenate(parts) for parts in zip(*shown, strict=True))
        correction = fit_correction(rates, leans, data.happened[data.between(*borders)])
        first, known = (str(day.astype("datetime64[D]")) for day in (data.steps.start[0], until))
        return cls(network, neuron, correction, options, network_options, seed, first, known, catalog.provenance)

    @property
    def long_term(self) -> Float[np.ndarray, "m rows columns"]:
        """Chances on any day, of the days from it on."""
        return self.neuron.rate

    def nowcast(self, catalog: Catalog, day: str | None = None) -> PlaceNowcast:
        """Nowcast a day from what came before it; by default the day after the catalog's last event.

        Errors: InputError for a catalog that begins later than the one it was fitted to, or ends before the day.
        """
        events = select_events(catalog, self.options.maps)
        if not len(events) or events.times.min() >= as_time("first", self.first) + np.timedelta64(1, "D"):
            raise InputError(f"the catalog begins after {self.first}, which the network remembers; give all of it")
        last = events.times.max().astype("datetime64[D]") + np.timedelta64(1, "D")
        wanted = last if day is None else as_time("date", day).astype("datetime64[D]")
        if not as_time("first", self.first) < wanted <= last:
            raise InputError(
                f"the catalog runs from {self.first} to {last - np.timedelta64(1, 'D')}, nothing is known of {wanted};"
                " give a newer catalog, or another --date"
            )
        data = place_data(catalog, self.options, start=self.first, end=str(wanted + np.timedelta64(1, "D")))
        rates, lean = log_rates(self.network, data.features[-1:]), self.neuron.log_rates(data.counts[-1:])
        probability = self.correction(rates, lean)[0]
        west, _, south, _ = self.options.box
        rows, columns = self.options.maps.shape
        return PlaceNowcast(
            day=wanted,
            days=self.options.days,
            magnitudes=self.options.magnitudes,
            probability=probability,
            long_term=self.long_term,
            latitude=south + self.options.cell_deg * (np.arange(rows) + 0.5),
            longitude=west + self.options.cell_deg * (np.arange(columns) + 0.5),
        )


def _check_end(catalog: Catalog, options: PlaceOptions, end: str) -> None:
    """Refuse to take days that the catalog does not reach for quiet ones."""
    after = select_events(catalog, options.maps).times.max().astype("datetime64[D]") + np.timedelta64(1, "D")
    if as_time("end", end) > after:
        raise InputError(f"the catalog ends before {after}, the days up to {end} are unknown; give an earlier --end")


def save_place(nowcaster: PlaceNowcaster, folder: Path) -> Path:
    """Write a nowcaster into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    save_weights(nowcaster.network, folder / WEIGHTS)
    said = {
        "kind": KIND,
        "format": FORMAT,
        "version": __version__,
        "options": asdict(nowcaster.options),
        "network": asdict(nowcaster.network_options),
        "seed": nowcaster.seed,
        "first": nowcaster.first,
        "known_until": nowcaster.known_until,
        "correction": asdict(nowcaster.correction),
        "neuron": {name: value.tolist() for name, value in vars(nowcaster.neuron).items()},
        "provenance": asdict(nowcaster.provenance),
    }
    (folder / MODEL).write_text(json.dumps(said, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return folder


def open_place(folder: Path) -> PlaceNowcaster:
    """Read a nowcaster that `save_place` wrote.

    Errors: InputError with one line for a folder that is none, of another format, or damaged.
    """
    path = folder / MODEL
    if not path.is_file():
        raise InputError(f"{folder}: no model (no {MODEL}); make one with `seisweave nowcast place CATALOG --out DIR`")
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        kind, form = said["kind"], said["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); fit the model again") from None
    if (kind, form) != (KIND, FORMAT):
        raise InputError(f"{folder}: a {kind} of format {form}, wanted is a {KIND} of format {FORMAT}; fit it again")
    try:
        parts = _parts(said)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); fit the model again") from None
    network = new_network(parts["network_options"], parts["options"])
    load_weights(network, folder / WEIGHTS)
    return PlaceNowcaster(network=network.eval(), **parts)


def _parts(said: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said["options"].items()
    }
    options = PlaceOptions(**given)  # JSON has no tuples
    neuron = Neuron(**{name: np.array(value, dtype=np.float64) for name, value in said["neuron"].items()})
    shape = (len(options.magnitudes), *options.maps.shape)
    if (neuron.rate.shape, neuron.weights.shape) != (shape, (shape[0], 3)):
        raise ValueError(f"a neuron of shapes {neuron.rate.shape}, {neuron.weights.shape}")
    return {
        "correction": Correction(**said["correction"]),
        "neuron": neuron,
        "options": options,
        "network_options": PlaceNetworkOptions(**said["network"]),
        "seed": int(said["seed"]),
        "first": str(said["first"]),
        "known_until": str(said["known_until"]),
        "provenance": Provenance(**said["provenance"]),
    }


def _told(progress: Progress, number: int, last: int, epochs: int) -> Callable[[Any], None]:
    """Progress over all networks."""
    name = "network" if number == last else f"calibration {number + 1} of {last}"
    done, of = number * epochs + 1, (last + 1) * epochs
    return lambda epoch: progress(Step(f"{name}: epoch {epoch.epoch + 1}", (done + epoch.epoch) / of))
