"""What a structure finds among its own referrals: only by what it may read of them.

That is the number of the appeal, the question, the answer and the reason of a return, and the text of the
appeal where it is shared and was not taken back. The words of an appeal are kept together with those of
the sector's answer to the applicant, which a structure does not read: what the index of appeals brings is
looked through once more by its text alone.
"""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Left

from appeals.models.appeal import AzVector
from appeals.search import Finding, numbers_of, snippet, words_of
from appeals.search.snippet import READ
from people.models import User
from people.standing import standing_of
from routing.lifecycle import TAKEN_BACK
from routing.models import SEARCHED, Referral
from routing.querysets import ReferralQuerySet, past_places

#: Newest rows read before the indexes of words are asked; of words that more appeals have than
#: `MANY`, to look through what the index of appeals brings would take longer than to read on.
READ_THROUGH, MANY, READ_ON = 1000, 5000, 30_000
SHARED = Q(shares_text=True) & ~Q(status__in=TAKEN_BACK)


def findable(user: User) -> ReferralQuerySet:
    """The referrals of one's structures and of the ended bodies whose work they carry on."""
    places = standing_of(user).structures | past_places(user)
    return Referral.objects.visible_to(user).filter(structure_id__in=places)


def exact(user: User, text: str) -> Referral | None:
    """The one referral of the appeal whose number was typed; of several, a list is shown."""
    numbers = numbers_of(text)
    if not numbers:
        return None
    found = list(findable(user).filter(appeal__number__in=numbers).only("pk")[:2])
    return found[0] if len(found) == 1 else None


def find(text: str) -> Finding:
    """What fits the text, as a condition over referrals."""
    asked, numbers = words_of(text), numbers_of(text)
    fits = numbered = Q(appeal__number__in=numbers) if numbers else Q()
    named = None
    if asked.tsquery:
        words = asked.query
        in_text = SHARED & Q(appeal__search=words)
        looked_through = Q(search=words) | in_text & Q(_in_text("appeal__text", words))
        fits = numbered | looked_through
        if asked.appeals <= MANY:
            ways = [Q(search=words), in_text, *([numbered] if numbers else [])]
            first, *rest = (Referral.objects.filter(way).values("pk") for way in ways)
            named = Q(pk__in=first.union(*rest, all=True)) & fits
    if not fits:
        return Finding(Q(pk__in=[]), is_nothing=True)
    # How common a word is among all appeals tells nothing of one structure: its newest rows are read first.
    most = READ_THROUGH if asked.appeals <= MANY else READ_ON
    return Finding(fits, most, of=most, least=most, marked=asked.marked, named=named)


def drawn(rows: ReferralQuerySet) -> ReferralQuerySet:
    """Rows of the inbox with the texts in which something was found; the appeal's only where shared."""
    text = Case(
        When(SHARED, then=Left("appeal__text", READ)), default=Value(""), output_field=TextField()
    )
    return rows.for_list().annotate(
        asked=Left("question", READ), answered=Left("answer_text", READ),
        given_back=Left("return_reason", READ), shared=text,
    )  # fmt: skip


def piece(row: Referral, marked: str) -> str:
    """Around what was found, for a row that was `drawn`."""
    return snippet([row.asked, row.answered, row.given_back, row.shared], marked)


def _in_text(text: str, words: SearchQuery) -> SearchVectorExact:
    return SearchVectorExact(AzVector(Left(F(text), SEARCHED)), words)
