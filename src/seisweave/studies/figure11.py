"""Figure 11 of Kamer, Ouillon & Sornette (2020): Southern California, with both criteria and few and many subsets.

The paper's four networks are of 93,149 condensed points; here they are of the hypocentres as they were located, and not
condensed. What the paper calls faults are the segments of our networks, and all this is about them. Its section 4.3
looks at the sequence of Oceanside, which 5 subsets lose and 30 find.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.compression import unpacked
from seisweave.faults.mapped.traces import read_gmt
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.locks import hold
from seisweave.progress import Progress
from seisweave.storage import make_folder, write_text, write_whole

CASES = tuple(
    FaultOptions(criterion=criterion, subsets=subsets, atomize="cut")
    for subsets in (5, 30)
    for criterion in ("local", "global")
)
THICK_KM = 5.0  # segments thicker than that are not planes; they are outlined only
OCEANSIDE, WITHIN_KM = (-117.86, 32.97), 15.0  # the sequence of 1986 (M 5.4) and what came after it there
RESULTS = ("figure.png", "table.md")


@dataclass(frozen=True, eq=False)
class Figure11:
    """The four networks, the catalog they are of, and mapped faults: lines of longitude and latitude."""

    networks: tuple[FaultNetwork, ...]
    catalog: Catalog
    traces: tuple[Float[np.ndarray, "p 2"], ...] = ()

    @property
    def near_oceanside(self) -> Bool[np.ndarray, " n"]:
        """Which events lie within 15 km of the sequence of Oceanside."""
        xyz_km = self.catalog.xyz_km()
        east, north = _oceanside_km(self.catalog)
        return np.hypot(xyz_km[:, 0] - east, xyz_km[:, 1] - north) < WITHIN_KM

    def markdown(self) -> str:
        """The table: the networks, and what they make of the Oceanside sequence."""
        there = self.near_oceanside
        columns = ("criterion", "subsets", "proto-faults", "segments", "thick", "boxes", "background weight", "BIC")
        lines = ["| " + " | ".join((*columns, "Oceanside")) + " |", "|---" * (len(columns) + 1) + "|"]
        return "\n".join(lines + [_line(network, there) for network in self.networks]) + "\n"

    def figure(self):
        """The four maps (a matplotlib Figure)."""
        from seisweave.report.regional import networks_figure

        projection = self.catalog.projection()
        traces = [np.column_stack(projection.to_local(*line.T)) for line in self.traces]
        marks = {"Oceanside": _oceanside_km(self.catalog)}
        return networks_figure(self.networks, self.catalog.xyz_km(), thick_km=THICK_KM, traces=traces, marks=marks)

    def write(self, folder: Path) -> None:
        """Write figure.png and table.md."""
        write_whole(folder / RESULTS[0], partial(self.figure().savefig, format="png", dpi=90))
        write_text(folder / RESULTS[1], self.markdown())


def make_figure11(
    catalog: Catalog,
    cases: Sequence[FaultOptions] = CASES,
    *,
    traces: Sequence[Float[np.ndarray, "p 2"]] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> Figure11:
    """Reconstruct the same hypocentres four times.

    Arguments:
        catalog: events, all with depth, such as those of `good_hypocentres`.
        cases: options of the four networks.
        traces: mapped faults to draw, lines of longitude and latitude (p points each).
        jobs: threads; all cores by default.
        progress: is told about each reconstruction.
        keep: folder of finished networks, from which an interrupted run goes on.

    Errors: InputError where a network cannot be reconstructed.
    """
    if keep is None:
        with TemporaryDirectory() as folder:
            return make_figure11(catalog, cases, traces=traces, jobs=jobs, progress=progress, keep=folder)
    networks = tuple(kept_network(catalog, case, Path(keep), jobs=jobs, progress=progress) for case in cases)
    return Figure11(networks, catalog, tuple(traces))


def good_hypocentres(catalog: Catalog) -> Catalog:
    """Earthquakes of 1990 to 2019 that the SCEDC located well: quality A, 16 phases or more, with a depth."""
    chosen = catalog.select(
        start="1990-01-01",
        end="2020-01-01",
        box=(-121.0, -114.0, 32.0, 37.0001),
        event_type="eq",
        quality="A",
        min_phases=16,
    )
    return chosen.with_depth()


def path_of_network(case: FaultOptions, keep: Path) -> Path:
    """Where a network is kept.

    >>> path_of_network(CASES[0], Path("networks")).as_posix()
    'networks/local-5/network.nc'
    """
    return keep / f"{case.criterion}-{case.subsets}" / "network.nc"


def kept_network(
    catalog: Catalog, case: FaultOptions, keep: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> FaultNetwork:
    """Reconstruct a network, unless that has been done."""
    path = path_of_network(case, keep)
    if path.exists():
        return open_network(path)
    with hold(path.parent):
        make_folder(path.parent)
        states = path.parent / "partial"
        network = reconstruct_faults(catalog, case, jobs=jobs, progress=progress, keep=states)
        network.write(path)
        shutil.rmtree(states, ignore_errors=True)
    return network


def read_traces(path: str | Path) -> list[Float[np.ndarray, "p 2"]]:
    r"""Read mapped faults: longitude and latitude in two columns, lines apart by ">"; the file may be packed.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "traces"
    >>> _ = path.write_text("> one\n-117 33\n-117.1 33.2\n")
    >>> read_traces(path)[0].shape
    (2, 2)
    """
    return [part.xy for part in read_gmt(unpacked(Path(path).read_bytes(), str(path)), str(path))]


def _oceanside_km(catalog: Catalog) -> tuple[float, float]:
    east, north = catalog.projection().to_local(*(np.array([value]) for value in OCEANSIDE))
    return float(east[0]), float(north[0])


def _line(network: FaultNetwork, there: Bool[np.ndarray, " n"]) -> str:
    """One row of the table."""
    segments, count = np.unique(network.segment[there], return_counts=True)
    inside = count[segments >= 0]
    share = inside.sum() / max(there.sum(), 1)
    own = f"{100 * share:.0f} % in {len(inside)} segments, {inside.max(initial=0)} in the largest"
    thick = network.segment_planes.thickness_km > THICK_KM
    heavy = f"{thick.sum()} with {network.mixture.weight[thick].sum():.0%} of the weight"
    return (
        f"| {network.options.criterion} | {network.options.subsets} | {network.n_proto:,} | {network.n_segments:,}"
        f" | {heavy} | {network.n_backgrounds} | {network.mixture.box_weight.sum():.3f} | {network.bic:,.0f}"
        f" | {own} |"
    )
