"""Batches: responses in Parquet files that tables are counted from. A cache: the database is the truth."""

from survey_app.storage.batches.batches import Batches, Folded, Standing
from survey_app.storage.batches.parts import BatchedParts
from survey_app.storage.batches.streaming import Stream
from survey_app.storage.batches.verifying import Difference

__all__ = ["BatchedParts", "Batches", "Difference", "Folded", "Standing", "Stream"]
