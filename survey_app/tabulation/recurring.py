"""Words that recur in what people wrote freely: those of one group of responses against the rest.

A response says a word or it does not, however often: one long complaint counts as one. Of each word the table of group
and rest against said and not said is tested with the log-likelihood ratio G² (T. Dunning, Accurate methods for the
statistics of surprise and coincidence, Computational Linguistics 19(1), 1993, pp. 61-74).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from math import log
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from survey_app.campaign.freewords import HIDDEN, hidden
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.several import Ticks

LEAST = 3
"""Responses in which a word has to stand on the side it is typical of: a word that one person uses may name them."""
LEAST_G2 = 6.63
"""The ratio that chance alone exceeds for one word in a hundred (chi-square, one degree of freedom)."""
LONGEST_TEXT = 5_000
"""Characters of one answer that are read."""
KEPT_TEXTS = 60_000
"""Texts whose words are remembered: cutting is what takes the time."""

_STOPPED = """
自己 这个 那个 这些 那些 这样 那样 这里 那里 一个 一些 一样 一下 没有 不是 不能 不会 我们 你们 他们 她们
它们 咱们 大家 有的 有些 时候 之后 之前 为了 以及 对于 还是 还有 只有 只是 但是 可以 可是 因为 所以 如果
虽然 然后 那么 什么 怎么 为什么 多少 应该 需要 觉得 希望 可能 已经 现在 非常 比较 特别 这种 那种 每个
其他 并且 由于 及其 关于 通过 进行 问题 情况 方面 the an and or of to in on at is are was were be been
it this that for with as by from not no we you he she they my our your his her their me us them so but
if then than there here very have has had do does did
"""
STOP_WORDS = frozenset(_STOPPED.split())
"""Words that hold sentences together and say nothing of what they are about, in the languages of the desk.
One sign alone is never a word here.
"""
_WORD = re.compile(r"[^\W\d_]{2,}")


class Word(NamedTuple):
    """A word, how many responses of the group and of the rest say it, and G²: below 0 where the rest says it more."""

    word: str
    inside: int
    outside: int
    g2: float


@dataclass
class WordCounts:
    """How many responses say each word: all of them together, and those of each group."""

    responses: int = 0
    words: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    by_group: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, texts: Iterable[str], groups: Collection[str]) -> None:
        """Count one response with the texts it holds and the groups it belongs to."""
        words = {word for text in texts for word in words_of(text)}
        self.responses += 1
        self.words.update(words)
        for group in groups:
            self.sizes[group] += 1
            self.by_group.setdefault(group, Counter()).update(words)

    def __add__(self, other: WordCounts) -> WordCounts:
        """What the responses of both say."""
        names = self.by_group.keys() | other.by_group.keys()
        none: Counter[str] = Counter()
        by_group = {name: self.by_group.get(name, none) + other.by_group.get(name, none) for name in names}
        added = (self.words + other.words, self.sizes + other.sizes, by_group)
        return WordCounts(self.responses + other.responses, *added)

    def ranked(self, group: str) -> tuple[Word, ...]:
        """The words that tell the group from the rest, the most typical of the group first, those of the rest last."""
        size = self.sizes[group]
        rest = self.responses - size
        mine = self.by_group.get(group, Counter())
        found: list[Word] = []
        for word, every in self.words.items():
            inside = mine[word]
            outside = every - inside
            ratio = signed_g2(inside, size, outside, rest)
            if (inside if ratio > 0 else outside) >= LEAST and abs(ratio) >= LEAST_G2:
                found.append(Word(word, inside, outside, ratio))
        return tuple(sorted(found, key=lambda word: (-word.g2, word.word)))

    def commonest(self) -> tuple[tuple[str, int], ...]:
        """The words that the most responses say, with how many."""
        frequent = ((word, count) for word, count in self.words.items() if count >= LEAST)
        return tuple(sorted(frequent, key=lambda pair: (-pair[1], pair[0])))


def signed_g2(inside: int, size: int, outside: int, rest: int) -> float:
    """G² of `inside` of `size` against `outside` of `rest`; below 0 where the share inside is the smaller one."""
    every, all_ = inside + outside, size + rest
    if not size or not rest or every in (0, all_):
        return 0.0
    cells = ((inside, size, every), (outside, rest, every))
    silent = ((size - inside, size, all_ - every), (rest - outside, rest, all_ - every))
    found = 2 * sum(
        seen * log(seen * all_ / (row * column)) for seen, row, column in (*cells, *silent) if seen
    )
    return max(found, 0.0) if inside * rest >= outside * size else -max(found, 0.0)


@lru_cache(KEPT_TEXTS)
def words_of(text: str) -> frozenset[str]:
    """The words that `text` says, without numbers by which somebody can be found, stop words and single signs."""
    plain = hidden(text[:LONGEST_TEXT]).replace(HIDDEN, " ").lower()
    return frozenset(word for word in _cut(plain) if _WORD.fullmatch(word) and word not in STOP_WORDS)


def _cut(text: str) -> Iterator[str]:
    # without guesses at words that are in no dictionary: those are often names
    words: Iterator[str] = _tokenizer().cut(text, HMM=False)
    return words


@cache
def _tokenizer() -> Any:
    """jieba's, with its dictionary: read once, when the first text is cut, which takes a second or so.

    It is read from the package itself. By its own ways jieba would keep a copy in the folder for temporary files, and
    take whatever lies there under that name for its dictionary.
    """
    import jieba  # noqa: PLC0415 (only who looks at words waits for it)

    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    return tokenizer


Grouping = Callable[[pd.DataFrame], Sequence[Collection[str]]]
"""Gives for each response of a part the groups that it belongs to. It can be pickled: it may run on another machine."""


@dataclass(frozen=True)
class ByRegion:
    """Responses by what `targets` gives for the code of their region; who has none belongs nowhere."""

    targets: Mapping[str, str]
    reads: tuple[str, ...] = ("_region",)

    def __call__(self, part: pd.DataFrame) -> Sequence[Collection[str]]:
        """The groups of each response."""
        goals = {code: (goal,) for code, goal in self.targets.items()}
        return [goals.get(code, ()) for code in part["_region"].tolist()]


@dataclass(frozen=True)
class ByTicks:
    """Responses by the groups whose `members` they ticked any of; they may belong to several."""

    ticks: Ticks
    members: Mapping[str, Sequence[str]]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that it is made of."""
        return self.ticks.reads

    def __call__(self, part: pd.DataFrame) -> Sequence[Collection[str]]:
        """The groups of each response."""
        belongs: list[list[str]] = [[] for _ in range(len(part))]
        for group, choices in self.members.items():
            ticked = [self.ticks.ticked(part, code) for code in choices]
            for row in np.flatnonzero(np.logical_or.reduce(ticked)).tolist() if ticked else ():
                belongs[row].append(group)
        return belongs


