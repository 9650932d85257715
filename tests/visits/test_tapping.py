"""Many taps on the button at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from tests.machinery.everykind import at_the_check
from tests.machinery.person import Person
from tests.visits.conftest import kept

TAPS = 64


def test_64_taps_on_send_at_once_give_one_response_and_one_receipt(every_kind: Flask):
    person = at_the_check(Person(every_kind))
    form = person.form()
    together = Barrier(TAPS)

    def tap(twin: Person) -> tuple[int, str]:
        together.wait()
        twin.posts("/q/every-kind/check", form)
        return twin.status, twin.receipt

    with ThreadPoolExecutor(TAPS) as pool:
        results = set(pool.map(tap, [person.twin() for _ in range(TAPS)]))
    assert len(results) == 1
    status, receipt = results.pop()
    assert status == 200 and receipt.isdecimal() and len(receipt) == 16
    assert kept(every_kind).counts() == {"every-kind": 1}
