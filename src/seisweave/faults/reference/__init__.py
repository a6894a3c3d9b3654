"""The published program of Kamer, Ouillon & Sornette (2020), to the letter: same batches, same boxes, same weights."""

from seisweave.faults.reference.reconstruct import reconstruct_reference

__all__ = ["reconstruct_reference"]
