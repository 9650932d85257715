"""What is kept: drafts, responses, questionnaires' versions, and responses as DataFrames."""

from survey_app.storage.batches import Difference, Folded, Standing
from survey_app.storage.desk.attempts import Held
from survey_app.storage.desk.audit import COMMAND_LINE, Act, Head, Sought
from survey_app.storage.desk.coverage import OnDay
from survey_app.storage.desk.madeup import DEMO
from survey_app.storage.desk.person import Person, Refused
from survey_app.storage.desk.saved import SavedTable
from survey_app.storage.desk.sessions import Session
from survey_app.storage.dialogue import LONGEST, Sent
from survey_app.storage.drafts import Draft
from survey_app.storage.evidence import EvidenceFile, TooManyFiles
from survey_app.storage.newresponse import RECEIVED, NewResponse
from survey_app.storage.pauses import Pause
from survey_app.storage.receipts import CODE_LENGTH, CODE_SIGNS, RECEIPT_DIGITS
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.storage import Arrival, Storage, open_storage

__all__ = [
    "CODE_LENGTH",
    "CODE_SIGNS",
    "COMMAND_LINE",
    "DEMO",
    "LONGEST",
    "RECEIPT_DIGITS",
    "RECEIVED",
    "Act",
    "Arrival",
    "Difference",
    "Draft",
    "EvidenceFile",
    "Folded",
    "Head",
    "Held",
    "NewResponse",
    "OnDay",
    "Pause",
    "Person",
    "Refused",
    "SavedTable",
    "Sent",
    "Session",
    "Sought",
    "Standing",
    "Storage",
    "StoredResponse",
    "TooManyFiles",
    "Wanted",
    "open_storage",
]
