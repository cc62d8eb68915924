"""Reading documents: loading one is the permission check."""

from django.db.models import Q, QuerySet

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from applicants.models import Applicant
from core.errors import NotFoundError
from core.references import normalise_reference
from evidence.models import Document, DocumentState


def get_document_for(*, by: Actor, reference: str) -> Document:
    """The document, or 404 for everybody who may not know of it."""
    document = visible_to(by).filter(reference=normalise_reference(reference)).first()
    if document is None:
        raise NotFoundError
    return document


def visible_to(by: Actor) -> QuerySet[Document]:
    """The documents an actor may know of: one's own, what one uploaded, and for reviewers what was sent."""
    documents = Document.objects.select_related("applicant").exclude(state=DocumentState.REMOVED)
    if by.kind is ActorKind.SITE:
        return documents
    if by.kind is ActorKind.CLIENT:
        return documents.filter(uploaded_by=by.code)
    mine = Q(applicant__user=by.user_id)
    if by.can(Permission.SEE_PERSONAL_DATA):
        mine |= Q(attachments__ground__appeal__submitted_at__isnull=False)
        mine |= Q(request_items__isnull=False) | Q(measure_answers__isnull=False)
        mine |= Q(waiting_papers__isnull=False)
    return documents.filter(mine).distinct()


def list_documents_for(applicant: Applicant) -> list[Document]:
    """What the applicant sent and can use again, newest first."""
    usable = (DocumentState.PENDING, DocumentState.READY)
    return list(Document.objects.filter(applicant=applicant, state__in=usable).order_by("-pk"))
