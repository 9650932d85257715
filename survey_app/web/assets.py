"""Stylesheets, scripts and what else never changes: served under the hash of their content, and kept for a year."""

from __future__ import annotations

import hashlib
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

import rjsmin
from flask import Blueprint, Response, url_for
from werkzeug.exceptions import NotFound

YEAR = 365 * 86400


def kept_for_a_year(is_fresh: bool) -> str:
    """How long a file may be kept whose address holds the hash of its content."""
    return f"public, max-age={YEAR}, immutable" if is_fresh else "no-store"


class Assets:
    """The files in `folder`, which `blueprint` serves; templates of its pages find them by `asset(name)`."""

    def __init__(self, folder: Path, blueprint: Blueprint) -> None:
        self.folder = folder
        self._blueprint = blueprint
        blueprint.add_url_rule("/assets/<digest>/<name>", "asset", self.serve)

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """Every file by name; they are few and small. A script is served without its comments and indentation."""
        found = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        return {
            name: rjsmin.jsmin(bytes_) if name.endswith(".js") else bytes_ for name, bytes_ in found.items()
        }

    @cached_property
    def hashes(self) -> dict[str, str]:
        """12 hexadecimal digits of each file's hash."""
        return {name: hashlib.sha256(bytes_).hexdigest()[:12] for name, bytes_ in self.contents.items()}

    def serve(self, digest: str, name: str) -> Response:
        """A file, to be kept for a year if its content is what the address promised, else not at all."""
        if name not in self.contents:
            raise NotFound
        response = Response(self.contents[name], content_type=guess_type(name)[0])
        response.headers["Cache-Control"] = kept_for_a_year(digest == self.hashes[name])
        return response

    def address(self, name: str) -> str:
        """The address of a file, another one for every content."""
        return url_for(f"{self._blueprint.name}.asset", digest=self.hashes[name], name=name)
