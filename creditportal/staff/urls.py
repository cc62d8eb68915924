"""The addresses of the staff door."""

from django.urls import URLPattern, URLResolver, include, path

from creditportal.staff.asking import ask, ask_outside, note_answer, settle
from creditportal.staff.boards import export_part, show_board, show_first_board
from creditportal.staff.caring import care, end, note, relate, step_back
from creditportal.staff.case import be_here, show_case, show_rerun_state, show_why_due
from creditportal.staff.catalogue import edit_text, publish_words, return_words, show_catalogue
from creditportal.staff.class_remedies import (
    approve_one,
    propose_one,
    show_remedies,
    stop_one,
    take_report,
)
from creditportal.staff.class_remedies import show_remedy as show_class_remedy
from creditportal.staff.desks import assign, assign_chosen, show_desks
from creditportal.staff.disputes import extend_one, settle_one, show_disputes
from creditportal.staff.documents import download_document, download_marked, redact, show_page, show_paper
from creditportal.staff.gallery import show_gallery
from creditportal.staff.inbox import open_message, show_inbox, stay
from creditportal.staff.learning import close_one, read_one_again, show_reviews, show_sample
from creditportal.staff.lengthening import lengthen, settle_extension
from creditportal.staff.market import agree_to_switch, return_switch, switch_one
from creditportal.staff.measure_page import pass_over_measure, reply_to_answer, show_measure, sign_measure
from creditportal.staff.measures import show_measures
from creditportal.staff.overseeing import show_rights
from creditportal.staff.papers import show_papers
from creditportal.staff.policies import (
    change_draft,
    download_dry_run,
    draft_one,
    draw_dry_run,
    show_policies,
    show_policy,
    take_step,
    try_one,
)
from creditportal.staff.policy_cards import download_card, draft_from_card
from creditportal.staff.policy_promises import show_promises
from creditportal.staff.queue import show_queue
from creditportal.staff.records.index import list_shelves, register_records
from creditportal.staff.referrals import decide_one, return_one, show_referrals, sign_one
from creditportal.staff.remedying import confirm, show_remedy
from creditportal.staff.retrying import try_delivery_again, try_work_again
from creditportal.staff.revealing import reveal_field
from creditportal.staff.reviewing import assess, claim, conclude, find, read_statement, release, take_back
from creditportal.staff.ruling import rule, send_back, sign
from creditportal.staff.runs import approve, pause, resume, show_run, show_runs, stop
from creditportal.staff.searching import search_cases
from creditportal.staff.site import site
from creditportal.staff.taking_in import accept, not_accept
from creditportal.staff.telling import end_telling, tell_everybody
from creditportal.staff.trail import get_receipt, show_audit, show_subject

register_records()

_CASE = "cases/<str:reference>/"

