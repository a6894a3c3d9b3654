"""Figure 5 of Kamer, Ouillon & Sornette (2020): planted sets reconstructed with both criteria, density by density.

The sets are spread over processes, kept one by one, and taken up again where they stopped: every finished set becomes
one line of JSON, flushed to the disk before the next is looked at; the first line says what the study is. A line that a
power cut has torn is dropped and its set done again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, get_args

from seisweave.errors import InputError
from seisweave.faults.options import FaultOptions
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step
from seisweave.report.sensitivity import SensitivityRow
from seisweave.spreading import spread
from seisweave.storage import SUMMARY, write_summary, write_whole
from seisweave.stored_files import refused
from seisweave.stored_json import record_of, value_of
from seisweave.studies.json_lines import append as _append
from seisweave.studies.json_lines import appending as _appending
from seisweave.studies.json_lines import begun, results_of, whole_lines
from seisweave.synthetic import PlantedOptions, plant_faults, sensitivity_study
from seisweave.synthetic.planted_faults import Shape

RESULTS = ("fig5.csv", "fig5.png", SUMMARY)  # the last one says that all are there
TITLE = "Planted faults found again: 20 faults, after Figure 5 of Kamer, Ouillon & Sornette (2020)"
_KEPT = "sets.jsonl"
CRITERIA = ("global", "local")


@dataclass(frozen=True)
class Study:
    """Planted sets and how each is reconstructed; both criteria are applied to every set.

    >>> Study((PlantedOptions(n_faults=2),), FaultOptions(), seed=0).identity["seed"]
    0
    """

    sets: tuple[PlantedOptions, ...]
    method: FaultOptions
    seed: int

    @property
    def identity(self) -> dict[str, Any]:
        """What a result depends on, as it reads back from JSON."""
        from seisweave.version import __version__

        method = {name: value for name, value in asdict(self.method).items() if name != "criterion"}
        sets = [asdict(planted) for planted in self.sets]
        return json.loads(json.dumps({"version": __version__, "seed": self.seed, "options": method, "sets": sets}))


@dataclass(frozen=True)
class Figure5:
    """The study, a row for every set and criterion, and how long all of it took now, seconds."""

    study: Study
    rows: tuple[SensitivityRow, ...]
    seconds: float

    @property
    def headline(self) -> str:
        """One sentence about all sets."""
        scores = {c: median(row.adjusted_rand for row in self.rows if row.criterion == c) for c in CRITERIA}
        by_criterion = ", ".join(f"{score:.3f} {criterion}" for criterion, score in scores.items())
        return f"{len(self.rows) // 2} planted sets, median adjusted Rand index: {by_criterion}"

    @property
    def medians(self) -> list[dict[str, Any]]:
        """Medians over the shares of background, for each shape, criterion and density."""
        groups: dict[tuple[str, str, float], list[SensitivityRow]] = {}
        for row in self.rows:
            groups.setdefault((row.shape, row.criterion, row.density_per_km2), []).append(row)
        values = ("n_faults", "adjusted_rand", "rand")
        return [
            dict(zip(("shape", "criterion", "density_per_km2"), key, strict=True))
            | {value: median(getattr(row, value) for row in group) for value in values}
            for key, group in groups.items()
        ]

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        return {
            "n_sets": len(self.study.sets),
            "n_rows": len(self.rows),
            "cores": available_cores(),
            "seconds_last_run": round(self.seconds, 2),
            "seconds_reconstructing": round(sum(row.seconds for row in self.rows), 2),
            "medians_over_noise": self.medians,
            "study": self.study.identity,
        }

    def write(self, folder: Path) -> None:
        """Write fig5.csv, fig5.png and summary.json, all the way to the disk."""
        import pandas as pd

        from seisweave.report.sensitivity import sensitivity_figure

        text = pd.DataFrame([vars(row) for row in self.rows]).to_csv(index=False)
        write_whole(folder / RESULTS[0], lambda file: file.write(text.encode()))
        figure = sensitivity_figure(self.rows, title=TITLE)
        write_whole(folder / RESULTS[1], lambda file: figure.savefig(file, format="png"))
        write_summary(folder, self.summary)


def figure_5(seed: int) -> Study:
    """The 45 settings of section 3.2 of Kamer et al. (2020), for rectangles and for Gaussians.

    >>> len(figure_5(seed=0).sets)
    90
    """
    bases = [PlantedOptions(shape=shape, seed=seed) for shape in get_args(Shape)]
    return Study(
        tuple(planted for base in bases for planted in sensitivity_study(base)), FaultOptions(atomize="cut"), seed
    )


def make_figure5(
    study: Study | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> Figure5:
    """Reconstruct all sets of a study, by default that of the paper with seed 0.

    Arguments:
        study: planted sets, and how they are reconstructed.
        jobs: processes; all cores by default.
        progress: is told how many sets are done.
        keep: folder of finished sets, from which an interrupted run goes on.

    Errors: InputError when what is kept is of another study or version, or another run is at work there.

    >>> sets = (PlantedOptions(n_faults=2, density_per_km2=0.15),)
    >>> made = make_figure5(Study(sets, FaultOptions(), seed=0), jobs=1)
    >>> made.headline
    '1 planted sets, median adjusted Rand index: ...'
    """
    start, study = perf_counter(), study or figure_5(seed=0)
    if keep is None:
        with TemporaryDirectory() as folder:
            return make_figure5(study, jobs=jobs, progress=progress, keep=folder)
    kept = Path(keep) / _KEPT
    run_study(study, kept, jobs=jobs, progress=progress)
    done = read_kept(kept, study)
    rows = tuple(row for number in sorted(done) for row in done[number])
    return Figure5(study, rows, perf_counter() - start)


def run_study(study: Study, kept: Path, *, jobs: int | None, progress: Progress | None) -> None:
    """Do the sets that are not in the file of kept results yet, each in a process with one thread.

    Sets with many events come first, so that all processes end at about the same time.
    """
    done = read_kept(kept, study)
    left = sorted(set(range(len(study.sets))) - set(done), key=lambda k: -_work(study.sets[k]))
    total, gone = sum(_work(study.sets[k]) for k in left), 0.0
    if not left:
        return
    pieces = [(k, study.sets[k], study.method) for k in left]
    with _appending(kept) as file:
        for k, rows in spread(_score_set, pieces, jobs=jobs, processes=True, in_order=False):
            _append(file, {"set": k, "rows": [asdict(row) for row in rows]})
            gone += _work(study.sets[k])
            done[k] = rows
            if progress:
                progress(Step(f"{len(done)} of {len(study.sets)} sets", gone / total))


def read_kept(kept: Path, study: Study) -> dict[int, list[SensitivityRow]]:
    """Read the finished sets of a study, by number; a new file is made where there is none.

    Errors: InputError when the file was made with another version, seed or options, or is damaged.
    """
    lines = whole_lines(kept) if kept.exists() else []
    if not lines:
        with begun(kept) as file:
            _append(file, study.identity)
        return {}
    check_identity(lines[0], study, results_of(kept))
    try:
        numbers = [value_of(int, line["set"], "set") for line in lines[1:]]
        rows = [[record_of(SensitivityRow, row) for row in line["rows"]] for line in lines[1:]]
        done = dict(zip(numbers, rows, strict=True))
        if not set(done) <= set(range(len(study.sets))) or any(len(rows) != len(CRITERIA) for rows in done.values()):
            raise ValueError("it has other sets")
    except Exception as error:
        raise refused(kept, error, "remove it, and start again") from None
    return done


def check_identity(found: Any, study: Study, folder: Path) -> None:
    """Refuse results of another version, seed or options."""
    wanted = study.identity
    found = found if isinstance(found, dict) else {}
    for name, value in wanted.items():
        if found.get(name) != value:
            made = f"made with {name} {found.get(name)}, not {value}" if name != "sets" else "of other planted sets"
            raise InputError(f"{folder}: its results are {made}; give another folder, or what it was made with")


def _score_set(number: int, planted_options: PlantedOptions, method: FaultOptions) -> tuple[int, list[SensitivityRow]]:
    """Plant a set, and reconstruct it with both criteria."""
    from seisweave.evaluation import adjusted_rand_index, rand_index
    from seisweave.faults import reconstruct_faults

    planted, rows = plant_faults(planted_options), []
    for criterion in CRITERIA:
        start = perf_counter()
        network = reconstruct_faults(planted.xyz_km, replace(method, criterion=criterion), jobs=1)
        seconds = round(perf_counter() - start, 4)
        row = SensitivityRow(
            shape=planted_options.shape,
            density_per_km2=planted_options.density_per_km2,
            noise_share=planted_options.noise_share,
            n_events=len(planted),
            criterion=criterion,
            n_faults=network.n_segments,
            adjusted_rand=adjusted_rand_index(planted.fault, network.segment),
            rand=rand_index(planted.fault, network.segment),
            bic=network.bic,
            seconds=seconds,
        )
        rows.append(row)
    return number, rows


def _work(planted: PlantedOptions) -> float:
    """How much work a set is, in arbitrary units; measured growth is a little over linear."""
    return (planted.n_faults * planted.density_per_km2 / (1 - planted.noise_share)) ** 1.3
