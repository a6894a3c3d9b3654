"""Size of the networks that EQPRED is compared with; the ranges of Feng & Fox (2021), section IV-A."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError
from seisweave.nowcast.region.options import AutoencoderOptions


@dataclass(frozen=True)
class NetworkOptions:
    """Size of a network; each kind uses what it needs.

    Errors: InputError for an invalid value.
    """

    window: int = field(default=10, metadata={"help": "Steps a nowcast looks back; the paper tries 3 to 100."})
    units: int = field(default=64, metadata={"help": "Neurons or recurrent units of a layer; paper: 32, 64, 128."})
    filters: int = field(default=8, metadata={"help": "Filters of a convolution; paper: 3 to 40."})
    kernel: int = field(default=5, metadata={"help": "Side of a 2-D convolution; paper: 3, 5, 7."})
    layers: int | None = field(
        default=None,
        metadata={"help": "Dense or recurrent layers; an MLP has 3, an LSTM 2 unless given.", "later": True},
    )

    def __post_init__(self) -> None:
        for name in ("window", "units", "filters", "kernel"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.layers is not None and not 1 <= self.layers <= 20:
            raise InputError(f"layers is {self.layers}; give 1 to 20")
        _check_odd(self.kernel)


@dataclass(frozen=True)
class DenseOptions(AutoencoderOptions):
    """Size of a dense autoencoder.

    Errors: InputError for an invalid value.
    """

    units: int = field(default=128, metadata={"help": "Neurons of a layer; paper: 32, 64, 128.", "later": True})
    layers: int = field(default=4, metadata={"help": "Dense layers in all; paper: 3 to 5.", "later": True})

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.units >= 1 and 2 <= self.layers <= 20):
            raise InputError(f"units are {self.units}, layers {self.layers}; give 1 or more, and 2 to 20")


@dataclass(frozen=True)
class ConvOptions(AutoencoderOptions):
    """Size of an autoencoder of one convolution down and one up.

    Errors: InputError for an invalid value.
    """

    filters: int = field(default=16, metadata={"help": "Filters of a convolution; paper: 3 to 40.", "later": True})
    kernel: int = field(default=3, metadata={"help": "Side of the convolution down; paper: 3, 5, 7.", "later": True})

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.filters < 1:
            raise InputError(f"filters are {self.filters}; give 1 or more")
        _check_odd(self.kernel)


def _check_odd(kernel: int) -> None:
    if kernel < 1 or kernel % 2 == 0:
        raise InputError(f"kernel is {kernel}; give an odd side")
