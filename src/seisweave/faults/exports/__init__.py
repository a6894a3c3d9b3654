"""Fault networks for other programs: Google Earth, ParaView, GOCAD, OpenQuake, GMT and GIS; one file a format."""

from seisweave.faults.exports.formats import export_network
from seisweave.faults.exports.options import ExportOptions

__all__ = ["ExportOptions", "export_network"]
