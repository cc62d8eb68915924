"""Accounts of colleagues, and machine clients."""

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from accounts.changing import change_colleague, check_may_manage
from accounts.models import User
from accounts.opening import AccountExistsError, open_account
from accounts.roles import STAFF_ROLES, Permission, Role
from accounts.sessions import SECOND_FACTORS
from core import clock
from core.masking import mask_email
from creditportal.staff.colleagues import count_held
from creditportal.staff.places import ROLE_LABELS
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import column


def _role_label(role: str) -> str:
    return str(ROLE_LABELS[Role(role)])


if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm


class ColleagueForm(_UserForm):
    """A colleague's name, role and access; passwords are set by their owner alone."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, ROLE_LABELS[role]) for role in Role if role in STAFF_ROLES]
    )

    class Meta:
        model = User
        fields: ClassVar[tuple[str, ...]] = ("display_name", "role", "is_active")
        labels = {"display_name": _("Name shown to colleagues"), "is_active": _("May sign in")}


class NewColleagueForm(ColleagueForm):
    """The same with an address; the colleague then asks for a password on the sign-in page."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta(ColleagueForm.Meta):
        fields: ClassVar[tuple[str, ...]] = ("email", "display_name", "role", "language")
        labels = {**ColleagueForm.Meta.labels, "email": _("E-mail address")}
        help_texts = {"email": _("The colleague sets a password through \u201cForgot your password?\u201d.")}

    def clean_email(self) -> str:
        """An address that nobody signs in with yet, in our words and not in those of a constraint."""
        email = str(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(AccountExistsError.default_message, code=AccountExistsError.code)
        return email


class ColleagueAdmin(RecordAdmin):
    """Who works here and in which role; every change is in the audit."""

    singular, plural = _("colleague"), _("colleagues")
    needs = Permission.MANAGE_USERS
    change_list_template = "staff/records/colleagues.html"
    columns = (
        column("id", _("number")),
        column("display_name", _("name")),
        column("email", _("e-mail address"), show=mask_email),
        column("role", _("role"), show=_role_label),
        column("is_active", _("may sign in")),
        column("has_second_factor", _("second factor")),
        column("date_joined", _("since")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Colleagues only, each with whether a second factor is set up."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        staff = [role.value for role in STAFF_ROLES]
        colleagues: QuerySet[Any] = super().get_queryset(request).filter(role__in=staff)
        rows: QuerySet[Any] = colleagues.annotate(has_second_factor=Exists(factors))
        return rows

    def heading_of(self, record: User) -> str:
        """The name that colleagues see, or the address, masked."""
        return record.display_name or mask_email(record.email)

    def get_form(
        self,
        request: HttpRequest,
        obj: User | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's hook
        **kwargs: Any,
    ) -> type[_UserForm]:
        """A new colleague needs an address; later it stays."""
        form = NewColleagueForm if obj is None else ColleagueForm
        made: type[_UserForm] = super().get_form(request, obj, change, form=form)
        return made

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What can be typed, and beside it what stands."""
        if obj is None:
            return [*NewColleagueForm.Meta.fields]
        return [self.columns[2], self.columns[5], self.columns[6], *ColleagueForm.Meta.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The columns that stand beside the form."""
        return [item for item in self.get_fields(request, obj) if callable(item)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those who manage colleagues."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who manage colleagues."""
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Ask the domain; it refuses a change of one's own rights."""
        assert isinstance(request.user, User)
        by, now, typed = Actor.for_user(request.user), clock.now(), form.cleaned_data
        role = Role(typed["role"])
        if change:
            change_colleague(
                user_id=obj.pk, role=role, is_active=typed["is_active"], display_name=typed["display_name"],
                by=by, now=now,
            )  # fmt: skip
            return
        check_may_manage(by=by, role=role)
        opened = open_account(
            email=typed["email"], password=None, role=role, display_name=typed["display_name"],
            language=typed["language"], by=by, now=now,
        )  # fmt: skip
        obj.pk = opened.pk

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """Who works here now, by name."""
        return self._tell(request, obj)

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """What was saved, by name, and what lies on the desk of somebody who may not review any more."""
        return self._tell(request, obj)

    def _tell(self, request: HttpRequest, obj: User) -> HttpResponse:
        messages.success(request, _("%(name)s is saved.") % {"name": self.heading_of(obj)})
        held = 0 if obj.can(Permission.REVIEW_APPEAL) else count_held(obj)
        if held:
            words = ngettext(
                "%(count)d case is still on this desk. Hand it over under \u201cDesks\u201d, or it goes back "
                "to the queue by itself.",
                "%(count)d cases are still on this desk. Hand them over under \u201cDesks\u201d, or they go "
                "back to the queue by themselves.",
                held,
            )
            messages.warning(request, words % {"count": held})
        return redirect("admin:accounts_user_changelist")


class ClientAdmin(RecordAdmin):
    """Machine clients and what they may do; secrets are stored as hashes and never shown."""

    singular, plural = _("API client"), _("API clients")
    needs = Permission.MANAGE_CLIENTS
    columns = (
        column("id", _("client id")),
        column("name", _("name")),
        column("scopes", _("scopes")),
        column("created_at", _("created")),
    )
