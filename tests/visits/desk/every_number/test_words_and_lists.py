"""Words that recur, with how many say them and G²; the list of responses, and one response, as the export has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from math import log
from urllib.parse import urlencode, urlsplit

import pandas as pd
import pytest

from survey_app.campaign.columns import SPECIAL
from survey_app.tabulation.recurring import words_of
from tests.machinery.exported import Exported
from tests.machinery.sheet import Sheet
from tests.machinery.sides import side
from tests.visits.desk.every_number.asking import labels
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices

LEAST, LEAST_G2, FEW, OFTEN, PAGE = 3, 6.63, 8, 30, 50
RULES = ("3", "1993", "0", "6.63")
"""By which the page explains which words it shows, and whose ratio it is."""
WAYS = {"level:prefecture": "prefecture", "level:group": "group", "scheme:sc2021": "", "issue": ""}

Words = list[tuple[set[str], set[str]]]
"""Of each response that holds free words: these (as the product cuts them), and the groups that it belongs to."""


def spoken(exported: Exported, by: str) -> Words:
    """What drivers wrote, grouped."""
    found = exported.only(["driver"])
    (frame,) = found.frames.values()
    written = [name for name in ("B01_other", "B18_other", "B23") if name in frame.columns]
    groups = grouped(found, frame, by)
    return [
        (set().union(*(words_of(text) for text in texts if text)), mine)
        for texts, mine in zip(frame[written].to_numpy().tolist(), groups, strict=True)
        if any(texts)
    ]


def grouped(found: Exported, frame: pd.DataFrame, by: str) -> list[set[str]]:
    """The groups of each response."""
    if by.startswith("level:"):
        goals = [found.places.rolled(code, WAYS[by]) for code in frame["_region"]]
        known = (
            {*found.places.groups}
            if by == "level:group"
            else {c for c, of in found.places.levels.items() if of == WAYS[by]}
        )
        return [{goal} & known for goal in goals]
    issues = side(found, "issue", scheme=by.removeprefix("scheme:") if ":" in by else "")
    return [
        {code for code, has in zip(issues.codes, row, strict=True) if has and code not in SPECIAL}
        for row in issues.has
    ]


def g2(inside: int, size: int, outside: int, rest: int) -> float:
    """Twice the sum of seen × log(seen / expected) over said and not said, in the group and in the rest; signed."""
    if not size or not rest or inside + outside in (0, size + rest):
        return 0.0
    share = (inside + outside) / (size + rest)
    cells = [
        (inside, size * share),
        (size - inside, size * (1 - share)),
        (outside, rest * share),
        (rest - outside, rest * (1 - share)),
    ]
    ratio = 2 * sum(seen * log(seen / expected) for seen, expected in cells if seen)
    return ratio if inside / size >= outside / rest else -ratio


def typical(said: Words, group: str) -> list[tuple[str, int, int, float]]:
    """The words that tell a group from the rest: how many of both say each, and G²."""
    mine = [words for words, groups in said if group in groups]
    others = [words for words, groups in said if group not in groups]
    inside, outside = (Counter(word for words in some for word in words) for some in (mine, others))
    found = []
    for word in inside | outside:
        ratio = g2(inside[word], len(mine), outside[word], len(others))
        if (inside if ratio > 0 else outside)[word] >= LEAST and abs(ratio) >= LEAST_G2:
            found.append((word, inside[word], outside[word], ratio))
    return sorted(found, key=lambda each: (-each[3], each[0]))


def called(office: Office, by: str) -> dict[str, str]:
    """Label to code of the groups."""
    names = labels(office.exported, "region" if by.startswith("level") else "issue")
    codes = (
        {*office.exported.places.groups, *office.exported.places.parents}
        if by.startswith("level")
        else {*names}
    )
    return {names[code]: code for code in codes if code in names}


def check_groups(office: Office, sheet: Sheet, by: str, exported: Exported) -> None:
    said, names = spoken(exported, by), called(office, by)
    total = next(each for each in sheet.main.every("p") if not each.classes and sheet.numbers(each.text))
    assert sheet.numbers(sheet.take(total).text) == [str(len(said))]
    sizes = Counter(group for _words, groups in said for group in groups)
    tells = any(each[3] > 0 for group in sizes for each in typical(said, group))
    assert tells == bool(sheet.main.every("table"))
    _head, *lines = sheet.rows(sheet.main.one("table")) if tells else [[]]
    assert {names[line[0].text]: line[1].text for line in lines} == {
        group: str(n) for group, n in sizes.items() if tells
    }
    for name, _size, words in lines:
        found = [each for each in typical(said, names[name.text]) if each[3] > 0][:FEW]
        shown = list(zip(words.every("a"), words.every("span"), strict=True))
        assert [(link.text, count.text) for link, count in shown] == [
            (word, str(n)) for word, n, _, _ in found
        ]
    every = Counter(word for words, _groups in said for word in words)
    often = sorted(((-n, word) for word, n in every.items() if n >= LEAST))[:OFTEN]
    last = sheet.take(
        next(each for each in reversed(sheet.main.every("p")) if len(each.every("span", "soft")) > 3)
    )
    assert [(a.text, s.text) for a, s in zip(last.every("a"), last.every("span"), strict=True)] == [
        (w, str(-n)) for n, w in often
    ]


@pytest.mark.parametrize("by", WAYS)
def test_every_number_of_the_words_of_all_groups(office: Office, viewer: Viewer, by: str):
    sheet = office.sheet(viewer, f"/research/words?questionnaire=driver&by={by}")
    holds_and_notices(partial(check_groups, office, sheet, by), office.seen_by(viewer))
    assert sheet.left(RULES) == []


@pytest.mark.parametrize(("by", "group"), [("level:prefecture", "510800"), ("scheme:sc2021", "P2")])
def test_every_number_of_the_words_of_one_group(office: Office, viewer: Viewer, by: str, group: str):
    sheet = office.sheet(viewer, f"/research/words?questionnaire=driver&by={by}&group={group}")

    def check(exported: Exported) -> None:
        said = spoken(exported, by)
        mine = sum(group in groups for _words, groups in said)
        head = next(each for each in sheet.main.every("p") if not each.classes and each.every("a"))
        assert sheet.numbers(sheet.take(head).text) == [str(mine), str(len(said) - mine)]
        expected = [
            [
                w,
                str(i),
                f"{100 * i / mine:.1f}",
                str(o),
                f"{100 * o / (len(said) - mine):.1f}",
                f"{ratio:+.1f}",
            ]
            for w, i, o, ratio in typical(said, group)
        ]
        tables = sheet.main.every("table")
        rows = sheet.rows(tables[0])[1:] if tables else []
        assert [[cell.text.replace("−", "-") for cell in row] for row in rows] == expected

    holds_and_notices(check, office.seen_by(viewer))
    assert sheet.left(RULES) == []


LISTS: tuple[tuple[dict[str, str], Callable[[pd.DataFrame], pd.Series[bool]]], ...] = (
    ({}, lambda f: f["_id"] != ""),
    ({"questionnaire": "driver"}, lambda f: f["_questionnaire"] == "driver"),
    ({"region": "510800"}, lambda f: f["_region"].str.startswith("5108")),
    ({"channel": "web", "answered_in": "zh"}, lambda f: (f["_channel"] == "web") & (f["_language"] == "zh")),
    ({"flag": "fast"}, lambda f: f["_flags"].str.split().map(lambda flags: "fast" in flags)),
)


@pytest.mark.parametrize(("fields", "holds"), LISTS, ids=[" ".join(fields) or "all" for fields, _ in LISTS])
def test_every_number_of_the_list(
    office: Office, viewer: Viewer, fields: dict[str, str], holds: Callable[[pd.DataFrame], pd.Series[bool]]
):
    sheet = office.sheet(viewer, f"/research/responses?{urlencode(fields)}")
    gone = excluded(office, viewer)
    gone = gone[holds(gone)]

    def check(exported: Exported) -> None:
        rows = exported.all[holds(exported.all)]
        more = [str(len(rows) + len(gone))] if len(gone) else []
        assert sheet.numbers(sheet.by_id("tally").text) == [str(len(rows)), *more]
        days = pd.concat([rows, gone]).set_index("_id")["_date"]
        _head, *lines = sheet.table(lambda each: "responses" in each.classes)
        assert len(lines) == min(PAGE, len(days))
        for line in lines:
            (link,) = [link for cell in line for link in cell.every("a", "mono")]
            name = urlsplit(link.attributes["href"]).path.rpartition("/")[2]
            assert link.text == name[:8]
            assert days[name] in [cell.text for cell in line]

    holds_and_notices(check, office.seen_by(viewer).where(holds))
    assert sheet.left() == []


def excluded(office: Office, viewer: Viewer) -> pd.DataFrame:
    """What the export leaves out as it does not count, as far as the person sees it."""
    found = [each for each in office.excluded if viewer.sees is None or each.region in viewer.sees]
    rows = [
        (
            str(each.id),
            each.questionnaire,
            each.region or "",
            each.channel,
            each.language,
            " ".join(each.flags),
            each.date.isoformat(),
        )
        for each in found
    ]
    return pd.DataFrame(
        rows,
        columns=["_id", "_questionnaire", "_region", "_channel", "_language", "_flags", "_date"],
        dtype=str,
    )


def test_every_answer_of_one_response(office: Office, viewer: Viewer):
    found = office.seen_by(viewer).only(["driver"])
    (frame,), (declared,) = found.frames.values(), [office.exported.declared["driver"]]
    for _, row in frame.iloc[[0, len(frame) // 2, -1]].iterrows():
        sheet = office.sheet(viewer, f"/research/responses/{row['_id']}")
        answers = sheet.main.every("dl", "answers")
        checked = 0
        for listed in answers:
            for asked, answer in zip(listed.every("dt"), listed.every("dd"), strict=True):
                column = declared.get(asked.one("span", "mono").text)
                if column is None or column.type != "choice":
                    continue
                cell = row[column.name]
                told = [each.text for each in answer.every("p")]
                if cell in SPECIAL:
                    assert bool(told) == (cell == "_refused")
                elif column.kind == "region" and cell not in column.codes:
                    assert told
                else:
                    label = column.codes[cell].in_("zh")
                    assert any(label in each or each.split()[-1] in label for each in told), (
                        column.name,
                        told,
                    )
                checked += 1
        assert checked > 8
        assert row["_date"] in sheet.take(sheet.main.one("dl", "facts")).text
