"""Pages that are kept as they were shown: what is in them of one visit, and how they are shown again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static

from appeals.decision_pages import HELD_LENGTH, Looked
from creditportal.portal.access import PortalRequest

# Stands in a kept page where the forms' token goes; each answer gets a token of its own there.
_TOKEN: Final = "form-token-of-this-visit-2f0c9d7e51"  # noqa: S105 - a mark, not a secret
_MADE_WITH: Final = (
    "templates/base.html", "templates/components", "templates/portal", "creditportal/portal",
    "creditportal/bars.py",
)  # fmt: skip
_LINKED: Final = ("css/site.css", "img/mark.svg", "js/stay.js")


def page_release() -> str:
    """Name what pages are made with: templates, words, charts and addresses of files."""
    return f"{_files()}:{settings.DEMO}"


def is_usual(request: PortalRequest, looked: Looked) -> bool:
    """Whether nothing belongs to this visit alone: a helper's banner, a message, another address."""
    return (
        request.helping is None
        and not request.META.get("QUERY_STRING")
        and request.path.endswith(f"/{looked.standing.reference}/")
        and not len(get_messages(request))
    )


def make_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> bytes:
    """Return the page with a mark in place of the token."""
    return render_to_string(f"portal/{template}", {**context, "csrf_token": _TOKEN}, request).encode()


def answer_page(request: HttpRequest, looked: Looked) -> HttpResponse:
    """Answer with the kept page and this visit's token, or 304 to a browser that holds it."""
    token, tags = get_token(request), request.META.get("HTTP_IF_NONE_MATCH", "")
    answer = answer_looked(looked, secret=request.META["CSRF_COOKIE"], tags=tags, make_token=lambda: token)
    assert answer is not None, "the page was kept a moment ago"
    return answer


def answer_looked(
    looked: Looked, *, secret: str, tags: str, make_token: Callable[[], str]
) -> HttpResponse | None:
    """The same for whoever has this secret behind the token; None where no page is kept."""
    tag = f'W/"{looked.stamp[:HELD_LENGTH]}{_trace(secret)}"'
    if tag in tags:
        return HttpResponse(status=304, headers={"ETag": tag})
    if looked.page is None:
        return None
    page = looked.page.replace(_TOKEN.encode(), make_token().encode())
    return HttpResponse(page, headers={"ETag": tag})


def held_stamp(tags: str, secret: str) -> str:
    """The beginning of the stamp of the page that a browser with this secret holds; nothing without one."""
    end = tags.find(f'{_trace(secret)}"')
    held = tags[max(0, end - HELD_LENGTH) : end] if end > 0 else ""
    return held if held.isascii() and held.isalnum() else ""


def _trace(secret: str) -> str:
    """A page that is held works as long as its token does, so the secret behind it is part of the tag."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


@cache
def _files() -> str:
    """A hash over every file that a page comes from; read once in each process."""
    root, digest = Path(settings.BASE_DIR), hashlib.sha256()
    for path in sorted(_sources(root)):
        digest.update(f"{path.relative_to(root)}\x00".encode() + path.read_bytes())
    digest.update("".join(map(static, _LINKED)).encode())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in _MADE_WITH:
        place = root / name
        yield from [place] if place.is_file() else place.rglob("*.html")
        yield from place.rglob("*.py")
    yield from root.glob("locale/*/LC_MESSAGES/django.mo")
