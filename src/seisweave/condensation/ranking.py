"""The ranking of Gaussians, and one random stream for each, both made from what they are and not from where they stand.

Best located first: by size, the square root of the trace of the covariance (Kamer et al. 2015), then by content.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt64

from seisweave.condensation.event_gaussians import EventGaussians

CLASSES_PER_OCTAVE = 8


@dataclass(frozen=True, eq=False)
class Ranking:
    """What the transfer needs beside the Gaussians (m of them, n events).

    position: rows of the input, best located first. size_km and stream are in that order; event_stream is by event.
    """

    position: Int[np.ndarray, " m"]
    size_km: Float[np.ndarray, " m"]
    stream: UInt64[np.ndarray, " m"]
    event_stream: UInt64[np.ndarray, " n"]


def rank_gaussians(gaussians: EventGaussians, seed: int, tie: Int[np.ndarray, " n"] | None = None) -> Ranking:
    """Rank Gaussians, best located first, and key their streams.

    Gaussians of equal content are ordered by their event's content, then by `tie` (a number an event, the row
    where not given): such events are interchangeable. Their streams differ by how many came before.
    """
    size = np.sqrt(np.trace(gaussians.covariance_km2, axis1=1, axis2=2))
    content = _content(gaussians)
    event_content = np.zeros(gaussians.n_events, np.uint64)
    np.add.at(event_content, gaussians.event, mixed(content))  # in any order the same: whole numbers wrap
    tie = np.arange(gaussians.n_events) if tie is None else tie
    position = np.lexsort((tie[gaussians.event], event_content[gaussians.event], content, size))
    key = mixed(np.array([seed], np.uint64))
    return Ranking(
        position,
        size[position],
        mixed(content[position] ^ mixed(_earlier(content[position]) ^ key)),
        _event_streams(event_content, tie, key),
    )


def size_classes(size_km: Float[np.ndarray, " m"], vote: str) -> Int[np.ndarray, " m"]:
    """Rank of each Gaussian, 0 for the best located; equals do not give to each other.

    reference: the distinct sizes. current: steps of an eighth of an octave (9 percent), because errors are hardly
    known better than that.
    """
    if vote == "reference":
        key = size_km
    else:
        with np.errstate(divide="ignore"):
            key = np.floor(CLASSES_PER_OCTAVE * np.log2(size_km))
    return np.unique(key, return_inverse=True)[1]


def mixed(z: UInt64[np.ndarray, " m"]) -> UInt64[np.ndarray, " m"]:
    """Scramble 64 bits: the finisher of SplitMix64 (Steele, Lea & Flood 2014) after one step."""
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _content(gaussians: EventGaussians) -> np.ndarray:
    """Hash of mean, covariance and weight."""
    row, column = np.triu_indices(gaussians.dimensions)
    table = [*gaussians.mean_km.T, *gaussians.covariance_km2[:, row, column].T, gaussians.weight]
    content = np.zeros(len(gaussians), np.uint64)
    for values in table:
        content = mixed(content ^ np.ascontiguousarray(values).view(np.uint64))
    return content


def _earlier(content: np.ndarray) -> np.ndarray:
    """How many equal values came before each, equal values standing side by side."""
    start = np.concatenate([[True], content[1:] != content[:-1]])
    first = np.maximum.accumulate(np.where(start, np.arange(len(content)), 0))
    return (np.arange(len(content)) - first).astype(np.uint64)


def _event_streams(content: np.ndarray, tie: np.ndarray, key: np.ndarray) -> np.ndarray:
    order = np.lexsort((tie, content))
    stream = np.empty(len(content), np.uint64)
    stream[order] = mixed(content[order] ^ mixed(_earlier(content[order]) ^ ~key))
    return stream
