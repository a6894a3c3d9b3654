"""Figures 1, 2 and 3 of Feng & Fox (2021) made anew: where events are, the two networks, and how many events there are.

The paper prints the numbers of its events from four magnitudes on (Figure 3). It says that they are of 1990 to 2019, of
the catalog at usgs.gov, and not whether quarry blasts are among them; numbers to each of the last two New Years are
given here, since the printed ones are those of a catalog that ends before 2019. Figure 1 (b) of the paper shows the
events on satellite images, which are not ours to give; numbers of events by cell take its place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import as_time
from seisweave.catalog.selection import Selection
from seisweave.errors import InputError
from seisweave.nowcast.map_options import MapOptions
from seisweave.nowcast.region.options import AutoencoderOptions, TemporalOptions
from seisweave.report.eqpred_figures import Stage, magnitudes_figure, networks_figure, places_figure
from seisweave.storage import write_summary, write_text, write_whole
from seisweave.studies.eqpred.options import BOX, CELL_DEG

if TYPE_CHECKING:
    import pandas as pd

PRINTED = {0.0: 444_589, 2.5: 24_822, 3.5: 2_489, 4.5: 237}  # events from a magnitude on, as Figure 3 has them
FILES = ("fig1.png", "fig2.png", "fig3.png")


@dataclass(frozen=True)
class FigureOptions:
    """Which events are drawn and counted, and on which cells.

    Errors: InputError for an invalid value.
    """

    start: str = field(default="1990-01-01", metadata={"help": "First day, UTC."})
    end: str = field(default="2020-01-01", metadata={"help": "Day before which events are drawn, UTC."})
    box: tuple[float, float, float, float] = field(
        default=BOX, metadata={"help": "West, east, south, north of the maps, degrees."}
    )
    cell_deg: float = field(default=CELL_DEG, metadata={"help": "Side of a cell, degrees."})
    not_event_type: str | None = field(
        default=None, metadata={"help": "Leave out events of these types, like qb (quarry blast)."}
    )

    def __post_init__(self) -> None:
        if as_time("start", self.start) >= as_time("end", self.end):
            raise InputError(f"start {self.start} is not before end {self.end}; exchange them")
        MapOptions(box=self.box, cell_deg=self.cell_deg)

    @property
    def selection(self) -> Selection:
        """The events."""
        return Selection(start=self.start, end=self.end, box=self.box, not_event_type=self.not_event_type)


@dataclass(frozen=True)
class Architecture:
    """The networks of EQPRED as they are built: stages of the autoencoder, blocks of the temporal network, weights."""

    stages: tuple[Stage, ...]
    temporal: TemporalOptions
    autoencoder_weights: int
    temporal_weights: int


@dataclass(frozen=True, eq=False)
class EqpredFigures:
    """The events of a catalog that the figures show, and the networks."""

    events: Catalog
    options: FigureOptions
    architecture: Architecture

    def counts(self) -> pd.DataFrame:
        """Events from each magnitude on: printed, here, and here before the last New Years; a row a magnitude."""
        import pandas as pd

        times, made = self.events.times, []
        for least, printed in PRINTED.items():
            large = self.events.magnitude >= least
            row: dict[str, Any] = {"magnitude": least, "printed": printed}
            for end in self._ends():
                row[f"before {end}"] = int((large & (times < as_time("end", end))).sum())
            made.append(row)
        return pd.DataFrame(made)

    def _ends(self) -> list[str]:
        """The end, and the New Years of the two years before it."""
        year = int(str(as_time("end", self.options.end))[:4])
        news = [f"{each}-01-01" for each in (year - 1, year) if self.options.start < f"{each}-01-01" < self.options.end]
        return [self.options.end, *reversed(news)]

    def markdown(self) -> str:
        """The counts as a table; differences to the printed figures in percent."""
        counts = self.counts()
        ends = [name for name in counts.columns if name.startswith("before")]
        lines = ["| events | printed | " + " | ".join(ends) + " |", "|---" * (2 + len(ends)) + "|"]
        for row in counts.to_dict("records"):
            cells = [f"{row[end]:,} ({row[end] / row['printed'] - 1:+.1%})" for end in ends]
            lines.append(f"| M ≥ {row['magnitude']:g} | {row['printed']:,} | " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def write(self, folder: Path) -> None:
        """Write fig1.png, fig2.png, fig3.png, counts.csv, counts.md and summary.json."""
        maps = MapOptions(box=self.options.box, cell_deg=self.options.cell_deg)
        drawn = (
            places_figure(self.events, maps),
            networks_figure(self.architecture.stages, self.architecture.temporal, self._weights()),
            magnitudes_figure(self.events, maps, PRINTED),
        )
        for name, figure in zip(FILES, drawn, strict=True):
            write_whole(folder / name, partial(figure.savefig, format="png"))
        self.counts().to_csv(folder / "counts.csv", index=False)
        write_text(folder / "counts.md", self.markdown())
        provenance = self.events.provenance
        told = {"kind": "eqpred-figures", **asdict(self.options), "events": len(self.events)}
        write_summary(folder, told | {"source": provenance.source, "input_sha256": provenance.sha256} | self._weights())

    def _weights(self) -> dict[str, int]:
        made = self.architecture
        return {"autoencoder_weights": made.autoencoder_weights, "temporal_weights": made.temporal_weights}


def eqpred_figures(catalog: Catalog, options: FigureOptions | None = None) -> EqpredFigures:
    """The figures of a catalog.

    Errors: InputError for a catalog without events there.

    >>> from seisweave.synthetic import southern_california_like
    >>> made = eqpred_figures(southern_california_like(n_events=500).catalog)
    >>> made.counts().columns.tolist()
    ['magnitude', 'printed', 'before 2020-01-01', 'before 2019-01-01']
    """
    options = options or FigureOptions()
    events = catalog.select(options.selection)
    if not len(events):
        raise InputError(f"no event is within {options.selection.describe()}; give another box, or other dates")
    return EqpredFigures(events, options, architecture_of(MapOptions(box=options.box, cell_deg=options.cell_deg).shape))


def architecture_of(shape: tuple[int, int]) -> Architecture:
    """The networks as they are built for maps of some rows and columns; sizes are those that a map has on its way.

    >>> [stage.filters for stage in architecture_of((40, 60)).stages]
    [1, 4, 16, 32, 64, 16, 32, 16, 4, 1]
    """
    import torch

    from seisweave.nowcast.region.autoencoder import Autoencoder
    from seisweave.nowcast.region.sequence import channels
    from seisweave.nowcast.region.temporal import TemporalNetwork
    from seisweave.nowcast.seeding import inference, seeded

    with seeded(0):
        network = Autoencoder(shape, AutoencoderOptions()).eval()
        temporal = TemporalNetwork(TemporalOptions(), channels(paper=True))
    stages = [Stage("map", 1, *shape)]

    def seen(name: str, output: torch.Tensor) -> None:
        stages.append(Stage(name, *output.shape[1:]))

    named = [("down", each) for each in network.downs] + [("bottleneck", network.squeeze)]
    named += [("up", each) for each in network.ups]
    hooks = [each.register_forward_hook(lambda *given, name=name: seen(name, given[2])) for name, each in named]
    with inference():
        network(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    weights = [sum(tensor.numel() for tensor in each.parameters()) for each in (network, temporal)]
    return Architecture(tuple(stages), temporal.options, *np.array(weights).tolist())
