"""A small campaign into which tests import tables, and the desk at which they do it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pandas as pd
import xlsxwriter

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaign
from survey_app.campaign.models import Questionnaire
from survey_app.importing import ImportReport, import_file
from survey_app.storage import Storage, open_storage
from tests.machinery.drawn import SECRET

TODAY = date(2021, 6, 30)

FILES = {
    "campaign.yaml": """\
        name: counter
        title: {zh: 窗口调查, en: At the counter}
        organisation: {zh: 某局, en: An office}
        languages: {zh: 中文, en: English}
        levels:
          - {name: province, label: {zh: 省, en: Province}}
          - {name: prefecture, label: {zh: 市, en: Prefecture}}
          - {name: county, label: {zh: 县, en: County}}
        privacy: {zh: 匿名, en: Anonymous}
        consent: {zh: 同意, en: I agree}
        """,
    "regions.csv": """\
        code,parent,level,label::zh,label::en,short::zh
        51,,province,四川省,Sichuan,四川
        5101,51,prefecture,成都市,Chengdu,成都
        510104,5101,county,锦江区,Jinjiang,锦江
        5110,51,prefecture,内江市,Neijiang,内江
        511002,5110,county,市中区,Shizhong,市中
        5111,51,prefecture,乐山市,Leshan,乐山
        511102,5111,county,市中区,Shizhong,市中
        511181,5111,county,峨眉山市,Emeishan,峨眉山
        """,
    "poll.yaml": """\
        name: poll
        title: {zh: 窗口调查, en: At the counter}
        audience: [visitor]
        pages:
          - name: all
            label: {zh: 问题, en: Questions}
            questions:
              - {name: place, type: region, level: county, role: region, label: {zh: 在哪里？, en: Where was it?},
                 extra_choices: [{name: road, label: {zh: 高速公路, en: On an expressway}},
                                 {name: hide, label: {zh: 保密, en: Secret}, missing: refused}]}
              - name: how
                type: select_one
                label: {zh: 您觉得怎么样？, en: How was it?}
                required: true
                choices:
                  - {name: good, label: {zh: 很好, en: Good}}
                  - {name: bad, label: {zh: 不好, en: Bad}}
                  - {name: other, label: {zh: 其他, en: Other}, specify: true}
                  - {name: silent, label: {zh: 不愿回答, en: Rather not say}, missing: refused}
              - name: why
                type: text
                label: {zh: 为什么不好？, en: "Why was it bad?"}
                relevant: ${how} = 'bad'
                max_length: 20000
                multiline: true
              - name: which
                type: select_multiple
                label: {zh: 办了哪些事？, en: What did you do?}
                choices:
                  - {name: pay, label: {zh: 缴费, en: Pay}}
                  - {name: ask, label: {zh: "询问，投诉", en: "Ask, or complain"}}
                  - {name: else, label: {zh: 其他, en: Something else}, specify: true}
                  - {name: nothing, label: {zh: 没有, en: Nothing}, exclusive: true}
              - name: checks
                type: checklist
                label: {zh: 逐项, en: One by one}
                rows:
                  - {name: polite, label: {zh: 礼貌, en: Polite}}
                  - {name: quick, label: {zh: 快, en: Quick}}
                choices:
                  - {name: "yes", label: {zh: 是, en: "Yes"}}
                  - {name: "no", label: {zh: 否, en: "No"}}
              - name: first
                type: rank
                label: {zh: 最要紧的, en: What matters}
                max_choices: 2
                choices:
                  - {name: time, label: {zh: 时间, en: Time}}
                  - {name: price, label: {zh: 价格, en: Price}}
                  - {name: words, label: {zh: 态度, en: Manners}}
              - {name: age, type: integer, min: 0, max: 120, label: {zh: 年龄, en: Age}}
              - {name: share, type: decimal, label: {zh: 占比, en: Share}}
              - {name: day, type: date, label: {zh: 哪一天, en: Which day}}
              - {name: at, type: time, label: {zh: 几点, en: What time}}
              - {name: said, type: text, label: {zh: 还想说, en: Anything else}, max_length: 20000, multiline: true}
        """,
}


@dataclass
class Desk:
    """Where a test's campaign, database and files are."""

    folder: Path
    campaign: Campaign
    questionnaire: Questionnaire
    storage: Storage

    def csv(
        self,
        rows: Iterable[Sequence[object]],
        name: str = "answers.csv",
        encoding: str = "utf-8",
        sign: str = ",",
    ) -> Path:
        """A text file of these rows."""
        path = self.folder / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=sign).writerows(rows)
        return path

    def text(self, text: str | bytes, name: str = "answers.csv") -> Path:
        """A file of exactly this text."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def xlsx(self, fill: Callable[[Any, Any], None]) -> Path:
        """A workbook whose one sheet `fill(workbook, sheet)` fills."""
        path = self.folder / "answers.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            fill(workbook, workbook.add_worksheet("Answers"))
        return path

    def map(self, text: str) -> Path:
        """A mapping file; the indentation of the test is taken off."""
        path = self.folder / "map.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def take(self, path: Path, mapping: str | None = None, **more: Any) -> ImportReport:
        """Import a file on the 30th of June 2021, and see that the report's counts add up."""
        rules = self.map(mapping) if mapping is not None else None
        report = import_file(
            self.storage, self.campaign, self.questionnaire, path, rules, **{"today": TODAY, **more}
        )
        assert report.read == report.skipped + report.bad + report.added + report.already
        assert all(line.isprintable() for line in report.text().splitlines())
        return report

    def answers(self, path: Path, mapping: str | None = None) -> list[dict[str, Any]]:
        """The answers that a file adds, when none of its rows is bad, in no order."""
        report = self.take(path, mapping)
        assert report.bad == 0, report.text()
        return self.kept()

    def kept(self) -> list[dict[str, Any]]:
        """All answers kept so far."""
        return [response.answers for response in self.storage.responses(self.questionnaire.name)]

    def frame(self) -> pd.DataFrame:
        """The responses kept so far, as a frame."""
        return self.storage.frame(self.campaign, self.questionnaire.name)


def set_up(folder: Path, tmp_path: Path, name: str = "poll") -> Desk:
    """The desk for a questionnaire of the campaign in `folder`, with an empty database."""
    campaign = load_campaign(folder)
    storage = open_storage(f"sqlite:///{tmp_path / 'survey.sqlite3'}", secret=SECRET)
    storage.register(campaign.questionnaires[name])
    return Desk(tmp_path, campaign, campaign.questionnaires[name], storage)


def one(rows: Mapping[str, object]) -> list[list[object]]:
    """A table of one row."""
    return [list(rows), list(rows.values())]
