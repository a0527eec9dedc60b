"""Who follows an appeal without owning it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    """Written only by `appeals.actions.watching`; whoever may no longer see the appeal is not told."""

    appeal = models.ForeignKey("appeals.Appeal", models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["appeal", "user"], name="watch_once")]
        indexes = [models.Index(fields=["user", "appeal"], name="watch_of_user")]
