"""What a person made of the lists: views kept under a name, and the columns of their own lists."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.access import READERS
from people.standing import standing_of

if TYPE_CHECKING:
    from people.models import User

#: Shared with all who read the lists; otherwise `shared_with` names one role of them.
EVERYONE = "everyone"


class SavedViewQuerySet(models.QuerySet):
    """Reading saved views."""

    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own, those shared with everyone and with a role one holds today. What stands in
        the list is always asked under the viewer's own rights."""
        standing = standing_of(user)
        if not standing.has(*READERS):
            return self.none()
        return self.filter(Q(owner=user) | Q(shared_with__in=[EVERYONE, *sorted(standing.roles)]))


class SavedView(models.Model):
    """A list, its filters, its columns and its order. Written only by `appeals.actions.views`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    shared_with = models.CharField(_("seen by"), max_length=20, blank=True, default="")
    query = models.JSONField(default=dict)  # {"tab": "open", "topic": "12"}: only what is set
    columns = models.JSONField(default=list)  # codes of appeals.columns; empty is the usual ones
    order = models.CharField(max_length=20, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes = [
            models.Index(fields=["owner", "name"], name="view_of_owner"),
            models.Index(
                fields=["shared_with", "name"], name="view_shared", condition=~Q(shared_with="")
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('appeals')}?view={self.pk}"

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """The columns a person chose for the lists that say none of their own."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_columns", primary_key=True
    )
    codes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("columns of a person's lists")
        verbose_name_plural = _("columns of people's lists")
