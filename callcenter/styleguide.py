"""The page that shows every piece of the interface in all its states."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from callcenter.forms import Choices, Combobox, DateField, Segments, SentOnce, Ticks
from callcenter.text import az_fold
from callcenter.worktime import BAKU

# Monday noon; every sample on the page is counted from it, so the page never changes by itself.
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=BAKU)
KINDS = [
    ("question", _("Question")),
    ("inquiry", _("Inquiry")),
    ("application", _("Application")),
    ("proposal", _("Proposal")),
    ("complaint", _("Complaint")),
]
TOPICS = [
    ("1", "Vergi › Kassa aparatı › Çek verilməməsi"),
    ("2", "Vergi › ƏDV-nin geri alınması"),
    ("3", "Sahibkarlıq › Güzəştli kredit"),
    ("4", "Torpaq › Özəlləşdirmə"),
    ("5", "Ticarət › İstehlakçının hüququ"),
]
WRONG = {"client_id": "", "kind": "x", "topic": "", "text": "", "on": "31.02.2026"}
TONES = ("", "info", "good", "warn", "bad")


class SampleForm(SentOnce):
    """One field of each sort."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial="complaint", widget=Segments)
    topic = forms.ChoiceField(
        label=_("Topic"),
        choices=[("", ""), *TOPICS],
        widget=Combobox,
        help_text=_("Type 3 to 5 letters"),
    )
    place = forms.ChoiceField(
        label=_("Topic from the server"),
        choices=[("", "")],
        required=False,
        widget=Combobox("styleguide-topics"),
    )
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    on = DateField(label=_("Day"), required=False)
    region = forms.ChoiceField(
        label=_("Language"), choices=[("az", "Azərbaycanca"), ("ru", "Русский")]
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("call", _("Call")), ("letter", _("Letter"))],
        widget=Choices,
        required=False,
    )
    tags = forms.MultipleChoiceField(
        label=_("Marks"),
        choices=[("urgent", _("Urgent")), ("repeat", _("Repeat"))],
        widget=Ticks,
        required=False,
    )
    is_secret = forms.BooleanField(label=_("Keep the name secret"), required=False)
    files = forms.FileField(label=_("Files"), required=False)


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """All pieces in all states; a POST shows the form with its errors."""
    shown = {
        "now": NOW,
        "terms": list(_terms()),
        "tones": TONES,
        "shapes": ("dot", "ring", "half", "late", "done", "square", "pause"),
        "kinds": ("primary", "", "quiet", "danger"),
        "form": SampleForm(),
        "wrong": SampleForm(WRONG, auto_id="wrong_%s"),
        "entries": _entries(),
        "rows": _rows(),
        "tabs": [
            {"label": _("All"), "url": "#tabs", "count": "1 000+", "current": True},
            {"label": _("Overdue"), "url": "#tabs", "count": 7},
            {"label": _("Closed"), "url": "#tabs"},
        ],
        "ids": [
            {"label": "VÖEN", "value": "1412345071", "masked": True},
            {"label": "", "value": "Gəncə"},
        ],
        "gauges": [("DVX", 94, ""), ("KOBİA", 91, ""), ("ABİF", 61, "bad")],
    }
    return render(request, "styleguide.html", shown)


@login_required
def topics(request: HttpRequest) -> JsonResponse:
    """Sample choices for a remote combobox."""
    wanted = az_fold(request.GET.get("q", ""))
    found = [
        {"id": key, "label": name, "hint": ""} for key, name in TOPICS if wanted in az_fold(name)
    ]
    return JsonResponse(found, safe=False)


def _terms() -> Any:
    days = (
        ("", 21),
        ("", 3),
        ("", 1),
        ("", 0),
        ("", -1),
        ("", -6),
        ("paused", 4),
        ("done", 0),
        ("done_late", -2),
    )
    for state, later in days:
        yield {"due": (NOW + timedelta(days=later)).replace(hour=18), "state": state}


def _entries() -> list[dict[str, Any]]:
    return [
        {
            "at": NOW,
            "actor": "Məmmədova Aysel",
            "label": _("Sent to a structure"),
            "changes": [
                (_("Responsible"), "", "Dövlət Vergi Xidməti"),
                (_("Status"), "Qeydə alınıb", "İcradadır"),
            ],
            "note": "Gəncə Baş İdarəsi araşdırsın.",
            "shape": "done",
        },
        {
            "at": NOW,
            "actor": "Quliyev Rəşad",
            "label": _("Note"),
            "note": "Zəng edən narahatdır.",
            "internal": True,
        },
        {"at": NOW - timedelta(days=400), "actor": "", "label": _("Registered"), "imported": True},
    ]


def _rows() -> list[dict[str, Any]]:
    samples = [
        ("ÇM-2026-004498", "Şikayət · Kassa aparatı", "DVX, Gəncə", -2, 3),
        ("ÇM-2026-004377", "Ərizə · Sənaye parkı", "İZİA", 0, 1),
        ("ÇM-2026-004512", "Ərizə · Güzəştli kredit", "ABİF", 3, 0),
    ]
    return [
        {
            "number": number,
            "topic": topic,
            "place": place,
            "due": NOW.replace(hour=18) + timedelta(days=days),
            "n": n,
        }
        for number, topic, place, days, n in samples
    ]
