"""`seisweave demo`: the main job on the embedded default, a simulated catalog whose faults are known."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.cli.answers import can_be_quiet
from seisweave.cli.flags import Jobs
from seisweave.cli.folder import check_target, whole_folder

if TYPE_CHECKING:
    import numpy as np

    from seisweave.cli.faults import Hypocentres

_EXTREMES = 60
_WORLD_ENDS = "2020-01-01"  # ten years after it began: all of its days are known


@can_be_quiet
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("seisweave-demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the simulated catalog.")] = 1,
    events: Annotated[int, typer.Option("--events", min=200, help="Events in the simulated catalog.")] = 6000,
    jobs: Jobs = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace results that are not of an earlier demo, too.")
    ] = False,
) -> None:
    """Reconstruct the planted faults of a simulated catalog, nowcast its days, and make a page. Needs no input.

    A planted fault counts as found when more than half of its events lie on one reconstructed fault, and more than
    half of the events of that fault come from it.

    Example: seisweave demo --seed 7
    """
    from seisweave.cli.faults import reconstruct, warnings, write_results
    from seisweave.faults.options import FaultOptions
    from seisweave.libraries import check_library
    from seisweave.report import write_page
    from seisweave.report.told.headlines import headline
    from seisweave.report.told.planted import compare, verdict

    force = force or _is_demo(out)
    check_target(out, force=force)
    check_library("matplotlib")
    hypocentres, truth = simulate(seed, events)
    print(f"a simulated catalog (seed {seed}): {len(truth):,} earthquakes, {(truth >= 0).mean():.0%} on planted faults")
    network = reconstruct(hypocentres, FaultOptions(), jobs=jobs, quiet=False)
    hypocentres = replace(hypocentres, extra=compare(truth, network.label))
    with whole_folder(out, force=force) as folder:
        write_results(folder, network, hypocentres)
        said = nowcast_days(folder / "nowcast", hypocentres.points)
        write_page([folder], folder / "report.html")
    print(headline(network))
    print(verdict(hypocentres.extra))
    print("\n".join([*warnings(network), *said]))
    print(f"open {(out / 'report.html').resolve()}")


def nowcast_days(folder: Path, catalog: Any) -> list[str]:
    """Train a small nowcaster on the days of the simulated catalog; returns what it came to, in words.

    Extreme are the events from the magnitude on that `_EXTREMES` of them reach: the simulated years are quiet.
    """
    from seisweave.cli.nowcast import fit, write_results
    from seisweave.nowcast.maps import MapOptions
    from seisweave.nowcast.options import TrainingOptions
    from seisweave.nowcast.region.options import NowcastOptions, TemporalOptions
    from seisweave.nowcast.region.settings import Settings
    from seisweave.report.told.nowcast import headlines

    missing = [name for name in ("torch", "lightning", "safetensors") if find_spec(name) is None]
    if missing:
        return [f"no nowcast: it needs {missing[0]}; install it with: pip install 'seisweave[nowcast]'"]
    threshold = float(math.floor(10 * sorted(catalog.magnitude)[-_EXTREMES]) / 10)
    settings = Settings(
        NowcastOptions(threshold=threshold),
        MapOptions(box=(-119.0, -115.0, 32.5, 35.5), cell_deg=0.25),
        temporal=TemporalOptions(window=40, temporal_epochs=40),
        training=TrainingOptions(epochs=10, accelerator="cpu"),
    )
    nowcaster = fit(catalog, settings, keep=None, quiet=False, complete_until=_WORLD_ENDS)
    folder.mkdir()
    return headlines(write_results(folder, nowcaster, catalog, maps=False, complete_until=_WORLD_ENDS))


def _is_demo(folder: Path) -> bool:
    """Whether a folder holds the results of an earlier demo."""
    try:
        return "planted_faults" in json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False


def simulate(seed: int, events: int) -> tuple[Hypocentres, np.ndarray]:
    """The embedded default: earthquakes of a simulated catalog, and the planted fault of each (-1: none)."""
    from seisweave.cli.faults import Hypocentres
    from seisweave.synthetic import southern_california_like

    start = perf_counter()
    synthetic = southern_california_like(seed=seed, n_events=events)
    earthquakes = synthetic.catalog.event_type == "eq"  # blasts lie in clumps of their own
    hypocentres = Hypocentres(points=synthetic.catalog[earthquakes], seconds=perf_counter() - start)
    return hypocentres, synthetic.fault[earthquakes]
