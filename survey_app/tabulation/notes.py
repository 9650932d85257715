"""What a table says of itself in words: who is in it, who is not in its bases, and how far it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from survey_app.campaign.campaign import Percent
from survey_app.campaign.columns import SPECIAL, UNKNOWN
from survey_app.campaign.texts import Text
from survey_app.tabulation.intervals import SMALL
from survey_app.tabulation.kernel import ANSWERED_LINE, ANYONE_LINE, Grid
from survey_app.tabulation.measures import Measure, Sums
from survey_app.tabulation.several import SeveralAnswers
from survey_app.tabulation.spoken import in_words
from survey_app.tabulation.variables import Axis, Variable
from survey_app.tabulation.where import Where
from survey_app.tabulation.words import (
    ABSENT,
    BASE_LINE,
    FLAGGED_IN,
    FLAGGED_OUT,
    FLAGS,
    OFFERED,
    ONLY_WHERE,
    OUTSIDE_SCORE,
    OUTSIDE_SHARES,
    PARTIAL,
    SCORED_LINE,
    SELF_SELECTED,
    SELF_SELECTED_SHORT,
    SEVERAL,
    SMALL_SAMPLE,
    TWO_BASES,
    UNCATEGORISED,
    UNOFFERED,
    WEIGHTED,
    both,
    phrase,
    quoted,
)

BETWEEN = (("zh", "；"), ("en", "; "))
_BOTH = (ANSWERED_LINE, ANSWERED_LINE)
_ANYONE = (ANYONE_LINE, ANYONE_LINE)


def of_people(measured: Sums, measure: Measure) -> Iterator[Text]:
    """How many are in the table, and how many in its base."""
    people = round(measured.people[_ANYONE])
    if measure.scale is None:
        yield phrase(BASE_LINE, base=round(measured.people[_BOTH]), people=people)
    else:
        yield phrase(SCORED_LINE, base=round(measured.counted[_BOTH]), people=people)


def of_sides(people: Grid, sides: Sequence[tuple[Variable, Axis]]) -> Iterator[Text]:
    """For each side, how many are not in its base and why, and whether its answers can be several."""
    totals = (people[:, ANYONE_LINE], people[ANYONE_LINE, :])
    same = sides[0][0] == sides[1][0]
    for (variable, axis), counts in list(zip(sides, totals, strict=True))[: 1 if same else 2]:
        for code in SPECIAL:
            number = round(counts[axis.position[code]])
            if number:
                what = phrase(ABSENT[code], n=number, name=variable.label)
                yield phrase(UNCATEGORISED if code == UNKNOWN else OUTSIDE_SHARES, what=what)
        if variable.several:
            yield phrase(SEVERAL, name=variable.label)


def of_offers(
    sides: Sequence[tuple[Variable, Axis]], measure: Measure, percent: Percent | None
) -> Iterator[Text]:
    """Which codes no question offers, and that a share is of those who were offered its code."""
    over = (percent in ("column", "total"), percent in ("row", "total"))
    same = sides[0][0] == sides[1][0]
    found = list(zip(sides, over, strict=True))[: 1 if same else 2]
    for (variable, _), is_base in found:
        if not isinstance(variable, SeveralAnswers) or not variable.offers:
            continue
        if variable.unoffered:
            yield phrase(
                UNOFFERED, name=variable.label, n=len(variable.unoffered), codes=quoted(variable.unoffered)
            )
        if is_base and measure.kind == "respondents":
            yield phrase(OFFERED, name=variable.label)


def of_measure(measured: Sums, measure: Measure) -> Iterator[Text]:
    """The second base of mentions; who has no score."""
    if measure.kind == "mentions":
        mentions, people = round(measured.counted[_BOTH]), round(measured.people[_BOTH])
        yield phrase(TWO_BASES, mentions=mentions, people=people)
    if measure.scale is not None:
        without = round(measured.people[_ANYONE] - measured.counted[_ANYONE])
        if without:
            yield phrase(OUTSIDE_SCORE, n=without, scale=measure.scale.label)


def of_weights(measured: Sums, measure: Measure, name: str | None) -> Iterator[Text]:
    """How much weighting costs: of people with a score, or else of all, who are weighted for mentions too."""
    if name is not None:
        weight, squares = measured.weight[_ANYONE], measured.squares[_ANYONE]
        effective = f"{weight**2 / squares:.1f}" if squares else "0"
        people = measured.people if measure.scale is None else measured.counted
        yield phrase(WEIGHTED, name=name, n=round(people[_ANYONE]), effective=effective)


def of_periods(partial: Mapping[str, Text]) -> Iterator[Text]:
    """Which periods are not whole, and of which days they are."""
    if partial:
        told = (between.join(each.in_(code) for each in partial.values()) for code, between in BETWEEN)
        yield phrase(PARTIAL, periods=both(*told))


def of_trust(*, small: bool, intervals: bool) -> Iterator[Text]:
    """What no figure here can say."""
    if small:
        yield phrase(SMALL_SAMPLE, least=SMALL)
    yield SELF_SELECTED if intervals else SELF_SELECTED_SHORT


def of_flags(flags: Counter[str], *, left_out: bool) -> Iterator[Text]:
    """How many look wrong, and why; `flags`: how many responses have those flags, codes parted by blanks."""
    if flags:
        counts: Counter[str] = Counter()
        for together, number in flags.items():
            counts.update(dict.fromkeys(together.split(), number))
        zh, en = (
            separator.join(
                f"{FLAGS[code].in_(language) if code in FLAGS else code} {number:,}"
                for code, number in sorted(counts.items())
            )
            for language, separator in (("zh", "、"), ("en", ", "))
        )
        yield phrase(FLAGGED_OUT if left_out else FLAGGED_IN, n=flags.total(), codes=both(zh, en))


def of_where(where: Where | None) -> Iterator[Text]:
    """The condition the respondents meet."""
    if where is not None:
        yield phrase(ONLY_WHERE, where=in_words(where))
