"""Who may do what: the whole table, so that a change of it is seen."""

import pytest

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES, Permission, Role, Scope
from tests.people import acting, person

ALLOWED = {
    Role.APPLICANT: {"see_own", "apply", "appeal"},
    Role.CASEWORKER: {"see_queue", "review_appeal", "decide_referral", "see_personal_data"},
    Role.SUPERVISOR: {
        "see_queue", "review_appeal", "decide_referral", "see_personal_data", "countersign", "retry_work",
        "change_line", "see_audit", "manage_users", "approve_policy", "see_runs", "guide_run",
        "tell_everybody",
    },
    Role.POLICY_MANAGER: {
        "manage_policy", "approve_policy", "manage_clients", "see_runs", "guide_run", "tell_everybody",
    },
    Role.AUDITOR: {"see_audit", "see_queue", "see_runs"},
}  # fmt: skip


def test_the_table_is_what_was_agreed() -> None:
    assert {role: {str(one) for one in ROLE_PERMISSIONS[role]} for role in Role} == ALLOWED


@pytest.mark.parametrize("role", Role)
def test_a_user_may_do_exactly_what_the_role_carries(db: None, role: Role) -> None:
    user = person("Somebody", role)
    assert {str(one) for one in Permission if user.can(one)} == ALLOWED[role]
    assert {str(one) for one in Permission if acting(user).can(one)} == ALLOWED[role]
    assert user.is_staff is (role in STAFF_ROLES)


def test_nobody_is_a_superuser(dev: User) -> None:
    assert not dev.is_superuser
    assert not dev.has_perm("accounts.delete_user")


def test_an_inactive_user_may_do_nothing(dev: User) -> None:
    dev.is_active = False
    assert not any(dev.can(permission) for permission in Permission)
    assert not dev.has_module_perms("accounts")


def test_staff_cannot_apply_or_appeal_and_applicants_cannot_review() -> None:
    own = {Permission.SEE_OWN, Permission.APPLY, Permission.APPEAL}
    for role in STAFF_ROLES:
        assert not own & ROLE_PERMISSIONS[role]
    assert ROLE_PERMISSIONS[Role.APPLICANT] == own


def test_who_sees_people_does_not_change_policy() -> None:
    both = {Permission.SEE_PERSONAL_DATA, Permission.MANAGE_POLICY}
    assert not [role for role in Role if both <= ROLE_PERMISSIONS[role]]


def test_a_client_has_scopes_and_no_permissions() -> None:
    client = Actor.for_client("lender", ["decisions:read"])
    assert client.has_scope(Scope.DECISIONS_READ)
    assert not client.has_scope(Scope.APPEALS_WRITE)
    assert not any(client.can(permission) for permission in Permission)


def test_actors_are_named_without_personal_data(ada: User) -> None:
    assert acting(ada).code == f"user:{ada.pk}"
    assert Actor.for_client("lender", []).code == "client:lender"
    assert SITE.code == "site"
    assert str(ada) == f"user:{ada.pk}"
