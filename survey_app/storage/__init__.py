"""What is kept: drafts, responses, questionnaires' versions, and responses as DataFrames."""

from survey_app.storage.batches import BatchedParts, Batches, Difference, Folded, Standing
from survey_app.storage.dialogue import LONGEST, Addition, Dialogue, Inquiry, Sent
from survey_app.storage.drafts import Draft
from survey_app.storage.evidence import EvidenceFile, SentFile, TooManyFiles
from survey_app.storage.newresponse import RECEIVED, WITHDRAWN, NewResponse
from survey_app.storage.pauses import Pause
from survey_app.storage.receipts import CODE_LENGTH, CODE_SIGNS, RECEIPT_DIGITS
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.storage import Arrival, Looked, Storage, open_storage

__all__ = [
    "CODE_LENGTH",
    "CODE_SIGNS",
    "LONGEST",
    "RECEIPT_DIGITS",
    "RECEIVED",
    "WITHDRAWN",
    "Addition",
    "Arrival",
    "BatchedParts",
    "Batches",
    "Dialogue",
    "Difference",
    "Draft",
    "EvidenceFile",
    "Folded",
    "Inquiry",
    "Looked",
    "NewResponse",
    "Pause",
    "Progress",
    "Sent",
    "SentFile",
    "Standing",
    "Storage",
    "StoredResponse",
    "TooManyFiles",
    "Wanted",
    "open_storage",
]
