"""Forecasts on record: issued from models at an instant, each a file that never changes, and scored by what came."""

from seisweave.issued.evaluate import IssuedScores, evaluate_issued
from seisweave.issued.folder import IssuedFile, issued_in, read_issued
from seisweave.issued.from_etas import issue_etas
from seisweave.issued.from_place import issue_place
from seisweave.issued.options import IssueOptions
from seisweave.issued.record import IssuedForecast

__all__ = [
    "IssueOptions",
    "IssuedFile",
    "IssuedForecast",
    "IssuedScores",
    "evaluate_issued",
    "issue_etas",
    "issue_place",
    "issued_in",
    "read_issued",
]
