"""What exports say beside the answers, in the languages they are made in; a language not here gets English."""

from __future__ import annotations

from survey_app.campaign.columns import ANSWERED, SPECIAL_LABELS
from survey_app.campaign.texts import Text
from survey_app.tabulation.words import OTHER, both

STATES: dict[str, Text] = {ANSWERED: both(zh="已作答", en="Answered"), **SPECIAL_LABELS}
"""The codes of having no answer, and of having one."""

META: dict[str, Text] = {
    "_id": both(zh="答卷编号（随机）", en="response id (random)"),
    "_questionnaire": both(zh="问卷", en="questionnaire"),
    "_version": both(zh="问卷版本", en="version of the questionnaire"),
    "_audience": both(zh="调查对象", en="audience"),
    "_channel": both(zh="渠道", en="channel"),
    "_language": both(zh="作答语言", en="language of the answers"),
    "_status": both(zh="状态", en="status"),
    "_date": both(zh="提交日期", en="date of sending"),
    "_region": both(zh="地区", en="region"),
    "_flags": both(zh="可疑之处", en="what looks wrong"),
    "_additions": both(zh="提交后的补充（日期在前）", en="added after sending (the day first)"),
    "_position": both(zh="第几条", en="place among the entries of the response, from 1"),
}
"""The columns that are not questions."""

PHRASES: dict[str, Text] = {
    "state_of": both(zh="{label}（作答状态）", en="{label} (state)"),
    "rank_of": both(zh="{label}：{choice}（名次）", en="{label}: {choice} (place)"),
    "part_of": both(zh="{label}：{choice}", en="{label}: {choice}"),
    "other_of": OTHER,
    "surrogate": both(
        zh="含有不成对的代理字符（不是有效文字），已换成 �",
        en="half of a surrogate pair, which is no character, became �",
    ),
    "control": both(
        zh="含有控制字符，已换成可见符号（如 NUL 换成 ␀）",
        en="control characters became their visible signs (NUL is ␀)",
    ),
    "long": both(
        zh="超过一个单元格的 32,767 字，余下部分在工作表“long answers”",
        en="longer than the 32,767 characters of a cell; the rest is in the sheet 'long answers'",
    ),
    "digits": both(
        zh="超过 15 位的数字按文本写入，以免丢失末位",
        en="a number of more than 15 digits is written as text, so that its last digits stay",
    ),
    "not_finite": both(zh="不是有限的数，单元格留空", en="not a finite number; the cell is empty"),
    "no_date": both(
        zh="不是有效日期：{value}，单元格留空",
        en="not a day of the calendar: {value}; the cell is empty",
    ),
    "cut": both(zh="……〔余下见 long answers〕", en="… [rest: long answers]"),
    "note_in": both(
        zh="{part}，答卷 {response}，列 {column}：{words}",
        en="{part}, response {response}, column {column}: {words}",
    ),
    "note_words": both(zh="{part}，列 {column}：{words}", en="{part}, column {column}: {words}"),
}
"""Sentences with places."""

ABOUT: dict[str, Text] = {
    "campaign": both(zh="活动", en="Campaign"),
    "organisation": both(zh="主办单位", en="Organisation"),
    "questionnaire": both(zh="问卷", en="Questionnaire"),
    "version": both(zh="版本 {version}", en="Version {version}"),
    "version_count": both(zh="{count} 份答卷", en="{count} responses"),
    "made": both(zh="导出日期", en="Made on"),
    "responses": both(zh="答卷数", en="Responses"),
    "period": both(zh="提交日期范围", en="Sent between"),
    "channels": both(zh="渠道", en="Channels"),
    "languages": both(zh="作答语言", en="Languages of the answers"),
    "language": both(zh="本文件所用语言", en="Words of this file are in"),
    "sealed": both(zh="已加密封存、不在本文件中的题目", en="Sealed, and not in this file"),
    "changes": both(zh="写入时改动的单元格", en="Cells changed in writing"),
    "reading": both(zh="如何阅读", en="How to read it"),
    "caution": both(zh="注意", en="Caution"),
    "codebook": both(zh="编码表（codebook）各列", en="Columns of the codebook"),
    "item": both(zh="项目", en="Item"),
    "words": both(zh="内容", en="Words"),
    "sheet": both(zh="工作表 {name}", en="Sheet {name}"),
}
"""The front sheet's left column."""

SHEETS: dict[str, Text] = {
    "responses": both(zh="每份答卷一行，内容为代码", en="one row per response, in codes"),
    "labels": both(zh="每份答卷一行，内容为文字", en="one row per response, in words"),
    "codebook": both(zh="每一列、每个选项的说明", en="what each column and each code means"),
    "notes": both(zh="写入时改动了哪些单元格", en="which cells were changed in writing"),
    "long answers": both(
        zh="放不进一个单元格的长文字的余下部分，按序连接即为全文",
        en="the rest of texts too long for a cell; put together in order they are whole",
    ),
    "repeat": both(
        zh="题组“{label}”，每条一行，以 _id 对应答卷",
        en="the entries of '{label}', one a row; _id names the response",
    ),
    "table": both(zh="统计表：{label}", en="table: {label}"),
}
"""What each sheet holds."""

