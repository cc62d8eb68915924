"""What every page of the portal is made with."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from creditportal.portal.access import PortalRequest
from creditportal.portal.forms.base import PortalForm
from creditportal.portal.keeping import sign_owner
from notifications.queries import count_unread
