"""What files of tables are called: whole words, whole numbers, no bracket left open."""

from __future__ import annotations

import pytest

from survey_app.research.tables.naming import LONGEST, fit

LONG = "您" * (LONGEST - 8)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("地区 × 总体满意度", "地区×总体满意度"),
        (f"{LONG}，自 2021-06-30 起", f"{LONG}，自"),
        (f"{LONG}（2021年6月至10月）", LONG),
        ("one " * 14 + "twofold threefold", "-".join(["one"] * 14)),
        ("w" * (LONGEST + 9), "w" * LONGEST),
        ("您" * (LONGEST + 9), "您" * LONGEST),
        (f"（{'您' * LONGEST}）", f"（{'您' * (LONGEST - 1)}"),
    ],
)
def test_a_long_name_ends_with_a_whole_word(words: str, named: str):
    assert fit(words) == named
    assert len(fit(words)) <= LONGEST
