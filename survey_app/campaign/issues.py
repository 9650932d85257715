"""Issue codes, and the schemes that group them."""

from __future__ import annotations

from pydantic import Field, model_validator

from survey_app.campaign.models import Code, Model, Name
from survey_app.campaign.texts import Text


class Category(Model):
    """One group of a scheme; `plain` says it in everyday words."""

    name: Code
    label: Text
    plain: Text | None = None


class Scheme(Model):
    """A grouping of issues."""

    label: Text
    categories: tuple[Category, ...] = Field(min_length=1)


class Issue(Model):
    """One kind of problem. Its code is stable: never reused or renamed, only `retired`."""

    name: Code
    label: Text
    groups: dict[Name, Code] = Field(default_factory=dict, description="Scheme: category.")
    specify: bool = False
    retired: bool = False


class Issues(Model):
    """issues.yaml: the schemes, and every issue with its category under each."""

    schemes: dict[Name, Scheme] = Field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    @model_validator(mode="after")
    def _groups_exist(self) -> Issues:
        for issue in self.issues:
            for scheme, category in issue.groups.items():
                if scheme not in self.schemes:
                    raise ValueError(f"issue {issue.name} names the scheme '{scheme}', which does not exist")
                if category not in {c.name for c in self.schemes[scheme].categories}:
                    raise ValueError(f"issue {issue.name}: scheme {scheme} has no category '{category}'")
        return self

    def by_name(self, name: str) -> Issue | None:
        """The issue of that code."""
        return next((issue for issue in self.issues if issue.name == name), None)
