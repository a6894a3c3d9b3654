"""What a nowcast by place and its backtest come to: the summary of the one, scores and curves of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation.alarms import Molchan, molchan
from seisweave.evaluation.information import ReliabilityTable, reliability_table
from seisweave.nowcast.place.backtesting import Backtest
from seisweave.nowcast.place.nowcast import PlaceNowcast
from seisweave.nowcast.place.nowcaster import PlaceNowcaster
from seisweave.nowcast.place.options import PlaceOptions
from seisweave.nowcast.place.scores import ETAS, LEAST, score_backtest

if TYPE_CHECKING:
    import pandas as pd

_BINS = 8


@dataclass(frozen=True, eq=False)
class JudgedBacktest:
    """Scores of a backtest, a row a threshold and model; and of the highest threshold that has any, what came of it.

    happened (d, rows, columns) and the chances of models (the first network, the neuron, ETAS where it was fitted, the
    cell Poisson) are those of `magnitude`; first and last are years, days how many ahead.
    """

    rows: list[dict[str, Any]]
    magnitude: float
    happened: Bool[np.ndarray, "d rows columns"]
    chances: Mapping[str, Float[np.ndarray, "d rows columns"]]
    first: str
    last: str
    days: int = 1

    @property
    def n_positives(self) -> int:
        """Cell-days with an event of that magnitude."""
        return int(self.happened.sum())

    def table(self) -> pd.DataFrame:
        """The rows as a table."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def reliability(self) -> dict[str, ReliabilityTable]:
        """What came of the chances of network and neuron; those of the cell Poisson hardly differ."""
        wanted = {name: chance for name, chance in self.chances.items() if name != "cell Poisson"}
        return {name: reliability_table(chance, self.happened, _BINS) for name, chance in wanted.items()}

    def alarms(self) -> dict[str, Molchan]:
        """Share of events that alarms of growing coverage miss."""
        return {name: molchan(chance, self.happened) for name, chance in self.chances.items()}


def judge_backtest(made: Backtest, options: PlaceOptions) -> JudgedBacktest:
    """Score a backtest at every threshold that enough events reach.

    Errors: InputError where none is reached by enough.
    """
    rows = score_backtest(made, options.thresholds)
    if not rows:
        raise InputError(f"fewer than {LEAST} cell-days reach any threshold; score more years, or lower --magnitudes")
    k = max(k for k, magnitude in enumerate(options.thresholds) if magnitude == rows[-1]["magnitude"])
    chances = {"network": next(iter(made.network.values()))[:, k], "neuron": made.neuron[:, k]}
    chances |= {} if made.etas is None else {ETAS: made.etas[:, k]}
    chances["cell Poisson"] = made.poisson[:, k]
    first, last = (str(made.day[row])[:4] for row in (0, -1))
    return JudgedBacktest(rows, options.thresholds[k], made.happened[:, k], chances, first, last, options.days)


def summarize(nowcaster: PlaceNowcaster, catalog: Catalog, made: PlaceNowcast) -> dict[str, Any]:
    """What summary.json holds of a nowcaster and the nowcast it made of a catalog."""
    chance, usual = made.anywhere()
    return {
        "kind": "nowcast by place",
        "day": str(made.day),
        "magnitudes": list(made.magnitudes),
        "anywhere": chance.tolist(),
        "anywhere_long_term": usual.tolist(),
        **({} if made.etas is None else {"anywhere_etas": (1.0 - np.prod(1.0 - made.etas, axis=(1, 2))).tolist()}),
        "known_until": nowcaster.known_until,
        "correction": asdict(nowcaster.correction),
        "place": asdict(nowcaster.options),
        "network": asdict(nowcaster.network_options),
        "seed": nowcaster.seed,
        **({"updates": nowcaster.updates} if nowcaster.updates else {}),
        **({"channels": [asdict(channel) for channel in nowcaster.channels]} if nowcaster.channels else {}),
        **origin_of(catalog),
    }


def origin_of(catalog: Catalog) -> dict[str, Any]:
    """Version and input, as they stand in every summary."""
    from seisweave.version import __version__

    return {"version": __version__, "source": catalog.provenance.source, "input_sha256": catalog.provenance.sha256}
