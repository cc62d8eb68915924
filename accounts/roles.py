"""Who may do what: roles and the permissions each of them carries."""

from enum import StrEnum


class Role(StrEnum):
    """The one role a user has."""

    APPLICANT = "APPLICANT"
    CASEWORKER = "CASEWORKER"
    SUPERVISOR = "SUPERVISOR"
    POLICY_MANAGER = "POLICY_MANAGER"
    AUDITOR = "AUDITOR"


class Permission(StrEnum):
    """One thing that a role, or a machine client's scope, allows."""

    SEE_OWN = "see_own"
    APPLY = "apply"
    APPEAL = "appeal"
    SEE_QUEUE = "see_queue"
    REVIEW_APPEAL = "review_appeal"
    DECIDE_REFERRAL = "decide_referral"
    COUNTERSIGN = "countersign"
    SEE_PERSONAL_DATA = "see_personal_data"
    RETRY_WORK = "retry_work"
    CHANGE_LINE = "change_line"
    SEE_AUDIT = "see_audit"
    MANAGE_POLICY = "manage_policy"
    APPROVE_POLICY = "approve_policy"
    MANAGE_CLIENTS = "manage_clients"
    SEE_RUNS = "see_runs"
    GUIDE_RUN = "guide_run"
    MANAGE_USERS = "manage_users"
    TELL_EVERYBODY = "tell_everybody"


_APPLICANT = frozenset({Permission.SEE_OWN, Permission.APPLY, Permission.APPEAL})
_CASEWORKER = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.REVIEW_APPEAL,
        Permission.DECIDE_REFERRAL,
        Permission.SEE_PERSONAL_DATA,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.APPLICANT: _APPLICANT,
    Role.CASEWORKER: _CASEWORKER,
    Role.SUPERVISOR: _CASEWORKER
    | {
        Permission.COUNTERSIGN,
        Permission.RETRY_WORK,
        Permission.CHANGE_LINE,
        Permission.SEE_AUDIT,
        Permission.MANAGE_USERS,
        Permission.APPROVE_POLICY,
        Permission.SEE_RUNS,
        Permission.GUIDE_RUN,
        Permission.TELL_EVERYBODY,
    },
    Role.POLICY_MANAGER: frozenset(
        {
            Permission.MANAGE_POLICY,
            Permission.APPROVE_POLICY,
            Permission.MANAGE_CLIENTS,
            Permission.SEE_RUNS,
            Permission.GUIDE_RUN,
            Permission.TELL_EVERYBODY,
        }
    ),
    Role.AUDITOR: frozenset({Permission.SEE_AUDIT, Permission.SEE_QUEUE, Permission.SEE_RUNS}),
}

STAFF_ROLES = frozenset(ROLE_PERMISSIONS) - {Role.APPLICANT}


class Scope(StrEnum):
    """What a machine client may be allowed to do through the API."""

    APPLICATIONS_WRITE = "applications:write"
    DECISIONS_READ = "decisions:read"
    APPEALS_WRITE = "appeals:write"
    APPEALS_READ = "appeals:read"
    EVIDENCE_WRITE = "evidence:write"
