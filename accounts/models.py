"""Users, who sign in with their e-mail address, and what the site remembers about requests."""

import uuid
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES, Permission, Role
from core.encryption import EncryptedTextField


class UserManager(BaseUserManager["User"]):
    """Creates users with a normalised e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password nobody can sign in with one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account, exactly one role and a language."""

    email = models.EmailField(_("e-mail address"), unique=True)
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in Role], default=Role.APPLICANT.value
    )
    display_name = models.CharField(_("name shown to colleagues"), max_length=80, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="accounts_user_role"
            ),
        ]

    def __str__(self) -> str:
        return f"user:{self.pk}"

    @property
    def is_staff(self) -> bool:
        """Whether the role works for the lender; there are no superusers."""
        return Role(self.role) in STAFF_ROLES

    @property
    def is_superuser(self) -> bool:
        """Never: nobody has superhuman rights."""
        return False

    def can(self, permission: Permission) -> bool:
        """Whether an active user's role carries this permission."""
        return self.is_active and permission in ROLE_PERMISSIONS[Role(self.role)]

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question, answered by the role; unknown permissions are refused."""
        return perm in set(Permission) and self.can(Permission(perm))

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Whether every permission is carried."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Staff see the admin's index; each page asks for its own permission."""
        return self.is_active and self.is_staff


class Session(AbstractBaseSession):
    """A visit; whose it is stands beside the sealed text, so that nobody has to open it to find out."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    # How it was signed in and with which password, as Django would check it in the sealed text.
    proof = models.CharField(max_length=200, blank=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """What reads and writes these rows."""
        # By name, because the store is made for this table.
        return import_module(settings.SESSION_ENGINE).SessionStore


class AccountMail(models.Model):
    """A mail about somebody's account, on its way; its address and its words are wiped once it is sent."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    recipient = EncryptedTextField()
    language = models.CharField(max_length=10, default="zh-hans")
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"mail:{self.key}"


class StoredAnswer(models.Model):
    """What a machine client was answered for one idempotency key, kept for thirty days."""

    scope = models.BinaryField(max_length=32, unique=True)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__lt=500), name="accounts_answer_not_5xx"),
        ]
        indexes = [models.Index(fields=["created_at"], name="accounts_answer_age")]

    def __str__(self) -> str:
        return f"answer:{self.pk}"


class RateCount(models.Model):
    """How often somebody did something in one window of time."""

    window = models.BinaryField(max_length=32, primary_key=True)
    hits = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"hits:{self.hits}"
