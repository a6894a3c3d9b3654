"""A result folder as a page shows it: its summary, its tables, its pictures, each as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.report.results.kinds import EXPORTS
from seisweave.storage import SUMMARY, read_summary
from seisweave.stored_files import stored_file
from seisweave.stored_json import read_json

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ShownFolder:
    """A folder that a section tells of, by its name.

    `anchor` is the section's place in the page, for what it links and saves.
    """

    path: Path
    anchor: str
    name: str
    summary: dict[str, Any]

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return stored_file(self.path, name).is_file()

    def bytes_of(self, name: str) -> bytes:
        """A file. Errors: OSError where there is none, InputError for a link out of the folder."""
        return stored_file(self.path, name).read_bytes()

    def size_of(self, name: str) -> int:
        """Bytes of a file. Errors: as of `bytes_of`."""
        return stored_file(self.path, name).stat().st_size

    def table(self, name: str, rows: int | None = None) -> pd.DataFrame:
        """A CSV or Parquet file, or its first rows. Errors: as of `bytes_of`; what pandas raises for another file."""
        import pandas as pd

        path = stored_file(self.path, name)
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, nrows=rows, **_PLAIN)

    def rows_of(self, name: str) -> int:
        """How many rows a CSV file has. Errors: as of `table`."""
        import pandas as pd

        return len(pd.read_csv(stored_file(self.path, name), usecols=[0], **_PLAIN))


_PLAIN: dict[str, Any] = {"na_values": [""], "keep_default_na": False}  # a model may be called None


def read_folder(path: Path, anchor: str, name: str = "") -> ShownFolder:
    """Read a folder's summary, and see that its files of data are those that were written with it.

    `name` is its own unless told.

    Errors: what reading raises: OSError where there is no summary, InputError for a link out of the folder, ValueError
    for a file that is not as it was written.
    """
    name = name or path.resolve().name
    if not (path / SUMMARY).is_file() and (path / EXPORTS).is_file():
        exported = read_json(stored_file(path, EXPORTS))
        if not isinstance(exported, dict):
            raise ValueError(f"{EXPORTS} is no object")
        return ShownFolder(path, anchor, name, exported)
    there = [each.name for each in sorted(path.iterdir()) if each.is_file() and each.name != SUMMARY]
    return ShownFolder(path, anchor, name, read_summary(path, _of_data(there), every=".csv"))


def _of_data(names: list[str]) -> list[str]:
    """Files whose digests a summary has; pictures and pages may be changed freely."""
    return [name for name in names if Path(name).suffix in (".nc", ".json", ".csv", ".parquet", ".dat", ".safetensors")]
