"""From a header to the plan of a file: the mapping comes first, then what the headers say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.campaign.answers import check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire, all_choices, is_sealed
from survey_app.campaign.reports import listed, suggestion
from survey_app.importing.cells import letter, plain, shown
from survey_app.importing.headers import Headers, Target, askable, companions, is_calculated
from survey_app.importing.mapping import AnswerRule, Mapping, Reference
from survey_app.importing.plan import META, PASSED_OVER, Binding, Plan, many_cells, one_cell
from survey_app.importing.readers import STATE, WHOLE, Reader, can_stand, parts_of
from survey_app.importing.sheet import Sheet


def make_plan(sheet: Sheet, mapping: Mapping, campaign: Campaign, questionnaire: Questionnaire) -> Plan:
    """The plan for `sheet`; raises MappingError with a line for each thing that does not fit."""
    planner = _Planner(sheet, mapping, campaign, questionnaire)
    planner.wanted_questionnaire()
    planner.about_the_response()
    planner.by_mapping()
    planner.by_header()
    planner.constants()
    planner.tell_the_rest()
    if not planner.plan.bindings and not mapping.source.mistakes and _is_form(sheet):
        words = "the file is a form in XLSForm, and holds no answers"
        mapping.mistake((), words, "import the answers that were collected with it")
    elif not planner.plan.bindings and not mapping.source.mistakes:
        words = f"no column of the file is a question of {questionnaire.name}"
        headers = listed([shown(name, 30) for name in sheet.header], 6)
        cure = f"its headers are {headers}; say in a mapping (--map) which question each one is"
        mapping.mistake((), words, cure)
    mapping.stop_at_mistakes()
    return planner.plan


def _is_form(sheet: Sheet) -> bool:
    """Whether the headers are those of XLSForm's sheet `survey` (https://xlsform.org): what is asked, not answered."""
    heads = {head.casefold() for head in sheet.header}
    return {"type", "name"} <= heads and any(head.startswith("label") for head in heads)


