"""The app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from callcenter import navigation
        from callcenter.templatetags import formats
        from people.access import KEEPERS
        from people.calendar import working_calendar
        from people.standing import standing_of
        from people.trail import know_object
        from people.views.alerts import bell
        from people.views.trail import OVERSEERS, users_named

        navigation.know_roles(lambda user: standing_of(user).roles)
        formats.know_calendar(working_calendar)
        navigation.place(navigation.BarPart("people/_bell.html", data=bell, order=90))
        know_object("user", users_named)
        navigation.register(
            navigation.Section(
                _("Audit journal"), "audit", key="g j", roles=OVERSEERS, group=8, order=90
            )
        )
        navigation.register(
            navigation.Section(_("Users"), "users", roles=KEEPERS, group=9, order=70)
        )
        navigation.register(
            navigation.Section(_("API tokens"), "tokens", roles=KEEPERS, group=9, order=80)
        )
