"""The tables of Feng & Fox (2021), made again: every row by one protocol.

In the paper's protocol, a table can be set beside the printed one; it is stamped, because its smoothing knows the
future. In the prospective one, every model is scored against the events that came.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from seisweave.errors import InputError
from seisweave.locks import hold
from seisweave.machine import available_cores
from seisweave.progress import Progress
from seisweave.studies.eqpred.models.lookup import models_of
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Effort, Fitting, TableInput
from seisweave.studies.eqpred.paper import PaperTable, make_paper_table
from seisweave.studies.eqpred.prospective import ProspectiveTable, make_prospective_table
from seisweave.studies.eqpred.side_by_side import SideBySide, make_side_by_side
from seisweave.version import __version__


@dataclass(frozen=True, eq=False)
class TableRequest:
    """A table that is wanted: which of the four, made from what, with how much effort; and models to add.

    Arguments:
        name: table1, table2, table3 or table4.
        given: catalog, days and grid.
        effort: seeds, and how long they may take.
        add: models of your own, each as module:NAME of a file in the current folder.

    Errors: InputError for another name, and for what is not a model.

    >>> request = TableRequest("table3", TableInput.simulated(), Effort(seeds=1, quick=True))
    >>> [model.name for model in request.models]
    ['latent 16', 'latent 64', 'latent 128', 'latent 1024']
    """

    name: str
    given: TableInput
    effort: Effort = field(default_factory=Effort)
    add: tuple[str, ...] = ()
    models: tuple[Model, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        options = self.given.options
        models = models_of(self.name, options.protocol, self.add, quick=self.effort.quick, code=options.code)
        object.__setattr__(self, "models", tuple(models))
        knowing = [model.name for model in models if model.covariates]
        if knowing and not self.given.channels:
            raise InputError(f"{knowing[0]} takes covariates, and there is none; give --channel NAME=FILE.nc")
        if self.given.channels and not knowing:
            raise InputError(
                f"no model takes the channel {self.given.channels[0].name}; add one by --add, made by with_covariates()"
            )

    @property
    def identity(self) -> dict[str, Any]:
        """All that the table depends on, but for its seeds: a run with another identity is another run."""
        given = {"options": asdict(self.given.options), "maps": asdict(self.given.maps), "add": list(self.add)}
        return {
            "table": self.name,
            **given,
            **({"channels": {each.name: each.sha256 for each in self.given.channels}} if self.given.channels else {}),
            "sha256": self.given.catalog.provenance.sha256,
            "quick": self.effort.quick,
        }


def make_table(
    request: TableRequest,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> PaperTable | ProspectiveTable | SideBySide:
    """Make the fits of a table that are not there yet, and score all that are.

    Arguments:
        request: the table.
        jobs: processes that fit at the same time; all cores by default.
        progress: is told how far the fits are.
        keep: folder of finished fits, which tables may share; a run that was interrupted goes on from it.

    Errors: InputError for too few days, or a catalog without what is needed.

    `table.write(folder)` writes all files; a table is `complete` where no fit is missing.
    """
    start, jobs = perf_counter(), jobs or available_cores()
    with _folder_of_fits(keep) as folder:
        fitting = Fitting.begin(request.effort, folder, jobs=jobs, progress=progress)
        if request.given.options.side_by_side:
            table = make_side_by_side(request.name, request.given, request.models, fitting)
        elif request.given.options.protocol == "paper":
            table = make_paper_table(request.name, request.given, request.models, fitting)
        else:
            table = make_prospective_table(request.given, request.models, fitting)
    return replace(table, about=_about(request, jobs, perf_counter() - start))


@contextmanager
def _folder_of_fits(keep: str | Path | None) -> Iterator[Path]:
    if keep is not None:
        with hold(keep, again=True):
            yield Path(keep)
        return
    with TemporaryDirectory() as folder:
        yield Path(folder)


def _about(request: TableRequest, jobs: int, seconds: float) -> dict[str, Any]:
    """What summary.json says of a run beside its scores."""
    effort, provenance = request.effort, request.given.catalog.provenance
    return {
        "kind": "table",
        **request.identity,
        "effort": {"seeds": effort.seeds, "jobs": jobs, "minutes": effort.minutes, "quick": effort.quick},
        "seconds_last_run": round(seconds, 2),
        "source": provenance.source,
        "input_sha256": provenance.sha256,
        "version": __version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "date": date.today().isoformat(),
    }
