"""The demo world's staff: one sign-in per role, operators, and people of the structures."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from people.management.commands.signins import PASSWORD
from people.models import Placement, Position, Role, Structure, User

STAFF = (
    ("aysel", "Məmmədova", "Aysel", Role.OPERATOR),
    ("resad", "Quliyev", "Rəşad", Role.OPERATOR),
    ("sevinc", "Əliyeva", "Sevinc", Role.OPERATOR),
    ("orxan", "İsmayılov", "Orxan", Role.OPERATOR),
    ("mudir", "Həsənov", "Elçin", Role.SECTOR_HEAD),
    ("rehber", "Kərimov", "Tural", Role.MANAGEMENT),
    ("auditor", "Rzayeva", "Nərmin", Role.AUDITOR),
    ("inzibatci", "Ağayev", "Fuad", Role.ADMINISTRATOR),
)
#: Structures that have people in the demo world: code, then executor and head.
STRUCTURES = (
    ("dvx", ("gunel", "Cəfərova", "Günel"), ("vaqif", "Orucov", "Vaqif")),
    ("kobia", ("samir", "Nəsirov", "Samir"), ("leyla", "Hüseynova", "Leyla")),
    ("abif", ("kamran", "Şükürov", "Kamran"), ("zaur", "Bağırov", "Zaur")),
    ("izia", ("aytac", "Sadıqova", "Aytac"), ("ilham", "Mirzəyev", "İlham")),
    ("emdx", ("ferid", "Vəliyev", "Fərid"), ("sebine", "Tağıyeva", "Səbinə")),
)


def add_staff(since: dt.date) -> dict[str, User]:
    """Everyone by sign-in name; made once."""
    password = make_password(PASSWORD)
    users = {
        name: _add(name, surname, given, role, password) for name, surname, given, role in STAFF
    }
    User.objects.filter(role=Role.ADMINISTRATOR, is_demo=True).update(
        is_staff=True, is_superuser=True
    )
    for code, executor, head in STRUCTURES:
        structure = Structure.objects.get(code=code)
        for person, role, position in (
            (executor, Role.STRUCTURE_USER, Position.EXECUTOR),
            (head, Role.STRUCTURE_HEAD, Position.HEAD),
        ):
            user = _add(*person, role, password)
            users[user.username] = user
            Placement.objects.get_or_create(
                user=user, structure=structure, position=position, defaults={"valid_from": since}
            )
    return users


def _add(username: str, surname: str, given: str, role: str, password: str) -> User:
    user, _created = User.objects.get_or_create(
        username=username,
        defaults={
            "last_name": surname,
            "first_name": given,
            "role": role,
            "password": password,
            "is_demo": True,
        },
    )
    return user
