"""Scores of results against what is true: arrays in, numbers out."""

from seisweave.evaluation.alarms import (
    Decisions,
    Molchan,
    best_threshold,
    decide,
    molchan,
    molchan_skill,
    pr_auc,
    roc_auc,
    share_holding,
)
from seisweave.evaluation.information import (
    Interval,
    ReliabilityTable,
    brier_skill,
    holm,
    information_gain,
    log_scores,
    reliability_table,
)
from seisweave.evaluation.membership import adjusted_rand_index, rand_index

__all__ = [
    "Decisions",
    "Interval",
    "Molchan",
    "ReliabilityTable",
    "adjusted_rand_index",
    "best_threshold",
    "brier_skill",
    "decide",
    "holm",
    "information_gain",
    "log_scores",
    "molchan",
    "molchan_skill",
    "pr_auc",
    "rand_index",
    "reliability_table",
    "roc_auc",
    "share_holding",
]
