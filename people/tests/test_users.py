"""Who signs in: added with a first password, changed, shut out, gone, acted for; each written down."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.actions.users import (
    add_user,
    change_user,
    choose_password,
    come_back,
    delegate,
    end_delegation,
    give_password,
    leave,
    state_of_user,
)
from people.models import AuditEntry, Role, User
from people.standing import standing_of
from people.trail import KINDS

pytestmark = pytest.mark.django_db
LEYLA = {
    "last_name": "Əhmədova", "first_name": "Leyla", "username": " Leyla ", "role": "operator",
    "language": "az", "email": "leyla@example.org",
}  # fmt: skip
OWN = "Payız yağışı 26 gün"
TODAY = timezone.localdate


def enter(username: str, password: str) -> Client:
    client = Client()
    client.post(reverse("sign-in"), {"username": username, "password": password})
    return client


def written(user: User) -> list[str]:
    rows = AuditEntry.objects.filter(object_kind="user", object_ref=str(user.pk))
    return list(rows.order_by("id").values_list("kind", flat=True))


def test_a_new_person_gets_a_password_that_opens_one_page_until_they_choose_their_own(cast):
    admin = Client()
    admin.force_login(cast.admin)
    page = admin.post(reverse("user-new"), LEYLA)
    secret = re.search(r"data-secret>([a-z0-9-]{19})<", page.text)[1]
    leyla = User.objects.get(username="leyla")
    assert (leyla.role, leyla.must_choose_password) == (Role.OPERATOR, True)
    assert secret not in admin.get(reverse("user", args=[leyla.pk])).text

    client = enter("leyla", secret)
    for name in ("desk", "appeals", "alerts", "home"):
        assert client.get(reverse(name)).url == reverse("own-page")
    asked = client.get(reverse("alerts-bell"), HTTP_HX_REQUEST="true")
    assert asked["HX-Redirect"] == reverse("own-page")
    new = {"new_password1": OWN, "new_password2": OWN}
    wrong = client.post(reverse("own-page"), {"old_password": "other", **new})
    assert wrong.status_code == 422 and "old_password" in wrong.context["form"].errors
    weak = {"old_password": secret, "new_password1": "1234567890", "new_password2": "1234567890"}
    assert client.post(reverse("own-page"), weak).status_code == 422
    assert client.post(reverse("own-page"), {"old_password": secret, **new}).status_code == 302
    assert client.get(reverse("desk")).status_code == 200
    assert enter("leyla", OWN).get(reverse("desk")).status_code == 200
    assert written(leyla) == ["user.added", "user.password_chosen"]
    told = str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert secret not in told and "Əhmədova" not in told and "example.org" not in told


def test_a_sign_in_name_stands_once_in_any_letter_case(cast):
    with pytest.raises(RuleBroken) as broken:
        add_user(by=cast.admin, values={**LEYLA, "username": "AYSEL"})
    assert broken.value.field == "username"
    admin = Client()
    admin.force_login(cast.admin)
    page = admin.post(reverse("user-new"), {**LEYLA, "username": "Aysel"})
    assert page.status_code == 422 and page.context["form"]["last_name"].value() == "Əhmədova"
    assert "username" in page.context["form"].errors
    with pytest.raises(RuleBroken):
        add_user(by=cast.admin, values={**LEYLA, "username": "iki söz"})


def test_another_role_holds_from_the_next_page_on(cast):
    client = Client()
    client.force_login(cast.operator)
    assert client.get(reverse("desk")).status_code == 200
    change_user(cast.operator.pk, by=cast.admin, values={"role": Role.AUDITOR})
    assert client.get(reverse("desk")).status_code == 404
    assert client.get(reverse("audit")).status_code == 200
    assert AuditEntry.objects.get(kind="user.changed").detail["role"] == ["operator", "auditor"]


def test_a_save_over_anothers_save_is_noticed_and_a_sign_in_between_is_not(cast):
    read = state_of_user(cast.operator)
    cast.operator.last_login = timezone.now()
    cast.operator.save()
    change_user(cast.operator.pk, by=cast.admin, values={"extension": "12"}, state=read)
    with pytest.raises(StaleForm):
        change_user(cast.operator.pk, by=cast.admin, values={"extension": "13"}, state=read)


def test_nobody_is_left_without_an_administrator(cast):
    for act in (
        lambda: change_user(cast.admin.pk, by=cast.admin, values={"role": Role.OPERATOR}),
        lambda: leave(cast.admin.pk, by=cast.admin),
    ):
        with pytest.raises(RuleBroken):
            act()
    second, _password = add_user(by=cast.admin, values={**LEYLA, "role": Role.ADMINISTRATOR})
    assert not leave(cast.admin.pk, by=second).is_active


def test_whoever_has_a_place_in_a_structure_keeps_a_structures_role(cast):
    with pytest.raises(RuleBroken, match="DVX|Dövlət"):
        change_user(cast.unit_user.pk, by=cast.admin, values={"role": Role.OPERATOR})


def test_a_new_first_password_ends_the_old_sessions(cast):
    choose_password(cast.operator, OWN)
    client = enter("resad", OWN)
    assert client.get(reverse("desk")).status_code == 200
    _held, secret = give_password(cast.operator.pk, by=cast.admin)
    assert client.get(reverse("desk")).url.startswith(reverse("sign-in"))
    assert enter("resad", secret).get(reverse("desk")).url == reverse("own-page")


def test_wrong_passwords_shut_out_and_the_administrator_lets_in(cast):
    choose_password(cast.operator, OWN)
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        enter("resad", "wrong")
    assert enter("resad", OWN).get(reverse("desk")).status_code == 302
    admin = Client()
    admin.force_login(cast.admin)
    listed = dict((row.username, shut) for row, shut in admin.get(reverse("users")).context["rows"])
    assert listed["resad"] and not listed["aysel"]
    page = admin.get(reverse("user", args=[cast.operator.pk]))
    assert page.context["is_shut_out"]
    admin.post(reverse("user-let-in", args=[cast.operator.pk]))
    assert enter("resad", OWN).get(reverse("desk")).status_code == 200


def test_whoever_comes_back_starts_with_a_first_password(cast):
    leave(cast.operator.pk, by=cast.admin)
    _back, secret = come_back(cast.operator.pk, by=cast.admin)
    assert enter("resad", secret).get(reverse("desk")).url == reverse("own-page")


def test_acting_for_another_holds_between_its_days_and_by_its_order(cast):
    order = {"principal": cast.head, "order_number": "12-k", "order_on": TODAY()}
    days = {"valid_from": TODAY(), "valid_to": TODAY() + dt.timedelta(days=5)}
    made = delegate(by=cast.admin, deputy=cast.operator, **order, **days)
    assert standing_of(User.objects.get(pk=cast.operator.pk)).has(Role.SECTOR_HEAD)
    with pytest.raises(AlreadyDone, match="12-k"):
        delegate(by=cast.admin, deputy=cast.operator, **order, **days)
    for wrong in ({"deputy": cast.head}, {"valid_to": TODAY() - dt.timedelta(days=1)}):
        with pytest.raises(RuleBroken):
            delegate(by=cast.admin, **{"deputy": cast.aysel, **order, **days, **wrong})
    end_delegation(made.pk, by=cast.admin)
    later = TODAY() + dt.timedelta(days=1)
    assert not standing_of(User.objects.get(pk=cast.operator.pk), later).has(Role.SECTOR_HEAD)
    assert written(cast.head) == ["user.delegated", "user.delegation_ended"]


def test_only_an_administrator_does_any_of_this(cast):
    for who in (cast.head, cast.auditor, cast.manager):
        with pytest.raises(NotAllowed):
            add_user(by=who, values=LEYLA)
        with pytest.raises(NotAllowed):
            give_password(cast.operator.pk, by=who)


def test_people_are_found_by_any_spelling_and_those_who_left_only_when_asked_for(cast):
    leave(cast.operator.pk, by=cast.admin)
    admin = Client()
    admin.force_login(cast.admin)
    for words, found in (("memmedova", True), ("QULİYEV", False)):
        page = admin.get(reverse("users"), {"q": words})
        assert bool(page.context["rows"]) is found
    assert admin.get(reverse("users"), {"q": "quliyev", "left": "on"}).context["rows"]


def test_people_stand_by_the_azerbaijani_alphabet(cast):
    for n, surname in enumerate(("Xəlilov", "Hüseynov", "Çələbi", "Həmidov", "Cabbarov")):
        add_user(by=cast.admin, values={**LEYLA, "last_name": surname, "username": f"x{n}"})
    admin = Client()
    admin.force_login(cast.admin)
    rows = admin.get(reverse("users"), {"q": "leyla"}).context["rows"]
    names = [person.last_name for person, _shut in rows]
    assert names == ["Cabbarov", "Çələbi", "Həmidov", "Hüseynov", "Xəlilov"]


def test_the_first_administrator_is_made_on_the_command_line(db):
    out = io.StringIO()
    names = ["--surname", "Ağayev", "--given-name", "Fuad", "--role", "administrator"]
    call_command("add_user", "fuad", *names, stdout=out)
    secret = out.getvalue().split()[-1]
    assert enter("fuad", secret).get(reverse("home")).url == reverse("own-page")
    with pytest.raises(CommandError):
        call_command("add_user", "Fuad", *names, stdout=out)


def test_the_auditor_reads_every_look_and_cuts_the_lines(cast, make_appeal):
    appeal = make_appeal()
    aysel = Client()
    aysel.force_login(cast.aysel)
    aysel.post(reverse("appeal-reveal", args=[appeal.pk]))
    give_password(cast.operator.pk, by=cast.admin)
    auditor = Client()
    auditor.force_login(cast.auditor)
    page = auditor.get(reverse("audit"))
    assert [row["entry"].kind for row in page.context["rows"]] == [
        "user.password_given",
        "look.applicant",
    ]
    assert appeal.number in page.text
    looks = auditor.get(reverse("audit"), {"sort": "look", "actor": cast.aysel.pk})
    assert [row["entry"].kind for row in looks.context["rows"]] == ["look.applicant"]
    assert not auditor.get(reverse("audit"), {"until": "01.01.2020"}).context["rows"]
    assert auditor.get(reverse("audit"), {"since": "31.02.2026"}).status_code == 422


def test_every_kind_that_is_written_has_words():
    """The kinds are read from the code: the first argument of every call of `audit`."""
    root, found = Path(settings.BASE_DIR), set()
    for app in ("people", "appeals", "routing", "reports", "sector"):
        for path in (root / app).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(getattr(node, "func", None), "id", "")
                if (
                    isinstance(node, ast.Call)
                    and name in ("audit", "_audit", "_write", "_tell")
                    and node.args
                ):
                    found |= {
                        each.value
                        for each in ast.walk(node.args[0])
                        if isinstance(each, ast.Constant)
                        and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(each.value))
                    }
    assert len(found) > 40
    assert found <= set(KINDS), sorted(found - set(KINDS))
