"""What the script of a page reads of its data, read here."""

import gzip
import json
import re
from base64 import b64decode

import numpy as np


def arrays_of(told: dict, packed: str) -> dict[str, np.ndarray]:
    """The arrays of a block by name."""
    raw = gzip.decompress(b64decode(packed))
    return {name: np.frombuffer(raw, f"<{kind}", n, at) for name, (kind, at, n) in told["arrays"].items()}


def views_of(page: str, anchor: str = "result-1") -> tuple[dict, dict[str, np.ndarray]]:
    """JSON and arrays of a result in a page."""
    told = re.search(rf'<script type="application/json" id="{anchor}-told">(.*?)</script>', page, re.DOTALL)
    packed = re.search(rf'<script type="application/base64" id="{anchor}-events">(.*?)</script>', page, re.DOTALL)
    assert told
    assert packed
    return json.loads(told[1]), arrays_of(json.loads(told[1]), packed[1])
