"""A person at the public pages, as a browser without a script would be: links, forms, cookies, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

Fields = Mapping[str, str | list[str]]


class Reading(HTMLParser):
    """What a page says and what its form would send as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.controls: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.actions: dict[str, str] = {}
        self.language = ""
        self.titles: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self._inert = 0
        self._form: str | None = None
        self._select: str | None = None
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inert += tag == "template"
        if self._inert:  # what a script may bring up: not there without one
            return
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "form":
            self._form = given.get("id", "")
            self.actions[self._form] = given.get("action", "")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self._control(tag, given)
        if given.get("id"):
            self.ids.setdefault(given["id"], "")
        if tag not in {"input", "meta", "link", "br", "img", "hr"}:
            self._open.append((tag, given.get("id")))

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if self._form != "answers":
            return
        name = given.get("name", "")
        if tag == "button":
            self.buttons.append((name, given.get("value", "")))
        elif tag == "input":
            sent = self.controls.setdefault(name, [])
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                sent.append(given.get("value", ""))
        elif tag == "select":
            self._select = name
            self.controls.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in given:
            self.controls[self._select].append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.controls[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if self._inert:
            self._inert -= tag == "template"
            return
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._inert:
            return
        for tag, id_ in self._open:
            if tag == "title":
                self.titles.append(data)
            if id_:
                self.ids[id_] += data
        if self._area:
            self.controls[self._area][0] += data.removeprefix("\r\n").removeprefix("\n")


class Person:
    """Visits pages of `app` one after another; `page` is the answer that lies before the person."""

    def __init__(self, app: Flask, language: str = "zh-CN", https: bool = False) -> None:
        self.client = app.test_client()
        self.headers = {"Accept-Language": language}
        self.base = "https://localhost" if https else "http://localhost"
        self.page: TestResponse
        self.place = ""

    def twin(self) -> Person:
        """The same person in the same place once more, as a second tap at the same moment is."""
        other = Person(self.client.application, self.headers["Accept-Language"])
        other.client._cookies = dict(self.client._cookies)
        other.page, other.place = self.page, self.place
        return other

    def opens(self, address: str) -> Person:
        """Follow a link or type an address."""
        self._take(self.client.get(address, headers=self.headers, base_url=self.base), address)
        return self

    def posts(self, address: str, fields: Fields | None = None, follow: bool = True, **more: Any) -> Person:
        """Send exactly these fields."""
        sent = self.client.post(address, data=fields, headers=self.headers, base_url=self.base, **more)
        while follow and sent.status_code in {307, 308}:  # the same form goes on to another address
            address = sent.headers["Location"]
            sent = self.client.post(address, data=fields, headers=self.headers, base_url=self.base, **more)
        self._take(sent, address, follow=follow)
        return self

    def _take(self, answer: TestResponse, address: str, follow: bool = True) -> None:
        while follow and answer.status_code in {301, 302, 303, 307, 308}:
            address = answer.headers["Location"]
            answer = self.client.get(address, headers=self.headers, base_url=self.base)
        self.page = answer
        self.place = address

    @property
    def status(self) -> int:
        """The page's status."""
        return self.page.status_code

    @property
    def text(self) -> str:
        """The page's HTML."""
        return self.page.get_data(as_text=True)

    @property
    def sees(self) -> Reading:
        """The page, read."""
        return Reading(self.text)

    @property
    def at(self) -> str:
        """The last part of the address, without query and fragment."""
        return urlsplit(self.place).path.rpartition("/")[2]

    def shows(self, *names: str) -> bool:
        """Whether the page has all these controls, named without `q-`."""
        controls = self.sees.controls
        return all(f"q-{name}" in controls for name in names)

    def holds(self, name: str) -> str | list[str]:
        """What the control `q-<name>` holds as the page stands; a list where it holds several or nothing."""
        values = self.sees.controls[f"q-{name}"]
        return values[0] if len(values) == 1 else values

    def form(self, **answers: str | list[str]) -> dict[str, str | list[str]]:
        """What the form before the person would send with `answers` given (`one="red"`, `rows__first="did"`)."""
        filled: dict[str, str | list[str]] = {
            name: values for name, values in self.sees.controls.items() if values
        }
        return filled | {"q-" + name.replace("__", "-"): value for name, value in answers.items()}

    def answers(self, button: str = "on", follow: bool = True, **answers: str | list[str]) -> Person:
        """Fill in what is given, leave the rest as it stands, and press a button by its value."""
        name = next((name for name, value in self.sees.buttons if value == button), "")
        pressed = {name: button} if name else {}
        return self.posts(self.sees.actions["answers"], self.form(**answers) | pressed, follow)

    def begins(self, questionnaire: str) -> Person:
        """Read the start page and agree."""
        return self.opens(f"/q/{questionnaire}").answers()

    @property
    def receipt(self) -> str:
        """The receipt's digits."""
        return re.sub(r"\s", "", self.sees.ids["receipt"])

    @property
    def errors(self) -> str:
        """What the error summary says; nothing where there is none."""
        return re.sub(r"\s+", " ", self.sees.ids.get("errors", "")).strip()

    @property
    def token(self) -> str:
        """The form's CSRF token."""
        return self.sees.controls["csrf_token"][0]
