"""Numbers by which somebody can be found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaign.identifying import MASK, found_in, masked

CHINESE = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
FULL = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


def kinds(text: str) -> list[str]:
    return [found.kind for found in found_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我的电话13812345678，请联系", ["phone"]),
        ("138 1234 5678", ["phone"]),
        ("138-1234-5678或028-85551234", ["phone", "phone"]),
        ("+86 138 1234 5678", ["phone"]),
        ("１３８１２３４５６７８", ["phone"]),
        ("一三八一二三四五六七八", ["phone"]),
        ("幺三八幺二三四五六七八", ["phone"]),
        ("身份证510104199003071234", ["identity"]),
        ("51010419900307123X", ["identity"]),
        ("510104 19900307 123x", ["identity"]),
        ("卡号6222 0210 0112 3456 785", []),
        ("卡号4111 1111 1111 1111", ["card"]),
        ("川A12345被拦", ["plate"]),
        ("川A·D12345是新能源", ["plate"]),
        ("川a 12345", ["plate"]),
        ("川A1234挂", ["plate"]),
        ("在G5京昆高速K1840被拦", []),
        ("2021年6月4日8点30分罚款2000元", []),
        ("2021-06-04 08:30", []),
        ("拨打12328或12345都没人接", []),
        ("一二三车道，三五分钟，二〇二一年", []),
        ("回执号 5900 9975 9878 3902", []),
        ("川藏线", []),
        ("13800138000 13900139000", ["phone", "phone"]),
        ("13800138000/13900139000", ["phone", "phone"]),
        ("138-0013-8000 139-0013-9000", ["phone", "phone"]),
        ("138 00138000 13 900139000", ["phone", "phone"]),
        ("罚款200 13800138000", ["phone"]),
        ("2021.5.3 13800138000", ["phone"]),
        ("2021.5.3 138 0013 8000", ["phone"]),
        ("川A·12345 13800138000", ["plate", "phone"]),
        ("川A12345 2021-05-03", ["plate"]),
        ("身份证510802199001011234 13800138000", ["identity", "phone"]),
        ("510802 19900101 1234 13800138000", ["identity", "phone"]),
        ("4111 1111 1111 1111 13800138000", ["card", "phone"]),
        ("2021-06-04 罚款200 150", []),
        ("0830-2345678，010 6555 1234", ["phone", "phone"]),
        ("罚了200元，又罚500元", []),
        ("单号202106041234567", []),
    ],
)
def test_what_looks_like_a_number_of_a_person_is_found_and_nothing_else(text, expected):
    assert kinds(text) == expected


def identity(rng: random.Random) -> str:
    body = f"51{rng.randrange(1, 35):02}{rng.randrange(1, 30):02}{rng.randrange(1950, 2010)}"
    body += f"{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{rng.randrange(1000):03}"
    weights = [2**place % 11 for place in range(17, 0, -1)]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def plate(rng: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    tail = "".join(rng.choice("0123456789") for _ in range(5))
    return (
        rng.choice("川渝云贵陕甘青藏")
        + rng.choice(letters)
        + rng.choice(["", "·"])
        + rng.choice(["", "D"])
        + tail
    )


def phone(rng: random.Random) -> str:
    return "1" + rng.choice("3456789") + "".join(rng.choice("0123456789") for _ in range(9))


def disguised(number: str, rng: random.Random) -> str:
    way = rng.randrange(4)
    if way == 1:
        return "".join(FULL.get(c, c) for c in number)
    if way == 2:
        cut = rng.randrange(3, len(number) - 3)
        return number[:cut] + rng.choice([" ", "-", "."]) + number[cut:]
    if way == 3 and number.isdecimal():
        return "".join(CHINESE[c] for c in number)
    return number


def test_of_5000_made_up_numbers_99_in_100_are_found():
    rng = random.Random(7)
    missed = []
    for number in range(5000):
        made = disguised([phone, identity, plate][number % 3](rng), rng)
        if not kinds(f"那天{made}，就这样"):
            missed.append(made)
    assert len(missed) <= 50, missed[:10]


def test_of_2000_harmless_sentences_2_in_100_at_most_are_suspected():
    rng = random.Random(8)
    suspected = 0
    for _ in range(2000):
        day = f"{rng.randrange(2015, 2026)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"
        money = rng.choice(["200", "2000", "1,500", "三千", "10000"])
        road = f"G{rng.randrange(1, 100)}高速K{rng.randrange(2000)}+{rng.randrange(1000):03}"
        suspected += bool(
            found_in(f"{day}在{road}被罚{money}元，单号{rng.randrange(10**8)}，等了{rng.randrange(9)}小时")
        )
    assert suspected <= 40


@given(st.text(alphabet="0123456789 川A-一二三X\n罚", max_size=60) | st.text())
def test_masking_keeps_the_length_and_hides_every_number_that_is_found(text):
    hidden = masked(text)
    assert len(hidden) == len(text)
    for found in found_in(text):
        assert hidden[found.start : found.end] == MASK * (found.end - found.start)
