"""An author runs `survey check`: each mistake is named with its line, its question and the cure."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent, indent

import pytest

from survey_app.campaign.checking import check_path
from survey_app.campaign.reports import render
from survey_app.errors import CampaignError
from tests.conftest import WriteCampaign

CAMPAIGN = """\
name: tiny
title: Tiny
organisation: Office
languages: {zh: 中文, en: English}
levels:
  - {name: province, label: Province}
  - {name: county, label: County}
privacy: Safe.
consent: Yes.
"""
REGIONS = """\
code,parent,level,label::zh,label::en
51,,province,四川,Sichuan
5101,51,county,成都,Chengdu
5102,51,county,广元,Guangyuan
"""
ISSUES = """\
schemes:
  six:
    label: Six
    categories:
      - {name: P1, label: One}
issues:
  - {name: FEE, label: Fee, groups: {six: P1}}
  - {name: OLD, label: Old, retired: true}
"""
HEAD = """\
name: q
title: Q
audience: [driver]
pages:
  - name: one
    label: One
    questions:
"""
FIRST = HEAD.count("\n") + 1
"""The line in which a questionnaire drawn below begins."""


def draw(questions: str) -> str:
    """A questionnaire of one page with these questions."""
    return HEAD + indent(dedent(questions), "      ")


def told(write_campaign: WriteCampaign, questionnaire: str, **files: str) -> list[str]:
    """The lines of `survey check` for a campaign with this questionnaire."""
    named = {name.replace("_", ".", 1): text for name, text in files.items()}
    drawn = {
        "campaign.yaml": CAMPAIGN,
        "regions.csv": REGIONS,
        "issues.yaml": ISSUES,
        "q.yaml": questionnaire,
    }
    return render(check_path(write_campaign({**drawn, **named})).mistakes).splitlines()


A = "- {type: select_one, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}\n"
N = "- {type: integer, name: n, label: N}\n"

ONE_QUESTION = {
    "a key that does not exist": (
        "- {type: note, name: n, lable: x, label: N}",
        ['q.yaml:8 question n: "lable" is not a key of a note question (did you mean label?)'],
    ),
    "a key of another kind": (
        "- {type: note, name: n, label: N, choices: []}",
        [
            'q.yaml:8 question n: "choices" is not a key of a note question '
            "(keys here: name, label, hint, relevant, appearance, type)"
        ],
    ),
    "a kind that does not exist": (
        "- {type: selectone, name: n, label: N}",
        ['q.yaml:8 question n: "selectone" is not a type of question (did you mean select_one?)'],
    ),
    "no kind": (
        "- {name: n, label: N}",
        [
            'q.yaml:8 question n: "type" is missing (write type: and one of select_one, select_multiple, scale, '
            "integer, decimal, range, text, date, time, checklist, region, rank, file, image, note, calculate, "
            "group, repeat)"
        ],
    ),
    "a label that is missing": (
        "- {type: note, name: n}",
        ['q.yaml:8 question n: "label" is missing (write label: …)'],
    ),
    "a label that is empty": (
        "- {type: note, name: n, label: }",
        [
            'q.yaml:8 question n: "label" is empty (write text, or take the key out)',
        ],
    ),
    "a name that a form cannot carry": (
        "- {type: note, name: q-1, label: N}",
        [
            'q.yaml:8 question q-1: "name" cannot be "q-1" (begin with a letter; then letters a-z, digits and _ only)'
        ],
    ),
    "a name that is too long": (
        f"- {{type: note, name: {'n' * 61}, label: N}}",
        [f'q.yaml:8 question {"n" * 61}: "name" is longer than 60 characters (make it shorter)'],
    ),
    "a name that forms use themselves": (
        "- {type: text, name: csrf_token, label: N}",
        ["q.yaml:8 question csrf_token: csrf_token is a name that forms use themselves (rename it)"],
    ),
    "a number that is none": (
        "- {type: integer, name: n, label: N, min: few}",
        ['q.yaml:8 question n: "min" must be a whole number, not "few" (write digits only)'],
    ),
    "a day that is none": (
        "- {type: date, name: n, label: N, min: 2021-13-01}",
        ['q.yaml:8 question n: "min" must be a day, not "2021-13-01" (write it as in 2021-05-18)'],
    ),
    "a list that is none": (
        "- {type: checklist, name: n, label: N, rows: r, choices: [{name: x, label: X}]}",
        [
            'q.yaml:8 question n: "rows" must be a list, not "r" (write its items with - before each, or between [ ])'
        ],
    ),
    "a switch that is none": (
        "- {type: text, name: n, label: N, sensitive: maybe}",
        ['q.yaml:8 question n: "sensitive" must be true or false, not "maybe" (write true or false)'],
    ),
    "a step of nothing": (
        "- {type: range, name: n, label: N, start: 1, end: 3, step: 0}",
        ['q.yaml:8 question n: "step" is "0" (write a number above 0)'],
    ),
    "an unknown role": (
        "- {type: text, name: n, label: N, role: regoin}",
        ['q.yaml:8 question n: "role" cannot be "regoin" (did you mean region?)'],
    ),
    "no choices": (
        "- {type: select_one, name: n, label: N, choices: []}",
        ['q.yaml:8 question n: "choices" is empty (write at least one)'],
    ),
    "a choice list that is not defined": (
        '- {type: select_one, name: n, label: N, choices: "@isues"}',
        ["q.yaml:8 question n: choice list '@isues' is not defined (did you mean @issues?)"],
    ),
    "a choice of an issue that does not exist": (
        "- {type: select_one, name: n, label: N, choices: [{issue: FEES}]}",
        ["q.yaml:8 question n: issue FEES does not exist (add it to issues.yaml, or give name and label)"],
    ),
    "a named choice of an issue that does not exist": (
        "- {type: select_one, name: n, label: N, choices: [{name: x, label: X, issue: FEES}]}",
        ["q.yaml:8 question n: issue FEES does not exist (did you mean FEE?)"],
    ),
    "an issue that is retired": (
        "- {type: select_one, name: n, label: N, choices: [{issue: OLD}]}",
        ["q.yaml:8 question n: warning: issue OLD is retired (take it out, or unretire it)"],
    ),
    "two choices of one name": (
        "- {type: select_one, name: n, label: N, choices: [{name: x, label: X}, {name: x, label: Y}]}",
        ["q.yaml:8 question n: choice x stands twice; the first one is in line 8 (rename one of them)"],
    ),
    "two rows of one name": (
        "- {type: checklist, name: n, label: N, rows: [{name: r, label: R}, {name: r, label: S}],\n"
        "   choices: [{name: x, label: X}]}",
        ["q.yaml:8 question n: row r stands twice; the first one is in line 8 (rename one of them)"],
    ),
    "more choices than there are": (
        "- {type: select_multiple, name: n, label: N, max_choices: 2, choices: [{name: x, label: X}]}",
        ['q.yaml:8 question n: "max_choices" is 2, but the list has 1 choice (lower or remove it)'],
    ),
    "the fewest above the most": (
        "- {type: select_multiple, name: n, label: N, min_choices: 2, max_choices: 1,\n"
        "   choices: [{name: x, label: X}, {name: y, label: Y}]}",
        ['q.yaml:8 question n: "min_choices" 2 is more than "max_choices" 1 (swap them)'],
    ),
    "more than can stand together": (
        "- {type: select_multiple, name: n, label: N, min_choices: 2,\n"
        "   choices: [{name: x, label: X}, {name: y, label: Y, exclusive: true}]}",
        ['q.yaml:8 question n: "min_choices" is 2, but only 1 choice can stand together (lower it)'],
    ),
    "only exclusive choices": (
        "- {type: select_multiple, name: n, label: N,\n"
        "   choices: [{name: x, label: X, exclusive: true}, {name: y, label: Y, exclusive: true}]}",
        [
            "q.yaml:9 question n: warning: every choice is exclusive, so only one can be chosen "
            "(write type: select_one)"
        ],
    ),
    "please say, in a checklist": (
        "- {type: checklist, name: n, label: N, rows: [{name: r, label: R}],\n"
        "   choices: [{name: x, label: X, specify: true}]}",
        [
            'q.yaml:9 question n: warning: "specify" asks nothing in a checklist '
            "(take it out, and ask for the words in a text question)"
        ],
    ),
    "a scale without scores": (
        "- {type: scale, name: n, label: N, choices: [{name: x, label: X}]}",
        [
            "q.yaml:8 question n: no choice of this scale has a score, so it has no mean "
            "(write score: 1, 2, … at its choices)"
        ],
    ),
    "nobody can be satisfied": (
        "- {type: scale, name: n, label: N, satisfied: 4, choices: [{name: x, label: X, score: 3}]}",
        ['q.yaml:8 question n: "satisfied" is 4, above the highest score 3 (lower it)'],
    ),
    "the least above the most": (
        "- {type: integer, name: n, label: N, min: 5, max: 1}",
        ['q.yaml:8 question n: "min" 5 is more than "max" 1 (swap them)'],
    ),
    "a range that goes down": (
        "- {type: range, name: n, label: N, start: 5, end: 1}",
        ['q.yaml:8 question n: "start" 5 is not below "end" 1 (swap them)'],
    ),
    "a step larger than the range": (
        "- {type: range, name: n, label: N, start: 1, end: 5, step: 9}",
        ['q.yaml:8 question n: "step" 9 is larger than the whole range (write a smaller step)'],
    ),
    "a default that is no answer": (
        "- {type: integer, name: n, label: N, max: 3, default: 4}",
        ['q.yaml:8 question n: "default" "4" is no answer to this question (It must be 3 or less)'],
    ),
    "a constraint without words": (
        '- {type: integer, name: n, label: N, constraint: ". > 1"}',
        [
            'q.yaml:8 question n: warning: "constraint" has no "constraint_message", so the person is not told '
            "what to mend (write one)"
        ],
    ),
    "words without a constraint": (
        "- {type: integer, name: n, label: N, constraint_message: Mend it.}",
        [
            'q.yaml:8 question n: warning: "constraint_message" is never said, since there is no "constraint" '
            "(write the constraint, or take it out)"
        ],
    ),
    "an expression that cannot be read": (
        "- {type: note, name: n, label: N, relevant: \"${a} == 'x'\"}",
        ['q.yaml:8 question n: "relevant" (column 6): "==" is not known here (write "=" to compare)'],
    ),
    "a requirement that cannot be read": (
        "- {type: text, name: n, label: N, required: ja}",
        [
            'q.yaml:8 question n: "required" (column 1): "ja" is neither a question nor a text '
            "(write ${ja} for a question, 'ja' for a text)"
        ],
    ),
    "a place worked out that is none": (
        "- {type: calculate, name: n, role: region, calculation: \"if(today() > date('2021-01-01'), 5101, '5103')\"}\n"
        "- {type: calculate, name: m, role: home_region, calculation: \"coalesce('', 'nowhere')\"}\n"
        "- {type: note, name: o, label: O}",
        [
            "q.yaml:8 question n: \"calculation\" gives '5103', which is no code of the role region "
            "(did you mean 5102?)",
            "q.yaml:9 question m: \"calculation\" gives 'nowhere', which is no code of the role home_region "
            "(there are 51, 5101, 5102)",
        ],
    ),
    "a role on the wrong kind": (
        "- {type: text, name: n, label: N, role: region}",
        [
            "q.yaml:8 question n: the role region does not go with a text question "
            "(its type can be region or calculate)"
        ],
    ),
    "an issue question without issues": (
        "- {type: select_one, name: n, label: N, role: issue, choices: [{name: x, label: X}]}",
        [
            "q.yaml:8 question n: a question with the role issue has no choice that stands for an issue "
            '(write choices: "@issues", or issue: … at its choices)'
        ],
    ),
    "an issue check without issues": (
        "- {type: checklist, name: n, label: N, role: issue_check, rows: [{name: r, label: R}],\n"
        "   choices: [{name: x, label: X}]}",
        [
            "q.yaml:8 question n: a question with the role issue_check has no row that stands for an issue "
            "(write issue: … at its rows)"
        ],
    ),
    "an issue check without a problem": (
        "- {type: checklist, name: n, label: N, role: issue_check, rows: [{name: r, label: R, issue: FEE}],\n"
        "   choices: [{name: x, label: X}]}",
        [
            "q.yaml:8 question n: a question with the role issue_check has no choice that counts as a problem "
            "(write problem: true at the choice by which an issue is met)"
        ],
    ),
    "satisfaction that is no scale": (
        "- {type: integer, name: n, label: N, role: satisfaction}",
        [
            "q.yaml:8 question n: the role satisfaction does not go with an integer question (its type can be scale)"
        ],
    ),
    "a contact that is not sealed": (
        "- {type: text, name: n, label: N, role: contact}",
        ["q.yaml:8 question n: a question with the role contact is not sealed (write sensitive: true)"],
    ),
    "a sealed answer that nobody could open": (
        "- {type: text, name: n, label: N, sensitive: true}",
        [
            "q.yaml:8 question n: warning: will not be asked: it is sensitive, and campaign.yaml names no recipients "
            "who could open it (write recipients: and an age public key)"
        ],
    ),
    "a level that does not exist": (
        "- {type: region, name: n, label: N, level: countie}",
        ["q.yaml:8 question n: level countie is not one of campaign.yaml (did you mean county?)"],
    ),
    "within a region that does not exist": (
        "- {type: region, name: n, label: N, level: county, within: 99}",
        [
            'q.yaml:8 question n: "within" names region 99, which does not exist (see the codes in regions.csv)'
        ],
    ),
    "within a region with nothing in it": (
        "- {type: region, name: n, label: N, level: county, within: 5101}",
        [
            "q.yaml:8 question n: there is no county in 5101 to choose from "
            "(choose a region above that level, or a deeper level)"
        ],
    ),
    "a choice with the code of a region": (
        "- {type: region, name: n, label: N, level: county, extra_choices: [{name: 5101, label: X}]}",
        [
            'q.yaml:8 question n: "extra_choices" has 5101, which is the code of a region '
            "(give the choice another name)"
        ],
    ),
    "a translation that is missing": (
        "- {type: note, name: n, label: {zh: 注}}",
        ["q.yaml:8 question n: warning: label has no English (en) (translate it)"],
    ),
    "a translation of a choice that is missing": (
        "- {type: select_one, name: n, label: N, choices: [{name: x, label: {en: X}}]}",
        ["q.yaml:8 question n: warning: label of choice x has no 中文 (zh) (translate it)"],
    ),
    "a language that nobody offers": (
        "- {type: note, name: n, label: {zh: 注, en: N, zh-cn: 注}}",
        [
            'q.yaml:8 question n: warning: label has words in "zh-cn", which is no language of the campaign '
            "(did you mean zh?)"
        ],
    ),
    "a page with nothing to see": (
        '- {type: calculate, name: n, calculation: "1 + 1"}',
        [
            "q.yaml:5: page one has nothing that a person can see "
            "(add a question or a note, or move its calculations to another page)"
        ],
    ),
    "a repeat inside a repeat": (
        "- type: repeat\n"
        "  name: r\n"
        "  label: R\n"
        "  questions:\n"
        "    - {type: repeat, name: s, label: S, questions: [{type: text, name: t, label: T}]}",
        ["q.yaml:12 question s: a repeat stands inside the repeat r (make it a group, or move it out)"],
    ),
    "fewest entries above the most": (
        "- {type: repeat, name: r, label: R, min_entries: 3, max_entries: 2,\n"
        "   questions: [{type: text, name: t, label: T}]}",
        ['q.yaml:8 question r: "min_entries" 3 is more than "max_entries" 2 (swap them)'],
    ),
}


@pytest.mark.parametrize("case", ONE_QUESTION)
def test_a_mistake_in_one_question_is_told_with_its_line_and_cure(
    write_campaign: WriteCampaign, case: str
) -> None:
    questions, expected = ONE_QUESTION[case]
    assert told(write_campaign, draw(questions)) == expected


REPEAT = "- {type: repeat, name: r, label: R, questions: [{type: integer, name: i, label: I}]}\n"
CHECKLIST = (
    "- {type: checklist, name: k, label: K, rows: [{name: row1, label: R}], choices: [{name: x, label: X}]}\n"
)

SEVERAL_QUESTIONS = {
    "two of one name": (
        A + "- {type: note, name: a, label: N}",
        "question a: a stands twice; the first one is in line 8 (rename one of them)",
    ),
    "two that differ by capitals": (
        A + "- {type: note, name: A, label: N}",
        "question A: A differs from a in line 8 only by capital letters "
        "(rename one of them: columns of other programs do not tell them apart)",
    ),
    "one where the words of another are kept": (
        "- {type: select_one, name: a, label: A, choices: [{name: x, label: X, specify: true}]}\n"
        "- {type: text, name: a_other, label: N}",
        'question a_other: a_other is where the words beside a choice of a are kept ("specify") '
        "(rename this question)",
    ),
    "one that does not exist": (
        A + "- {type: note, name: n, label: N, relevant: \"${aa} = 'x'\"}",
        'question n: "relevant" names aa, which does not exist (did you mean a?)',
    ),
    "a note": (
        "- {type: note, name: m, label: N}\n- {type: note, name: n, label: N, relevant: \"${m} = 'x'\"}",
        'question n: "relevant" names m, a note, which has no answer (name a question that is answered)',
    ),
    "itself": (
        N + '- {type: integer, name: m, label: N, constraint: "${m} > 1", constraint_message: C}',
        'question m: "constraint" names m itself (write . for the own answer)',
    ),
    "the own answer where there is none": (
        N + '- {type: note, name: m, label: N, relevant: ". > 1"}',
        'question m: "relevant" uses ".", which stands for the own answer in a constraint only '
        "(name the question as ${…})",
    ),
    "the number of an entry outside of entries": (
        N + '- {type: note, name: m, label: N, relevant: "position(..) > 1"}',
        'question m: "relevant" uses position(..), the number of an entry, outside of a repeat (take it out)',
    ),
    "a choice that the question does not have": (
        A + "- {type: note, name: n, label: N, relevant: \"${a} = 'z9'\"}",
        'question n: "relevant" compares a with "z9", which is not one of its choices (its choices: x, y)',
    ),
    "a choice that is selected": (
        A + "- {type: note, name: n, label: N, relevant: \"selected(${a}, 'X ')\"}",
        'question n: "relevant" compares a with "X ", which is not one of its choices (did you mean x?)',
    ),
    "a region that does not exist": (
        "- {type: region, name: g, label: G, level: county}\n"
        "- {type: note, name: n, label: N, relevant: \"${g} = '5109'\"}",
        'question n: "relevant" compares g with "5109", which is not one of its choices (did you mean 5102?)',
    ),
    "an own choice that does not exist": (
        N
        + "- {type: select_one, name: b, label: B, choices: [{name: x, label: X}], constraint: \". != 'z9'\",\n"
        "   constraint_message: C}",
        'question b: "constraint" compares b with "z9", which is not one of its choices (its choices: x)',
    ),
    "a row that the checklist does not have": (
        CHECKLIST + "- {type: note, name: n, label: N, relevant: \"${k/row2} = 'x'\"}",
        'question n: "relevant" names the row row2, which k does not have (did you mean row1?)',
    ),
    "a row of no checklist": (
        A + "- {type: note, name: n, label: N, relevant: \"${a/row2} = 'x'\"}",
        'question n: "relevant" names the row row2 of a, which is a select_one (write ${a})',
    ),
    "an answer of an entry, from outside": (
        REPEAT + '- {type: note, name: n, label: N, relevant: "${i} > 1"}',
        'question n: "relevant" names i, which has an answer in every entry of the repeat r '
        "(take all entries: count, count-non-empty, join, max, min, sum)",
    ),
    "a repeat outside of count": (
        REPEAT + '- {type: note, name: n, label: N, relevant: "${r} > 1"}',
        'question n: "relevant" names the repeat r outside of count() (write count(${r}), or name a question)',
    ),
    "a contradiction": (
        A + "- {type: note, name: n, label: N, relevant: \"${a} = 'x' and ${a} = 'y'\"}",
        'question n: can never be asked: no answers make its "relevant" true, with what is asked before '
        "(mend the condition, or one that it depends on)",
    ),
}


@pytest.mark.parametrize("case", SEVERAL_QUESTIONS)
def test_a_mistake_between_two_questions_is_told_at_the_second(
    write_campaign: WriteCampaign, case: str
) -> None:
    questions, expected = SEVERAL_QUESTIONS[case]
    assert told(write_campaign, draw(questions)) == [f"q.yaml:9 {expected}"]


def test_a_condition_looks_back_only(write_campaign: WriteCampaign) -> None:
    questions = "- {type: note, name: n, label: N, relevant: \"${a} = 'x'\"}\n" + A
    assert told(write_campaign, draw(questions)) == [
        'q.yaml:8 question n: "relevant" names a, which comes later '
        "(move this question behind it, or name an earlier question)"
    ]


@pytest.mark.parametrize("name", ["check", "Sent"])
def test_a_page_cannot_have_a_name_that_addresses_use(write_campaign: WriteCampaign, name: str) -> None:
    assert told(write_campaign, draw(N).replace("name: one", f"name: {name}")) == [
        f"q.yaml:5: page {name} has a name that addresses use themselves (rename it)"
    ]


def test_two_pages_of_one_name_are_told(write_campaign: WriteCampaign) -> None:
    page = "  - {name: one, label: Two, questions: [{type: note, name: m, label: M}]}"
    assert told(write_campaign, draw(N) + page) == [
        "q.yaml:9: page one stands twice; the first one is in line 5 (rename one of them)"
    ]


def test_a_page_looks_back_only(write_campaign: WriteCampaign) -> None:
    questionnaire = draw(A).replace("    label: One\n", "    label: One\n    relevant: ${a} = 'x'\n")
    assert told(write_campaign, questionnaire) == [
        'q.yaml:7: page one: "relevant" names a, which comes later '
        "(move this page behind it, or name an earlier question)"
    ]


def test_a_circle_is_told_once_by_its_names(write_campaign: WriteCampaign) -> None:
    questions = """\
        - {type: integer, name: a, label: A, relevant: "${c} > 1"}
        - {type: integer, name: b, label: B, relevant: "${a} > 1"}
        - {type: integer, name: c, label: C, relevant: "${b} > 1"}
        """
    assert told(write_campaign, draw(questions)) == [
        'q.yaml:8 question a: "relevant" goes round in a circle: a needs c needs b needs a '
        "(take out one of these conditions)"
    ]


def test_calculations_that_need_each_other_are_a_circle(write_campaign: WriteCampaign) -> None:
    questions = (
        N
        + '- {type: calculate, name: a, calculation: "${b} + 1"}\n'
        + ('- {type: calculate, name: b, calculation: "${a} + 1"}')
    )
    assert told(write_campaign, draw(questions)) == [
        'q.yaml:9 question a: "calculation" goes round in a circle: a needs b needs a '
        "(take out one of these conditions)"
    ]


def test_entries_can_be_summed_and_seen_from_their_own_entry(write_campaign: WriteCampaign) -> None:
    questions = """\
        - type: repeat
          name: r
          label: R
          questions:
            - {type: integer, name: i, label: I}
            - {type: note, name: j, label: J, relevant: "${i} > 1 and position(..) = 1"}
        - {type: note, name: n, label: N, relevant: "sum(${i}) > 1 and count(${r}) > 2"}
        """
    assert told(write_campaign, draw(questions)) == []


def test_the_words_beside_a_choice_can_be_named(write_campaign: WriteCampaign) -> None:
    questions = """\
        - {type: select_one, name: a, label: A, choices: [{name: x, label: X, specify: true}]}
        - {type: note, name: n, label: N, relevant: "${a_other} != ''"}
        """
    assert told(write_campaign, draw(questions)) == []


NEVER = {
    "the code that the question before excludes": """\
        - {type: select_one, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: select_one, name: b, label: B, relevant: "${a} = 'x'", choices: [{name: z, label: Z}]}
        - {type: note, name: n, label: N, relevant: "${b} = 'z' and ${a} = 'y'"}
        """,
    "more of a multiple choice than there is": """\
        - {type: select_multiple, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: note, name: m, label: M, relevant: "count-selected(${a}) > 1"}
        - {type: note, name: n, label: N, relevant: "count-selected(${a}) > 2"}
        """,
    "a number outside of its limits": """\
        - {type: integer, name: a, label: A, min: 0, max: 5}
        - {type: note, name: m, label: M, relevant: "${a} > 4"}
        - {type: note, name: n, label: N, relevant: "${a} > 5"}
        """,
    "no whole number between two": """\
        - {type: integer, name: a, label: A}
        - {type: decimal, name: b, label: B}
        - {type: note, name: n, label: N, relevant: "${a} > 4 and ${a} < 5"}
        """,
    "a calculation that never comes to it": """\
        - {type: select_one, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: calculate, name: b, calculation: "if(${a} = 'x', 1, 2)"}
        - {type: note, name: n, label: N, relevant: "${b} = 3"}
        """,
    "the group around it": """\
        - {type: select_one, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: group, name: b, label: B, relevant: "${a} = 'x'", questions: [{type: note, name: m, label: M},
          {type: note, name: n, label: N, relevant: "${a} = 'y'"}]}
        """,
    "two rows": """\
        - {type: checklist, name: a, label: A, rows: [{name: r, label: R}, {name: s, label: S}],
           choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: note, name: n, label: N, relevant: "${a/r} = 'x' and ${a/s} = 'x' and ${a/r} = 'y'"}
        """,
    "two places at once": """\
        - {type: region, name: a, label: A, level: county}
        - {type: note, name: m, label: M, relevant: "${a} = '5101'"}
        - {type: note, name: n, label: N, relevant: "${a} = '5101' and ${a} != '5101'"}
        """,
    "something that is certain beside something that is not": """\
        - {type: select_one, name: a, label: A, choices: [{name: x, label: X}, {name: y, label: Y}]}
        - {type: text, name: b, label: B}
        - {type: note, name: n, label: N, relevant: "string-length(${b}) > 2 and ${a} = 'x' and not(${a} = 'x')"}
        """,
    "in every entry": """\
        - type: repeat
          name: r
          label: R
          questions: [{type: select_one, name: a, label: A, choices: [{name: x, label: X}]},
            {type: note, name: n, label: N, relevant: "${a} = 'x' and ${a} != 'x'"}]
        """,
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER)
def test_a_question_that_no_path_can_reach_is_told(write_campaign: WriteCampaign, case: str) -> None:
    (line,) = told(write_campaign, draw(NEVER[case]))
    assert " question n: can never be asked" in line


POSSIBLE = {
    "a choice and nothing": "${a} = 'x' or ${a} = ''",
    "two choices of a multiple question": "selected(${m}, 'x') and selected(${m}, 'y')",
    "a text that could be anything": "string-length(${t}) > 3",
    "a text that is none of those named": "${t} != 'p' and ${t} != ''",
    "a day": "${d} > today()",
    "a number in between": "${n} > 1 and ${n} < 3",
    "an unanswered number": "${n} = ''",
    "a number that only a calculation knows": "${n} * 2 = 7",
    "one choice of many": "selected(${big}, 'c7') and not(selected(${big}, 'c8'))",
    "many of many": "count-selected(${big}) = 12",
    "another place": "${g} != '5101' and ${g} != ''",
    "an order": "selected-at(${k}, 0) = 'y'",
}


@pytest.mark.parametrize("case", POSSIBLE)
def test_a_question_that_some_path_reaches_is_not_told(write_campaign: WriteCampaign, case: str) -> None:
    big = ", ".join(f"{{name: c{number}, label: C}}" for number in range(14))
    questions = f"""\
        - {{type: select_one, name: a, label: A, choices: [{{name: x, label: X}}, {{name: y, label: Y}}]}}
        - {{type: select_multiple, name: m, label: M, choices: [{{name: x, label: X}}, {{name: y, label: Y}}]}}
        - {{type: rank, name: k, label: K, choices: [{{name: x, label: X}}, {{name: y, label: Y}}]}}
        - {{type: select_multiple, name: big, label: M, choices: [{big}]}}
        - {{type: text, name: t, label: T}}
        - {{type: date, name: d, label: D}}
        - {{type: decimal, name: n, label: N}}
        - {{type: region, name: g, label: G, level: county}}
        - {{type: note, name: last, label: L, relevant: "{POSSIBLE[case]}"}}
        """
    assert told(write_campaign, draw(questions)) == []


def test_a_calculation_that_may_be_left_out_may_have_no_value(write_campaign: WriteCampaign) -> None:
    questions = """\
        - {type: text, name: t, label: T}
        - {type: calculate, name: c, calculation: "'x'", relevant: "string-length(${t}) > 2"}
        - {type: note, name: n, label: N, relevant: "${c} = ''"}
        """
    assert told(write_campaign, draw(questions)) == []


def test_a_page_that_can_never_be_shown_is_told_once_and_not_its_questions(
    write_campaign: WriteCampaign,
) -> None:
    page = "  - name: two\n    label: Two\n    relevant: ${a} = 'x' and ${a} = 'y'\n    questions:\n"
    inside = "      - {type: note, name: n, label: N, relevant: \"${a} = 'x'\"}\n"
    assert told(write_campaign, draw(A) + page + inside) == [
        'q.yaml:11: page two can never be shown: no answers make its "relevant" true '
        "(mend the condition, or one that it depends on)"
    ]


def test_a_hundred_questions_that_depend_on_each_other_are_judged_in_time(
    write_campaign: WriteCampaign,
) -> None:
    yes_no = "choices: [{name: x, label: X}, {name: y, label: Y}]"
    questions = [f"- {{type: select_one, name: a0, label: A, {yes_no}}}"]
    for number in range(1, 100):
        condition = " or ".join(f"${{a{before}}} = 'x'" for before in range(max(0, number - 12), number))
        questions.append(
            f'- {{type: select_one, name: a{number}, label: A, {yes_no}, relevant: "{condition}"}}'
        )
    began = time.perf_counter()
    assert told(write_campaign, draw("\n".join(questions))) == []
    assert time.perf_counter() - began < 20


def test_thousands_of_mistakes_are_told_in_time(write_campaign: WriteCampaign) -> None:
    keys = "".join(f"key{number}: 1\n" for number in range(5000))
    items = "pages: [" + "1,\n" * 5000 + "1]\n"
    began = time.perf_counter()
    lines = told(write_campaign, "name: q\ntitle: Q\naudience: [all]\n" + keys + items)
    assert len(lines) == 10_001
    assert time.perf_counter() - began < 20


def test_calculations_that_double_at_each_step_are_judged_in_time(write_campaign: WriteCampaign) -> None:
    questions = [A.strip(), "- {type: calculate, name: c0, calculation: \"if(${a} = 'x', 1, 2)\"}"]
    questions += [
        f'- {{type: calculate, name: c{n}, calculation: "${{c{n - 1}}} + ${{c{n - 1}}}"}}'
        for n in range(1, 40)
    ]
    questions.append('- {type: note, name: n, label: N, relevant: "${c39} = 1"}')
    lines = told(write_campaign, draw("\n".join(questions)))
    assert [line.partition(": ")[0] for line in lines] == ["q.yaml:49 question n"]


FILES = {
    "a region that stands twice": (
        {"regions_csv": REGIONS + "5101,51,county,又,Again\n"},
        "regions.csv:5: region 5101 stands twice; the first one is in line 3 (keep one of them)",
    ),
    "a parent that does not exist": (
        {"regions_csv": REGIONS + "5103,99,county,又,Again\n"},
        "regions.csv:5: region 5103: its parent 99 does not exist (add it, or leave the parent empty)",
    ),
    "a level that does not exist": (
        {"regions_csv": REGIONS + "5103,51,countie,又,Again\n"},
        "regions.csv:5: region 5103: level countie is not one of campaign.yaml (did you mean county?)",
    ),
    "a county that lies in a county": (
        {"regions_csv": REGIONS + "5103,5101,county,又,Again\n"},
        "regions.csv:5: region 5103 of level county lies in 5101 of level county "
        "(from the top down the levels are province, county)",
    ),
    "a county that lies nowhere": (
        {"regions_csv": REGIONS + "5103,,county,又,Again\n"},
        "regions.csv:5: warning: region 5103 of level county has no parent, so it counts in no province "
        "(write the code of the region it lies in)",
    ),
    "a region without a label": (
        {"regions_csv": REGIONS + "5103,51,county,,\n"},
        'regions.csv:5: "label" is missing (write label: …)',
    ),
    "a column that is missing": (
        {"regions_csv": "code,parent,label\n51,,S\n"},
        'regions.csv:1: the column "level" is missing '
        "(the columns needed are code, level, label; a label is label::zh, …)",
    ),
    "columns parted by semicolons": (
        {"regions_csv": "code;parent;level;label\n51;;province;S\n"},
        "regions.csv:1: its columns are not parted by commas (save it as CSV with commas)",
    ),
    "a quote that is open": (
        {"regions_csv": REGIONS + '5103,51,county,"又\n'},
        "regions.csv:5: cannot be read as CSV: unexpected end of data (see that every quote is closed)",
    ),
    "a line with too many cells": (
        {"regions_csv": REGIONS + "5103,51,county,又,Again,and,again\n"},
        "regions.csv:5: has 7 cells, more than there are columns (put text with a comma in quotes)",
    ),
    "a group with a region that does not exist": (
        {"groups_yaml": "groups:\n  - {name: G1, label: G, regions: [5101, 5102, 5999]}\n"},
        "groups.yaml:2: group G1: region 5999 does not exist (see the codes in regions.csv)",
    ),
    "a region in two groups": (
        {
            "groups_yaml": "groups:\n  - {name: G1, label: G, regions: [5101, 5102]}\n"
            "  - {name: G2, label: G, regions: [5102]}\n"
        },
        "groups.yaml:3: group G2: region 5102 is also in group G1 (leave it in one of them)",
    ),
    "a region in no group": (
        {"groups_yaml": "groups:\n  - {name: G1, label: G, regions: [5101]}\n"},
        "groups.yaml: warning: 5102 of level county is in no group (add to a group; tables by group leave them out)",
    ),
    "a unit with a parent that does not exist": (
        {"units_csv": "code,label,kind,parent,region\nU1,U,corps,,51\nU2,U,corps,U3,51\n"},
        "units.csv:3: unit U2: its parent U3 does not exist (add it, or leave the parent empty)",
    ),
    "a unit of a region that does not exist": (
        {"units_csv": "code,label,kind,parent,region\nU1,U,corps,,99\n"},
        "units.csv:2: unit U1: region 99 does not exist (see the codes in regions.csv)",
    ),
    "a column of units that does not exist": (
        {"units_csv": "code,label,kind,regoin\nU1,U,corps,51\n"},
        'units.csv:1: the column "regoin" is not known (did you mean region?)',
    ),
    "a tile of a region that does not exist": (
        {"tilegrid_json": '{"tiles": [\n{"code": "99", "column": 0, "row": 0}]}'},
        "tilegrid.json:2: region 99 does not exist (see the codes in regions.csv)",
    ),
    "two tiles in one place": (
        {
            "tilegrid_json": '{"tiles": [\n{"code": "5101", "column": 0, "row": 0},\n'
            '{"code": "5102", "column": 0, "row": 0}]}'
        },
        "tilegrid.json:3: tile 5102 stands where 5101 stands: column 0, row 0 (move one of them)",
    ),
    "an issue with a category that does not exist": (
        {"issues_yaml": ISSUES + "  - {name: CASH, label: Cash, groups: {six: P7}}\n"},
        "issues.yaml:9: issue CASH: scheme six has no category P7 (its categories: P1)",
    ),
    "an issue with a scheme that does not exist": (
        {"issues_yaml": ISSUES + "  - {name: CASH, label: Cash, groups: {sx: P1}}\n"},
        "issues.yaml:9: issue CASH: there is no scheme sx (did you mean six?)",
    ),
    "two issues of one name": (
        {"issues_yaml": ISSUES + "  - {name: FEE, label: Cash}\n"},
        "issues.yaml:9: issue FEE stands twice; the first one is in line 7 (rename one of them)",
    ),
    "a level named as groups are": (
        {"campaign_yaml": CAMPAIGN.replace("privacy", "  - {name: group, label: G}\nprivacy")},
        "campaign.yaml:8: the level group is that of groups.yaml (rename it)",
    ),
    "closing before opening": (
        {"campaign_yaml": CAMPAIGN + "opens: 2021-06-01\ncloses: 2021-05-01\n"},
        "campaign.yaml:10: it opens on 2021-06-01, after it closes on 2021-05-01 (change one of the two days)",
    ),
    "a recipient that is none": (
        {"campaign_yaml": CAMPAIGN + "recipients: [someone@example.org]\n"},
        'campaign.yaml:10: "someone@example.org" is not an age public key '
        "(write the line that begins with age1: it has 62 characters)",
    ),
    "a secret key among the recipients": (
        {"campaign_yaml": CAMPAIGN + "recipients: [AGE-SECRET-KEY-1ABC]\n"},
        "campaign.yaml:10: a secret key stands among the recipients: who reads this file can open every sealed answer "
        "(make a new pair of keys, and write the public one, which begins with age1)",
    ),
    "a language code that is none": (
        {"campaign_yaml": CAMPAIGN.replace("zh: 中文", "zh_CN: 中文")},
        'campaign.yaml:4: "zh_CN" is not the code of a language (write it as in zh, en, bo or zh-Hant)',
    ),
    "a workbook": (
        {"old_xlsx": "PK"},
        "old.xlsx: warning: a workbook is not read as a questionnaire yet (write the questionnaire as YAML)",
    ),
    "another ending": (
        {"groups_yml": "groups: []"},
        "groups.yml: is not read under this name (rename it to groups.yaml)",
    ),
    "a questionnaire of a name that another has": (
        {"r_yaml": draw(A)},
        "r.yaml:1: q.yaml is the questionnaire q too (give one of them another name)",
    ),
}


def test_a_name_that_cannot_be_one_is_told_once(write_campaign: WriteCampaign) -> None:
    lines = told(write_campaign, draw(A).replace("name: q", "name: my questions", 1))
    assert len(lines) == 1, lines
    assert '"name" cannot be "my questions"' in lines[0]


@pytest.mark.parametrize("case", FILES)
def test_a_mistake_in_another_file_is_told_with_its_line(write_campaign: WriteCampaign, case: str) -> None:
    files, expected = FILES[case]
    lines = told(write_campaign, draw(N), **files)
    assert expected in lines
    extra = [line for line in lines if line != expected and "stands in a file of another name" not in line]
    assert extra == [] or case in ("a language code that is none",), extra


def test_regions_that_lie_in_each_other_are_told_once(write_campaign: WriteCampaign) -> None:
    regions = "code,parent,level,label\n1,2,county,A\n2,3,county,B\n3,1,county,C\n"
    lines = told(write_campaign, draw(N), regions_csv=regions)
    assert [line for line in lines if "itself" in line] == [
        "regions.csv:2: region 1 lies in itself: 1 in 2 in 3 in 1 (mend one of these parents)"
    ]


TABLES = {
    "rows: nn": '"rows" names nn, which does not exist (did you mean n?)',
    "rows: priority": '"rows" names the role priority, which no question has (write role: priority at a question)',
    "rows: n, level: countie": "there is no level countie (did you mean county?)",
    "rows: n, scheme: sx": "there is no scheme sx (did you mean six?)",
    "rows: n, measure: mentions, public: true": "weighted figures and mentions do not say of how many people they are",
    "rows: n, weights: q9": '"weights" names q9, which does not exist',
    "rows: n, measure: meen": '"measure" cannot be meen (did you mean mean?)',
    "rows: n, measure: 'mean:m'": '"measure" names m, which is no scale and no number (there are n)',
    "rows: n, questionnaires: [p]": "there is no questionnaire p (there are q)",
    "rows: n, where: '${nn} > 1'": '"where" names nn, which does not exist (did you mean n?)',
}


@pytest.mark.parametrize("wish", TABLES)
def test_a_table_that_cannot_be_made_is_told(write_campaign: WriteCampaign, wish: str) -> None:
    campaign = CAMPAIGN + f"tables:\n  - {{name: t, label: T, columns: date, {wish}}}\n"
    line, *others = told(write_campaign, draw(N), campaign_yaml=campaign)
    assert line.startswith(f"campaign.yaml:11: table t: {TABLES[wish]}")
    assert not others


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("period: daily", '"period" cannot be "daily" (did you mean day?)'),
        ("percent: rows", '"percent" cannot be "rows" (did you mean row?)'),
    ],
)
def test_a_word_that_a_table_does_not_know_is_told(
    write_campaign: WriteCampaign, wish: str, words: str
) -> None:
    campaign = CAMPAIGN + f"tables:\n  - {{name: t, label: T, rows: n, columns: date, {wish}}}\n"
    assert told(write_campaign, draw(N), campaign_yaml=campaign) == [f"campaign.yaml:11: {words}"]


def test_all_mistakes_of_all_files_are_told_at_once(write_campaign: WriteCampaign) -> None:
    questions = """\
        - {type: select_one, name: a, label: A, hnt: H, choices: [{name: x, label: X}]}
        - {type: note, name: b, label: B, relevant: "${c} = 'x'"}
        - {type: selct_one, name: d, label: D}
        - {type: note, name: e, label: E, relevant: "${d} = 'x'"}
        """
    lines = told(
        write_campaign,
        draw(questions),
        campaign_yaml=CAMPAIGN.replace("organisation", "organization"),
        broken_yaml="name: broken\n\ttitle: x\n",
        r_yaml=draw(N).replace("name: q\n", "name: r\n").replace("title: Q\n", ""),
    )
    assert lines == [
        "broken.yaml:2: a tab stands where spaces are needed (indent with spaces)",
        'campaign.yaml:1: "organisation" is missing (write organisation: …)',
        'campaign.yaml:3: "organization" is not a key of this file (did you mean organisation?)',
        'q.yaml:8 question a: "hnt" is not a key of a select_one question (did you mean hint?)',
        'q.yaml:9 question b: "relevant" names c, which does not exist (there are a)',
        'q.yaml:10 question d: "selct_one" is not a type of question (did you mean select_one?)',
        'r.yaml:1: "title" is missing (write title: …)',
    ]


def test_a_questionnaire_at_page_level_is_told_in_one_line(write_campaign: WriteCampaign) -> None:
    questionnaire = draw(A) + "  - type: note\n    name: n\n    label: N\n"
    assert told(write_campaign, questionnaire) == [
        'q.yaml:9: a question stands where a page belongs: "n" (put it under questions: of a page, indented below)'
    ]


def test_a_list_that_no_question_uses_is_a_warning(write_campaign: WriteCampaign) -> None:
    questionnaire = draw(N).replace("pages:", "choice_lists:\n  yn: [{name: x, label: X}]\npages:")
    assert told(write_campaign, questionnaire) == [
        "q.yaml:5: warning: choice list yn is not used (take it out, or name it in choices)"
    ]


def test_a_mistake_in_a_choice_list_is_told_once_however_many_use_it(write_campaign: WriteCampaign) -> None:
    questions = "".join(f"- {{type: select_one, name: a{n}, label: A, choices: yn}}\n" for n in range(3))
    questionnaire = draw(questions).replace("pages:", "choice_lists:\n  yn: [{name: x, lable: X}]\npages:")
    assert told(write_campaign, questionnaire) == [
        'q.yaml:5: "label" is missing (write label: …)',
        'q.yaml:5: "lable" is not a key of a choice (did you mean label?)',
    ]


def test_a_questionnaire_of_a_region_that_does_not_exist_is_told(write_campaign: WriteCampaign) -> None:
    assert told(write_campaign, draw(N).replace("title: Q", "title: Q\nregion: 5109")) == [
        "q.yaml:3: region 5109 does not exist (did you mean 5102?)"
    ]


def test_a_questionnaire_in_a_language_without_a_name_is_told(write_campaign: WriteCampaign) -> None:
    assert told(write_campaign, draw(N).replace("title: Q", "title: Q\nlanguages: [zh, bo]")) == [
        'q.yaml:3: the language "bo" is not one of the campaign (add it to languages in campaign.yaml)'
    ]


def test_a_questionnaire_that_closes_before_it_opens_is_told(write_campaign: WriteCampaign) -> None:
    assert told(
        write_campaign, draw(N).replace("title: Q", "title: Q\nopens: 2021-06-02\ncloses: 2021-06-01")
    ) == ["q.yaml:3: it opens on 2021-06-02, after it closes on 2021-06-01 (change one of the two days)"]


def test_a_mistake_in_the_issues_is_not_told_again_where_issues_are_named(
    write_campaign: WriteCampaign,
) -> None:
    questions = """\
        - {type: select_multiple, name: a, label: A, choices: [{issue: FEE}, {issue: NEW}]}
        - {type: select_multiple, name: b, label: B, choices: "@issues"}
        - {type: note, name: n, label: N, relevant: "selected(${a}, 'FEE') and selected(${b}, 'FEE')"}
        """
    lines = told(write_campaign, draw(questions), issues_yaml="issues:\n  - {name: FEE, label: Fee\n")
    assert [line.partition(":")[0] for line in lines] == ["issues.yaml"]


def test_a_region_question_without_regions_is_told(write_campaign: WriteCampaign) -> None:
    folder = write_campaign(
        {"campaign.yaml": CAMPAIGN, "q.yaml": draw("- {type: region, name: g, label: G, level: county}")}
    )
    assert render(check_path(folder).mistakes) == (
        "q.yaml:8 question g: asks a region, but there is no regions.csv (write regions.csv)"
    )


def test_a_right_campaign_has_nothing_to_tell(write_campaign: WriteCampaign) -> None:
    assert told(write_campaign, draw(A + N)) == []


def test_one_name_in_two_campaigns_is_told(write_campaign: WriteCampaign) -> None:
    folder = write_campaign({"campaign.yaml": CAMPAIGN, "q.yaml": draw(N)})
    write_campaign({"../zoo/campaign.yaml": CAMPAIGN.replace("tiny", "zoo"), "../zoo/q.yaml": draw(N)})
    report = check_path(folder.parent)
    assert report.text() == (
        "zoo/q.yaml:1: tiny/q.yaml is the questionnaire q too (give one of them another name)\n"
        "2 questionnaires checked: 1 mistake, 0 warnings."
    )
    assert len(report.errors) == 1


def test_no_campaign_at_all_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        CampaignError, match=r"there is no campaign here .a campaign is a folder with campaign.yaml"
    ):
        check_path(tmp_path)
    with pytest.raises(CampaignError, match="there is no such folder"):
        check_path(tmp_path / "nowhere")


def test_a_broken_link_is_told(write_campaign: WriteCampaign) -> None:
    folder = write_campaign({"campaign.yaml": CAMPAIGN, "q.yaml": draw(N)})
    (folder / "lost.yaml").symlink_to(folder / "nothing.yaml")
    assert render(check_path(folder).mistakes) == (
        "lost.yaml: points to a file that does not exist (mend the link or take it out)"
    )


def test_a_value_worked_out_from_a_sealed_answer_is_refused(write_campaign: WriteCampaign) -> None:
    secret = "- {name: phone, type: text, label: P, sensitive: true}\n"
    value = "- {name: v, type: calculate, calculation: 'string-length(${phone})'}\n"
    lines = told(write_campaign, draw(N + secret + value))
    assert any("works out a value from phone, which is sealed" in line for line in lines), lines
