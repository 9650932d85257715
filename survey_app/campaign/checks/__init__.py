"""Checks that hold the parts of a questionnaire, and the files of a campaign, together. One module per subject."""
