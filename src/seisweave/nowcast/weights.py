"""Weights of networks on disk: safetensors, whole or not at all; nothing but numbers is ever read."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.storage import write_whole


def save_weights(network: nn.Module, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write the weights of a network as safetensors, whole or not at all: a fit is finished when they are there."""
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    content = save(tensors, metadata)
    write_whole(path, lambda file: file.write(content))


def load_weights(network: nn.Module, path: Path) -> None:
    """Read weights into a network of the same shape; nothing but numbers is ever read.

    Errors: InputError for a file that is missing, damaged, or of another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); train the model again") from None
    except SafetensorError as error:
        raise InputError(f"{path}: damaged weights ({str(error)[:100]}); train the model again") from None
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if wanted != found:
        name = min(set(wanted.items()) ^ set(found.items()))[0]
        raise InputError(
            f"{path}: weights of another network ({name} is {found.get(name)}, not {wanted.get(name)}); give the folder"
            " of one model, unchanged"
        )
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise InputError(f"{path}: damaged weights (not all are numbers); train the model again")
    network.load_state_dict(tensors)
