"""The figures that Feng & Fox (2021) print in Tables I-IV, to stand beside ours."""

from __future__ import annotations

_COLUMNS = ("mae", "precision", "recall", "f1", "f02", "nse")
_TABLE1 = {
    "MLP": (None, 0.2631, 0.2845, 0.2096, 0.2494, -1.4739),
    "LSTM": (None, 0.4596, 0.5186, 0.3801, 0.4058, -0.2059),
    "Conv2D-FC": (None, 0.4589, 0.3963, 0.4340, 0.4394, -0.1867),
    "Conv2D-LSTM": (None, 0.4299, 0.4069, 0.4217, 0.4243, -0.4022),
    "ConvLSTM2D-FC": (None, 0.4633, 0.3289, 0.3763, 0.3801, -0.1714),
    "MLP+MLP": (0.2570, 0.7525, 0.6338, 0.6652, 0.7113, 0.6778),
    "MLP+LSTM": (0.1637, 0.8420, 0.7085, 0.7599, 0.8021, 0.7890),
    "MLP+Conv1D": (0.1484, 0.8571, 0.9351, 0.8029, 0.8342, 0.8133),
    "Conv2D+MLP": (0.1484, 0.8577, 0.7944, 0.7887, 0.8098, 0.8108),
    "Conv2D+LSTM": (0.1410, 0.8640, 0.8776, 0.8609, 0.8683, 0.8222),
    "Conv2D+Conv1D": (0.0588, 0.9420, 0.9115, 0.8998, 0.8688, 0.9293),
    "EQPRED": (0.0483, 0.9563, 0.9016, 0.9251, 0.9341, 0.9323),
}
PUBLISHED: dict[str, dict[str, dict[str, float | None]]] = {
    "table1": {name: dict(zip(_COLUMNS, values, strict=True)) for name, values in _TABLE1.items()},
    "table2": {
        "EQPRED": {"mse": 0.148, "accuracy": 0.968, "variance": 1.432},
        "VAE": {"mse": 0.157, "accuracy": 0.971, "variance": 1.986},
    },
    "table3": {
        "latent 16": {"mse": 0.148, "accuracy": 0.968},
        "latent 64": {"mse": 0.140, "accuracy": 0.968},
        "latent 128": {"mse": 0.138, "accuracy": 0.972},
        "latent 1024": {"mse": 0.137, "accuracy": 0.984},
    },
    "table4": {
        "W/O skip connections": {"f1": 0.9001, "nse": 0.9233},
        "W/O local temporal attention": {"f1": 0.9247, "nse": 0.9289},
        "EQPRED": {"f1": 0.9251, "nse": 0.9323},
    },
}
COLUMNS = {
    "table1": _COLUMNS,
    "table2": ("mse", "accuracy", "variance"),
    "table3": ("mse", "accuracy"),
    "table4": ("f1", "nse"),
}


def outside(table: str = "table1") -> list[str]:
    """Rows whose printed F1 lies outside [precision, recall]: impossible for one confusion matrix.

    >>> len(outside())
    6
    """
    rows = PUBLISHED[table]
    return [name for name, row in rows.items() if not _between(row["f1"], row["precision"], row["recall"])]


def _between(value: float | None, one: float | None, other: float | None) -> bool:
    assert value is not None
    assert one is not None
    assert other is not None
    return min(one, other) <= value <= max(one, other)
