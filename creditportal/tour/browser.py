"""A browser without JavaScript: keeps cookies, follows redirects, fills in forms."""

import http.cookiejar
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from creditportal.tour.pages import Form, Page, read_page

TIMEOUT_SECONDS: Final = 30


@dataclass(frozen=True)
class File:
    """A file to send with a form."""

    name: str
    media_type: str
    content: bytes


class Browser:
    """One person at one browser."""

    def __init__(self, base: str, *, language: str) -> None:
        self.base = base
        self._language = language
        self.visited: list[str] = []
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> Page:
        """Open a page of this site."""
        return self._open(urllib.request.Request(self._address(path)))  # noqa: S310 - the site's own

    def submit(
        self,
        form: Form,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        file: tuple[str, File] | None = None,
    ) -> Page:
        """Send a form with these values typed or chosen, and what it held anyway."""
        sent = {**form.values, **{name: _listed(value) for name, value in (values or {}).items()}}
        pairs = [(name, value) for name, listed in sent.items() for value in listed]
        if form.method == "get":
            return self.get(f"{form.action.partition('?')[0]}?{urlencode(pairs)}")
        body, kind = _multipart(pairs, *file) if file else (urlencode(pairs).encode(), _URLENCODED)
        address = self._address(form.action)
        request = urllib.request.Request(address, data=body, method="POST")  # noqa: S310 - the site's own
        request.add_header("Content-Type", kind)
        request.add_header("Referer", address)
        return self._open(request)

    def _address(self, path: str) -> str:
        address = urljoin(self.base + "/", path)
        if urlsplit(address).netloc != urlsplit(self.base).netloc:
            raise ValueError(f"{address} leads away from the site")
        return address

    def _open(self, request: urllib.request.Request) -> Page:
        request.add_header("Accept-Language", self._language)
        self.visited.append(request.full_url)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                self.visited.append(answer.url)
                return read_page(url=answer.url, status=answer.status, source=_text(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return read_page(url=error.url, status=error.code, source=_text(error.read()))


_URLENCODED: Final = "application/x-www-form-urlencoded"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _multipart(pairs: list[tuple[str, str]], field: str, file: File) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    )
    body = b"".join([*parts, head.encode(), file.content, f"\r\n--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"
