"""What is kept: drafts, responses, questionnaires' versions, and responses as DataFrames."""

from survey_app.storage.batches import BatchedParts, Batches, Difference, Folded, Standing
from survey_app.storage.desk.attempts import Held
from survey_app.storage.desk.audit import COMMAND_LINE, Act, Audit, Head, Sought
from survey_app.storage.desk.coverage import FromPlace, OnDay
from survey_app.storage.desk.madeup import DEMO
from survey_app.storage.desk.milestones import Reached
from survey_app.storage.desk.people import People
from survey_app.storage.desk.person import Person, Refused
from survey_app.storage.desk.saved import Saved, SavedTable
from survey_app.storage.desk.sessions import Session, Sessions
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
    "COMMAND_LINE",
    "DEMO",
    "LONGEST",
    "RECEIPT_DIGITS",
    "RECEIVED",
    "WITHDRAWN",
    "Act",
    "Addition",
    "Arrival",
    "Audit",
    "BatchedParts",
    "Batches",
    "Dialogue",
    "Difference",
    "Draft",
    "EvidenceFile",
    "Folded",
    "FromPlace",
    "Head",
    "Held",
    "Inquiry",
    "Looked",
    "NewResponse",
    "OnDay",
    "Pause",
    "People",
    "Person",
    "Progress",
    "Reached",
    "Refused",
    "Saved",
    "SavedTable",
    "Sent",
    "SentFile",
    "Session",
    "Sessions",
    "Sought",
    "Standing",
    "Storage",
    "StoredResponse",
    "TooManyFiles",
    "Wanted",
    "open_storage",
]
