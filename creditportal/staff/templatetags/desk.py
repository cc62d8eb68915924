"""How instants, days and identities are written on the desk."""

from django import template

from core.masking import mask_name
from creditportal.staff.showing import day, instant

register = template.Library()

register.filter("instant", instant)
register.filter("day", day)
register.filter("masked", mask_name)
