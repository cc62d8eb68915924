"""What every answer goes through: headers, language, the request's line in the log."""

import io
import logging
import logging.config

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from accounts.models import User
from creditportal.logs import configure_logging
from creditportal.middleware import LanguageMiddleware, NoStoreMiddleware, RequestLogMiddleware

pytestmark = pytest.mark.django_db


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_the_content_policy_allows_nothing_by_default(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store, private"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_its_safe_headers(client: Client, header: str, value: str) -> None:
    assert client.get("/healthz")[header] == value


def test_a_page_with_a_session_is_never_cached_whatever_the_view_says(client: Client) -> None:
    def public(request: HttpRequest) -> HttpResponse:
        request.session["seen"] = True
        return HttpResponse(headers={"Cache-Control": "public, max-age=60"})

    request = RequestFactory().get("/")
    request.session = client.session
    assert NoStoreMiddleware(public)(request)["Cache-Control"] == "no-store, private"


def test_a_public_answer_may_be_cached(client: Client) -> None:
    request = RequestFactory().get("/")
    request.session = client.session
    request.session.accessed = False
    response = NoStoreMiddleware(lambda _: HttpResponse(headers={"Cache-Control": "public"}))(request)
    assert response["Cache-Control"] == "public"


def test_the_log_leaves_out_the_query() -> None:
    request = RequestFactory().get("/staff/search", {"q": "110101199003070000"})
    assert RequestLogMiddleware.format_request(request) == "GET /staff/search"


@pytest.mark.parametrize(("cookie", "language"), [({}, "en"), ({"language": "zh-hans"}, "zh-hans")])
def test_the_language_is_the_chosen_one_else_the_persons(
    ada: User, cookie: dict[str, str], language: str
) -> None:
    ada.language = "en"
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    request.COOKIES.update(cookie)
    request.user = ada
    LanguageMiddleware(answer)(request)
    assert translation.get_language() == language


@pytest.mark.parametrize("as_json", [True, False])
def test_a_logged_error_shows_no_local_values(as_json: bool) -> None:
    configuration = configure_logging(as_json=as_json, level="INFO")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    made = logging.config.DictConfigurator(configuration)
    formatter = made.configure_formatter(configuration["formatters"]["line"])
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.errors")
    logger.addHandler(handler)
    _fail_into(logger)
    logger.removeHandler(handler)
    assert "ZeroDivisionError" in stream.getvalue()
    assert "6222020200112230" not in stream.getvalue()


def _fail_into(logger: logging.Logger) -> None:
    card = "6222020200112230"
    try:
        len(card) / 0
    except ZeroDivisionError:
        logger.exception("it failed")
