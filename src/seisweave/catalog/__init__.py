"""Earthquake catalogs: one record, many formats, nothing lost in silence."""

from seisweave.catalog.as_catalog import as_catalog
from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.checks import check
from seisweave.catalog.completeness import Completeness, CompletenessOptions, estimate_completeness
from seisweave.catalog.declustering.decluster import decluster
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.catalog.download import Downloaded, EventQuery, download_catalog
from seisweave.catalog.gutenberg_richter import BValue, b_positive, b_value
from seisweave.catalog.local_xyz import LocalPoints, read_local_xyz
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.read import ReadOptions, read_catalog
from seisweave.catalog.selection import Selection
from seisweave.catalog.summary import CatalogSummary, summarize
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.catalog.write import write_catalog

__all__ = [
    "BValue",
    "Catalog",
    "CatalogSummary",
    "Completeness",
    "CompletenessOptions",
    "DeclusterOptions",
    "Declustered",
    "Downloaded",
    "EventQuery",
    "LocalPoints",
    "LocalProjection",
    "LocationUncertainty",
    "Provenance",
    "ReadOptions",
    "Selection",
    "as_catalog",
    "b_positive",
    "b_value",
    "check",
    "decluster",
    "download_catalog",
    "estimate_completeness",
    "read_catalog",
    "read_local_xyz",
    "summarize",
    "write_catalog",
]