workbench: list[URLPattern | URLResolver] = [
    path("queue/", show_queue, name="queue"),
    path("queue/assign/", assign_chosen, name="assign_chosen"),
    path("desks/", show_desks, name="desks"),
    path("search/", search_cases, name="search"),
    path(_CASE, show_case, name="case"),
    path(f"{_CASE}why-due/", show_why_due, name="why_due"),
    path(f"{_CASE}rerun/", show_rerun_state, name="rerun_state"),
    path(f"{_CASE}here/", be_here, name="be_here"),
    path(f"{_CASE}accept/", accept, name="accept"),
    path(f"{_CASE}not-accept/", not_accept, name="not_accept"),
    path(f"{_CASE}assign/", assign, name="assign"),
    path(f"{_CASE}ask/", ask, name="ask"),
    path(f"{_CASE}ask-outside/", ask_outside, name="ask_outside"),
    path(f"{_CASE}requests/<str:asked>/answer/", note_answer, name="note_answer"),
    path(f"{_CASE}requests/<str:asked>/settle/", settle, name="settle"),
    path(f"{_CASE}more-time/", lengthen, name="lengthen"),
    path(f"{_CASE}more-time/settle/", settle_extension, name="settle_extension"),
    path(f"{_CASE}note/", note, name="note"),
    path(f"{_CASE}care/", care, name="care"),
    path(f"{_CASE}step-back/", step_back, name="step_back"),
    path(f"{_CASE}relation/", relate, name="relate"),
    path(f"{_CASE}relations/<int:key>/end/", end, name="end_relation"),
    path(f"{_CASE}remedy/", show_remedy, name="remedy"),
    path(f"{_CASE}remedy/confirm/", confirm, name="confirm_remedy"),
    path(f"{_CASE}claim/", claim, name="claim"),
    path(f"{_CASE}release/", release, name="release"),
    path(f"{_CASE}statement/", read_statement, name="read_statement"),
    path(f"{_CASE}reasons/<str:code>/evidence/<str:document>/", assess, name="assess"),
    path(f"{_CASE}reasons/<str:code>/evidence/<str:document>/pages/", show_paper, name="paper"),
    path(f"{_CASE}reasons/<str:code>/evidence/<str:document>/blacken/", redact, name="redact"),
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
    path("measures/", show_measures, name="measures"),
    path("measures/<str:reference>/", show_measure, name="measure"),
    path("measures/<str:reference>/approve/", sign_measure, name="approve_measure"),
    path("measures/<str:reference>/reply/", reply_to_answer, name="reply_measure"),
    path("measures/<str:reference>/decline/", pass_over_measure, name="decline_measure"),
    path("papers/", show_papers, name="papers"),
    path("papers/<str:reference>/", download_document, name="document"),
    path("papers/<str:reference>/marked/", download_marked, name="marked_document"),
    path("papers/<str:reference>/pages/<int:number>/", show_page, name="paper_page"),
    path("people/<str:reference>/reveal/", reveal_field, name="reveal"),
    path("deliveries/<int:key>/retry/", try_delivery_again, name="retry_delivery"),
    path("work/<int:key>/retry/", try_work_again, name="retry_work"),
    path("policies/", show_policies, name="policies"),
    path("policies/new/", draft_one, name="draft_policy"),
    path("policies/card/", draft_from_card, name="draft_from_card"),
    path("notice/", tell_everybody, name="notice"),
    path("notice/end/", end_telling, name="end_notice"),
    path("policies/market/", switch_one, name="market"),
    path("policies/market/<int:key>/agree/", agree_to_switch, name="agree_market"),
    path("policies/market/<int:key>/return/", return_switch, name="return_market"),
    path("policies/<str:version>/", show_policy, name="policy"),
    path("policies/<str:version>/edit/", change_draft, name="change_policy"),
    path("policies/<str:version>/dry-run/", try_one, name="try_policy"),
    path("policies/<str:version>/dry-run.svg", draw_dry_run, name="draw_dry_run"),
    path("policies/<str:version>/dry-run.csv", download_dry_run, name="dry_run_csv"),
    path("policies/<str:version>/promises/", show_promises, name="policy_promises"),
    path("policies/<str:version>/<str:scorecard>.pmml", download_card, name="policy_pmml"),
    path("policies/<str:version>/<str:step>/", take_step, name="step_policy"),
    path("policy-reviews/", show_reviews, name="policy_reviews"),
    path("policy-reviews/<str:reference>/", close_one, name="policy_review"),
    path("quality/", show_sample, name="quality"),
    path("quality/<int:key>/", read_one_again, name="quality_check"),
    path("class-remedies/", show_remedies, name="class_remedies"),
    path("class-remedies/new/", propose_one, name="propose_class_remedy"),
    path("class-remedies/<str:reference>/", show_class_remedy, name="class_remedy"),
    path("class-remedies/<str:reference>/approve/", approve_one, name="approve_class_remedy"),
    path("class-remedies/<str:reference>/stop/", stop_one, name="stop_class_remedy"),
    path("class-remedies/<str:reference>/report.csv", take_report, name="class_remedy_report"),
    path("catalogue/", show_catalogue, name="catalogues"),
    path("catalogue/<str:name>/", show_catalogue, name="catalogue"),
    path("catalogue/<str:name>/<str:place>/", edit_text, name="catalogue_text"),
    path("catalogue/<str:name>/<str:place>/publish/", publish_words, name="publish_words"),
    path("catalogue/<str:name>/<str:place>/return/", return_words, name="return_words"),
    path("boards/", show_first_board, name="boards"),
    path("boards/<str:board>/", show_board, name="board"),
    path("boards/<str:board>/<str:part>.<str:form>", export_part, name="export_board"),
    path("audit/", show_audit, name="audit"),
    path("audit/requests/", show_rights, name="audit_requests"),
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
