"""Old names of modules, of what moved between modules, and of options: for this version they work, and warn.

`import seisweave.nowcast.models.registry` gives the module that is now `seisweave.studies.eqpred.models.registry`, the
same object. Delete this file, and what calls it, with the next version.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypeVar

from seisweave.lazy import lazy_names

Record = TypeVar("Record", bound=type)
_OLD_FIELDS = "_old_fields"  # of a record: the names that its fields had, and have now

PACKAGES = ("nowcast.comparison", "nowcast.models")  # those that held modules only; they go without a warning
MODULES = {  # old name: new name, both within seisweave
    "catalog.moments": "catalog.times",
    "catalog.rows": "catalog.usable_rows",
    "condensation.order": "condensation.ranking",
    "condensation.walk": "condensation.transfer",
    "faults.finish": "faults.assemble",
    "faults.merge_pieces": "faults.merge_subsets",
    "faults.reference_atoms": "faults.reference.atoms",
    "faults.reference_boxes": "faults.reference.boxes",
    "faults.reference_merge": "faults.reference.merge",
    "faults.run": "faults.clock",
    "memory": "machine",
    "nowcast.audit": "nowcast.region.audit",
    "nowcast.autoencoder": "nowcast.region.autoencoder",
    "nowcast.calibration": "nowcast.region.calibration",
    "nowcast.comparison": "studies.eqpred.fits",
    "nowcast.comparison.by_cell": "studies.eqpred.cell_chances",
    "nowcast.comparison.days": "studies.eqpred.days",
    "nowcast.comparison.fit": "studies.eqpred.fits.train",
    "nowcast.comparison.kept": "studies.eqpred.fits.files",
    "nowcast.comparison.plan": "studies.eqpred.fits.plan",
    "nowcast.comparison.prospective": "studies.eqpred.expanding_window",
    "nowcast.comparison.run": "studies.eqpred.fits.workers",
    "nowcast.fitting": "nowcast.region.fitting",
    "nowcast.model": "nowcast.region.model",
    "nowcast.models": "studies.eqpred.models",
    "nowcast.models.blocks": "studies.eqpred.models.blocks",
    "nowcast.models.conv2d_fc": "studies.eqpred.models.conv2d_fc",
    "nowcast.models.conv2d_lstm": "studies.eqpred.models.conv2d_lstm",
    "nowcast.models.conv_autoencoder": "studies.eqpred.models.conv_autoencoder",
    "nowcast.models.convlstm_fc": "studies.eqpred.models.convlstm_fc",
    "nowcast.models.dense_autoencoder": "studies.eqpred.models.dense_autoencoder",
    "nowcast.models.layers": "studies.eqpred.models.layers",
    "nowcast.models.lstm": "studies.eqpred.models.lstm",
    "nowcast.models.mlp": "studies.eqpred.models.mlp",
    "nowcast.models.options": "studies.eqpred.models.options",
    "nowcast.models.predictors": "studies.eqpred.models.predictors",
    "nowcast.models.registry": "studies.eqpred.models.registry",
    "nowcast.novelty": "nowcast.region.novelty",
    "nowcast.nowcaster": "nowcast.region.nowcaster",
    "nowcast.place_backtest": "nowcast.place.backtesting",
    "nowcast.place_baselines": "nowcast.place.baselines",
    "nowcast.place_data": "nowcast.place.data",
    "nowcast.place_features": "nowcast.place.features",
    "nowcast.place_fit": "nowcast.place.fit",
    "nowcast.place_network": "nowcast.place.network",
    "nowcast.place_options": "nowcast.place.options",
    "nowcast.place_sum": "nowcast.place.sum_of_rates",
    "nowcast.sequence": "nowcast.region.sequence",
    "nowcast.settings": "nowcast.region.settings",
    "nowcast.split": "nowcast.region.split",
    "nowcast.stored": "nowcast.region.stored",
    "nowcast.temporal": "nowcast.region.temporal",
    "nowcast.vae": "nowcast.region.vae",
    "nowcast.view": "nowcast.region.observed",
}
NAMES = {  # module: old name: where it is now, all within seisweave
    "condensation": {"CondensationStep": "progress:Step"},
    "condensation.condense": {"CondensationStep": "progress:Step"},
    "faults": {"Step": "progress:Step"},
    "faults.reconstruct": {"Step": "progress:Step"},
    "nowcast.examples": {"Rows": "nowcast.examples:TensorRows"},
    "nowcast.maps": {"ahead": "nowcast.times:ahead"},
    "nowcast.options": {
        "AutoencoderOptions": "nowcast.region.options:AutoencoderOptions",
        "NowcastOptions": "nowcast.region.options:NowcastOptions",
        "TemporalOptions": "nowcast.region.options:TemporalOptions",
    },
    "nowcast.region.observed": {
        "View": "nowcast.region.observed:Observed",
        "look": "nowcast.region.observed:observe",
    },
    "nowcast.training": {
        "check_loss": "nowcast.history:check_loss",
        "inference": "nowcast.seeding:inference",
        "seed_of": "nowcast.seeding:seed_of",
    },
    "report.results": {"open_result": "report:open_result"},
}


def renamed_names(module: str) -> Callable[[str], Any]:
    """A module-level `__getattr__` for the names that have moved from a module; to be hidden from type checkers.

    >>> renamed_names("seisweave.nowcast.maps")("nonsense")
    Traceback (most recent call last):
    AttributeError: module 'seisweave.nowcast.maps' has no attribute 'nonsense'
    """
    moved = NAMES[module.removeprefix("seisweave.")]
    return lazy_names(module, {}, {old: f"seisweave.{now}" for old, now in moved.items()})


def renamed_fields(**now: str) -> Callable[[Record], Record]:
    """Decorate a dataclass whose fields had other names (`old="now"`): old keywords and attributes work, and warn.

    >>> from seisweave.nowcast.options import TrainingOptions
    >>> old_fields(TrainingOptions)
    {'schedule': 'learning_rate_schedule'}
    """

    def decorate(record: Record) -> Record:
        made = record.__init__

        @wraps(made)
        def init(self: Any, *args: Any, **given: Any) -> None:
            for old in now.keys() & given.keys():
                _warn(record, old, now[old])
                given[now[old]] = given.pop(old)
            made(self, *args, **given)

        record.__init__ = init
        for old in now:
            setattr(record, old, property(_reader(record, old, now[old])))
        setattr(record, _OLD_FIELDS, dict(now))
        return record

    return decorate


def old_fields(record: type) -> dict[str, str]:
    """The names that fields of a record had, and have now; none of most records."""
    return getattr(record, _OLD_FIELDS, {})


def under_new_names(record: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a record that an earlier version may have written, by the names that they have now.

    >>> from seisweave.nowcast.options import TrainingOptions
    >>> under_new_names(TrainingOptions, {"schedule": "cycle", "batch": 16})
    {'learning_rate_schedule': 'cycle', 'batch': 16}
    """
    now = old_fields(record)
    return {now.get(name, name): value for name, value in values.items()}


