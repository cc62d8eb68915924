"""The engine: a pure library that decides from a policy and facts, and explains exactly what decided."""

from assessment.assessing import ENGINE_VERSION, Assessment, assess
from assessment.costs import CostSheet, cost_sheet
from assessment.encoding import Value
from assessment.errors import (
    AssessmentError,
    CertificateError,
    ExpressionError,
    InputError,
    PolicyError,
    RecourseError,
)
from assessment.inputs import Context, Request
from assessment.limits import Limit
from assessment.policy import Policy
from assessment.policy_reading import load_policy
from assessment.policy_yaml import read_policy
from assessment.reasons import Reason
from assessment.rules import RuleResult
from assessment.running import Run, run_policy

__all__ = [
    "ENGINE_VERSION",
    "Assessment",
    "AssessmentError",
    "CertificateError",
    "Context",
    "CostSheet",
    "ExpressionError",
    "InputError",
    "Limit",
    "Policy",
    "PolicyError",
    "Reason",
    "RecourseError",
    "Request",
    "RuleResult",
    "Run",
    "Value",
    "assess",
    "cost_sheet",
    "load_policy",
    "read_policy",
    "run_policy",
]
