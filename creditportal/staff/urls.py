"""The addresses of the staff door."""

from django.urls import URLPattern, URLResolver, include, path

from creditportal.staff.case import show_case, show_rerun_state, show_why_due
from creditportal.staff.disputes import extend_one, settle_one, show_disputes
from creditportal.staff.documents import download_document
from creditportal.staff.gallery import show_gallery
from creditportal.staff.inbox import open_message, show_inbox, stay
from creditportal.staff.market import agree_to_switch, return_switch, switch_one
from creditportal.staff.policies import (
    change_draft,
    draft_one,
    draw_dry_run,
    show_policies,
    show_policy,
    take_step,
    try_one,
)
from creditportal.staff.queue import show_queue
from creditportal.staff.records.index import list_shelves, register_records
from creditportal.staff.referrals import decide_one, return_one, show_referrals, sign_one
from creditportal.staff.retrying import try_delivery_again, try_work_again
from creditportal.staff.revealing import reveal_field
from creditportal.staff.reviewing import assess, claim, conclude, find, read_statement, release, take_back
from creditportal.staff.ruling import rule, send_back, sign
from creditportal.staff.runs import approve, pause, resume, show_run, show_runs, stop
from creditportal.staff.searching import search_cases
from creditportal.staff.site import site
from creditportal.staff.trail import get_receipt, show_audit, show_subject

register_records()

_CASE = "cases/<str:reference>/"

workbench: list[URLPattern | URLResolver] = [
    path("queue/", show_queue, name="queue"),
    path("search/", search_cases, name="search"),
    path(_CASE, show_case, name="case"),
    path(f"{_CASE}why-due/", show_why_due, name="why_due"),
    path(f"{_CASE}rerun/", show_rerun_state, name="rerun_state"),
    path(f"{_CASE}claim/", claim, name="claim"),
    path(f"{_CASE}release/", release, name="release"),
    path(f"{_CASE}statement/", read_statement, name="read_statement"),
    path(f"{_CASE}reasons/<str:code>/evidence/<str:document>/", assess, name="assess"),
    path(f"{_CASE}reasons/<str:code>/inputs/<str:characteristic>/", find, name="find"),
    path(f"{_CASE}findings/<str:characteristic>/withdraw/", take_back, name="take_back"),
    path(f"{_CASE}conclude/", conclude, name="conclude"),
    path(f"{_CASE}ruling/", rule, name="rule"),
    path(f"{_CASE}sign/", sign, name="sign"),
    path(f"{_CASE}return/", send_back, name="send_back"),
    path("disputes/", show_disputes, name="disputes"),
    path("disputes/<str:reference>/", settle_one, name="dispute"),
    path("disputes/<str:reference>/extend/", extend_one, name="extend_dispute"),
    path("referrals/", show_referrals, name="referrals"),
    path("referrals/<str:reference>/", decide_one, name="referral"),
    path("referrals/<str:reference>/sign/", sign_one, name="sign_referral"),
    path("referrals/<str:reference>/return/", return_one, name="return_referral"),
    path("runs/", show_runs, name="runs"),
    path("runs/<str:reference>/", show_run, name="run"),
    path("runs/<str:reference>/pause/", pause, name="pause_run"),
    path("runs/<str:reference>/resume/", resume, name="resume_run"),
    path("runs/<str:reference>/approve/", approve, name="approve_run"),
    path("runs/<str:reference>/stop/", stop, name="stop_run"),
    path("papers/<str:reference>/", download_document, name="document"),
    path("people/<str:reference>/reveal/", reveal_field, name="reveal"),
    path("deliveries/<int:key>/retry/", try_delivery_again, name="retry_delivery"),
    path("work/<int:key>/retry/", try_work_again, name="retry_work"),
    path("policies/", show_policies, name="policies"),
    path("policies/new/", draft_one, name="draft_policy"),
    path("policies/market/", switch_one, name="market"),
    path("policies/market/<int:key>/agree/", agree_to_switch, name="agree_market"),
    path("policies/market/<int:key>/return/", return_switch, name="return_market"),
    path("policies/<str:version>/", show_policy, name="policy"),
    path("policies/<str:version>/edit/", change_draft, name="change_policy"),
    path("policies/<str:version>/dry-run/", try_one, name="try_policy"),
    path("policies/<str:version>/dry-run.svg", draw_dry_run, name="draw_dry_run"),
    path("policies/<str:version>/<str:step>/", take_step, name="step_policy"),
    path("audit/", show_audit, name="audit"),
    path("audit/<str:subject>/receipt/", get_receipt, name="audit_receipt"),
    path("audit/<str:subject>/", show_subject, name="audit_subject"),
    path("messages/", show_inbox, name="inbox"),
    path("messages/<str:reference>/", open_message, name="message"),
    path("stay/", stay, name="stay"),
    path("gallery/", show_gallery, name="gallery"),
    path("records/", list_shelves, name="records"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(([*workbench, *site.get_urls()], "admin"), namespace="admin")),
]
