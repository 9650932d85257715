"""A condition as a person says it: which question, which answer; never a code where there are words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from survey_app.campaign.campaign import ABOUT_RESPONSES
from survey_app.campaign.columns import SEVERAL_ROLES, SPECIAL_LABELS, Column
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Node
from survey_app.campaign.texts import Text
from survey_app.errors import SurveyError
from survey_app.tabulation.about import ABOUT
from survey_app.tabulation.catalogue import Catalogue, worded
from survey_app.tabulation.channels import labels
from survey_app.tabulation.conditions import TURNED
from survey_app.tabulation.where import Where
from survey_app.tabulation.words import VARIABLES, both, phrase

IS = {
    "=": both("“{name}”为“{value}”", "“{name}” is “{value}”"),
    "!=": both("“{name}”不是“{value}”", "“{name}” is not “{value}”"),
}
HAS = {
    "=": both("没有回答“{name}”", "no answer to “{name}”"),
    "!=": both("回答了“{name}”", "an answer to “{name}”"),
}
THAN = {
    "=": both("“{name}”等于 {value}", "“{name}” is {value}"),
    "!=": both("“{name}”不等于 {value}", "“{name}” is not {value}"),
    "<": both("“{name}”小于 {value}", "“{name}” is under {value}"),
    "<=": both("“{name}”不大于 {value}", "“{name}” is at most {value}"),
    ">": both("“{name}”大于 {value}", "“{name}” is over {value}"),
    ">=": both("“{name}”不小于 {value}", "“{name}” is at least {value}"),
}
SENT = {
    "=": both("{value} 提交", "sent on {value}"),
    "!=": both("不在 {value} 提交", "not sent on {value}"),
    "<": both("{value} 之前提交（不含当天）", "sent before {value}"),
    "<=": both("{value} 或之前提交", "sent on or before {value}"),
    ">": both("{value} 之后提交（不含当天）", "sent after {value}"),
    ">=": both("{value} 或之后提交", "sent on or after {value}"),
}
SENT_BETWEEN = both("{first} 至 {last} 提交", "sent from {first} to {last}")
TICKED = both("“{name}”选了“{value}”", "“{name}”: “{value}” chosen")
JOINED = {"and": both("，并且", " and "), "or": both("，或者", " or ")}
NOT = both("并非（{one}）", "not ({one})")
INSIDE = both("（{one}）", "({one})")
CONSTANT = {"true": both("全部", "everybody"), "false": both("无人", "nobody")}


class _Beyond(Exception):
    """What these words cannot say."""


def in_words(where: Where) -> Text:
    """The condition in words; as it was written, where it is beyond them."""
    try:
        return _Telling(where.catalogue).of(where.expression.tree)
    except (_Beyond, SurveyError):
        return Text.plain(where.source)


@dataclass(frozen=True)
class _Telling:
    catalogue: Catalogue

    def of(self, node: Node) -> Text:
        if not isinstance(node, Call) or node.function not in _CALLS:
            raise _Beyond
        return _CALLS[node.function](self, node)

    def joined(self, call: Call) -> Text:
        """Parts that join otherwise stand in brackets."""
        parts = [each for one in _in_pairs(call) for each in self._parts(one, call.function)]
        between = JOINED[call.function]
        return both(*(between.in_(each).join(part.in_(each) for part in parts) for each in ("zh", "en")))

    def _parts(self, nodes: tuple[Node, ...], joint: str) -> list[Text]:
        """Two that are the first and the last day are one part."""
        days = dict(filter(None, map(_day, nodes)))
        if len(nodes) == len(days) == 2:
            return [phrase(SENT_BETWEEN, first=days[">="], last=days["<="])]
        return [self._inside(node, joint) for node in nodes]

    def _inside(self, part: Node, joint: str) -> Text:
        one = self.of(part)
        is_other = isinstance(part, Call) and part.function in JOINED and part.function != joint
        return phrase(INSIDE, one=one) if is_other else one

    def opposite(self, call: Call) -> Text:
        return phrase(NOT, one=self.of(call.arguments[0]))

    def constant(self, call: Call) -> Text:
        return CONSTANT[call.function]

    def ticked(self, call: Call) -> Text:
        name, codes = self._asked(call.arguments[0])
        return phrase(TICKED, name=name, value=_labelled(codes, call.arguments[1]))

    def compared(self, call: Call) -> Text:
        left, right = call.arguments
        sign = call.function
        if isinstance(right, Answer):
            left, right, sign = right, left, TURNED.get(sign, sign)
        name, codes = self._asked(left)
        if isinstance(left, Answer) and left.question == "date" and left.row is None:
            return phrase(SENT[sign], value=_value(right))
        if _value(right) == "" and sign in HAS:
            return phrase(HAS[sign], name=name)
        if codes and sign in IS:
            return phrase(IS[sign], name=name, value=_labelled(codes, right))
        return phrase(THAN[sign], name=name, value=_value(right))

    def _asked(self, node: Node) -> tuple[Text, Mapping[str, Text]]:
        """What an answer is called, and its codes in words (none for numbers and words)."""
        if not isinstance(node, Answer):
            raise _Beyond
        name = node.question if node.row is None else f"{node.question}/{node.row}"
        if name in ABOUT_RESPONSES:
            return VARIABLES[name], self._about(name)
        if name in self.catalogue.roles:
            return VARIABLES[name], self._codes(self.catalogue.roles[name], name)
        column = self.catalogue.column(name)
        return worded(column), self._codes((column,), column.role)

    def _about(self, name: str) -> Mapping[str, Text]:
        if name == "channel":
            return labels(self.catalogue.campaign)
        return getattr(ABOUT[name](self.catalogue.campaign, self.catalogue.layouts, None), "codes", {})

    def _codes(self, columns: tuple[Column, ...], role: str | None) -> Mapping[str, Text]:
        found: dict[str, Text] = {}
        if role in SEVERAL_ROLES:
            found |= {issue.name: issue.label for issue in self.catalogue.campaign.issues.issues}
        for column in columns:
            found |= column.codes
            if column.kind == "region":
                found |= self.catalogue.campaign.regions.labels
        return found and {**found, **SPECIAL_LABELS}


def _in_pairs(call: Call) -> Iterator[tuple[Node, ...]]:
    """Its parts one by one, a first day together with the last day that follows it."""
    left = list(call.arguments)
    while left:
        pair = tuple(left[:2])
        is_pair = call.function == "and" and [(_day(each) or "-")[0] for each in pair] == [">=", "<="]
        yield pair if is_pair else pair[:1]
        del left[: 2 if is_pair else 1]


def _day(node: Node) -> tuple[str, str] | None:
    """The sign and the day of a comparison of the day of sending with one; None for all else."""
    match node:
        case Call(sign, (Answer(question="date", row=None), (Constant() | Call("date")) as day)):
            return sign, _value(day)
    return None


def _value(node: Node) -> str:
    """A value as it stands there."""
    match node:
        case Constant(value):
            return value if isinstance(value, str) else f"{value:g}"
        case Call("date", (Constant(str(value)),)):
            return value
        case Call("negate", (Constant(float(value)),)):
            return f"{-value:g}"
    raise _Beyond


def _labelled(codes: Mapping[str, Text], node: Node) -> Text:
    value = _value(node)
    return codes.get(value) or Text.plain(value)


_CALLS: dict[str, Callable[[_Telling, Call], Text]] = {
    "and": _Telling.joined,
    "or": _Telling.joined,
    "not": _Telling.opposite,
    "true": _Telling.constant,
    "false": _Telling.constant,
    "selected": _Telling.ticked,
    **dict.fromkeys(THAN, _Telling.compared),
}
