"""Reading what a route may use: action groups that never lower points, and what time alone brings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from assessment.encoding import Characteristic
from assessment.errors import InputError, PolicyError
from assessment.policy import ActionGroup, InputSpec, RecourseTerms
from assessment.scoring import Scorecard

STATED = "stated_value"
MOST_STEPS = 60
TIME_ALONE = (
    "plus_one_a_month",
    "drops_out_24_months_after_the_event",
    "each_drops_out_3_months_after_its_date",
)


def read_recourse(
    document: Mapping[str, Any], scorecards: Mapping[str, Scorecard], inputs: Mapping[str, InputSpec]
) -> RecourseTerms:
    """Action groups and what time alone brings; nothing in `never` is ever moved."""
    one = document["recourse"]
    known = {name for card in scorecards.values() for name in card.by_name} | set(inputs) | {"requested"}
    for name, rule in one["time_alone"].items():
        if name not in known or rule not in TIME_ALONE:
            raise PolicyError(f"recourse.time_alone.{name}", f"an input, and one of {', '.join(TIME_ALONE)}")
    groups: list[ActionGroup] = []
    for at, described in enumerate(one["groups"]):
        path = f"recourse.groups[{at}]"
        for name in described["moves"]:
            if name not in known or name in one["never"]:
                raise PolicyError(f"{path}.moves", f"inputs that a person may move, not {name}")
        if any(group.id == described["id"] for group in groups):
            raise PolicyError(f"{path}.id", "each group once")
        groups.append(_read_group(described, path))
        _check_direction(groups[-1], scorecards, path)
    return RecourseTerms(
        one["margin_points"],
        one["honour_days"],
        tuple(one["horizons_months"]),
        one["time_alone"],
        tuple(groups),
        frozenset(one["never"]),
    )


def _read_group(described: Mapping[str, Any], path: str) -> ActionGroup:
    stepped = "step" in described
    if stepped == ("to" in described):
        raise PolicyError(path, "either `to`, or `step` with its cost per step")
    needed = "cost_per_step" if stepped else "cost"
    if needed not in described:
        raise PolicyError(f"{path}.{needed}", "the effort of this action")
    if not stepped and any(name.endswith(("_per_step", "max_steps")) for name in described):
        raise PolicyError(path, "no steps without `step`")
    if stepped and not described["step"]:
        raise PolicyError(f"{path}.step", "a step up or down")
    return ActionGroup(
        id=described["id"],
        moves=tuple(described["moves"]),
        to=described.get("to"),
        step=described.get("step"),
        max_steps=described.get("max_steps", MOST_STEPS) if stepped else 1,
        cost=described.get("cost", 0),
        cost_per_step=described.get("cost_per_step", 0),
        months=described.get("months", 0),
        months_per_step=described.get("months_per_step", 0),
    )


def _check_direction(group: ActionGroup, scorecards: Mapping[str, Scorecard], path: str) -> None:
    """An action never lowers the points of what it moves first."""
    for card in scorecards.values():
        one = card.by_name.get(group.moves[0])
        if one is not None and group.step is not None and not _never_falls(one, group.step):
            raise PolicyError(f"{path}.step", f"a direction in which the points of {one.name} never fall")
        if one is not None and group.to not in (None, STATED):
            _check_target(one, group, path)


def _never_falls(one: Characteristic, step: float) -> bool:
    points = [one.points[at] for at in one.positions]
    if step < 0:
        points.reverse()
    return bool(points) and all(later >= earlier for earlier, later in pairwise(points))


def _check_target(one: Characteristic, group: ActionGroup, path: str) -> None:
    try:
        reached = one.points[one.encode(group.to)]
    except InputError as error:
        raise PolicyError(f"{path}.to", f"{error.expected}, or {STATED}") from None
    if reached < one.maximum:
        raise PolicyError(f"{path}.to", f"a value with the best points of {one.name}, {one.maximum}")
