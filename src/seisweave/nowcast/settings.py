"""All that a nowcast is made with: one options record a stage, bundled, written and read as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from typing import Any, Literal

from seisweave.errors import InputError
from seisweave.nowcast.autoencoder import AutoencoderOptions
from seisweave.nowcast.maps import MapOptions, as_time
from seisweave.nowcast.temporal import TemporalOptions
from seisweave.nowcast.training import TrainingOptions


@dataclass(frozen=True)
class NowcastOptions:
    """What is nowcast, on which days it is learned, and by which protocol.

    The prospective protocol knows the past only. The paper protocol smooths with centred LOESS, which sees the future,
    and scores against the smoothed series itself: it reproduces published figures and says nothing about earthquakes.

    Errors: InputError for a value that cannot be.
    """

    protocol: Literal["prospective", "paper"] = field(
        default="prospective",
        metadata={"help": "prospective: the past only; paper: as published, not causal, for comparison only."},
    )
    threshold: float = field(default=4.5, metadata={"help": "Magnitude from which an event is extreme."})
    start: str | None = field(default=None, metadata={"help": "First day, UTC; the catalog's by default."})
    train_end: str | None = field(
        default=None, metadata={"help": "End of training; after 70 % of the days by default."}
    )
    val_end: str | None = field(default=None, metadata={"help": "End of validation; after 80 % by default."})
    end: str | None = field(default=None, metadata={"help": "End of the days to judge by; the catalog's by default."})
    span: int = field(default=5, metadata={"help": "Days of the LOESS smoothing; 1: none."})
    alarm_share: float = field(
        default=0.05, metadata={"help": "Share of the days before the test that are given an alarm."}
    )
    activity_magnitude: float = field(
        default=2.0,
        metadata={"help": "The probability also knows yesterday's number of events from this magnitude on."},
    )

    def __post_init__(self) -> None:
        if self.protocol not in ("prospective", "paper"):
            raise InputError(f"protocol is {self.protocol!r}; choose prospective or paper")
        if not 0.0 < self.threshold <= 10.0:
            raise InputError(f"threshold is {self.threshold}; give a magnitude above 0 and up to 10")
        if not 1 <= self.span <= 365:
            raise InputError(f"span is {self.span}; give 1 (no smoothing) to 365 days")
        if not 0.0 < self.alarm_share < 1.0:
            raise InputError(f"alarm_share is {self.alarm_share}; give a share between 0 and 1")
        given = [(n, getattr(self, n)) for n in ("start", "train_end", "val_end", "end") if getattr(self, n)]
        times = [(name, as_time(name, text)) for name, text in given]
        for (first, early), (second, late) in pairwise(times):
            if early >= late:
                raise InputError(f"{first} {early} is not before {second} {late}; give times in this order")

    @property
    def centred(self) -> bool:
        """Whether smoothing sees the future."""
        return self.protocol == "paper"


@dataclass(frozen=True)
class Settings:
    """The options of every stage.

    >>> Settings.from_dict(Settings().to_dict()) == Settings()
    True
    """

    nowcast: NowcastOptions = field(default_factory=NowcastOptions)
    maps: MapOptions = field(default_factory=MapOptions)
    autoencoder: AutoencoderOptions = field(default_factory=AutoencoderOptions)
    temporal: TemporalOptions = field(default_factory=TemporalOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, stage by stage."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """From what `to_dict` gave. Errors: InputError for options that are not those of this version."""
        kinds = {"nowcast": NowcastOptions, "maps": MapOptions, "autoencoder": AutoencoderOptions}
        kinds |= {"temporal": TemporalOptions, "training": TrainingOptions}
        try:
            made = {}
            for stage, kind in kinds.items():
                given = dict(values[stage])
                unknown = set(given) ^ {f.name for f in fields(kind)}
                if unknown:
                    raise InputError(f"options of {stage} differ in {', '.join(sorted(unknown))}")
                made[stage] = kind(**given)
            return cls(**made)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"settings of another version of seisweave ({error}); train the model again") from None

    @property
    def reach(self) -> int:
        """Steps before a nowcast's own that it depends on."""
        return self.temporal.window + self.nowcast.span - 1

    @property
    def embargo(self) -> int:
        """Steps left out after a border: those whose windows reach across it. The paper has none."""
        return 0 if self.nowcast.centred else self.reach + 1
