"""Files that respondents add: what comes in from anywhere, a clean file comes out, or words why not."""

from survey_app.evidence.cleaning import IN_A_FORM, LARGEST, CleanFile, Unfit, clean

__all__ = ["IN_A_FORM", "LARGEST", "CleanFile", "Unfit", "clean"]
