"""The catalog of a station on disk: a log of all that became known of each event, and when."""

from seisweave.catalog.store.changes import Changes, changes_of
from seisweave.catalog.store.store import Store, open_store

__all__ = ["Changes", "Store", "changes_of", "open_store"]
