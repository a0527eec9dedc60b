"""The opinion of applicants: the page of the link, the panel of the appeal, the head's list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals import actions
from appeals.access import HEADS, only
from appeals.actions.asking import rating_of
from appeals.actions.satisfaction import LINGERS
from appeals.forms import add_broken
from appeals.forms.rating import ComplaintForm, HandledForm, LinkForm
from appeals.models import Appeal, Rating
from appeals.paging import capped
from appeals.policies import shows_personal
from callcenter.addresses import address_of, neighbourhood
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.paging import BadCursor, stretch
from people.legal import number
from people.limits import spend

PAGE = 25
ORDER = ("given_at", "id")
#: How often one address may try links that are none, and one link be sent, in a window of seconds.
WINDOW = 15 * 60


def _guessed(request: HttpRequest) -> HttpResponse:
    """A link that is none or is over. Only these are counted against an address: behind one address
    of a mobile network stand many applicants."""
    most = number("public_state_per_address", 20)
    here = neighbourhood(address_of(request))
    spent = spend("rate.address", here, most=most, seconds=WINDOW)
    return _gone(request, 404 if spent.is_within else 429)


@sensitive_variables("token")
def _is_within(token: str) -> bool:
    most = number("public_state_per_number", 10)
    return spend("rate.link", token, most=most, seconds=WINDOW).is_within


@sensitive_variables("token")
def _gone(request: HttpRequest, status: int) -> HttpResponse:
    """A link that is none, or is over: all look alike."""
    response = render(request, "appeals/rate_gone.html", {"is_busy": status == 429}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


@never_cache
@sensitive_post_parameters("words")
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing, so a program that follows links gives no opinion."""
    found = rating_of(token)
    if found is None or (found.is_given and found.expires_at + LINGERS <= timezone.now()):
        return _guessed(request)
    if request.method == "POST" and not _is_within(token):
        return _gone(request, 429)
    if found.is_given:
        return _thanks(request, found, token)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.rate_by_link(token, **form.cleaned_data)
        except AlreadyDone:
            return redirect("rate", token=token)
        except NotAllowed:
            return _gone(request, 404)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("rate", token=token)
    context = {"form": form, "number": found.appeal.number}
    return render(request, "appeals/rate.html", context, status=422 if form.errors else 200)


def _thanks(
    request: HttpRequest, found: Rating, token: str, form: ComplaintForm | None = None
) -> HttpResponse:
    """Given: thanks, and for a dissatisfied applicant the way on."""
    context = {
        "rating": found,
        "number": found.appeal.number,
        "token": token,
        "complaint": found.complaint,
        "form": form or ComplaintForm(),
        "low": found.is_low,
    }
    return render(request, "appeals/rate_given.html", context, status=422 if form else 200)


@never_cache
@sensitive_post_parameters("text")
@sensitive_variables("token")
@require_POST
def rate_complaint(request: HttpRequest, token: str) -> HttpResponse:
    """A dissatisfied applicant complains in writing, on the same page."""
    found = rating_of(token)
    if found is None or not found.is_given:
        return _guessed(request)
    if not _is_within(token):
        return _gone(request, 429)
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _thanks(request, found, token, form)
    try:
        actions.complain_by_link(token, text=form.cleaned_data["text"])
    except AlreadyDone:
        return redirect("rate", token=token)
    except NotAllowed:
        return _gone(request, 404)
    except RuleBroken as broken:
        add_broken(form, broken)
        return _thanks(request, found, token, form)
    return redirect("rate", token=token)


def rating_panel(request: HttpRequest, appeal: Appeal) -> dict[str, object] | None:
    """What the applicant said of each ending; nothing until there was one."""
    if not shows_personal(request.user):
        return None
    rows = list(
        Rating.objects.visible_to(request.user)
        .filter(appeal=appeal)
        .select_related("taken_by", "handled_by")
        .order_by("-id")
    )
    if not rows:
        return None
    return {"rows": rows, "now": timezone.now(), "complaints": _complaints(request, rows)}


def _complaints(request: HttpRequest, rows: list[Rating]) -> list[Appeal]:
    keys = [row.complaint_id for row in rows if row.complaint_id]
    return (
        list(Appeal.objects.visible_to(request.user).filter(pk__in=keys).only("number"))
        if keys
        else []
    )


@only(HEADS)
@require_GET
def dissatisfied(request: HttpRequest) -> HttpResponse:
    """Those who rated low and whom nobody has dealt with, the longest waiting first."""
    return _list(request)


def _list(
    request: HttpRequest, refused: tuple[int, HandledForm | ComplaintForm] | None = None
) -> HttpResponse:
    seen = Rating.objects.visible_to(request.user).dissatisfied()
    rows = seen.select_related(
        "appeal__topic", "appeal__applicant", "appeal__responsible", "appeal__owner", "complaint",
    ).defer("appeal__searched", "appeal__search", "appeal__text", "complaint__searched", "complaint__search", "complaint__text")  # fmt: skip
    try:
        page = stretch(rows, ORDER, request.GET.get("cursor", ""), PAGE)
    except BadCursor:
        page = stretch(rows, ORDER, "", PAGE)
    for row in page.rows:
        form = refused[1] if refused and refused[0] == row.pk else None
        row.handled_form = (
            form if isinstance(form, HandledForm) else HandledForm(auto_id=f"{row.pk}_%s")
        )
        row.complaint_form = (
            form if isinstance(form, ComplaintForm) else ComplaintForm(auto_id=f"{row.pk}_%s")
        )
        row.is_refused = form is not None
    context = {
        "page": page,
        "count": capped(seen),
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render(request, "appeals/dissatisfied.html", context, status=422 if refused else 200)


@only(HEADS)
@require_POST
def rating_handled(request: HttpRequest, pk: int) -> HttpResponse:
    """The head says what was done."""
    form = HandledForm(request.POST, auto_id=f"{pk}_%s")
    if not form.is_valid():
        return _list(request, (pk, form))
    try:
        actions.handle_rating(pk, by=request.user, how=form.cleaned_data["how"])
    except AlreadyDone as done:
        messages.info(request, str(done))
    else:
        messages.success(request, _("It is off the list; the journal tells what was done."))
    return redirect("dissatisfied")


@only(HEADS)
@require_POST
def rating_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """The head registers the complaint in writing for the applicant."""
    form = ComplaintForm(request.POST, auto_id=f"{pk}_%s")
    if not form.is_valid():
        return _list(request, (pk, form))
    try:
        made = actions.complain(pk, by=request.user, text=form.cleaned_data["text"])
    except AlreadyDone as done:
        messages.info(request, str(done))
        return redirect("dissatisfied")
    except RuleBroken as broken:
        add_broken(form, broken)
        return _list(request, (pk, form))
    messages.success(
        request, _("The complaint is registered: %(number)s") % {"number": made.number}
    )
    return redirect(made)
