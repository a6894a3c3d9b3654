"""Forecasts on record: issued from models at an instant, each a file that never changes, and scored by what came."""

from seisweave.issued.folder import IssuedFile, issued_in, read_issued
from seisweave.issued.record import IssuedForecast

__all__ = ["IssuedFile", "IssuedForecast", "issued_in", "read_issued"]
