"""Work on a dask cluster instead of this machine alone."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from seisweave.errors import InputError

Cluster = Annotated[str | None, typer.Option("--cluster", metavar="ADDRESS", help="Work on the dask scheduler there.")]
_PATIENCE_S = 10


@contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """Send what joblib does in parallel to the dask scheduler at this address; None: stay on this machine.

    A worker that dies is made up for by the others. Errors: InputError when nothing answers at the address, or
    the cluster is lost in the middle.
    """
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError
    except ModuleNotFoundError:
        raise InputError("--cluster needs dask; install it with: pip install 'seisweave[cluster]'") from None
    from joblib import parallel_config

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_PATIENCE_S)
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}: no dask scheduler answers there ({error})") from None
    try:
        with client, parallel_config(backend="dask"):
            yield
    except TimeoutError:
        raise InputError(f"--cluster {address}: has no worker; start some with: dask worker {address}") from None
    except (CancelledError, KilledWorker, CommClosedError) as error:
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        raise InputError(f"--cluster {address}: was lost ({told}); mend it and go on with --resume") from None
