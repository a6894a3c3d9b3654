"""Work spread over threads or processes of this machine, or over a dask cluster where joblib was told to use one.

A piece of work is a function with all that it needs, so that any worker can do it, and another where that one dies;
what it gives does not depend on where it is done. Inside `joblib.parallel_config(backend="dask")` pieces go to the
cluster: independent ones side by side (`spread`), work that is one chain as a whole (`sent`). Workers need the same
version of seisweave, and processors of the same kind where results are to be the same to the last bit.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import astuple
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from seisweave.interrupts import in_worker
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step

T = TypeVar("T")
_TELL_EVERY_S = 0.5


def on_a_cluster() -> bool:
    """Whether joblib was told to use a dask cluster."""
    return _client() is not None


def spread(
    work: Callable[..., T],
    pieces: Sequence[tuple],
    *,
    jobs: int | None = None,
    processes: bool = False,
    in_order: bool = True,
) -> Iterator[T]:
    """What work(*piece) gives for every piece, in order or as soon as each is done.

    Arguments:
        work: a function that can be pickled, where it may be done elsewhere.
        pieces: what it is called with.
        jobs: pieces at a time on this machine, by default as many as there are cores; a cluster has as many as it has
            threads.
        processes: on this machine each in a process with one thread, not in a thread.
        in_order: as the pieces are; else as they end.

    Errors: those of the work. An interrupt waits for the threads at work, and for no others.

    >>> list(spread(pow, [(2, 3), (3, 2)], jobs=2))
    [8, 9]
    """
    if on_a_cluster():
        yield from _there((_packed(work, *piece) for piece in pieces), in_order=in_order)
    elif processes:
        yield from _by_processes(work, pieces, jobs or available_cores(), in_order=in_order)
    else:
        with ThreadPoolExecutor(jobs or available_cores()) as pool:
            try:
                yield from pool.map(lambda piece: work(*piece), pieces)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def sent(work: Callable[[Progress | None], T], progress: Progress | None = None) -> T:
    """Do work that is one chain: on one worker of the cluster, where there is one, or here; its steps are told here.

    >>> sent(lambda progress: 2 + 2)
    4
    """
    client = _client()
    if client is None:
        return work(progress)
    topic = f"seisweave-{uuid.uuid4().hex}"
    with _heard(client, topic, progress):
        return next(_there([_packed(_telling, work, None if progress is None else topic)]))


def seen_by_all(folder: Path | None) -> Path | None:
    """A folder as every worker at work can name it; None where a worker of the cluster does not see it.

    >>> seen_by_all(Path("kept"))
    PosixPath('kept')
    """
    client = _client()
    if folder is None or client is None:
        return folder
    whole = folder.absolute()
    whole.mkdir(parents=True, exist_ok=True)
    mark = whole / f".seen-{uuid.uuid4().hex}"
    mark.touch()
    try:
        found = client.run(os.path.exists, str(mark))
    finally:
        mark.unlink()
    return whole if found and all(found.values()) else None


def _client() -> Any:
    """The client of the cluster that joblib works on; None on this machine."""
    from joblib.parallel import get_active_backend

    backend: Any = get_active_backend()[0]
    return backend.client if "Dask" in type(backend).__name__ else None


def _packed(work: Callable[..., Any], *given: Any) -> bytes:
    """A piece of work with its data, which so are not kept by one worker alone."""
    from cloudpickle import dumps

    return dumps((work, given))


def _there(pieces: Iterable[bytes], *, in_order: bool = True) -> Iterator[Any]:
    from joblib import Parallel, delayed

    how = "generator" if in_order else "generator_unordered"
    yield from Parallel(n_jobs=-1, return_as=how, batch_size=1)(delayed(_done)(piece) for piece in pieces)  # type: ignore[misc]


def _done(piece: bytes) -> Any:
    """Do a piece on a worker: by threads of that machine where it is spread again, and sums by one, as anywhere."""
    from cloudpickle import loads
    from joblib import parallel_config

    with parallel_config("threading"), _one_thread():
        work, given = loads(piece)
        return work(*given)


@contextmanager
def _one_thread() -> Iterator[None]:
    """The libraries of linear algebra with one thread: their sums would depend on how many there are."""
    try:
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:
        limits: Any = nullcontext()
    else:
        limits = threadpool_limits(1)
    with limits:
        yield


def _by_processes(work: Callable, pieces: Sequence[tuple], jobs: int, *, in_order: bool) -> Iterator[Any]:
    from joblib import Parallel, delayed, parallel_config

    home, how = os.getpid(), "generator" if in_order else "generator_unordered"
    tasks = (delayed(in_worker)(home, work, *piece) for piece in pieces)
    with parallel_config(backend="loky", inner_max_num_threads=1):
        parallel: Any = Parallel(n_jobs=min(jobs, len(pieces)) or 1, return_as=how, pre_dispatch="n_jobs")
    yield from parallel(tasks)


def _telling(work: Callable[[Progress | None], Any], topic: str | None) -> Any:
    """Do work on a worker whose steps are sent under a topic."""
    if topic is None:
        return work(None)
    from distributed import get_worker

    worker, last = get_worker(), -1.0

    def tell(step: Step) -> None:
        nonlocal last
        if monotonic() - last >= _TELL_EVERY_S:
            last = monotonic()
            worker.log_event(topic, astuple(step))

    return work(tell)


@contextmanager
def _heard(client: Any, topic: str, progress: Progress | None) -> Iterator[None]:
    """Tell of the steps that come under a topic."""
    if progress is None:
        yield
        return
    client.subscribe_topic(topic, lambda event: progress(Step(*event[1])))
    try:
        yield
    finally:
        client.unsubscribe_topic(topic)
