"""The tag that draws a route as a ladder."""

from collections.abc import Mapping
from typing import Any

from django import template

from creditportal.portal.charts_routes import draw_ladder

register = template.Library()


@register.inclusion_tag("components/ladder.html")
def ladder(route: Mapping[str, Any]) -> dict[str, Any]:
    """Rungs with the gate line and a mark for each check, with the table they were drawn from."""
    drawn = draw_ladder(steps=route["steps"], gate=route["gate"])
    checks = len(route["steps"][0]["checks"]) if route["steps"] else 0
    return {"chart": drawn, "route": route, "key": f"ladder-{route['key']}", "checks": checks}
