"""Topics and their questions among the lists an administrator keeps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appeals.dictionaries import Dictionary
from appeals.forms.topic_rows import QuestionForm, TopicForm
from appeals.models import Topic, TopicQuestion

TOPIC_LISTS = (
    Dictionary(
        "topics", _("Topics"), _("What appeals are about, as a tree; a topic ends, it is not deleted"),
        Topic, TopicForm,
        (
            (_("Words people say"), lambda row: row.keywords[:90]),
            (_("Outside"), lambda row: row.is_outside),
            (_("To"), lambda row: row.valid_to),
        ),
        lambda row: row.path.strip("/").split("/")[0], ("path",), may_add=True,
        name_of=lambda row: "\u2002" * 2 * (row.path.count("/") - 2) + row.name,
    ),
    Dictionary(
        "questions", _("Questions of topics"),
        _("What the operator asks when a topic is chosen"),
        TopicQuestion, QuestionForm,
        (
            (_("Kind"), lambda row: row.get_kind_display()),
            (_("Required"), lambda row: row.is_required),
        ),
        lambda row: row.topic_id and row.topic.name, ("topic__path", "order", "id"), may_add=True,
        related=("topic",),
    ),
)  # fmt: skip
