"""Officials who receive, among the lists an administrator keeps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appeals.dictionaries import Dictionary
from appeals.reception.forms import OfficialForm
from appeals.reception.models import ReceptionOfficial

OFFICIALS = Dictionary(
    "officials", _("Officials who receive"),
    _("Who holds receptions of citizens, where, and who keeps the calendar"),
    ReceptionOfficial, OfficialForm,
    (
        (_("Position"), lambda row: row.position),
        (_("Assistant"), lambda row: row.assistant.name if row.assistant else ""),
        (_("Place"), lambda row: row.place),
        (_("To"), lambda row: row.valid_to),
    ),
    lambda row: row.structure.short_name if row.structure else "", ("structure__path", "name"),
    may_add=True, name_of=lambda row: row.name, related=("structure", "assistant"),
)  # fmt: skip
