"""The attributes of one input: every step of its scale with its points, and the one that a person is on."""

from dataclasses import dataclass
from typing import Any

from assessment.encoding import Bin
from core.errors import NotFoundError
from decisions.explanation_material import Material
from decisions.models import Decision

_NUMBERLESS = "--"


@dataclass(frozen=True)
class Attribute:
    """One step of a scale in words, its points, and whether the person is on it."""

    label: str
    points: int
    is_own: bool


def list_attributes(*, decision: Decision, name: str, material: Material) -> list[Attribute]:
    """Return the steps of one input under the decision's own policy, or raise NotFoundError."""
    line: dict[str, Any] | None = decision.result["points"].get(name)
    card = material.policy.scorecards[material.policy.products[decision.product].applicant]
    characteristic = card.by_name.get(name)
    if line is None or characteristic is None:
        raise NotFoundError
    rows, below = [], None
    for place, one in enumerate(characteristic.bins):
        rows.append(Attribute(_label(one, below, name, material), one.points, place == line["bin"]))
        if one.state is None:
            below = one.upper
    return rows


def _label(one: Bin, below: float | None, name: str, material: Material) -> str:
    """The step in words: a state, from one value to the next, or a value and more."""
    if one.state is not None:
        return material.value(name, one.state)
    if one.upper is None:
        return (
            material.words.say("steps", "more", low=_show(below, name, material))
            if below is not None
            else _NUMBERLESS
        )
    high = _show(one.upper, name, material)
    if below is None or _show(below, name, material) == high:
        return material.words.say("steps", "up_to", high=high)
    return material.words.say("steps", "between", low=_show(below, name, material), high=high)


def _show(value: float | None, name: str, material: Material) -> str:
    number = int(value) if value is not None and float(value).is_integer() else value
    return material.value(name, number)
