"""Who may ask what: every address of the service × every role, one line each.

A new address fails here until somebody has decided who may open it. A letter stands for a person:
O operator, H sector head, U user and S head of the structure the appeal was referred to, X user of
another structure, M management, A auditor, D administrator; N is nobody, without a sign-in. A dash
is for an address that opens for no person, only for a signed call.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from rest_framework.test import APIClient

from callcenter import middleware
from people.models import Structure, User
from tests.addresses import Story, named_addresses, tell_story

pytestmark = pytest.mark.django_db
TABLE = """
styleguide                  GET      OHUSXMAD
styleguide-topics           GET      OHUSXMAD
home                        GET      OHUSXMAD
sign-in                     GET/POST NOHUSXMAD
alerts                      GET      OHUSXMAD
alerts-bell                 GET      OHUSXMAD
alerts-read                 POST     OHUSXMAD
alert-open                  GET      O
sign-out                    POST     NOHUSXMAD
own-page                    GET/POST OHUSXMAD
users                       GET      D
user-new                    GET/POST D
user                        GET/POST D
user-password               POST     D
user-leave                  POST     D
user-back                   POST     D
user-let-in                 POST     D
user-delegate               POST     D
delegation-end              POST     D
audit                       GET      A
tokens                      GET/POST D
token-revoke                POST     D
desk                        GET/POST OH
desk-who                    POST     OH
desk-card                   POST     OH
desk-questions              POST     OH
desk-term                   POST     OH
desk-check                  POST     OH
desk-similar                POST     OH
desk-again                  POST     OH
drafts                      GET      OH
draft-save                  POST     O
draft-drop                  POST     OHUSX
search                      GET      OHUSXMA
applicant                   GET      OHA
applicant-edit              GET/POST OH
applicant-reveal            POST     OH
contact-drop                POST     OH
contact-prefer              POST     OH
applicants-find             GET      OH
draft-files                 GET/POST OH
draft-file-drop             POST     O
appeal-files                POST     OH
appeal-unlink               POST     OH
file                        GET      OHUSA
file-preview                GET      OHUSA
file-detach                 GET/POST OH
appeals                     GET      OHMA
list-views                  GET      OHMA
view-new                    GET/POST OHMA
view-edit                   GET/POST O
view-drop                   POST     O
list-columns                GET/POST OHMA
bulk-new                    POST     OH
bulk-run                    GET      O
bulk-go                     POST     O
appeal                      GET      OHMA
appeal-journal              GET      OHMA
appeal-presence             POST     OHMA
appeal-people               GET      OH
appeal-watch                POST     OHMA
appeal-reveal               POST     OH
state-code                  POST     OH
state                       GET/POST NOHUSXMAD
rate                        GET/POST NOHUSXMAD
rate-complaint              POST     NOHUSXMAD
gateway-sms                 POST     -
notices                     GET      OH
notice                      GET      OH
notice-again                POST     OH
notice-told                 POST     OH
notice-numbers              POST     OH
letters                     GET      OH
letters-do                  POST     OH
letters-print               POST     OH
letter                      GET      OH
letter-do                   GET/POST OH
letter-file                 GET      OHA
dissatisfied                GET      H
rating-handled              POST     H
rating-complaint            POST     H
appeal-repeat               POST     OH
appeal-term                 GET      OHMA
appeal-do                   GET/POST OH
receptions                  GET      OHUSXMA
reception-day               GET      OHUSXMA
reception-month             GET      OHUSXMA
reception-slots-new         GET/POST HUS
reception-slot              GET      OHUSMA
reception-slot              POST     HUS
reception                   GET      OHUSMA
reception-do                GET/POST OH
reception-book              GET/POST OH
reception-feeds             GET/POST OHUSXMA
reception-feed-revoke       POST     O
reception-feed              GET      NOHUSXMAD
state-reception             POST     NOHUSXMAD
calendar                    GET      OHUSXMAD
calendar-year               GET      OHUSXMAD
calendar-new                GET/POST D
calendar-change             GET/POST D
calendar-effect             GET      D
calendar-do                 POST     D
dictionaries                GET      D
dictionary                  GET      D
dictionary-new              GET/POST D
dictionary-row              GET/POST D
inbox                       GET/POST USX
inbox-accept                POST     USX
inbox-workload              GET      S
answer-templates            GET      HUSXD
answer-template-new         GET/POST HUSXD
answer-template             GET/POST US
referral                    GET      OHUSMA
referral-draft              POST     US
referral-files              POST     OHUSMA
referral-do                 POST     OHUSMA
refer                       GET/POST OH
appeal-referrals            GET      OHMA
consult                     POST     OH
reply-with                  GET/POST OH
structures                  GET      OHMAD
structure-new               GET/POST D
structures-export           GET      D
structures-import           GET/POST D
structures-take             POST     D
structure                   GET      OHMAD
structure-edit              GET/POST D
structure-close             GET/POST D
structure-succeed           GET/POST D
structure-place             POST     D
place-end                   POST     D
rules                       GET      HAD
rule-new                    GET/POST HD
rule                        GET/POST HD
rule-move                   POST     HD
rule-switch                 POST     HD
rule-trial                  GET      HAD
rule-again                  GET      H
offers                      POST     OHA
thresholds                  GET/POST D
threshold-remove            POST     D
memos                       GET      OHA
memo                        GET      OHA
memo-resend                 POST     OH
memo-hand                   POST     OH
memo-file                   GET      OHA
memo-inbound                POST     -
reminders                   GET      OHUSXMAD
alarms                      GET      HMA
alarm-handle                POST     HM
ladder                      GET      D
ladder-new                  GET/POST D
ladder-step                 GET/POST D
ladder-remove               POST     D
figure-referrals            GET      OHUSXMA
reports                     GET/POST HMA
report-blocks-monthly       GET/POST HD
report-blocks               GET/POST HD
own-reports                 GET      HMA
own-report-new              GET/POST HMA
own-report                  GET/POST H
own-report-delete           POST     H
own-report-file             GET      H
exports                     GET/POST HMA
export                      GET      H
export-file                 GET      H
report                      GET      HA
report-progress             GET      HA
report-file                 GET      HA
report-comment              GET/POST H
report-keep                 POST     H
report-drop                 POST     H
report-step                 GET      H
report-step                 POST     HA
today                       GET      HM
review                      GET      HMA
figures                     GET      OHUSXMA
our-figures                 GET      USX
discipline                  GET      OHUSXMA
my-day                      GET      OH
figure                      GET      OHMA
api-appeals                 GET      OHMA
api-appeals                 POST     OH
api-appeal                  GET      OHMA
api-appeal-reveal           POST     OH
api-appeal-journal          GET      OHMA
api-files                   POST     OH
api-file                    GET      OHA
api-step-take               POST     OH
api-step-assign             POST     OH
api-step-ask_applicant      POST     OH
api-step-applicant_replied  POST     OH
api-step-answer             POST     OH
api-step-close              POST     OH
api-step-send_back          POST     OH
api-step-withdraw           POST     OH
api-step-leave              POST     OH
api-step-reopen             POST     OH
api-step-correct            POST     OH
api-step-note               POST     OH
api-step-rate               POST     OH
api-step-ask_extension      POST     OH
api-step-decide_extension   POST     OH
api-step-link               POST     OH
api-step-join               POST     OH
api-step-merge              POST     OH
api-step-unmerge            POST     OH
api-applicants              POST     OH
api-applicants-find         POST     OHA
api-applicant               GET      OHA
api-applicant-reveal        POST     OH
api-appeal-terms            GET      OHMA
api-appeal-watch            GET/PUT/DELETE OHMA
api-appeal-unlink           POST     OH
api-appeal-notices          GET      OHA
api-appeal-code             POST     OH
api-appeal-referrals        GET      OHMA
api-appeal-reply            POST     OH
api-notice-again            POST     OH
api-notice-told             POST     OH
api-appeal-repeat           POST     OH
api-appeal-refer            POST     OH
api-appeal-invite           POST     OH
api-receptions              GET      OHUSXMA
api-reception-hours         GET      OHUSXMA
api-reception               GET      OHUSMA
api-reception-confirm       POST     OH
api-reception-came          POST     OHUS
api-reception-miss          POST     OHUS
api-reception-minutes       POST     OHUS
api-reception-absent        POST     OHUS
api-reception-move          POST     OH
api-reception-decline       POST     OH
api-reception-cancel        POST     OH
api-reception-unmark        POST     OHUS
api-views                   GET      OHMA
api-topics                  GET      OHUSXMAD
api-regions                 GET      OHUSXMAD
api-structures              GET      OHUSXMAD
api-outcomes                GET      OHUSXMAD
api-grounds                 GET      OHUSXMAD
api-statuses                GET      OHUSXMAD
api-figures                 GET      OHUSXMA
api-figure                  GET      OHMA
api-facts-appeals           GET      OHMA
api-facts-referrals         GET      OHUSXMA
api-facts-steps             GET      OHUSXMA
api-facts-open-days         GET      OHUSXMA
api-referrals               GET      USX
api-referral-executors      GET      USX
api-referral                GET      US
api-referral-seen           POST     US
api-referral-accept         POST     US
api-referral-assign         POST     US
api-referral-return         POST     US
api-referral-extension      POST     US
api-referral-draft          POST     US
api-referral-answer         POST     US
api-referral-files          POST     US
api-referral-file           GET      US
api-schema                  GET      OHUSXMAD
api-docs                    GET      OHUSXMAD
api-me                      GET      OHUSXMAD
"""


def table() -> list[tuple[str, str, str]]:
    """(name, method, who) of each line."""
    lines = [line.split() for line in TABLE.strip().splitlines()]
    return [
        (name, method, who.replace("-", ""))
        for name, ways, who in lines
        for method in ways.split("/")
    ]


def people_of(story: Story) -> dict[str, User | None]:
    cast = story.cast
    return {
        "N": None, "O": cast.aysel, "H": cast.head, "U": cast.unit_user, "S": cast.unit_head,
        "X": cast.other_user, "M": cast.manager, "A": cast.auditor, "D": cast.admin,
    }  # fmt: skip


def is_let_in(response: HttpResponse) -> bool:
    """Refused is: not found, forbidden, or sent to sign in."""
    asks_sign_in = f"{resolve_url(settings.LOGIN_URL)}?next="
    to_sign_in = response.status_code == 302 and response["Location"].startswith(asks_sign_in)
    return not to_sign_in and response.status_code not in (401, 403, 404, 405)


def clients_of(story: Story, program: Callable[..., APIClient]) -> dict[str, list[Client]]:
    """For each person a browser and a program."""
    found = {}
    for letter, user in people_of(story).items():
        browser, outside = Client(), Client()
        if user is not None:
            browser.force_login(user)
            # A structure's own system holds a token bound to it.
            place = Structure.objects.filter(placements__user=user).first()
            outside = program(user, structure=place)
        found[letter] = [browser, outside]
    return found


def answers(
    clients: dict[str, list[Client]], address: str, name: str, method: str
) -> Iterator[tuple[str, int, bool]]:
    """(person, status, let in) for each person; whatever the request wrote is undone."""
    for letter, (browser, outside) in clients.items():
        client = outside if name.startswith("api-") and name != "api-docs" else browser
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        kept = copy.deepcopy(client.cookies)
        with transaction.atomic():
            response = getattr(client, method.lower())(address, **key)
            transaction.set_rollback(True)
        client.cookies = kept
        yield letter, response.status_code, is_let_in(response)


def test_no_address_is_without_a_decision():
    assert sorted({name for name, _method, _who in table()}) == sorted(named_addresses())


@pytest.fixture
def refusals_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of all answers are one page, “not found”: drawn once for each person, then handed out again."""
    drawn: dict[object, bytes] = {}
    draw = middleware.render

    def hand_out(request: HttpRequest, template: str, *more: object, **named: object):
        if template != "404.html":
            return draw(request, template, *more, **named)
        if request.user.pk not in drawn:
            drawn[request.user.pk] = draw(request, template, *more, **named).content
        return HttpResponse(drawn[request.user.pk], status=404)

    monkeypatch.setattr(middleware, "render", hand_out)


def test_each_address_opens_for_those_it_is_meant_for(
    cast, make_appeal, program, refusals_drawn_once
):
    story = tell_story(cast, make_appeal)
    clients = clients_of(story, program)
    wrong = []
    for name, method, who in table():
        found = list(answers(clients, story.address(name), name, method))
        let_in = "".join(letter for letter, _status, ok in found if ok)
        broken = [letter for letter, status, _ok in found if status >= 500]
        if let_in != who or broken:
            wrong.append(f"{name} {method}: opens for {let_in or '-'}, meant for {who} {broken}")
    assert not wrong, "\n".join(["", *wrong])
