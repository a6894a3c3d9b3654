"""Kinds of result folders: which command makes them, what marks them, all that they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seisweave.errors import InputError

EXPORTS = "exports.json"  # what marks a folder of exports, and tells what was said of them
PARTIAL = ".partial"  # in the folder of the results: what a run that did not end has kept


@dataclass(frozen=True)
class Kind:
    """One kind of result: the command that makes it, the files that mark it, all of them there, and the others."""

    command: str
    marks: tuple[str, ...]
    others: tuple[str, ...] = ()


KINDS = (
    Kind(
        "faults",
        ("network.nc", "summary.json"),
        ("faults.csv", "segments.csv", "halos.csv", "faults.geojson", "events.parquet", "figure.png", "changes.csv"),
    ),
    Kind("network assign", ("assigned.csv", "summary.json"), ("moved.csv",)),
    Kind("demo", ("network.nc", "summary.json"), ("report.html", "nowcast")),
    Kind("condense", ("condensed.nc", "summary.json"), ("condensed.parquet", "events.parquet", "figure.png")),
    Kind("catalog decluster", ("declustered.csv", "summary.json"), ("events.csv", "figure.png")),
    Kind("network mechanisms", ("mechanisms.csv", "summary.json"), ("by_fault.csv", "figure.png")),
    Kind("network match", ("matches.csv", "summary.json"), ("pairs.csv", "figure.png")),
    Kind(
        "network export",
        (EXPORTS,),
        (
            *("network.kml", "network.vtm", "faults.vtp", "halos.vtp", "events.vtp", "faults.ts", "sources.xml"),
            *("faults.gmt", "network.gpkg", "faults.geojson", "faults.csv"),
        ),
    ),
    Kind("forecast", ("forecast.nc", "summary.json"), ("forecast.dat", "figure.png")),
    Kind(
        "evaluate",
        ("scores.csv", "summary.json"),
        ("gains.csv", "targets.csv", "csep.csv", "gains.png", "figure.png", "reliability.csv", "windows.csv"),
    ),
    Kind("network compare", ("agreement.csv", "summary.json"), ("mapped.csv", "chance.csv", "figure.png")),
    Kind("etas fit", ("model.json", "parameters.csv", "summary.json"), ("events.csv", "figure.png")),
    Kind("etas simulate", ("catalogs.csv", "summary.json"), ("expected.dat", "figure.png")),
    Kind("etas backtest", ("forecasts.csv", "summary.json"), ("figure.png",)),
    Kind("etas evaluate", ("scores.csv", "summary.json"), ("targets.csv", "gains.png")),
    Kind(
        "nowcast train",
        ("model.json", "summary.json"),
        (
            *("autoencoder.safetensors", "temporal.safetensors", "autoencoder_log.csv", "temporal_log.csv"),
            *("nowcasts.csv", "maps.nc", "losses.png", "map.png", "series.png"),
        ),
    ),
    Kind("nowcast place", ("model.json", "summary.json"), ("place.safetensors", "cells.csv", "map.png")),
    Kind("nowcast place-backtest", ("scores.csv", "summary.json"), ("reliability.png",)),
    Kind("nowcast audit", ("audit.csv", "summary.json"), ("audit.png",)),
    Kind(
        "reproduce fig12",
        ("scores.csv", "summary.json"),
        ("gains.csv", "figure.png", *(f"figure-{year}.png" for year in range(1999, 2020, 4))),
    ),
    Kind(
        "reproduce table1",
        ("table.csv", "summary.json"),
        ("table.md", "table.png", "fits.csv", "search.csv", "gains.csv", "reliability.png", "thresholds"),
    ),
    Kind("reproduce eqpred-figures", ("counts.csv", "summary.json"), ("counts.md", "fig1.png", "fig2.png", "fig3.png")),
)
FILES = frozenset(["run.toml"]).union(name for kind in KINDS for name in (*kind.marks, *kind.others))


def is_whole(names: set[str]) -> bool:
    """Whether files are those of some result: all that mark one kind are there.

    >>> is_whole({"network.nc", "summary.json"}), is_whole({"network.nc", "figure.png"})
    (True, False)
    """
    return any(set(kind.marks) <= names for kind in KINDS)


def are_evaluated(summary: Mapping[str, Any]) -> bool:
    """Whether a summary is one of `seisweave evaluate`.

    >>> are_evaluated({"n_targets": 3}), are_evaluated({"kind": "etas evaluate"})
    (True, False)
    """
    return summary.get("kind") == "scores of issued forecasts" or "n_targets" in summary


def no_result(folder: Path) -> InputError:
    """The one line about a folder that holds none.

    >>> str(no_result(Path("music")))[:80]
    'music: holds no result of seisweave; give a folder made by `seisweave faults`, `'
    """
    made = ", ".join(f"`seisweave {kind.command}`" for kind in KINDS if EXPORTS not in kind.marks)
    return InputError(f"{folder}: holds no result of seisweave; give a folder made by {made}")