TABS: dict[str, Text] = {
    "table": both(zh="统计表", en="table"),
    "compared": both(zh="对照表", en="compared with"),
    "differences": both(zh="差异", en="differences"),
    "counts": both(zh="人数", en="counts"),
    "shares": both(zh="百分比", en="shares"),
}
"""How tabs of workbooks of tables are called."""

READING: tuple[Text, ...] = (
    both(
        zh="列名即题目代码；多选题每个选项一列（题目/选项），1 为选中，0 为未选；检查表每行一列（题目/行）；"
        "排序题每个选项一列名次（题目/选项/rank）。",
        en="A column is named by its question; a multiple choice has one column per choice (question/choice), "
        "1 chosen and 0 not; a checklist one per row (question/row); a rank one place per choice "
        "(question/choice/rank).",
    ),
    both(
        zh="写作文字的表中，列名为题目代码、空格、题目文字；多选题各选项的文字之间用 ┋ 隔开。",
        en="Where words stand instead of codes, a column is named by its question, a blank and the question's words; "
        "several choices in one cell are parted by ┋.",
    ),
    both(
        zh="以下划线开头的代码不是答案：_not_answered 问了但未答，_not_asked 未被问到，_refused 拒绝回答，"
        "_unknown 问卷各版本中都没有的代码。单选列直接写这些代码；其他列在没有答案时留空，"
        "由“题目:state”列说明原因（_answered 为已回答）。",
        en="Codes that begin with an underscore are no answers: _not_answered was asked and left empty, "
        "_not_asked was not asked, _refused would not say, _unknown is a code that no version declares. "
        "Columns of one choice hold these codes themselves; other columns are empty without an answer, "
        "and the column question:state says why (_answered: there is one).",
    ),
    both(
        zh="_flags 列说明一份答卷有何可疑：honeypot 填了人看不见的空格，fast 答得比人快，untimed 没有或伪造了时间，"
        "burst 开始填写时人数异常多，且浏览器没有完成验证运算，"
        "repeated 与另一份答卷的长文字相同，demo 是供试用的虚构答卷。可疑的答卷照样保存，是否采用由人决定。",
        en="_flags says what looks wrong about a response: honeypot filled in a field that nobody sees, fast came "
        "faster than people answer, untimed came without a time or with a forged one, burst was begun while unusually "
        "many began, by a browser that did not solve the task, repeated has a long text that another response has "
        "too, demo was made up to try the program with. Such responses are kept; whether they count is for people to "
        "decide.",
    ),
    both(
        zh="表格（csv、xlsx）中，可能被电子表格当作公式的文字前加了一个撇号（'）；换行统一为 LF。",
        en="In spreadsheets (csv, xlsx) a text that could be taken for a formula has an apostrophe (') put "
        "before it; every end of line is LF.",
    ),
)
"""How an export is read."""

CAUTIONS: dict[str, Text] = {
    "self_selected": both(
        zh="答卷人自愿填写，并非抽样产生；比例只说明答卷人，不能推断全体。",
        en="Those who answered chose to; they are no random sample. Shares describe them, not everyone.",
    ),
    "no_responses": both(zh="还没有答卷。", en="There are no responses yet."),
    "example_groups": both(
        zh="调研组与地区的对应关系为示例，不是真实分工。",
        en="Which research group covers which region is an example, not the real division.",
    ),
    "several_versions": both(
        zh="问卷改过版：某一版没有的题目记为 _not_asked，各列所属版本见编码表（codebook）。",
        en="The questionnaire changed: a question that a version lacks is _not_asked there; the codebook names "
        "the versions of each column.",
    ),
    "personal": both(
        zh="含逐份答卷，请勿公开；公开发布请使用经过披露控制的统计表。",
        en="It holds single responses: do not publish it. What is published are released tables.",
    ),
}
"""What whoever quotes the figures has to know."""

CODEBOOK: dict[str, Text] = {
    "column": both(zh="列", en="column"),
    "table": both(zh="表", en="table"),
    "question": both(zh="题目", en="question"),
    "kind": both(zh="题型", en="kind"),
    "holds": both(zh="内容", en="holds"),
    "label:…": both(zh="题目文字（每种语言一列）", en="the question's words, one column per language"),
    "choice": both(zh="选项代码", en="code of the choice"),
    "choice_label:…": both(zh="选项文字（每种语言一列）", en="the choice's words, one column per language"),
    "missing": both(
        zh="缺失类别：不是答案的代码；选项有此类别时，单元格中写此代码",
        en="the kind of no answer; a choice of that kind stands in the cells as this code",
    ),
    "score": both(zh="量表分值", en="score on its scale"),
    "issue": both(zh="对应的问题代码", en="the issue it stands for"),
    "role": both(zh="作用", en="role"),
    "repeat": both(zh="所属题组", en="repeat"),
    "versions": both(zh="所在版本", en="versions"),
}
"""The codebook's columns; their names in the file are the keys."""


def say(text: Text, language: str, /, **places: object) -> str:
    """The wording in `language`, else in its base language, else in English, with its places filled."""
    return text.in_(language).format(**places)
