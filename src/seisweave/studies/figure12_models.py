"""What Figure 12 compares: a model is a name and a way to make a forecast from the past.

Source: Kamer, Ouillon & Sornette (2020), section 4.4 and Figure 12. The first network is as in the paper; "triples on
targets" has the paper's privilege.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seisweave.catalog.selection import Selection
from seisweave.faults.options import FaultOptions
from seisweave.forecast.options import EvaluationOptions, ForecastOptions
from seisweave.renamed import renamed_fields

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.faults.network import FaultNetwork
    from seisweave.forecast.forecast import Forecast

REFERENCE = "triples with floor"
NETWORK_FLOOR = 0.15  # chosen, like thinning and the shares of the mixture, on the first three windows

Maker = Callable[["Catalog", "Catalog", "Figure12Options", "int | None"], "Forecast"]  # past, targets, options, jobs


@renamed_fields(until="end")
@dataclass(frozen=True)
class Figure12Options:
    """Where and when; the defaults are the paper's.

    Errors: InputError for spans in the wrong order.

    >>> Figure12Options(end="2013-07-01").split
    '2011-07-01'
    """

    volume: tuple[float, float, float, float, float, float] = field(
        default=(-121.0, -115.0, 32.5, 36.0, 0.0, 20.0),
        metadata={"help": "West east south north (degrees) top bottom (km)."},
    )
    learn_from: str = field(default="1981-01-01", metadata={"help": "Learn from events from this time on."})
    split: str = field(default="2011-07-01", metadata={"help": "Learn from events before, score on events after."})
    end: str = field(default="2015-07-01", metadata={"help": "Score on events before this time."})
    subsets: int = field(default=30, metadata={"help": "Subsets of the networks."})
    block_days: float = field(
        default=30.0, metadata={"help": "Events of so many days are drawn together for intervals; 0: each alone."}
    )

    def __post_init__(self) -> None:
        Selection(start=self.learn_from, end=self.split)
        Selection(start=self.split, end=self.end)
        FaultOptions(subsets=self.subsets, atomize="cut")
        EvaluationOptions(block_days=self.block_days)


def models() -> dict[str, Maker]:
    """The models of the figure, in the order of its legend.

    >>> list(models())[:3]
    ['network (paper)', 'network', 'mixed']
    """
    return {
        "network (paper)": _network(thin_km=0.0),
        "network": _network(floor=NETWORK_FLOOR),
        "mixed": _learned("mixed"),
        "network, local": _network(criterion="local", floor=NETWORK_FLOOR),
        "network, 5 subsets": _network(subsets=5, floor=NETWORK_FLOOR),
        "triples on targets": _triples_on_targets(floor=False),
        "triples with floor, on targets": _triples_on_targets(floor=True),
        REFERENCE: _learned("triples", thin_km=0.0),
        "triples with floor, thinned": _learned("triples"),
        "adaptive": _learned("adaptive"),
        "uniform": _learned("uniform"),
    }


def models_of_windows() -> dict[str, Maker]:
    """Fewer models, for many windows."""
    left_out = ("network, local", "network, 5 subsets", "triples with floor, on targets")
    return {name: maker for name, maker in models().items() if name not in left_out}


def of_network(network: FaultNetwork) -> Maker:
    """A network that is there already, whatever the past."""
    from seisweave.forecast.from_faults import from_faults
    from seisweave.forecast.volume import Volume

    return lambda past, targets, options, jobs: from_faults(network, Volume.of(options.volume))  # noqa: ARG005


def _learned(model: Any, **changed: Any) -> Maker:
    """A model learned with the options of `seisweave forecast`."""

    def make(past: Catalog, targets: Catalog, options: Figure12Options, jobs: int | None) -> Forecast:  # noqa: ARG001
        from seisweave.forecast.build import make_forecast

        faults = FaultOptions(subsets=options.subsets, atomize="cut")
        return make_forecast(past, _forecasting(options, model=model, **changed), faults, jobs=jobs)

    return make


def _network(*, subsets: int | None = None, criterion: Any = "global", **changed: Any) -> Maker:
    """A network of its own options."""

    def make(past: Catalog, targets: Catalog, options: Figure12Options, jobs: int | None) -> Forecast:  # noqa: ARG001
        from seisweave.forecast.build import make_forecast

        faults = FaultOptions(subsets=subsets or options.subsets, criterion=criterion, atomize="cut")
        return make_forecast(past, _forecasting(options, model="faults", **changed), faults, jobs=jobs)

    return make


def _triples_on_targets(*, floor: bool) -> Maker:
    """TripleS with the paper's privilege: the bandwidth (and floor) that suit the targets themselves best."""

    def make(past: Catalog, targets: Catalog, options: Figure12Options, jobs: int | None) -> Forecast:
        from seisweave.forecast.build import learning_points
        from seisweave.forecast.smoothed import choose_bandwidth, one_width, triples
        from seisweave.forecast.volume import Volume

        volume = Volume.of(options.volume)
        points = learning_points(past, volume, 0.0)
        places = volume.xyz_km(targets.longitude, targets.latitude, targets.depth_km)
        choice = choose_bandwidth(one_width(points, 1.0), volume, places, floor=floor, jobs=jobs)
        return triples(points, volume, choice.width, floor=choice.floor)

    return make


def _forecasting(options: Figure12Options, **changed: Any) -> ForecastOptions:
    """Options of one model, over the study's volume."""
    return ForecastOptions(volume=options.volume, **changed)
