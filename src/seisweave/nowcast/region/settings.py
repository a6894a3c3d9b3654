"""All that a nowcast is made with: one options record a stage, bundled, written and read as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from seisweave.errors import InputError
from seisweave.nowcast.maps import MapOptions
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.options import AutoencoderOptions, NowcastOptions, TemporalOptions
from seisweave.renamed import under_new_names
from seisweave.stored_json import record_of

_KINDS = {
    "nowcast": NowcastOptions,
    "maps": MapOptions,
    "autoencoder": AutoencoderOptions,
    "temporal": TemporalOptions,
    "training": TrainingOptions,
}
EPOCHS, PAPER_EPOCHS = 8, 100  # at most, in the prospective protocol and in that of Feng & Fox (2021, section IV-A)


@dataclass(frozen=True)
class Settings:
    """The options of every stage.

    Epochs that are not given are those of the protocol: with more, the autoencoder gives maps back better, and what is
    nowcast of its novelty on validation days gets worse (docs/concepts/nowcast.md).

    >>> Settings().training.epochs, Settings(NowcastOptions(protocol="paper")).training.epochs
    (8, 100)
    >>> Settings.from_dict(Settings().to_dict()) == Settings()
    True
    """

    nowcast: NowcastOptions = field(default_factory=NowcastOptions)
    maps: MapOptions = field(default_factory=MapOptions)
    autoencoder: AutoencoderOptions = field(default_factory=AutoencoderOptions)
    temporal: TemporalOptions = field(default_factory=TemporalOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)

    def __post_init__(self) -> None:
        if not self.training.epochs:
            epochs = PAPER_EPOCHS if self.nowcast.centred else EPOCHS
            object.__setattr__(self, "training", replace(self.training, epochs=epochs))

    def to_dict(self) -> dict[str, Any]:
        """As plain values, stage by stage."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """From what `to_dict` gave. Errors: InputError for options that are not those of this version."""
        try:
            given = {stage: under_new_names(_KINDS[stage], each) for stage, each in values.items()}
            for stage, each in given.items():
                unknown = set(each) ^ {f.name for f in fields(_KINDS[stage])}
                if unknown:
                    raise InputError(f"options of {stage} differ in {', '.join(sorted(unknown))}")
            return cls(**{stage: record_of(kind, given[stage]) for stage, kind in _KINDS.items()})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"settings of another version of seisweave ({error}); train the model again") from None

    @property
    def reach(self) -> int:
        """Steps before a nowcast's own that it depends on."""
        return self.temporal.window + self.nowcast.span - 1

    @property
    def embargo(self) -> int:
        """Steps left out after a border: those whose windows reach across it. The paper has none."""
        return 0 if self.nowcast.centred else self.reach + 1
