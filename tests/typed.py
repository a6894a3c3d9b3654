"""Annotations are checked while tests run: those of folders with compiled loops without the compiler, others with it.

Numba cannot compile what a checker wraps. The command line has no shapes to check.
"""

import os
from hashlib import sha256
from pathlib import Path

from jaxtyping import install_import_hook

SOURCE = Path(__file__).parents[1] / "src"
LOOPS = {path.parent for path in SOURCE.rglob("_*_numba.py")}
UNCOMPILED = os.environ.get("NUMBA_DISABLE_JIT") == "1"


def check_types() -> None:
    """Check arguments and results of what is imported from here on."""
    folders = [path for path in (SOURCE / "seisweave").iterdir() if path.is_dir() and path.name not in ("cli", "watch")]
    paths = [path for folder in folders for path in folder.rglob("*.py") if path.stem != "__init__"]
    checked = sorted(path for path in paths if bool(LOOPS & set(path.parents)) == UNCOMPILED)
    names = [".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in checked]
    install_import_hook(names, _checker(sha256(" ".join(names).encode()).hexdigest()))


def _checker(digest: str) -> str:
    """Whole numbers are floats too. Bytecode is kept by these words: what one run wraps another must not load."""
    return f"beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=bool({digest!r})))"
