"""The addresses of the portal door."""

from django.urls import path

from django.http import HttpResponse


def _later(request, **kwargs):  # type: ignore[no-untyped-def]
    return HttpResponse("later")


app_name = "portal"

urlpatterns = [
    path("", _later, name="home"),
    path("help/", _later, name="help"),
    path("language/choose/", _later, name="choose_language"),
    path("start/you/", _later, name="register"),
    path("start/firm/", _later, name="register_firm"),
    path("start/identity/", _later, name="identity"),
    path("start/about/", _later, name="about_you"),
    path("apply/", _later, name="apply"),
    path("applications/<reference>/", _later, name="application"),
    path("decisions/", _later, name="decisions"),
    path("decisions/<reference>/", _later, name="decision"),
    path("decisions/<reference>/appeal/", _later, name="start_appeal"),
    path("lines/<reference>/", _later, name="line"),
    path("appeals/<reference>/", _later, name="appeal"),
    path("appeals/<reference>/reasons/", _later, name="appeal_reasons"),
    path("appeals/<reference>/papers/<code>/", _later, name="appeal_evidence"),
    path("appeals/<reference>/situation/", _later, name="appeal_statement"),
    path("appeals/<reference>/check/", _later, name="appeal_check"),
    path("appeals/<reference>/sent/", _later, name="appeal_sent"),
    path("appeals/<reference>/withdraw/", _later, name="withdraw_appeal"),
    path("appeals/<reference>/result/", _later, name="appeal_result"),
    path("documents/<reference>/", _later, name="document"),
    path("messages/", _later, name="messages"),
    path("messages/<reference>/", _later, name="message"),
    path("profile/", _later, name="profile"),
    path("profile/letters/", _later, name="letter_language"),
    path("profile/sources/<source>/", _later, name="consent"),
]
