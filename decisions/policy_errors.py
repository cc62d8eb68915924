"""What can stand in the way of a step with a policy version."""

from django.utils.translation import gettext_lazy as _

from core.errors import ConflictError, ForbiddenError, NotFoundError


class PolicyUnknownError(NotFoundError):
    """No version has this name."""

    code = "policy-unknown"
    default_message = _("There is no policy %(version)s.")


class VersionExistsError(ConflictError):
    """A draft came with the name of a version that exists."""

    code = "policy-version-exists"
    default_message = _("Policy %(version)s exists already. A change needs a new version.")


class IllegalPolicyMoveError(ConflictError):
    """The step does not follow from the stage that the version has reached."""

    code = "policy-illegal-move"
    default_message = _("This step is not possible: policy %(version)s is now “%(stage)s”.")


class StalePolicyError(ConflictError):
    """The content changed after it was read."""

    code = "policy-stale"
    status = 409
    default_message = _("Policy %(version)s was changed in the meantime. Look at it again first.")


class OwnPolicyError(ForbiddenError):
    """The approval came from somebody who drafted or proposed."""

    code = "own-policy"
    default_message = _("You drafted or proposed this version. Somebody else must approve it.")


class NoDryRunError(ConflictError):
    """Nobody has looked yet at whom the version would change."""

    code = "policy-no-dry-run"
    default_message = _("A dry run of this content comes first. It shows who would change.")


class NoImpactError(ConflictError):
    """Nobody has said where the assessment of the impact is."""

    code = "policy-no-impact"
    default_message = _(
        "The assessment of its impact comes first. Send the version back, so that it is proposed with one."
    )


class OutdatedBaseError(ConflictError):
    """Another version came into force since this one was drafted."""

    code = "policy-outdated-base"
    default_message = _(
        "This version was drafted on policy %(base)s, and policy %(current)s comes before it now."
        " Make a new draft."
    )
