"""What is kept: drafts, responses, questionnaires' versions, and responses as DataFrames."""

from survey_app.storage.drafts import Draft
from survey_app.storage.evidence import EvidenceFile, SentFile, TooManyFiles
from survey_app.storage.newresponse import RECEIVED, NewResponse
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.storage import Looked, Storage, open_storage

__all__ = [
    "RECEIVED",
    "Draft",
    "EvidenceFile",
    "Looked",
    "NewResponse",
    "SentFile",
    "Storage",
    "StoredResponse",
    "TooManyFiles",
    "Wanted",
    "open_storage",
]
