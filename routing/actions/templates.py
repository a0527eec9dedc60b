"""Answer templates: written by the structure's own people, versioned, never lost to a colleague."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.models import Topic
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.audit import audit
from people.models import Role, Structure, User
from people.standing import standing_of
from routing.models import AnswerTemplate
from routing.wording import editable_by

LONGEST_TEXT = 20_000


def save_template(
    template_id: int | None,
    *,
    by: User,
    structure: Structure | None,
    topic: Topic | None,
    title: str,
    text: str,
    is_active: bool = True,
    version: int = 0,
) -> AnswerTemplate:
    """Write a new template, or change one; a structure's people only their own structure's."""
    title, text = clean(title).strip(), clean(text).strip()
    if not title:
        raise RuleBroken("title_required", _("Name the template."), field="title")
    if not text:
        raise RuleBroken("text_required", _("Write the text."), field="text")
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(
            "text_too_long",
            _("The text is longer than %(longest)d characters.") % {"longest": LONGEST_TEXT},
            field="text",
        )
    standing = standing_of(by)
    own = structure is not None and structure.pk in standing.structures
    common = structure is None and standing.has(Role.SECTOR_HEAD, Role.ADMINISTRATOR)
    if not (own or common):
        raise NotAllowed()
    try:
        with transaction.atomic():
            row = _held(template_id, by, version)
            row.structure, row.topic, row.title, row.text = structure, topic, title[:120], text
            row.is_active, row.changed_by, row.changed_at = is_active, by, timezone.now()
            row.save()
    except IntegrityError as twice:
        raise RuleBroken(
            "title_taken", _("There is a template with this name already."), field="title"
        ) from twice
    audit(
        "change.answer_template", by=by, object_kind="answer_template", object_ref=row.pk,
        detail={"structure": structure.code if structure else "", "version": row.version},
    )  # fmt: skip
    return row


def _held(template_id: int | None, by: User, version: int) -> AnswerTemplate:
    if template_id is None:
        return AnswerTemplate()
    row = editable_by(by).select_for_update(of=("self",)).filter(pk=template_id).first()
    if row is None:
        raise NotAllowed()
    if row.version != version:
        raise StaleForm(_("A colleague changed this template while you were writing."))
    row.version += 1
    return row


def count_use(template: AnswerTemplate) -> None:
    """How often a template began an answer."""
    AnswerTemplate.objects.filter(pk=template.pk).update(uses=F("uses") + 1)
