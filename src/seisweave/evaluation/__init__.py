"""Scores of results against what is true: arrays in, numbers out."""

from seisweave.evaluation.membership import adjusted_rand_index, rand_index

__all__ = ["adjusted_rand_index", "rand_index"]
