"""What `seisweave nowcast place` and its backtest write and say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.place.backtesting import Backtest
    from seisweave.nowcast.place.nowcaster import PlaceNowcast, PlaceNowcaster
    from seisweave.nowcast.place.options import PlaceOptions


def write_nowcast(folder: Path, made: PlaceNowcast) -> None:
    """Write cells.csv and map.png."""
    from seisweave.report.place import place_figure

    table(made).to_csv(folder / "cells.csv", index=False)
    place_figure(made).savefig(folder / "map.png")


def write_scores(folder: Path, made: Backtest, options: PlaceOptions) -> list[dict[str, Any]]:
    """Write scores.csv, and a figure of reliability and of alarms for the highest threshold."""
    import pandas as pd

    from seisweave.evaluation import molchan, reliability_table
    from seisweave.nowcast.place.scores import LEAST, score_backtest
    from seisweave.report.place import place_scores_figure

    rows = score_backtest(made, options.magnitudes)
    if not rows:
        raise InputError(f"fewer than {LEAST} cell-days reach any threshold; score more years, or lower --magnitudes")
    pd.DataFrame(rows).to_csv(folder / "scores.csv", index=False)
    k = max(k for k, magnitude in enumerate(options.magnitudes) if magnitude == rows[-1]["magnitude"])
    happened = made.happened[:, k]
    chances = {"network": next(iter(made.network.values()))[:, k], "neuron": made.neuron[:, k]}
    chances["cell Poisson"] = made.poisson[:, k]
    when = "day" if options.days == 1 else f"{options.days} days"
    figure = place_scores_figure(
        {name: reliability_table(chance, happened, 8) for name, chance in chances.items() if name != "cell Poisson"},
        {name: molchan(chance, happened) for name, chance in chances.items()},
        title=f"M ≥ {options.magnitudes[k]:g} by cell and {when}, {_year(made, 0)}-{_year(made, -1)}:"
        f" {int(happened.sum())} positives",
    )
    figure.savefig(folder / "reliability.png")
    return rows


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Write summary.json."""
    text = json.dumps(summary, indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def describe(nowcaster: PlaceNowcaster, catalog: Catalog, made: PlaceNowcast) -> dict[str, Any]:
    """What summary.json holds of a fitted network."""
    chance, usual = made.anywhere()
    return {
        "kind": "nowcast by place",
        "day": str(made.day),
        "magnitudes": list(made.magnitudes),
        "anywhere": chance.tolist(),
        "anywhere_long_term": usual.tolist(),
        "known_until": nowcaster.known_until,
        "correction": asdict(nowcaster.correction),
        "place": asdict(nowcaster.options),
        "network": asdict(nowcaster.network_options),
        "seed": nowcaster.seed,
        **origin_of(catalog),
    }


def table(made: PlaceNowcast) -> pd.DataFrame:
    """One row a cell, from the south-west: its middle, and chance and long-term chance of each threshold."""
    import numpy as np
    import pandas as pd

    rows, columns = len(made.latitude), len(made.longitude)
    columns_of = {"latitude": np.repeat(made.latitude, columns), "longitude": np.tile(made.longitude, rows)}
    for k, magnitude in enumerate(made.magnitudes):
        columns_of[f"p_m{magnitude:g}"] = made.probability[k].ravel()
        columns_of[f"long_term_m{magnitude:g}"] = made.long_term[k].ravel()
    return pd.DataFrame(columns_of)


def in_words(made: PlaceNowcast) -> list[str]:
    """One sentence a threshold, and the likeliest cell."""
    import numpy as np

    lines = [f"{made.when}, from what came before:"]
    for k, (chance, usual) in enumerate(zip(*made.anywhere(), strict=True)):
        row, column = np.unravel_index(int(made.probability[k].argmax()), made.probability[k].shape)
        most = made.probability[k, row, column]
        where = f"{made.latitude[row]:.2f}, {made.longitude[column]:.2f}"
        lines.append(
            f"  M ≥ {made.magnitudes[k]:g}  {chance:.2%} anywhere (long-term {usual:.2%});"
            f" likeliest cell {where}: {most:.3%}, {most / made.long_term[k, row, column]:.1f} times its usual"
        )
    return lines


def scores_in_words(rows: list[dict[str, Any]]) -> list[str]:
    """Two sentences a threshold: what the networks gain over the strong baselines, and over the plain ones."""
    lines = []
    for magnitude in dict.fromkeys(row["magnitude"] for row in rows):
        here = [row for row in rows if row["magnitude"] == magnitude]
        networks = [row for row in here if row["model"].startswith("network")]
        lines.append(f"M ≥ {magnitude:g}, {networks[0]['positives']} positives, nats per positive:")
        for name, over, neuron in (
            ("cell Poisson", "gain", "over_neuron"),
            ("cell frequency", "over_frequency", "over_plain_neuron"),
        ):
            least = min(row[f"{neuron}_low"] for row in networks)
            gains, more = (_span([row[column] for row in networks]) for column in (over, neuron))
            lines.append(f"  {gains} over the {name}, {more} over the neuron on top of it (lowest limit {least:+.2f})")
        lines.append(f"  {_span([row['over_sum'] for row in networks])} over the sum of rates, where networks begin")
    return lines


def origin_of(catalog: Catalog) -> dict[str, Any]:
    """Version and input, as they stand in every summary."""
    from seisweave.version import __version__

    return {"version": __version__, "source": catalog.provenance.source, "input_sha256": catalog.provenance.sha256}


def _span(values: list[float]) -> str:
    return f"{values[0]:.2f}" if len(values) == 1 else f"{min(values):.2f} to {max(values):.2f}"


def _year(made: Backtest, row: int) -> str:
    return str(made.day[row])[:4]