class _Planner:
    def __init__(
        self, sheet: Sheet, mapping: Mapping, campaign: Campaign, questionnaire: Questionnaire
    ) -> None:
        self.mapping, self.rules = mapping, mapping.rules
        self.campaign, self.questionnaire = campaign, questionnaire
        self.header = sheet.header
        self.plan = Plan(sheet.header, notes=list(sheet.notes))
        self.questions = askable(questionnaire)
        self.companions = companions(questionnaire)
        self.taken: dict[int, str] = {}
        self.by_words: dict[str, list[int]] = {}
        for index, words in enumerate(self.header):
            self.by_words.setdefault(plain(words), []).append(index)

    def wanted_questionnaire(self) -> None:
        wanted = self.rules.questionnaire
        if wanted not in (None, self.questionnaire.name):
            words = f"this mapping is for {wanted}, not for {self.questionnaire.name}"
            self.mapping.mistake(("questionnaire",), words, f"import with --questionnaire {wanted}")

    def about_the_response(self) -> None:
        """Columns for id, day, language and channel, and those to leave alone."""
        rules = self.rules
        wanted = {"_id": rules.id, "_date": rules.date.column}
        wanted |= {"_language": rules.language.column, "_channel": rules.channel.column}
        steps = {"_id": ("id",), "_date": ("date", "column")}
        for name, reference in wanted.items():
            index = self._find(reference, *steps.get(name, (name[1:], "column")))
            if index is not None:
                self.plan.meta[name] = index
                self.taken[index] = name
        self._check_languages()
        for number, reference in enumerate(rules.ignore):
            index = self._find(reference, "ignore", number)
            if index is not None:
                self.taken.setdefault(index, "")
        for words, cells in rules.skip.where.items():
            index = self._find(words, "skip", "where", words)
            if index is not None:
                self.plan.skipped.append((index, frozenset(map(plain, cells))))

    def _check_languages(self) -> None:
        rule, known = self.rules.language, self.campaign.languages_of(self.questionnaire)
        said = [(("language", "always"), rule.always)] if rule.always else []
        for steps, code in [
            *said,
            *((("language", "values", label), code) for label, code in rule.values.items()),
        ]:
            if code not in known:
                cure = suggestion(code, known, f"languages: {listed(known)}")
                self.mapping.mistake(steps, f"{self.questionnaire.name} has no language {code}", cure)

    def by_mapping(self) -> None:
        """What the mapping says of each question."""
        for name, rule in self.rules.questions.items():
            steps = ("questions", name)
            question = self.questions.get(name)
            if question is None and name not in self.companions:
                self.mapping.mistake(steps, *self._no_question(name))
                continue
            self._check_rule(name, question, rule)
            columns = self._columns(name, question, rule)
            for part, index in columns.items():
                self._take(index, name, (*steps, "columns", part) if part else (*steps, "column"))
            if columns:
                self._bind(name, columns, rule)

    def _no_question(self, name: str) -> tuple[str, str]:
        question = self.questionnaire.questions.get(name)
        if question is None:
            known = [*self.questions, *self.companions]
            cure = suggestion(name, known, f"questions: {listed(known)}")
            return f"{self.questionnaire.name} has no question {name}", cure
        why = "stands in a repeat" if question.type in WHOLE else f"is a {question.type}"
        return f"question {name} {why}: a table with one row per person cannot hold it", "take it out"

    def _columns(self, name: str, question: Any, rule: AnswerRule) -> dict[str, int]:
        """Part → index. A rule without a column holds for the column that the header tells."""
        steps = ("questions", name)
        if rule.column is not None and rule.columns:
            self.mapping.mistake(
                (*steps, "columns"), "there are two places for one question", "keep column or columns"
            )
        found = {"": self._find(rule.column, *steps, "column")} if rule.column is not None else {}
        parts = parts_of(question, self.campaign.regions) if question is not None else ()
        for part, reference in rule.columns.items():
            if part not in parts:
                cure = suggestion(part, parts, f"parts: {listed(parts)}" if parts else can_stand(question))
                self.mapping.mistake((*steps, "columns", part), f"{name} has no part {part}", cure)
            else:
                found[part] = self._find(reference, *steps, "columns", part)
        return {part: index for part, index in found.items() if index is not None}

    def _check_rule(self, name: str, question: Any, rule: AnswerRule) -> None:
        steps = ("questions", name)
        codes = [choice.name for choice in all_choices(question)]
        if question is not None and question.type == "region":
            codes += list(self.campaign.regions.by_code)
        for label, code in rule.values.items() if codes else ():
            if code is not None and code not in codes:
                cure = suggestion(code, codes, f"its codes: {listed(codes)}")
                self.mapping.mistake((*steps, "values", label), f"{name} has no answer {code}", cure)
        if rule.unlisted is not None and rule.unlisted not in codes:
            cure = suggestion(rule.unlisted, codes, f"its codes: {listed(codes)}")
            self.mapping.mistake((*steps, "unlisted"), f"{name} has no answer {rule.unlisted}", cure)
        taker = self.questions.get(rule.text_to or "")
        if rule.text_to is not None and (taker is None or taker.type != "text"):
            texts = [known for known, asked in self.questions.items() if asked.type == "text"]
            cure = suggestion(rule.text_to, texts, f"text questions: {listed(texts) or 'none'}")
            self.mapping.mistake((*steps, "text_to"), f"{rule.text_to} is no text question", cure)

    def _find(self, reference: Reference | None, *steps: str | int) -> int | None:
        """The index of the column that the mapping names; notes a mistake where there is not exactly one."""
        if reference is None:
            return None
        if isinstance(reference, int):
            if reference <= len(self.header):
                return reference - 1
            words = f"there is no column number {reference}"
            self.mapping.mistake(steps, words, f"the file has {len(self.header)} columns")
            return None
        found = self.by_words.get(plain(reference), [])
        if len(found) == 1:
            return found[0]
        if found:
            places = listed([f"{index + 1} ({letter(index)})" for index in found])
            words = f"{shown(reference)} stands over {len(found)} columns"
            self.mapping.mistake(steps, words, f"name it by number: {places}")
            return None
        cure = suggestion(
            reference, self.header, f"columns: {listed([shown(h, 30) for h in self.header], 8)}"
        )
        self.mapping.mistake(steps, f"the file has no column {shown(reference)}", cure)
        return None

    def _take(self, index: int, name: str, steps: tuple[str | int, ...]) -> None:
        if self.taken.get(index):
            words = f"{self.plan.column_name(index)} is taken already, for {self.taken[index]}"
            self.mapping.mistake(steps, words, "a column holds the answer to one question")
        self.taken[index] = name

    def by_header(self) -> None:
        """What the headers say of columns that the mapping leaves open."""
        headers = Headers(self.questionnaire)
        found: dict[Target, list[int]] = {}
        for index, words in enumerate(self.header):
            if index in self.taken or not words:
                continue
            about = words.partition(" ")[0]
            if about in META or about in PASSED_OVER:
                self.taken[index] = about
                if about in META:
                    self.plan.meta.setdefault(about, index)
                continue
            target = headers.target(words)
            if target and not self._has_place(target[0]):
                found.setdefault(target, []).append(index)
                self.taken[index] = target[0]
            elif target is None and is_calculated(words, self.questionnaire):
                self.taken[index] = words
        self._bind_found(found)
        self.likely = headers.likely

    def _has_place(self, name: str) -> bool:
        """Whether the mapping says where the question stands, be it wrongly."""
        rule = self.rules.questions.get(name)
        return rule is not None and (rule.column is not None or bool(rule.columns))

    def _bind_found(self, found: dict[Target, list[int]]) -> None:
        by_question: dict[str, dict[str, int]] = {}
        for (name, part), indexes in found.items():
            if len(indexes) > 1:
                places = listed([f"{index + 1} ({letter(index)})" for index in indexes])
                words = f"columns {places} are all {name}{'/' + part if part else ''}"
                self.mapping.mistake((), words, "say in the mapping which one it is, and ignore the others")
            by_question.setdefault(name, {})[part] = indexes[0]
        for name, columns in by_question.items():
            self._bind(name, _without_twice(columns), self.rules.questions.get(name, AnswerRule()))

    def _bind(self, name: str, columns: dict[str, int], rule: AnswerRule) -> None:
        question = self.questions.get(name)
        if question is None:
            question = _Words(name)
        if "" in columns and question.type not in WHOLE:
            words = f"{name} cannot stand in one column"
            self.mapping.mistake(("questions", name), words, f"name its columns: {can_stand(question)}")
            return
        reader = Reader.of(question, rule, self.rules.missing, self.campaign.regions)
        read = one_cell(reader, columns[""]) if "" in columns else many_cells(reader, columns)
        self.plan.bindings.append(Binding(name, columns, read))

    def constants(self) -> None:
        """The answers that the mapping gives to all rows."""
        for name in self.rules.constants:
            if name not in self.questions and name not in self.companions:
                self.mapping.mistake(("constants", name), *self._no_question(name))
            elif self.plan.of(name) is not None:
                words = f"{name} has a constant answer and a column"
                self.mapping.mistake(("constants", name), words, "keep one of them")
        for problem in check(self.questionnaire, self.rules.constants, self.campaign).problems:
            if problem.code != "required" and problem.question in self.questions:
                words = problem.say(self.campaign.default_language).rstrip(".")
                steps = ("constants", problem.question)
                self.mapping.mistake(steps, f"this cannot be the answer to {problem.question}", words)

    def tell_the_rest(self) -> None:
        """Notes for columns that are not taken and questions that have none."""
        open_ = [index for index in range(len(self.header)) if index not in self.taken]
        self.plan.nameless = tuple(index for index in open_ if not self.header[index])
        left = [index for index in open_ if self.header[index]]
        for index in left[:20]:
            near = self.likely(self.header[index])
            meant = f"; did you mean question {near}?" if near and self.plan.of(near) is None else ""
            self.plan.notes.append(f"{self.plan.column_name(index)} is no question and is left out{meant}")
        if len(left) > 20:
            self.plan.notes.append(f"{len(left) - 20} more columns are no questions and are left out")
        if not self.campaign.about.recipients:
            sealed = [b.target for b in self.plan.bindings if is_sealed(self.questions.get(b.target))]
            self.plan.notes += [
                f"{name} would be sealed, but the campaign names no recipients: it is left out"
                for name in sealed
            ]
        without = [q for q in self.questions if self.plan.of(q) is None and q not in self.rules.constants]
        if without and self.plan.bindings:
            self.plan.notes.append(f"no column holds the answers to {listed(without)}")


def _without_twice(columns: dict[str, int]) -> dict[str, int]:
    """Our exports can write joined answers beside the single ones: the single ones say it all, or else the joined."""
    if "" not in columns:
        return columns
    single = {part: index for part, index in columns.items() if part not in ("", STATE)}
    return columns if not single and STATE not in columns else single or {"": columns[""]}


@dataclass(frozen=True)
class _Words:
    """The words beside a choice, read as a text question."""

    name: str
    type: str = "text"
