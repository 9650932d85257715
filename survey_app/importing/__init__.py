"""What comes in: tables of answers, from other programs and from our own exports."""

from survey_app.importing.mapping import Mapping, MappingError, read_mapping
from survey_app.importing.report import Complaint, ImportReport
from survey_app.importing.run import import_file

__all__ = [
    "Complaint",
    "ImportReport",
    "Mapping",
    "MappingError",
    "import_file",
    "read_mapping",
]
