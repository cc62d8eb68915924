"""What somebody typed before the session ended or the language changed, sealed for that person alone."""

import json
from collections.abc import Mapping
from typing import Final

from django.core import signing
from django.http import HttpRequest, QueryDict

from core.encryption import DecryptionError, decrypt, encrypt

_KEY: Final = "kept_input"
_PLACE: Final = "portal.kept_input"
_SALT: Final = "portal.form_owner"
_LARGEST: Final = 20_000
_NEVER: Final = frozenset({"csrfmiddlewaretoken", "form_owner", "here", "language", "password"})


def sign_owner(user_id: int) -> str:
    """A mark for a hidden field: whose form this is."""
    return signing.dumps(user_id, salt=_SALT)


def keep_input(request: HttpRequest, *, path: str) -> bool:
    """Keep the fields of a form for the person it was given to, and say whether that was possible.

    Files and secrets are not kept.
    """
    try:
        owner = signing.loads(request.POST.get("form_owner", ""), salt=_SALT)
    except signing.BadSignature:
        return False
    fields = {name: values for name, values in request.POST.lists() if name not in _NEVER}
    text = json.dumps({"owner": owner, "path": path, "fields": fields}, ensure_ascii=False)
    if len(text) > _LARGEST:
        return False
    request.session[_KEY] = encrypt(text, place=_PLACE).hex()
    return True


def read_typed(request: HttpRequest) -> QueryDict | None:
    """What was sent with the form, or typed on this page before; None for an untouched form."""
    return request.POST if request.method == "POST" else _take_kept(request)


def _take_kept(request: HttpRequest) -> QueryDict | None:
    """Hand out what was kept once, and to nobody else."""
    sealed = request.session.get(_KEY)
    if sealed is None:
        return None
    kept = _open(sealed)
    is_own = kept is not None and kept["owner"] == request.user.pk
    if kept is not None and is_own and kept["path"] != request.path:
        return None
    del request.session[_KEY]
    return _query(kept["fields"]) if kept is not None and is_own else None


def _open(sealed: str) -> dict[str, object] | None:
    try:
        opened: dict[str, object] = json.loads(decrypt(bytes.fromhex(sealed), place=_PLACE))
    except (DecryptionError, ValueError):
        return None
    return opened


def _query(fields: object) -> QueryDict:
    query = QueryDict(mutable=True)
    if isinstance(fields, Mapping):
        for name, values in fields.items():
            query.setlist(name, values)
    return query
