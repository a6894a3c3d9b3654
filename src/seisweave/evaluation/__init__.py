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
from seisweave.evaluation.chances import (
    ChanceScores,
    PartScores,
    fresh_days,
    later_alarms,
    score_chances,
    true_base_rate,
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
from seisweave.evaluation.membership import adjusted_rand_index, count_found, rand_index

__all__ = [
    "ChanceScores",
    "Decisions",
    "Interval",
    "Molchan",
    "PartScores",
    "ReliabilityTable",
    "adjusted_rand_index",
    "best_threshold",
    "brier_skill",
    "count_found",
    "decide",
    "fresh_days",
    "holm",
    "information_gain",
    "later_alarms",
    "log_scores",
    "molchan",
    "molchan_skill",
    "pr_auc",
    "rand_index",
    "reliability_table",
    "roc_auc",
    "score_chances",
    "share_holding",
    "true_base_rate",
]
