"""The overview: what came in, by whom and which way, day by day, who is silent and what came in a burst."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

import pandas as pd

from tests.machinery.exported import Exported
from tests.machinery.sheet import Node, Sheet
from tests.visits.conftest import kept
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices

SILENT, RECENT, BEFORE, LEAST, TIMES, MORE = 14, 14, 28, 7, 3, 10
RULES = ("7", "14", "28", "3", "10", "10000", "2")
"""By which the page explains what a week, a silent place and a burst are."""
SHOWN_PLACES, SHOWN_DAYS = 12, 60


def week_and_before(rows: pd.DataFrame, office: Office) -> tuple[int, int]:
    back = pd.Series([(office.today - day).days for day in rows["day"]], dtype=int)
    return int((back // 7 == 0).sum()), int((back // 7 == 1).sum())


def flow(rows: pd.DataFrame, office: Office) -> list[str]:
    """In all, last week, the week before, and by how much they differ."""
    week, before = week_and_before(rows, office)
    return [str(len(rows)), str(week), str(before), change(week - before)]


def change(by: int) -> str:
    """A difference as it is written."""
    return f"{by:+d}" if by else "0"


def test_every_number_of_the_overview(office: Office, viewer: Viewer):
    sheet = office.sheet(viewer, "/research/")

    def check(exported: Exported) -> None:
        rows = exported.within(viewer.sees).all
        cards(office, viewer, sheet, rows)
        days(office, sheet, rows)
        flows(office, sheet, rows)
        wrong(office, viewer, sheet, exported.public.within(viewer.sees).all)

    holds_and_notices(check, office.seen_by(viewer))
    assert sheet.left(RULES) == []


def cards(office: Office, viewer: Viewer, sheet: Sheet, rows: pd.DataFrame) -> None:
    (box,) = sheet.main.every("dl", "cards")
    week, before = week_and_before(rows, office)
    total, seven, last, new, questions = (sheet.numbers(sheet.take(each).text) for each in box.every("dd"))
    assert total == [str(len(rows))]
    assert sorted(seven) == sorted([str(week), "7", change(week - before)])
    ago = (office.today - max(rows["day"])).days
    assert last == ([str(ago)] if ago > 1 else [])
    assert box.every("dd")[2].text.split()[0] == max(rows["_date"])
    looked = {each for each in rows["_id"] if kept(office.app).reviews.of(each)}
    assert new == [str(len(rows) - len(looked))]
    asked = kept(office.app).dialogue.inquiries(list(office.campaign.questionnaires))
    mine = [each for name in rows["_id"] for each in asked.get(name, ())]
    answered = [each for each in mine if each.answer]
    assert questions == [str(len(answered)), str(len(mine) - len(answered))]
    sheet.take(box)


def days(office: Office, sheet: Sheet, rows: pd.DataFrame) -> None:
    first = max(min(rows["day"]), office.today - timedelta(days=SHOWN_DAYS - 1))
    shown = [first + timedelta(days=n) for n in range((office.today - first).days + 1)]
    counts = [int((rows["day"] == day).sum()) for day in shown]
    (figure,) = sheet.main.every("figure", "days")
    assert sheet.numbers(sheet.take(figure).one("figcaption").text) == [str(max(counts))]
    drawing = figure.one("svg")
    assert sheet.numbers(drawing.attributes["aria-label"]) == [str(max(counts))]
    for bar, day, count in zip(drawing.every("rect"), shown, counts, strict=True):
        assert bar.one("title").text == f"{day.isoformat()}: {count:,}"
        assert abs(float(bar.attributes["height"]) - 118 * count / max(counts)) <= 0.051
    table = sheet.table(lambda each: "tight" in each.classes)
    assert [[cell.text for cell in row] for row in table[1:]] == [
        [day.isoformat(), f"{count:,}"] for day, count in zip(reversed(shown), reversed(counts), strict=True)
    ]


def flows(office: Office, sheet: Sheet, rows: pd.DataFrame) -> None:
    campaign = office.campaign
    titles = {name: each.title.in_("zh") for name, each in campaign.questionnaires.items()}
    own = {each.kept for each in campaign.channels}
    of_place = {f"qr:{code}" for code in campaign.every_channel} - own
    ways = rows["_channel"].where(
        ~rows["_channel"].str.lower().isin({each.lower() for each in of_place}), "places"
    )
    one, other = (sheet.rows(each) for each in sheet.main.every("table", "flow"))
    expected_flows(office, sheet, one, rows, rows["_questionnaire"].map(titles))
    expected_flows(office, sheet, other, rows, ways)


def expected_flows(
    office: Office, sheet: Sheet, table: Sequence[Sequence[Node]], rows: pd.DataFrame, names: pd.Series[str]
) -> None:
    _head, *lines, total = table
    expected = [flow(rows[names == name], office) for name in names.unique()]
    shown = [sheet.numbers(" ".join(cell.text for cell in line[1:])) for line in lines]
    assert sorted(shown) == sorted(expected)
    assert [int(line[0]) for line in shown] == sorted((int(line[0]) for line in expected), reverse=True)
    assert sheet.numbers(" ".join(cell.text for cell in total[1:])) == flow(rows, office)
    for line, cells in zip(lines, shown, strict=True):
        width = float(line[2].one("rect", "fill").attributes["width"])
        assert abs(width - 100 * int(cells[0]) / int(shown[0][0])) <= 0.051


def wrong(office: Office, viewer: Viewer, sheet: Sheet, rows: pd.DataFrame) -> None:
    silent, bursts = sheet.main.one("div", "problems").every("section")
    places = office.exported.places
    lowest = [
        c
        for c, level in places.levels.items()
        if level == "county" and (viewer.sees is None or c in viewer.sees)
    ]
    last = rows.groupby("_region")["day"].max()
    quiet = {code: (office.today - last[code]).days if code in last else None for code in lowest}
    quiet = {code: ago for code, ago in quiet.items() if ago is None or ago >= SILENT}
    assert sheet.numbers(sheet.take(silent.one("h3")).text) == [str(len(quiet))]
    order = sorted((ago is not None, -(ago or 0)) for ago in quiet.values())[:SHOWN_PLACES]
    labels = {code: office.campaign.regions.labels[code].in_("zh") for code in quiet}
    ages = [
        None if each.text == "从未收到" else int(sheet.numbers(each.text)[0])
        for each in silent.every("p")[0].every("span")
    ]
    assert [(ago is not None, -(ago or 0)) for ago in ages] == order
    for link, ago in zip(silent.every("p")[0].every("a"), ages, strict=False):
        assert (link.text, ago) in {(labels[code], age) for code, age in quiet.items()}
    sheet.take(silent.every("p")[0])
    found = sorted(
        (
            burst
            for channel, mine in rows.groupby("_channel")
            for burst in bursts_of(office, str(channel), mine)
        ),
        reverse=True,
    )
    assert sheet.numbers(sheet.take(bursts.one("h3")).text) == [str(len(found))]
    shown = bursts.every("p")[:-1]
    assert sorted([f"{each.text[:10]}", *sheet.numbers(sheet.take(each).text)] for each in shown) == sorted(
        [day, str(count), f"{usual:g}"] for day, count, usual in found
    )


def bursts_of(office: Office, channel: str, rows: pd.DataFrame) -> list[tuple[str, int, float]]:
    counts = rows["day"].value_counts().to_dict()
    found = []
    for back in range(RECENT):
        day = office.today - timedelta(days=back)
        known = min(BEFORE, (day - min(counts)).days)
        usual = (
            float(median(counts.get(day - timedelta(days=n), 0) for n in range(1, known + 1)))
            if known >= LEAST
            else 0
        )
        if known >= LEAST and counts.get(day, 0) > MORE and counts[day] > TIMES * usual + MORE:
            found.append((day.isoformat(), counts[day], usual))
    return found
