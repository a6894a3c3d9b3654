"""The one registry of the models of the tables: rows 1-12 of Feng & Fox (2021), its ablations, its latent sizes.

A row is a single network over maps, or an autoencoder and a predictor of its novelty; rows with equal parts share the
fit of that part. To add a model, write its network in a file of its own and add one line to `MODELS`; from outside the
package, name that line's object on the command line (`--add module:NAME`). A network over maps takes `(shape, options)`
and gives (b, t, h, w) -> (b, t); a predictor takes `(options, channels)` and gives (b, c, t) -> (b, t); an autoencoder
takes `(shape, options)` and gives maps back. Each owns its loss. A model that `with_covariates` makes is given the
channels of `--channel` too: a network over maps (b, t, 1 + 2c, h, w), beside the map of each step what is known of the
next one's c channels and where they are missing; a predictor as many more series, as `covariate_series` makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from torch import nn

from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.options import AutoencoderOptions, TemporalOptions
from seisweave.nowcast.region.temporal import TemporalNetwork
from seisweave.nowcast.region.vae import VariationalAutoencoder
from seisweave.studies.eqpred.models.code_network import CodeNetwork
from seisweave.studies.eqpred.models.conv2d_fc import Conv2dFc
from seisweave.studies.eqpred.models.conv2d_lstm import Conv2dLstm
from seisweave.studies.eqpred.models.conv_autoencoder import ConvAutoencoder
from seisweave.studies.eqpred.models.convlstm_fc import ConvLstmFc
from seisweave.studies.eqpred.models.dense_autoencoder import DenseAutoencoder
from seisweave.studies.eqpred.models.lstm import Lstm
from seisweave.studies.eqpred.models.mlp import Mlp
from seisweave.studies.eqpred.models.options import ConvOptions, DenseOptions, NetworkOptions
from seisweave.studies.eqpred.models.predictors import Conv1dPredictor, LstmPredictor, MlpPredictor

_NAMES: dict[Callable[..., nn.Module], str] = {  # in the keys of kept fits; they stay when a file moves
    Autoencoder: "seisweave.nowcast.autoencoder.Autoencoder",
    VariationalAutoencoder: "seisweave.nowcast.vae.VariationalAutoencoder",
    TemporalNetwork: "seisweave.nowcast.temporal.TemporalNetwork",
    CodeNetwork: "seisweave.studies.eqpred.models.code_network.CodeNetwork",
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
# the paper names the batches, and says of step sizes that they are "fine-tuned"
_TRAININGS: dict[str, tuple] = {"batch": (16, 64, 128), "learning_rate": (3e-4, 1e-3, 3e-3)}
_RATES: dict[str, tuple] = {"learning_rate": (1e-3, 3e-3, 1e-2)}  # of predictors, whose batch is the whole series
_LAYERS: dict[Callable[..., nn.Module], dict[str, tuple]] = {
    **{network: {"layers": (2, 3, 4, 5)} for network in (Mlp, MlpPredictor)},
    **{network: {"layers": (1, 2, 3)} for network in (Lstm, LstmPredictor)},
}
_SIZES: dict[Callable[..., nn.Module], type[AutoencoderOptions]] = {
    DenseAutoencoder: DenseOptions,
    ConvAutoencoder: ConvOptions,
}
_IN_SIZE: dict[Callable[..., nn.Module], dict[str, tuple]] = {
    DenseAutoencoder: {"units": (32, 64, 128), "layers": (3, 4, 5)},
    ConvAutoencoder: {"filters": (3, 8, 16, 40), "kernel": (3, 5, 7)},
}


@dataclass(frozen=True)
class Part:
    """A kind of network, its options and its training.

    `ranges` are what is tried of some options, of the network or of its training; `cost` is the time of a fit in
    arbitrary units, for the order of fits and what is told about progress.
    """

    network: Callable[..., nn.Module]
    options: Any
    training: TrainingOptions = _MAPS
    ranges: Mapping[str, tuple] = field(default_factory=dict, compare=False)
    cost: float = field(default=1.0, compare=False)
    covariates: bool = False

    def trial(self, **chosen: Any) -> Part:
        """The same with other options, of the network where it has them, or else of its training.

        >>> encoder().trial(bottleneck=64, batch=16).training.batch
        16
        """
        own = {f.name for f in fields(self.options)}
        options = replace(self.options, **{name: value for name, value in chosen.items() if name in own})
        training = replace(self.training, **{name: value for name, value in chosen.items() if name not in own})
        return replace(self, options=options, training=training)

    def setting(self, name: str) -> Any:
        """The value of an option, of the network or of its training."""
        return getattr(self.options if hasattr(self.options, name) else self.training, name)


@dataclass(frozen=True)
class Model:
    """One row: a `single` network over maps, or an `autoencoder`, with or without a `predictor`.

    With `disturb`, the predictor is given the novelty with its days shuffled, or noise: a control in which there is
    nothing to know. With `target` code it nowcasts what the encoder gives of a day, as eq. 8 is printed.
    """

    name: str
    single: Part | None = None
    autoencoder: Part | None = None
    predictor: Part | None = None
    disturb: Literal["", "shuffled", "noise"] = ""
    target: Literal["novelty", "code"] = "novelty"

    @property
    def parts(self) -> dict[str, Part]:
        """Its parts by name, in the order in which they are fitted."""
        named = {"single": self.single, "autoencoder": self.autoencoder, "predictor": self.predictor}
        return {name: part for name, part in named.items() if part is not None}

    def __post_init__(self) -> None:
        if (self.single is None) == (self.autoencoder is None):
            raise ValueError(f"model {self.name!r}: give a single network, or an autoencoder")
        if self.covariates and self.target == "code":
            raise ValueError(f"model {self.name!r}: a predictor of codes takes no covariates; let it nowcast novelty")

    @property
    def covariates(self) -> bool:
        """Whether a part of it is given covariates."""
        return any(part.covariates for part in self.parts.values())


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


def with_covariates(model: Model) -> Model:
    """The same, given the channels: to its single network, or its predictor.

    >>> with_covariates(single("mine", Mlp)).covariates
    True
    """
    if model.single is None and model.predictor is None:
        raise ValueError(f"model {model.name!r}: an autoencoder alone takes no covariates; give it a predictor")
    given = {name: replace(part, covariates=True) for name, part in model.parts.items() if name != "autoencoder"}
    return replace(model, **given)


def encoder(network: Callable[..., nn.Module] = Autoencoder, cost: float = 10.0, **options: Any) -> Part:
    """An autoencoder; by default EQPRED's. An option that is given is not tried in a search."""
    tried = {"bottleneck": (16, 64, 128, 1024), **_IN_SIZE.get(network, {}), **_TRAININGS}
    ranges = {name: values for name, values in tried.items() if name not in options}
    return Part(network, _SIZES.get(network, AutoencoderOptions)(**options), ranges=ranges, cost=cost)


