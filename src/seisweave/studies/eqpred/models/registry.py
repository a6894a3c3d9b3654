"""The one registry of the models of the tables: rows 1-12 of Feng & Fox (2021), its ablations, its latent sizes.

A row is a single network over maps, or an autoencoder and a predictor of its novelty; rows with equal parts share the
fit of that part. To add a model, write its network in a file of its own and add one line to `MODELS`; from outside the
package, name that line's object on the command line (`--add module:NAME`). A network over maps takes `(shape, options)`
and gives (b, t, h, w) -> (b, t); a predictor takes `(options, channels)` and gives (b, c, t) -> (b, t); an autoencoder
takes `(shape, options)` and gives maps back. Each owns its loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from torch import nn

from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.options import AutoencoderOptions, TemporalOptions
from seisweave.nowcast.region.temporal import TemporalNetwork
from seisweave.nowcast.region.vae import VariationalAutoencoder
from seisweave.studies.eqpred.models.conv2d_fc import Conv2dFc
from seisweave.studies.eqpred.models.conv2d_lstm import Conv2dLstm
from seisweave.studies.eqpred.models.conv_autoencoder import ConvAutoencoder
from seisweave.studies.eqpred.models.convlstm_fc import ConvLstmFc
from seisweave.studies.eqpred.models.dense_autoencoder import DenseAutoencoder
from seisweave.studies.eqpred.models.lstm import Lstm
from seisweave.studies.eqpred.models.mlp import Mlp
from seisweave.studies.eqpred.models.options import NetworkOptions
from seisweave.studies.eqpred.models.predictors import Conv1dPredictor, LstmPredictor, MlpPredictor

_NAMES: dict[Callable[..., nn.Module], str] = {  # in the keys of kept fits; they stay when a file moves
    Autoencoder: "seisweave.nowcast.autoencoder.Autoencoder",
    VariationalAutoencoder: "seisweave.nowcast.vae.VariationalAutoencoder",
    TemporalNetwork: "seisweave.nowcast.temporal.TemporalNetwork",
    DenseAutoencoder: "seisweave.nowcast.models.dense_autoencoder.DenseAutoencoder",
    ConvAutoencoder: "seisweave.nowcast.models.conv_autoencoder.ConvAutoencoder",
    Mlp: "seisweave.nowcast.models.mlp.Mlp",
    Lstm: "seisweave.nowcast.models.lstm.Lstm",
    Conv2dFc: "seisweave.nowcast.models.conv2d_fc.Conv2dFc",
    Conv2dLstm: "seisweave.nowcast.models.conv2d_lstm.Conv2dLstm",
    ConvLstmFc: "seisweave.nowcast.models.convlstm_fc.ConvLstmFc",
    MlpPredictor: "seisweave.nowcast.models.predictors.MlpPredictor",
    LstmPredictor: "seisweave.nowcast.models.predictors.LstmPredictor",
    Conv1dPredictor: "seisweave.nowcast.models.predictors.Conv1dPredictor",
}
_MAPS = TrainingOptions(epochs=100, patience=20, batch=64, learning_rate=1e-3)  # of section IV-A, not our defaults
_PREDICTING = TrainingOptions(epochs=300, patience=60, batch=1, learning_rate=3e-3)  # the whole series at once


@dataclass(frozen=True)
class Part:
    """A kind of network, its options and its training.

    `ranges` are what the paper tries of some options; `cost` is the time of a fit in arbitrary units, for the order of
    fits and what is told about progress.
    """

    network: Callable[..., nn.Module]
    options: Any
    training: TrainingOptions = _MAPS
    ranges: Mapping[str, tuple] = field(default_factory=dict, compare=False)
    cost: float = field(default=1.0, compare=False)

    def trial(self, **chosen: Any) -> Part:
        """The same with other options."""
        return replace(self, options=replace(self.options, **chosen))


@dataclass(frozen=True)
class Model:
    """One row: a `single` network over maps, or an `autoencoder`, with or without a `predictor`.

    With `disturb`, the predictor is given the novelty with its days shuffled, or noise: a control in which there is
    nothing to know.
    """

    name: str
    single: Part | None = None
    autoencoder: Part | None = None
    predictor: Part | None = None
    disturb: Literal["", "shuffled", "noise"] = ""

    def __post_init__(self) -> None:
        if (self.single is None) == (self.autoencoder is None):
            raise ValueError(f"model {self.name!r}: give a single network, or an autoencoder")


def name_of(network: Callable[..., nn.Module]) -> str:
    """The name a network is kept under: a written one for ours, module and name for one of the user's.

    >>> name_of(Mlp)
    'seisweave.nowcast.models.mlp.Mlp'
    """
    return _NAMES.get(network) or f"{network.__module__}.{network.__qualname__}"


def single(name: str, network: Callable[..., nn.Module], cost: float = 2.0, **options: Any) -> Model:
    """A network over maps that nowcasts the next day's energy."""
    return Model(name, single=Part(network, NetworkOptions(**options), ranges=_map_ranges(network), cost=cost))


