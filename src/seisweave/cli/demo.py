"""`seisweave demo`: the main job on the embedded default, a simulated catalog whose faults are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.folder import check_target, whole_folder

if TYPE_CHECKING:
    import numpy as np

    from seisweave.cli.faults import Hypocentres


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("seisweave-demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the simulated catalog.")] = 1,
    events: Annotated[int, typer.Option("--events", min=200, help="Events in the simulated catalog.")] = 6000,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Threads; all cores by default.")] = None,
) -> None:
    """Reconstruct the planted faults of a simulated catalog, and make a page about them. Needs no input.

    Example: seisweave demo --seed 7
    """
    from seisweave.cli.faults import headline, reconstruct, write_results
    from seisweave.evaluation import adjusted_rand_index
    from seisweave.faults.options import FaultOptions
    from seisweave.report import write_page

    check_target(out, force=True)
    hypocentres, truth = simulate(seed, events)
    print(
        f"a simulated catalog (seed {seed}): {len(truth):,} earthquakes, most on {truth.max() + 1} planted faults"
    )
    network = reconstruct(hypocentres, FaultOptions(), jobs=jobs, quiet=False)
    score = adjusted_rand_index(truth, network.label)
    hypocentres = replace(hypocentres, extra={"planted_adjusted_rand": score})
    with whole_folder(out) as folder:
        write_results(folder, network, hypocentres)
        write_page([folder], folder / "report.html")
    print(headline(network))
    print(f"planted faults found again: adjusted Rand index {score:.3f} (1: every event on its own fault)")
    print(f"open {(out / 'report.html').resolve()}")


def simulate(seed: int, events: int) -> tuple[Hypocentres, np.ndarray]:
    """The embedded default: earthquakes of a simulated catalog, and the planted fault of each (-1: none)."""
    from seisweave.cli.faults import Hypocentres
    from seisweave.synthetic import southern_california_like

    start = perf_counter()
    synthetic = southern_california_like(seed=seed, n_events=events)
    earthquakes = synthetic.catalog.event_type == "eq"  # blasts lie in clumps of their own
    catalog = synthetic.catalog[earthquakes]
    hypocentres = Hypocentres(
        points=catalog,
        xyz_km=catalog.xyz_km(),
        rows=catalog.to_pandas(),
        provenance=catalog.provenance,
        seconds=perf_counter() - start,
    )
    return hypocentres, synthetic.fault[earthquakes]
