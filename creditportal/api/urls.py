"""The addresses of the api door."""

from django.urls import URLPattern, URLResolver, path, re_path

from creditportal.api.appeals import (
    Appeals,
    DecisionAppeals,
    OneAppeal,
    RemedyConfirmation,
    Submission,
    Withdrawal,
)
from creditportal.api.applicants import Applicants, OneApplicant
from creditportal.api.applications import Applications, OneApplication
from creditportal.api.decisions import Decisions, Explanation, OneDecision
from creditportal.api.description import Docs, Schema
from creditportal.api.evidence import Evidence
from creditportal.api.requests import AppealRequests, ItemAnswers
from creditportal.api.routes import DecisionPromises, DecisionRoutes, DecisionWhatIf, OnePromise
from creditportal.api.views import Nothing

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/decisions/<str:reference>/explanation", Explanation.as_view(), name="explanation"),
    path("v1/decisions/<str:reference>/what-if", DecisionWhatIf.as_view(), name="decision-what-if"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("v1/applicants", Applicants.as_view(), name="applicants"),
    path("v1/applicants/<str:reference>", OneApplicant.as_view(), name="applicant"),
    path("v1/applications", Applications.as_view(), name="applications"),
    path("v1/applications/<str:reference>", OneApplication.as_view(), name="application"),
    path("v1/decisions", Decisions.as_view(), name="decisions"),
    path("v1/decisions/<str:reference>", OneDecision.as_view(), name="decision"),
    path("v1/decisions/<str:reference>/routes", DecisionRoutes.as_view(), name="decision-routes"),
    path("v1/decisions/<str:reference>/promises", DecisionPromises.as_view(), name="decision-promises"),
    path("v1/promises/<str:reference>", OnePromise.as_view(), name="promise"),
    path("v1/decisions/<str:reference>/appeals", DecisionAppeals.as_view(), name="decision-appeals"),
    path("v1/appeals", Appeals.as_view(), name="appeals"),
    path("v1/appeals/<str:reference>", OneAppeal.as_view(), name="appeal"),
    path("v1/appeals/<str:reference>/evidence", Evidence.as_view(), name="evidence"),
    path("v1/appeals/<str:reference>/requests", AppealRequests.as_view(), name="appeal-requests"),
    path(
        "v1/appeals/<str:reference>/requests/<str:asked>/items/<int:position>",
        ItemAnswers.as_view(),
        name="item-answer",
    ),
    path("v1/appeals/<str:reference>/submit", Submission.as_view(), name="submit"),
    path("v1/appeals/<str:reference>/withdraw", Withdrawal.as_view(), name="withdraw"),
    path("v1/appeals/<str:reference>/remedy", RemedyConfirmation.as_view(), name="remedy"),
    re_path(r"^", Nothing.as_view(), name="nothing"),
]
