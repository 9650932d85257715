"""Where in a file an error is: pydantic's path, walked down the nodes."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.campaign.reading.yamlsource import Node

Step = str | int


@dataclass(frozen=True)
class Place:
    """A place that an error names: the steps from the root to it, and the nodes on the way (the root first)."""

    steps: tuple[Step, ...]
    nodes: tuple[Node, ...]

    @property
    def node(self) -> Node:
        """Where the error is."""
        return self.nodes[-1]

    @property
    def key(self) -> str:
        """The last word on the way."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "")

    def question(self) -> tuple[str | None, int]:
        """The name of the innermost question, and how many steps lead to it; (None, 0) outside of questions."""
        for depth in range(len(self.steps) - 1, 0, -1):
            if self.steps[depth - 1] == "questions" and isinstance(self.steps[depth], int):
                return self.nodes[depth + 1].text("name"), depth + 1
        return None, 0


def locate(root: Node, path: tuple[Step, ...]) -> Place:
    """The place in the file that pydantic's path means; tags of unions on the way are left out."""
    steps: list[Step] = []
    nodes = [root]
    for step in path:
        inside_question = len(steps) > 1 and steps[-2] == "questions" and isinstance(steps[-1], int)
        if inside_question and step == nodes[-1].text("type"):
            continue
        child = nodes[-1].child(step)
        if child is not None:
            steps.append(step)
            nodes.append(child)
    return Place(tuple(steps), tuple(nodes))
