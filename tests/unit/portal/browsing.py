"""Opening pages as somebody, in a language."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User

Answer = Any


def signed_in(user: User, language: str = "en", *, checks_csrf: bool = False) -> Client:
    """A browser in which this person is signed in."""
    client = Client(enforce_csrf_checks=checks_csrf)
    client.force_login(user)
    client.cookies["language"] = language
    return client


def visitor(language: str = "en") -> Client:
    """A browser in which nobody is signed in."""
    client = Client()
    client.cookies["language"] = language
    return client


def address(name: str, *args: object) -> str:
    """Where a page of the portal is."""
    return reverse(f"portal:{name}", args=args)


def form_owner(client: Client, path: str) -> str:
    """The mark that the form on this page carries."""
    context: Any = client.get(path).context
    return str(context["form_owner"])


def words(response: HttpResponse | Any) -> str:
    """What the page says."""
    return str(response.content.decode())
