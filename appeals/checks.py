"""Refuses to start with a life that has unreachable or dead-end states."""

from django.core.checks import CheckMessage, Error, register

from appeals.lifecycle import unreachable


def lifecycle_is_sound(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    return [Error(fault, id="appeals.E001") for fault in unreachable()]


def install() -> None:
    register(lifecycle_is_sound)
