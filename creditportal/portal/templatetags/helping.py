"""What a page shows of links and buttons to somebody who only helps."""

from django import template
from django.http import HttpRequest

from creditportal.portal.standing_in import reaches

register = template.Library()


@register.filter
def may_open(request: HttpRequest, name: str) -> bool:
    """Whether a link to this page of the portal leads anywhere for who is looking."""
    return reaches(getattr(request, "helping", None), f"portal:{name}", is_safe=True)


@register.filter
def may_send(request: HttpRequest, name: str) -> bool:
    """Whether the form of this page of the portal can be sent by who is looking."""
    return reaches(getattr(request, "helping", None), f"portal:{name}", is_safe=False)
