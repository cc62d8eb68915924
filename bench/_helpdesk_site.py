"""django-helpdesk in a process of its own; runs in its own environment and knows nothing of ours."""

import base64
import itertools
import json
import os
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.urls import include, path

_numbers = itertools.count()


def main() -> None:
    """Configure a plain project, sign a member of staff in, and follow orders."""
    _configure()
    django.setup()
    from django.test import Client

    from bench._answering import serve

    client = Client()
    offers: dict[str, Callable[..., Any]] = {
        "fill": _fill, "queue": _queue_address, "own": _own_address, "send": _send,
        "sign_in": lambda name: _sign_in(client, name),
    }  # fmt: skip
    serve(client, offers)


def _configure() -> None:
    given = json.loads(os.environ["HELPDESK_DATABASE"])
    settings.configure(
        SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench._helpdesk_site", USE_TZ=True, SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, **given}},
        INSTALLED_APPS=[
            "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
            "django.contrib.humanize", "django.contrib.messages", "django.contrib.sessions",
            "django.contrib.sites", "django.contrib.staticfiles", "rest_framework", "helpdesk",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        STATIC_URL="/static/", MEDIA_ROOT="/nonexistent", DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend", HELPDESK_TEAMS_MODE_ENABLED=False,
    )  # fmt: skip


def _fill(count: int) -> int:
    """Make the tables, one queue, one member of staff, and so many open tickets with their first entry."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    staff = User.objects.create_superuser("staff", "staff@example.test", "bench")
    queue = Queue.objects.create(title="Appeals", slug="appeals", allow_public_submission=True)
    now = timezone.now()
    [first] = Ticket.objects.bulk_create(
        [
            Ticket(
                title="Appeal 0", queue=queue, created=now, modified=now, priority=3,
                submitter_email="person0@example.test", description="Please look at this again.",
                status=Ticket.OPEN_STATUS, assigned_to=staff, secret_key="key-00000000",
            )
        ]
    )  # fmt: skip
    FollowUp.objects.bulk_create(
        [FollowUp(ticket=first, date=now, title="Ticket Opened", public=True, comment=first.description)]
    )
    with connection.cursor() as cursor:
        cursor.execute(_copies_of(Ticket, _NEW_TICKET), [count - 1])
        cursor.execute(_copies_of(FollowUp, {"ticket_id": "n"}), [count - 1])
        cursor.execute("VACUUM ANALYZE")
    return int(Ticket.objects.count())


# Rows of the peer's tables by number: one is made by its own models, the others differ from it in these.
_NEW_TICKET = {
    "title": "'Appeal ' || n - 1",
    "submitter_email": "'person' || n - 1 || '@example.test'",
    "secret_key": "'key-' || lpad((n - 1)::text, 8, '0')",
    "assigned_to_id": "CASE WHEN mod(n - 1, 4) = 0 THEN one.assigned_to_id END",
}


def _copies_of(model: Any, changed: dict[str, str]) -> str:
    """The statement that writes so many rows like the first, their keys in one line after it."""
    meta = model._meta
    columns = [field.column for field in meta.concrete_fields if not field.primary_key]
    values = [changed.get(column, f"one.{column}") for column in columns]
    return (
        f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {meta.db_table} one, generate_series(2, 1 + %s) n WHERE one.id = 1 ORDER BY n"
    )


def _sign_in(client: Any, name: str) -> bool:
    from django.contrib.auth.models import User

    email = "staff@example.test" if name == "staff" else "person50000@example.test"
    client.force_login(User.objects.get_or_create(username=name, defaults={"email": email})[0])
    return True


def _queue_address() -> str:
    """Where the list of open tickets takes its rows from."""
    query = {
        "filtering": {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created",
        "sortreverse": False, "search_string": "",
    }  # fmt: skip
    packed = base64.b64encode(json.dumps(query).encode()).decode()
    return f"/datatables_ticket_list/{packed}?draw=1&start=0&length=50&order[0][column]=0&order[0][dir]=asc"


def _own_address() -> str:
    """What the person who sent a ticket in the middle opens, signed in."""
    from helpdesk.models import Ticket

    ticket = Ticket.objects.order_by("pk").filter(title="Appeal 50000").get()
    return f"/view/?ticket={ticket.ticket_for_url}&email={ticket.submitter_email}"


def _send(count: int) -> float:
    """Milliseconds for one ticket through the public form's own code, committed."""
    from helpdesk.forms import PublicTicketForm
    from helpdesk.models import Queue

    queue = Queue.objects.get(slug="appeals").pk
    forms = []
    for _turn in range(count):
        text = f"Appeal again {next(_numbers)}"
        forms.append(
            {
                "queue": queue, "title": text, "body": text, "priority": 3,
                "submitter_email": "person@example.test",
            }
        )  # fmt: skip
    started = time.perf_counter()
    for given in forms:
        form = PublicTicketForm(data=given)
        if not form.is_valid():
            raise ValueError(form.errors.as_json())
        form.save(user=None)
    return (time.perf_counter() - started) / count * 1000


urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))] if settings.configured else []

if __name__ == "__main__":
    main()
