"""Whether the devices that a training asks for are on this machine; asked before anything else is done."""

from __future__ import annotations

from seisweave.errors import InputError

_MAKERS = {"auto": (), "cpu": (), "gpu": ("cuda", "mps"), "cuda": ("cuda",), "mps": ("mps",)}


def check_accelerator(accelerator: str) -> None:
    """Refuse a kind of device that is none. Errors: InputError."""
    if accelerator not in _MAKERS:
        raise InputError(f"accelerator is {accelerator!r}; choose auto, cpu, gpu, cuda or mps")


def check_devices(accelerator: str, devices: int = 1) -> None:
    """Refuse devices that torch does not find here; on the processor any number of processes can train.

    Arguments:
        accelerator: auto, cpu, gpu, cuda or mps.
        devices: how many of them.

    Errors: InputError where there are fewer.

    >>> check_devices("cpu", 2)
    """
    there = _there(accelerator, devices)
    if there >= devices:
        return
    asked = f"cannot train on {devices} × {accelerator}"
    if not there:
        raise InputError(f"{asked}: torch finds no such device on this machine; give --accelerator cpu, or auto")
    raise InputError(
        f"{asked}: torch finds {there} of these devices on this machine; give --accelerator cpu, or --devices {there}"
    )


def accelerator_here(accelerator: str, devices: int = 1) -> str:
    """The same where torch finds as many of it here, cpu otherwise: a model of another machine goes on learning.

    >>> accelerator_here("cpu", 2)
    'cpu'
    """
    return accelerator if _there(accelerator, devices) >= devices else "cpu"


def _there(accelerator: str, devices: int) -> int:
    """How many of the devices are here; as many as are asked for on the processor."""
    wanted = _MAKERS[accelerator]
    if accelerator == "auto" and devices > 1 and _found("cuda"):
        wanted = ("cuda",)
    return max((_found(kind) for kind in wanted), default=devices)


def _found(kind: str) -> int:
    """How many devices of a kind torch finds."""
    import torch

    if kind == "mps":
        return int(torch.backends.mps.is_available())
    return torch.cuda.device_count() if torch.cuda.is_available() else 0
