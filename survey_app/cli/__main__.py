"""`python -m survey_app.cli` is `survey`."""

from survey_app.cli import main

main()
