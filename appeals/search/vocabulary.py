"""Keeping the words: new appeals are added every minute, everything is counted anew at night.

Words of letters, and numbers of up to four digits: years and counts are common words, longer numbers
are people's own and are kept nowhere else. Counts only decide how a search is carried out and what a mistyped word may mean, so they need not be
exact: an answer written later is counted at night.
"""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection, transaction

from appeals.models import Appeal, Word, WordsRead
from appeals.search import names
from appeals.search.spelling import near
from callcenter.text import stem

#: Appeals counted by one statement.
STRETCH = 20_000
#: An advisory lock of its own: two workers do not count the same appeals twice.
LOCK = 5_170_001
#: Indexes that the search reads and that are written in two steps.
READ = ("search_words", "applicant_name_trigrams", "word_near", "word_alike", "name_near")

_COUNTED = """
    SELECT word, ndoc FROM ts_stat(format(
        'SELECT search FROM appeals_appeal WHERE id > %%s AND id <= %%s', %s::bigint, %s::bigint))
    WHERE word ~ '^([a-z]{2,40}|[0-9]{1,4})$'
"""
_ADD = """
    INSERT INTO appeals_word AS known (word, stem, near, documents)
    SELECT word, stem, string_to_array(near, ' '), documents
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[]) AS added(word, stem, near, documents)
    ON CONFLICT (word) DO UPDATE SET documents = known.documents + excluded.documents
"""


def refresh(*, most: int = 10 * STRETCH) -> int:
    """Count the words of appeals registered since the last time; how many appeals were read."""
    with transaction.atomic():
        if not _alone():
            return 0
        mark, _made = WordsRead.objects.select_for_update().get_or_create(pk=1)
        newest = Appeal.objects.order_by("-id").values_list("id", flat=True).first() or 0
        done, end = 0, min(newest, mark.last_id + most)
        while mark.last_id < end:
            upto = min(mark.last_id + STRETCH, end)
            read = Appeal.objects.filter(id__gt=mark.last_id, id__lte=upto).count()
            _add(_words(mark.last_id, upto))
            mark.last_id = upto
            mark.appeals += read
            done += read
        names.count_new(mark)
        mark.save()
    put_in_place()
    return done


def put_in_place() -> None:
    """What was just written waits in lists that every search would read through."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'gin_clean_pending_list({name!r})' for name in READ)}")


def rebuild() -> int:
    """Count everything anew; searches read the old counts until it is done."""
    with transaction.atomic():
        if not _alone():
            return 0
        newest = Appeal.objects.order_by("-id").values_list("id", flat=True).first() or 0
        total: dict[str, int] = {}
        for start in range(0, newest, STRETCH):
            for word, documents in _words(start, min(start + STRETCH, newest)):
                total[word] = total.get(word, 0) + documents
        Word.objects.all().delete()
        _add(list(total.items()))
        appeals = Appeal.objects.filter(id__lte=newest).count()
        read = {"last_id": newest, "appeals": appeals, "last_applicant_id": names.count_anew()}
        WordsRead.objects.update_or_create(pk=1, defaults=read)
    cache.delete("words-read")
    put_in_place()
    return appeals


def counted_appeals() -> int:
    """Out of how many appeals the words were counted; remembered for a minute."""
    known = cache.get("words-read")
    if known is None:
        known = WordsRead.objects.values_list("appeals", flat=True).first() or 0
        cache.set("words-read", known, 60)
    return int(known)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _words(after: int, upto: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [after, upto])
        return list(cursor.fetchall())


def _add(counted: list[tuple[str, int]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(counted), STRETCH):
            part = sorted(counted[start : start + STRETCH])
            words = [word for word, _documents in part]
            stems = [stem(word) for word in words]
            mistakes = [
                " ".join({*near(one), *near(word)}) for one, word in zip(stems, words, strict=True)
            ]
            cursor.execute(_ADD, [words, stems, mistakes, [n for _word, n in part]])
