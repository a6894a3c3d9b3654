"""Weights of networks on disk: safetensors, whole or not at all; nothing but numbers is ever read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.storage import write_whole
from seisweave.stored_files import refused

_MOST_HEADER = 1_000_000  # bytes of a file that names the weights
_ABOVE_ZERO = ("running_var", "scale")  # buffers that are divided by
Networks = TypeVar("Networks", bound=Sequence[nn.Module])


def save_weights(network: nn.Module, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write the weights of a network as safetensors, whole or not at all: a fit is finished when they are there."""
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    content = save(tensors, metadata)
    write_whole(path, lambda file: file.write(content))


def blank(make: Callable[[], Networks]) -> Networks:
    """Networks with shapes alone, which take no memory however large they are."""
    with torch.device("meta"):
        return make()


def check_size(network: nn.Module, path: Path) -> None:
    """Refuse a file whose size is not that of the network's weights, before either is in memory.

    Errors: InputError.
    """
    weights = sum(tensor.nbytes for tensor in network.state_dict().values())
    try:
        found = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); train the model again") from None
    if not weights < found <= weights + _MOST_HEADER:
        raise InputError(
            f"{path}: damaged weights, or weights of another network ({found:,} bytes in place of {weights:,} and a"
            " header); train the model again"
        )


def load_weights(network: nn.Module, path: Path) -> None:
    """Read weights into a network of the same shape; nothing but numbers is ever read.

    Errors: InputError for a file that is missing, damaged, or of another network.
    """
    from safetensors.torch import load

    check_size(network, path)
    try:
        tensors = load(path.read_bytes())
    except Exception as error:
        raise refused(path, error, "train the model again", "damaged weights") from None
    wanted = {name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in network.state_dict().items()}
    found = {name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in tensors.items()}
    if wanted != found:
        name = min(set(wanted.items()) ^ set(found.items()))[0]
        raise InputError(
            f"{path}: weights of another network ({name} is {found.get(name)}, not {wanted.get(name)}); give the folder"
            " of one model, unchanged"
        )
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise InputError(f"{path}: damaged weights (not all are numbers); train the model again")
    spread = [tensor for name, tensor in tensors.items() if name.rpartition(".")[2] in _ABOVE_ZERO]
    if not all(bool((tensor >= 0).all()) for tensor in spread):
        raise InputError(f"{path}: damaged weights (a scale below zero); train the model again")
    network.load_state_dict(tensors)
