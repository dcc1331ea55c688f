"""An author's own X data export, as the zip that X sends or as a folder: its threads, and nothing private."""

from harvester.xexport.files import BrokenPartError, Export, find_export, is_export_folder
from harvester.xexport.reading import Counts, ExportReading, ReadThread, read_export

__all__ = [
    "BrokenPartError",
    "Counts",
    "Export",
    "ExportReading",
    "ReadThread",
    "find_export",
    "is_export_folder",
    "read_export",
]