def under_old_names(record: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a record as an earlier version would have written them: for digests that must stay.

    >>> from seisweave.nowcast.options import TrainingOptions
    >>> under_old_names(TrainingOptions, {"learning_rate_schedule": "cycle", "batch": 16})
    {'schedule': 'cycle', 'batch': 16}
    """
    old = {now: old for old, now in old_fields(record).items()}
    return {old.get(name, name): value for name, value in values.items()}


def _reader(record: type, old: str, now: str) -> Callable[[Any], Any]:
    def read(self: Any) -> Any:
        _warn(record, old, now)
        return getattr(self, now)

    return read


def _warn(record: type, old: str, now: str) -> None:
    warnings.warn(f"{record.__name__}.{old} is now {now}", DeprecationWarning, stacklevel=3)


class RenamedModules:
    """A finder, and a loader, of modules under their old names; it knows no others."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """How an old name is loaded; None for every other name."""
        old = name.removeprefix("seisweave.")
        if old == name or old not in MODULES:
            return None
        return ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave making a module to Python; it is replaced at once."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the new module in the place of the old one."""
        old = module.__name__.removeprefix("seisweave.")
        new = f"seisweave.{MODULES[old]}"
        if old not in PACKAGES:
            warnings.warn(f"seisweave.{old} is now {new}", DeprecationWarning, stacklevel=2)
        sys.modules[module.__name__] = import_module(new)


def install() -> None:
    """Find old names from now on, before others look for them within a package that has moved."""
    if not any(isinstance(finder, RenamedModules) for finder in sys.meta_path):
        sys.meta_path.insert(0, RenamedModules())
