"""Accounts and machine clients."""

from typing import Any

from allauth.idp.oidc.models import Client
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import column


class ClientAdmin(RecordAdmin[Client]):
    """Machine clients and what they may do; secrets are stored as hashes and never shown."""

    singular, plural = _("API client"), _("API clients")
    needs = Permission.MANAGE_CLIENTS
    columns = (
        column("id", _("client id")),
        column("name", _("name")),
        column("scopes", _("scopes")),
        column("created_at", _("created")),
    )
