"""The addresses of the portal door."""

from django.urls import path

from creditportal.portal import (
    appealing,
    applying,
    decisions,
    evidence,
    following,
    home,
    inbox,
    languages,
    lines,
    profile,
    registering,
)

app_name = "portal"

urlpatterns = [
    path("", home.show_home, name="home"),
    path("help/", home.show_help, name="help"),
    path("language/choose/", languages.choose_language, name="choose_language"),
    path("start/you/", registering.register, name="register"),
    path("start/firm/", registering.register_a_firm, name="register_firm"),
    path("start/identity/", registering.confirm_identity, name="identity"),
    path("start/about/", registering.about_you, name="about_you"),
    path("apply/", applying.apply, name="apply"),
    path("applications/<reference>/", applying.wait, name="application"),
    path("decisions/", decisions.list_decisions, name="decisions"),
    path("decisions/<reference>/", decisions.show_decision, name="decision"),
    path("decisions/<reference>/appeal/", appealing.start, name="start_appeal"),
    path("lines/<reference>/", lines.show_line, name="line"),
    path("appeals/<reference>/", following.show_appeal, name="appeal"),
    path("appeals/<reference>/reasons/", appealing.choose_reasons, name="appeal_reasons"),
    path("appeals/<reference>/papers/<code>/", evidence.add_papers, name="appeal_evidence"),
    path("appeals/<reference>/situation/", appealing.tell_situation, name="appeal_statement"),
    path("appeals/<reference>/check/", appealing.check_and_send, name="appeal_check"),
    path("appeals/<reference>/sent/", following.show_receipt, name="appeal_sent"),
    path("appeals/<reference>/withdraw/", appealing.withdraw, name="withdraw_appeal"),
    path("appeals/<reference>/result/", following.show_result, name="appeal_result"),
    path("documents/<reference>/", evidence.download, name="document"),
    path("messages/", inbox.show_messages, name="messages"),
    path("messages/<reference>/", inbox.show_message, name="message"),
    path("profile/", profile.show_profile, name="profile"),
    path("profile/letters/", profile.choose_letters, name="letter_language"),
    path("profile/sources/<source>/", profile.change_consent, name="consent"),
]
