"""The app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from callcenter import navigation
        from callcenter.templatetags import formats
        from people.calendar import working_calendar
        from people.standing import standing_of
        from people.views.alerts import bell

        navigation.know_roles(lambda user: standing_of(user).roles)
        formats.know_calendar(working_calendar)
        navigation.place(navigation.BarPart("people/_bell.html", data=bell, order=90))