def said_in(parts: Parts, questions: Sequence[str], groups: ByRegion | ByTicks) -> WordCounts:
    """What the responses in `parts` say that answer one of `questions`, which are columns of texts."""
    said = WordCounts()
    for written in parts.map(partial(_written, questions, groups), {*questions, *groups.reads}):
        for texts, belongs in written:
            said.take(texts, belongs)
    return said


def _written(
    questions: Sequence[str], groups: Grouping, part: pd.DataFrame
) -> list[tuple[list[str], Collection[str]]]:
    """The texts of each response of a part that holds any, and the groups it belongs to."""
    columns = [part[name].tolist() for name in questions if name in part.columns]
    rows = [[text for text in row if isinstance(text, str) and text] for row in zip(*columns, strict=True)]
    return [(texts, belongs) for texts, belongs in zip(rows, groups(part), strict=False) if texts]


def ids_of(parts: Parts, groups: ByRegion | ByTicks, group: str) -> frozenset[str]:
    """The ids of the responses in `parts` that belong to `group`."""
    found = parts.map(partial(_ids, groups, group), {"_id", *groups.reads})
    return frozenset(each for ids in found for each in ids)


def _ids(groups: Grouping, group: str, part: pd.DataFrame) -> list[str]:
    return [
        each for each, belongs in zip(part["_id"].tolist(), groups(part), strict=True) if group in belongs
    ]
