"""Expressions: what authors write is read, evaluated as ODK does, and what cannot be read gets words."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaign.expressions import (
    DEEPEST,
    LONGEST,
    ExpressionError,
    comparisons,
    parse,
    rows,
    to_json,
)
from survey_app.campaign.expressions.conversions import to_number, to_text, to_value, truth
from survey_app.campaign.expressions.evaluation import OPERATORS, SCOPED, evaluate
from survey_app.campaign.expressions.functions import FUNCTIONS
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Own
from survey_app.campaign.expressions.signatures import ARITIES
from survey_app.errors import SurveyError

LABELS = {("trade", "bus"): "客运", ("trade", "freight"): "货运"}


@dataclass
class Answers:
    """A scope over a dict: the Tuesday of 1 June 2021, half past nine."""

    answers: Mapping[str, object] = field(default_factory=dict)
    dot: object = ""
    number: int = 1
    today: date = date(2021, 6, 1)
    now: datetime = datetime(2021, 6, 1, 9, 30)

    def answer(self, name: str) -> object:
        return self.answers.get(name, "")

    def own(self) -> object:
        return self.dot

    def position(self) -> int:
        return self.number

    def choice_label(self, question: str, code: str) -> str:
        return LABELS.get((question, code), code)


DRIVER = {
    "age": 41,
    "fined": "yes",
    "fine": [200, "", 500.5],  # three entries of a repeat, seen from outside
    "visits": [{"fine": 200}, {}, {"fine": 500.5}],
    "issues": ["fines", "quota"],
    "rates": {"id": "often", "law": "never"},
    "day": "2021-05-12",
    "clock": "08:30",
    "name": "  李\t 雷 ",
    "trade": "bus",
    "checked": True,
    "emoji": "😀川",
}


def value(source: str, dot: object = "", **answers: object) -> object:
    return evaluate(parse(source), Answers({**DRIVER, **answers}, dot))


EXAMPLES = [
    # literals and paths
    ("'it is'", "it is"),
    ('"it\'s"', "it's"),
    ("'他说\"好\"😀'", '他说"好"😀'),
    ("1.50", 1.5),
    (".5 + 5.", 5.5),
    ("${fined}", "yes"),
    ("${ fined }", "yes"),
    ("${nobody}", ""),
    ("${issues}", ("fines", "quota")),
    ("${rates/id}", "often"),
    ("${rates/nothing}", ""),
    ("${visits/fine}", (200.0, "", 500.5)),
    ("${fined/id}", ""),
    # and, or, not: conditions
    ("${fined} = 'yes' and ${age} > 17", True),
    ("${fined} = 'no' or ${age} > 17 and 1 = 2", False),
    ("(1 = 1 or 1 = 1) and 1 = 2", False),
    ("not(${fined} = 'yes')", False),
    ("'false' and 0.1", True),
    ("0 or '' or ${nobody}", False),
    ("true()", True),
    ("false()", False),
    # comparing
    ("${nobody} = ''", True),
    ("${nobody} != ''", False),
    ("${nobody} = 0", False),
    ("${nobody} != 0", True),
    ("${nobody} < 1 or ${nobody} >= 0", False),
    ("${age} = '41'", True),
    ("${age} = 41.0", True),
    ("'a' < 'b'", False),
    ("2 <= 2 and 2 >= 2 and not(2 < 2) and not(2 > 2)", True),
    ("'10' > 9", True),
    ("${issues} = 'fines quota'", True),
    ("${issues} = 'fines'", False),
    ("${rates} = 'often never'", True),
    ("${checked} = 'true' and ${checked} != 'false' and ${checked} = true()", True),
    ("${checked} = ''", False),
    ("${issues} = true()", True),
    ("1 = true()", True),
    # numbers
    ("1 + 2 * 3 - 4 div 2", 5),
    ("(1 + 2) * 3", 9),
    ("-2 - -3", 1),
    ("7 mod 3", 1),
    ("-7 mod 3", -1),
    ("5-3", 2),
    ("${age}-1", 40),
    ("1 div 0", math.inf),
    ("-1 div 0", -math.inf),
    ("1 div -0", -math.inf),
    ("'x' * 2", math.nan),
    ("0 div 0", math.nan),
    ("1 mod 0", math.nan),
    ("number('12.50')", 12.5),
    ("number(' -3 ')", -3),
    ("number('1e3')", math.nan),
    ("number('١')", math.nan),
    ("number(true())", 1),
    ("int(2.9)", 2),
    ("int(-2.9)", -2),
    ("int('x')", math.nan),
    ("floor(-2.1)", -3),
    ("ceiling(2.1)", 3),
    ("round(2.5)", 3),
    ("round(-2.5)", -2),
    ("round(2.675, 2)", 2.68),
    ("round(1234, -2)", 1200),
    ("round(1.5, 'x')", math.nan),
    ("round(1 div 0, 2)", math.inf),
    ("abs(-4)", 4),
    ("pow(2, 10)", 1024),
    ("pow(10, 9999)", math.inf),
    ("pow(-10, 9999)", -math.inf),
    ("pow(0, -1)", math.inf),
    ("pow(-8, 1 div 3)", math.nan),
    ("pow(1, 1 div 0)", math.nan),
    # lists: several codes
    ("selected(${issues}, 'quota')", True),
    ("selected(${issues}, 'quot')", False),
    ("selected('a b', 'b')", True),
    ("selected(${nobody}, '')", False),
    ("selected(${rates}, 'never')", True),
    ("count-selected(${issues})", 2),
    ("count-selected(${nobody})", 0),
    ("selected-at(${issues}, 1)", "quota"),
    ("selected-at(${issues}, 2)", ""),
    ("selected-at(${issues}, -1)", ""),
    ("selected-at(${issues}, 'x')", ""),
    # lists: entries of a repeat
    ("sum(${fine})", 700.5),
    ("sum(1, 2, 3)", 6),
    ("sum(${nobody})", 0),
    ("sum(${fine}, 'x')", math.nan),
    ("min(${fine})", 200),
    ("max(${fine}, 900)", 900),
    ("max(${nobody})", math.nan),
    ("count(${visits})", 3),
    ("count(${fine})", 3),
    ("count(${nobody})", 0),
    ("count-non-empty(${fine})", 2),
    ("count-non-empty(${visits})", 2),
    ("position(..)", 1),
    # choosing
    ("if(${age} > 40, 'old', 'young')", "old"),
    ("if(${nobody}, 'old', 'young')", "young"),
    ("coalesce(${nobody}, ${fined})", "yes"),
    ("coalesce(${nobody}, '')", ""),
    # texts
    ("string-length(${emoji})", 2),
    ("string-length(${nobody})", 0),
    ("contains('鄂尔多斯', '多')", True),
    ("starts-with('川A12345', '川')", True),
    ("ends-with('川A12345', '川')", False),
    ("substr('hello', 1, 3)", "el"),
    ("substr('hello', 2)", "llo"),
    ("substr('hello', -2)", "lo"),
    ("substr('hello', 1 div 0)", ""),
    ("substr('hello', 'x')", ""),
    ("normalize-space(${name})", "李 雷"),
    ("concat(${age}, '/', 1.0, '/', 2.5, true())", "41/1/2.5true"),
    ("concat(${issues}, '!')", "finesquota!"),
    ("join(', ', ${fine}, 'x')", "200, 500.5, x"),
    ("string(1 div 3)", "0.3333333333333333"),
    ("string(0.0000001)", "0.0000001"),
    ("string(1000000000000000000000000)", "1000000000000000000000000"),
    ("string(0 div 0)", "NaN"),
    ("string(-1 div 0)", "-Infinity"),
    ("string(${issues})", "fines quota"),
    ("boolean('x')", True),
    ("boolean(0 div 0)", False),
    ("boolean-from-string('1')", True),
    ("boolean-from-string('yes')", False),
    ("regex('510100', '[0-9]{6}')", True),
    ("regex('510100x', '[0-9]{6}')", False),
    ("regex('川A12345', '[川渝][A-Z]\\w{5}')", True),
    ("regex('４', '\\d')", False),
    ("jr:choice-name(${trade}, '${trade}')", "客运"),
    ("jr:choice-name('bus freight', '${trade}')", "bus freight"),
    # dates
    ("today()", date(2021, 6, 1)),
    ("now()", datetime(2021, 6, 1, 9, 30)),
    ("today() - ${day}", 20),
    ("${day} < today()", True),
    ("${day} = date('2021-05-12')", True),
    ("${day} <= '2021-05-12' and ${day} > '2021-05-11'", True),
    ("today() = '2021-06-01'", True),
    ("today() > ${nobody} or today() = ${nobody}", False),
    ("${day} + 20", date(2021, 6, 1)),
    ("20 + ${day}", date(2021, 6, 1)),
    ("today() - 1", date(2021, 5, 31)),
    ("today() = '2021-06-01T00:00' and '2021-06-01T00:00' = today()", True),
    ("now() + 0.5", datetime(2021, 6, 1, 21, 30)),
    ("today() + 0.5", datetime(2021, 6, 1, 12)),
    ("today() + 99999999", math.nan),
    ("today() - ${nobody}", math.nan),
    ("today() + pow(10, 400)", math.nan),
    ("now() - today() < 1", True),
    ("date('2021-02-31')", ""),
    ("date(18779)", date(2021, 6, 1)),
    ("date(now())", date(2021, 6, 1)),
    ("date(true())", ""),
    ("date-time('2021-06-01')", datetime(2021, 6, 1)),
    ("date-time('2021-06-01T09:30:00.000+08:00')", datetime(2021, 6, 1, 9, 30)),
    ("string(now())", "2021-06-01T09:30:00"),
    ("string(today())", "2021-06-01"),
    ("decimal-date-time('2021-06-01T12:00')", 18779.5),
    ("decimal-date-time('x')", math.nan),
    ("number(${day})", 18759),
    ("${clock} < '12:00' and ${clock} >= '08:30'", True),
    ("number('24:00')", math.nan),
    ("format-date(${day}, '%d/%m/%Y')", "12/05/2021"),
    ("format-date(${day}, '%a %e %b %y, %n%%')", "Wed 12 May 21, 5%"),
    ("format-date(${nobody}, '%Y')", ""),
    ("format-date(${day}, concat('%Y', '%Q%'))", "2021%Q%"),
    ("format-date-time(now(), '%Y年 %H:%M:%S.%3 %h')", "2021年 09:30:00.000 9"),
]


@pytest.mark.parametrize(("source", "expected"), EXAMPLES)
def test_an_expression_comes_to_what_odk_says(source: str, expected: object) -> None:
    found = value(source)
    if isinstance(expected, float) and math.isnan(expected):
        assert isinstance(found, float)
        assert math.isnan(found)
    else:
        assert found == expected
        assert type(found) is type(expected)


def test_the_dot_is_the_answer_that_is_judged() -> None:
    assert value(". >= 18 and . < 120", dot=18) is True
    assert value("not(selected(., 'none') and count-selected(.) > 1)", dot=["none", "fines"]) is False


def test_once_keeps_what_is_there() -> None:
    assert value("once(today())", dot="2020-01-01") == "2020-01-01"
    assert value("once(today())") == date(2021, 6, 1)


def test_choice_names_of_several_codes_are_joined() -> None:
    assert value("jr:choice-name(${m}, '${trade}')", m=["bus", "freight"]) == "客运, 货运"


def test_inside_a_repeat_the_entry_has_its_own_number() -> None:
    assert evaluate(parse("position(..) mod 2 = 1"), Answers(number=3)) is True


def test_a_zone_is_dropped_so_that_moments_compare() -> None:
    scope = Answers(now=datetime(2021, 6, 1, 9, 30, tzinfo=UTC))
    assert evaluate(parse("now() > '2021-06-01T09:00'"), scope) is True


def test_a_text_too_long_for_a_pattern_does_not_match() -> None:
    assert value("regex(${long}, 'x+')", long="x" * 1000) is True
    assert value("regex(${long}, 'x+')", long="x" * 1001) is False


def test_a_lone_surrogate_in_an_answer_is_only_a_character() -> None:
    assert value("regex(${bad}, 'a.b')", bad="a\ud800b") is True


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, ""),
        (time(8, 5), "08:05"),
        (Decimal("1.5"), 1.5),
        (Decimal("sNaN"), "NaN"),
        (10**400, math.inf),
        (-(10**400), -math.inf),
        (b"bytes", ""),
        ([None, ["a"]], ("", ("a",))),
        (datetime(2021, 6, 1, tzinfo=UTC), datetime(2021, 6, 1)),
    ],
)
def test_any_answer_has_a_value(answer: object, expected: object) -> None:
    found = to_value(answer)
    assert found == expected or to_text(found) == expected


def test_lists_without_end_are_no_answer() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert to_text(to_value(endless)) == ""


def test_truth_of_what_is_not_a_condition() -> None:
    assert [truth(one) for one in (None, "", (), 0.0, math.nan)] == [False] * 5
    assert [truth(one) for one in ("false", ("",), -1.0, date(2021, 6, 1))] == [True] * 4


MISTAKES = [
    ("", 1, "is empty"),
    (" \n", 1, "is empty"),
    ("${a} == 1", 6, 'write "=" to compare'),
    ("${a} <> 1", 6, 'write "!="'),
    ("${a} > 5 && ${b}", 10, 'write "and"'),
    ("!${a}", 1, "write not(…)"),
    ("1 / 2", 3, 'write "div"'),
    ("1 % 2", 3, 'write "mod"'),
    ("${a}＝1", 5, 'write "=", half as wide'),
    ("（1）", 1, 'write "("'),
    ("${a} = “x”", 8, "straight quotes"),
    ("${a} = 'x", 8, "no closing quote"),
    ("${a} = yes", 8, "write ${yes} for a question, 'yes' for a text"),
    ("${a} = yes and ${b} = 2", 8, '"yes" is neither'),
    ("a-b", 1, '"a-b" is neither'),
    ("${a} AND ${b}", 6, 'write "and" in small letters'),
    ("True and 1", 1, "write true()"),
    ("not ${a}", 1, "write its arguments in ( )"),
    ("NOT(${a})", 1, "did you mean not()?"),
    ("selectd(${a}, 'x')", 1, "did you mean selected()?"),
    ("count_selected(${a})", 1, "did you mean count-selected()?"),
    ("1 + pulldata('a', 'b', 'c', 'd')", 5, "put the values into the questionnaire"),
    ("qqqqqqq(1)", 1, "known are abs, boolean"),
    ("random()", 1, "the same answers must give the same result"),
    ("and(1, 2)", 1, "stands between two conditions"),
    ("${a", 1, "a question is written ${name}"),
    ("${last-saved#q}", 1, "a question is written ${name}"),
    ("{a}", 1, "a question is written ${name}"),
    ("(${a}", 6, 'a ")" is missing for the "(" in column 1'),
    ("${a})", 5, "closes nothing"),
    ("${a} and", 9, 'missing after "and"'),
    ("(${a} and", 10, 'missing after "and"'),
    ("and ${a}", 5, "something is missing before ${a}"),
    ("${a} ${b}", 6, "with nothing between"),
    ("1,5", 2, 'a decimal point is "."'),
    ("1 + * 2", 5, 'something is missing before "*" and after "+"'),
    ("1 + ?", 5, '"?" has no meaning here'),
    ("1 + \0", 5, "has no meaning here"),
    ("1 + \ud800", 5, "has no meaning here"),
    ("..", 1, "only in position(..)"),
    ("sum(..)", 1, "only in position(..)"),
    ("position()", 1, "write position(..)"),
    ("if(1, 2)", 1, "if() takes 3 arguments, not 2"),
    ("abs()", 1, "abs() takes 1 argument, not 0"),
    ("today(1)", 1, "today() takes no arguments, not 1"),
    ("round(1, 2, 3)", 1, "round() takes 1 to 2 arguments, not 3"),
    ("coalesce(1)", 1, "coalesce() takes 2 or more arguments, not 1"),
    ("regex(${a}, ${b})", 1, "pattern written out between quotes"),
    ("regex(${a}, '(a')", 1, "is no regular expression: missing )"),
    ("regex(${a}, '(a+)+')", 1, "a repeat inside a repeat"),
    ("regex(${a}, '((a|b*)c){2,}')", 1, "a repeat inside a repeat"),
    ("regex(${a}, '(?=a)b')", 1, "not all browsers know"),
    ("regex(${a}, '(a)\\1')", 1, "not all browsers know"),
    ("regex(${a}, '[]a]')", 1, 'write "\\]"'),
    ("regex(${a}, '[[:alpha:]]')", 1, "no browser knows"),
    ("regex(${a}, '\ud800')", 1, "is no regular expression"),
    ("regex(${a}, '" + "(" * 3000 + "')", 1, '…": it is no regular expression: missing )'),
    ("jr:choice-name(${a}, ${a})", 1, "the question between quotes"),
    ("format-date(${a}, '%Q')", 1, "does not know %Q"),
    ("format-date(${a}, '%')", 1, "does not know %"),
    ("9" * 400, 1, "too large"),
    ("1" * (LONGEST + 1), LONGEST + 1, "longer than"),
]


@pytest.mark.parametrize(("source", "column", "words"), MISTAKES)
def test_a_mistake_gets_its_place_and_a_cure(source: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(source)
    assert isinstance(refused.value, SurveyError)
    assert refused.value.words.startswith(f"column {column}: ")
    assert refused.value.column == column
    assert words in refused.value.words


@pytest.mark.parametrize(
    "pattern", ["(a|b)+c*", "(a+)?b", "[(+*)]+", "\\(a+\\)+", "(?:[0-9]+,){3}", "[a\\]+]*"]
)
def test_a_pattern_with_one_repeat_is_fine(pattern: str) -> None:
    assert parse(f"regex(${{a}}, '{pattern}')").functions == {"regex"}


@pytest.mark.parametrize("source", ["-" * 3000 + "1", "1" + "+1" * 1500, "not(" * 500 + "1" + ")" * 500])
def test_deep_nesting_is_refused_with_words(source: str) -> None:
    with pytest.raises(ExpressionError, match=f"nests deeper than {DEEPEST}"):
        parse(source)


def test_ten_thousand_parentheses_are_too_long() -> None:
    with pytest.raises(ExpressionError, match="longer than"):
        parse("(" * 10_000 + "1" + ")" * 10_000)


def test_parentheses_and_long_chains_of_conditions_are_not_deep() -> None:
    assert value("(" * 1900 + "1" + ")" * 1900) == 1
    assert value(" or ".join(["${fined}='x'"] * 200)) is False
    assert value("-" * 98 + "1") == 1


def test_an_expression_tells_what_it_names() -> None:
    found = parse("${and} = 'x' and selected(., 'y') or jr:choice-name(${b}, '${c}') = once(${d/row})")
    assert found.names == {"and", "b", "c", "d"}
    assert found.functions == {"selected", "jr:choice-name", "once"}
    assert found.uses_self is True
    assert parse("once(${a})").uses_self is False


def test_the_tree_keeps_precedence() -> None:
    assert parse("1 - 2 - 3").tree == Call("-", (Call("-", (Constant(1.0), Constant(2.0))), Constant(3.0)))
    assert parse("-.").tree == Call("negate", (Own(),))
    assert parse("${a/b}").tree == Answer("a", "b")


def test_the_same_source_is_read_once() -> None:
    assert parse("${a} = 'once'") is parse("${a} = 'once'")


def test_the_tree_goes_to_a_browser_as_lists() -> None:
    source = "selected(${B01}, 'x') and . < 5 and not(${B09/id} = \"often\") or -position(..) != 0.5"
    assert to_json(parse(source)) == [
        "or",
        [
            "and",
            ["selected", ["q", "B01"], "x"],
            ["<", ["self"], 5],
            ["not", ["=", ["q", "B09", "id"], "often"]],
        ],
        ["!=", ["negate", ["position"]], 0.5],
    ]
    assert to_json(parse("jr:choice-name(${a}, '${a}')")) == ["jr:choice-name", ["q", "a"], "a"]
    assert to_json(parse("'text'")) == "text"


def test_compared_literals_can_be_checked_against_choices() -> None:
    source = (
        "${a} = 'x' or 'y' != ${b} or selected(${c}, 'z') or ${d/r} = 'w' or ${e} = '' or ${f} = 1 or . = 'v'"
    )
    assert list(comparisons(parse(source))) == [("a", "x"), ("b", "y"), ("c", "z"), ("d", "w")]
    assert list(comparisons(parse(source), own="g"))[-1] == ("g", "v")
    assert list(rows(parse(source))) == [("d", "r")]


def test_every_function_that_is_read_is_evaluated_and_takes_what_it_says() -> None:
    assert set(ARITIES) == set(FUNCTIONS) | set(SCOPED)
    assert not set(OPERATORS) & set(ARITIES)
    for name, (fewest, most) in ARITIES.items():
        places = ["scope"] * (name in SCOPED)
        written = signature(SCOPED[name] if name in SCOPED else FUNCTIONS[name])
        written.bind(*places, *["x"] * fewest)
        written.bind(*places, *["x"] * (20 if math.isinf(most) else int(most)))


# Whatever is written, whatever is answered.

TOKENS = st.sampled_from(
    [
        "${a}",
        "${a/b}",
        "${",
        "}",
        ".",
        "..",
        "'",
        '"',
        "'x'",
        "1",
        "0.5",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "<",
        "and",
        "or",
    ]
    + ["not", "div", "mod", "-", "+", "*", " ", "\n", "好", "😀", "\ud800", "\0", "regex(", "$", "{"]
    + [f"{name}(" for name in ARITIES]
)


@given(st.one_of(st.text(), st.lists(TOKENS, max_size=30).map("".join)))
def test_any_text_is_read_or_refused_with_words(source: str) -> None:
    try:
        found = parse(source)
    except ExpressionError as refusal:
        assert refusal.words
        assert 1 <= refusal.column <= len(source) + 1
        refusal.words.encode()
    else:
        json.dumps(to_json(found), allow_nan=False)


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def call(name: str) -> st.SearchStrategy[str]:
        fewest, most = ARITIES[name]
        many = st.lists(inner, min_size=fewest, max_size=int(min(most, fewest + 2)))
        return many.map(lambda arguments: f"{name}({', '.join(arguments)})")

    special = {"position", "regex", "jr:choice-name", "format-date", "format-date-time"}
    return st.one_of(
        st.sampled_from(sorted(set(ARITIES) - special)).flatmap(call),
        st.tuples(inner, st.sampled_from(["[a-z]+", "(a|b)*", ".", ""])).map(
            lambda t: f"regex({t[0]}, '{t[1]}')"
        ),
        inner.map(lambda code: f"jr:choice-name({code}, '${{trade}}')"),
        inner.map(lambda moment: f"format-date({moment}, concat('%Y-%b-%', {moment}))"),
        st.just("position(..)"),
        inner.map(lambda operand: f"(- {operand})"),
        st.tuples(inner, st.sampled_from(sorted(set(OPERATORS) - {"negate"})), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
    )


SOURCES = st.recursive(
    st.one_of(
        st.sampled_from(
            ["${a}", "${b}", "${a/b}", ".", "''", "'a b'", "'2021-06-01'", "'9999-12-31'", "'08:30'"]
        ),
        st.floats(min_value=0, allow_nan=False, allow_infinity=False).map(
            lambda number: f"{Decimal(number):f}"[:300]
        ),
        st.integers(min_value=0, max_value=40).map(str),
    ),
    _calls,
    max_leaves=8,
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.times(),
    st.binary(),
    st.sampled_from(
        ["2021-06-01", "0001-01-01", "9999-12-31T23:59:59", "23:59", "true", "-0", "\ud800", 10**400]
    ),
)
ANSWERS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@given(SOURCES, ANSWERS, ANSWERS, ANSWERS)
def test_whatever_is_answered_evaluation_gives_a_value(
    source: str, a: object, b: object, dot: object
) -> None:
    if len(source) > LONGEST:
        return
    found = parse(source)
    json.dumps(to_json(found), allow_nan=False)
    result = evaluate(found, Answers({"a": a, "b": b}, dot))
    assert truth(result) in (True, False)
    assert isinstance(to_text(result), str)
    assert isinstance(to_number(result), float)
