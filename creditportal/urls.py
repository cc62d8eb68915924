"""The addresses of the site; each door keeps its own."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog, set_language

from creditportal.api.tokens import issue_token, revoke_token
from creditportal.health import healthz, readyz
from creditportal.portal import codes

# Machines get their tokens here; nobody signs in to other sites through this one.
token_patterns = (
    [path("token", issue_token, name="token"), path("revoke", revoke_token, name="revoke")],
    "oidc",
)

handler400 = "creditportal.failures.handler400"
handler403 = "creditportal.failures.handler403"
handler404 = "creditportal.failures.handler404"
handler500 = "creditportal.failures.handler500"

urlpatterns: list[URLPattern | URLResolver] = [
    # First what is asked most.
    path("api/", include("creditportal.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("language/", set_language, name="set_language"),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="jsi18n"),
    path("accounts/confirm-email/", codes.confirm_address),
    path("accounts/password/reset/confirm/", codes.confirm_reset),
    path("accounts/password/reset/complete/", codes.set_new_password),
    path("accounts/", include("allauth.urls")),
    path("identity/o/api/", include(([path("", include(token_patterns))], "idp"))),
    path("staff/", include("creditportal.staff.urls")),
    path("", include("creditportal.portal.urls")),
]