def joint(name: str, autoencoder: Part, predictor: Part, disturb: Literal["", "shuffled", "noise"] = "") -> Model:
    """An autoencoder, and a predictor of its novelty."""
    return Model(name, autoencoder=autoencoder, predictor=predictor, disturb=disturb)


def encoder(network: Callable[..., nn.Module] = Autoencoder, cost: float = 10.0, **options: Any) -> Part:
    """An autoencoder; by default EQPRED's."""
    return Part(network, AutoencoderOptions(**options), cost=cost)


def shortly(part: Part, epochs: int) -> Part:
    """The same, trained for fewer epochs."""
    return replace(part, training=replace(part.training, epochs=epochs))


def predictor(network: Callable[..., nn.Module], **options: Any) -> Part:
    """A predictor of a series."""
    ranges = {"window": (3, 10, 20, 50, 100), "units": (32, 64, 128)}
    return Part(network, NetworkOptions(**options), _PREDICTING, ranges, cost=0.3)


def temporal(**options: Any) -> Part:
    """EQPRED's temporal network."""
    made = TemporalOptions(**options)
    return Part(TemporalNetwork, made, _PREDICTING, {"window": (20, 40, 80, 100), "filters": (8, 16, 32)}, cost=0.5)


def _map_ranges(network: Callable[..., nn.Module]) -> dict[str, tuple]:
    """What the paper tries: units, filters, kernels, windows."""
    ranges: dict[str, tuple] = {"units": (32, 64, 128), "window": (3, 5, 10, 20)}
    if network in (Conv2dFc, Conv2dLstm, ConvLstmFc):
        ranges |= {"filters": (3, 8, 16, 40), "kernel": (3, 5, 7)}
    return ranges


EQPRED = "EQPRED"
_DENSE, _CONV = encoder(DenseAutoencoder, cost=1.5), encoder(ConvAutoencoder, cost=4.0)
_MLP, _LSTM = predictor(MlpPredictor, window=20), predictor(LstmPredictor, window=20, units=32)
_CONV1D = predictor(Conv1dPredictor, window=20, filters=16)

TABLE1 = (
    single("MLP", Mlp),
    single("LSTM", Lstm, cost=0.8),
    single("Conv2D-FC", Conv2dFc),
    single("Conv2D-LSTM", Conv2dLstm, cost=1.5),
    single("ConvLSTM2D-FC", ConvLstmFc, cost=6.0, filters=4, kernel=3),
    joint("MLP+MLP", _DENSE, _MLP),
    joint("MLP+LSTM", _DENSE, _LSTM),
    joint("MLP+Conv1D", _DENSE, _CONV1D),
    joint("Conv2D+MLP", _CONV, _MLP),
    joint("Conv2D+LSTM", _CONV, _LSTM),
    joint("Conv2D+Conv1D", _CONV, _CONV1D),
    joint(EQPRED, encoder(), temporal()),
)
OTHERS = (
    joint("EQPRED, days shuffled", encoder(), temporal(), "shuffled"),
    joint("EQPRED, Gaussian noise", encoder(), temporal(), "noise"),
    joint("EQPRED, 8 epochs", shortly(encoder(), 8), temporal()),
    Model("VAE", autoencoder=encoder(VariationalAutoencoder)),
    joint("W/O skip connections", encoder(short_skips=False, long_skips=False), temporal()),
    joint("W/O local temporal attention", encoder(), temporal(attention=False)),
    *(Model(f"latent {size}", autoencoder=encoder(bottleneck=size)) for size in (16, 64, 128, 1024)),
)
MODELS: dict[str, Model] = {model.name: model for model in (*TABLE1, *OTHERS)}
TABLES: dict[str, tuple[str, ...]] = {
    "table1": (*(model.name for model in TABLE1), "EQPRED, days shuffled", "EQPRED, Gaussian noise"),
    "table1, prospective": (*(model.name for model in TABLE1), "EQPRED, 8 epochs"),
    "table2": (EQPRED, "VAE"),
    "table3": ("latent 16", "latent 64", "latent 128", "latent 1024"),
    "table4": ("W/O skip connections", "W/O local temporal attention", EQPRED),
}
