"""The stylesheet, the script and what else never changes: served under the hash of its content, and kept for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

import rjsmin
from flask import Blueprint, Response, url_for
from werkzeug.exceptions import NotFound

FOLDER = Path(__file__).with_name("static")
YEAR = 365 * 86400


def install(blueprint: Blueprint) -> None:
    """Serve the files, and give templates `asset(name)`, the address of one."""
    blueprint.add_url_rule("/assets/<digest>/<name>", "asset", serve)
    blueprint.app_template_global("asset")(address)


def serve(digest: str, name: str) -> Response:
    """A file, to be kept for a year if its content is what the address promised, else not at all."""
    if name not in contents():
        raise NotFound
    response = Response(contents()[name], content_type=guess_type(name)[0])
    response.headers["Cache-Control"] = kept_for_a_year(digest == content_hash(name))
    return response


def kept_for_a_year(is_fresh: bool) -> str:
    """How long a file may be kept whose address holds the hash of its content."""
    return f"public, max-age={YEAR}, immutable" if is_fresh else "no-store"


def address(name: str) -> str:
    """The address of a file, another one for every content."""
    return url_for("respondent.asset", digest=content_hash(name), name=name)


@cache
def contents() -> dict[str, bytes]:
    """Every file by name; they are few and small. A script is served without its comments and indentation."""
    found = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    return {name: rjsmin.jsmin(bytes_) if name.endswith(".js") else bytes_ for name, bytes_ in found.items()}


@cache
def content_hash(name: str) -> str:
    """12 hexadecimal digits of the file's hash."""
    return hashlib.sha256(contents()[name]).hexdigest()[:12]