def shortly(part: Part, epochs: int) -> Part:
    """The same, trained for fewer epochs."""
    return replace(part, training=replace(part.training, epochs=epochs))


def predictor(network: Callable[..., nn.Module], **options: Any) -> Part:
    """A predictor of a series."""
    ranges = {"window": (3, 10, 20, 50, 100), "units": (32, 64, 128), **_LAYERS.get(network, {}), **_RATES}
    return Part(network, NetworkOptions(**options), _PREDICTING, ranges, cost=0.3)


def temporal(**options: Any) -> Part:
    """EQPRED's temporal network."""
    made = TemporalOptions(**options)
    ranges = {"window": (20, 40, 80, 100), "filters": (8, 16, 32), **_RATES}
    return Part(TemporalNetwork, made, _PREDICTING, ranges, cost=0.5)


def nowcaster_of_codes(**options: Any) -> Part:
    """EQPRED's temporal network for as many series as the bottleneck has numbers."""
    return replace(temporal(**options), network=CodeNetwork)


def _map_ranges(network: Callable[..., nn.Module]) -> dict[str, tuple]:
    """What is tried: units, layers, filters, kernels, windows, batches as in the paper, and step sizes."""
    ranges: dict[str, tuple] = {"units": (32, 64, 128), "window": (3, 5, 10, 20), **_LAYERS.get(network, {})}
    if network in (Conv2dFc, Conv2dLstm, ConvLstmFc):
        ranges |= {"filters": (3, 8, 16, 40), "kernel": (3, 5, 7)}
    return ranges | _TRAININGS


EQPRED, CODE = "EQPRED", "EQPRED, code (eq. 8)"
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
    replace(joint(CODE, encoder(), nowcaster_of_codes()), target="code"),
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
