"""How many appeals use a word: by it the search corrects typing and knows common words from rare ones."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """A folded word of the appeals' texts; kept by `appeals.vocabulary`, never shown to anybody."""

    word = models.TextField(primary_key=True, db_collation="C")
    stem = models.TextField(db_collation="C")
    #: The beginnings of the word and its stem, as written and as they sound, with each one letter left
    #: out and whole: two words with one mistake between them, or two of like sound, share one of these.
    near = ArrayField(models.TextField(db_collation="C"), default=list)
    documents = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes = [
            GinIndex(OpClass("stem", name="gin_trgm_ops"), name="word_alike"),
            GinIndex(fields=["near"], name="word_near"),
            models.Index(fields=["stem"], name="word_stem"),
        ]

    def __str__(self) -> str:
        return self.word


class NameWord(models.Model):
    """A folded word of applicants' names; kept by `appeals.search.names`, never shown to anybody, and
    asked only for those who see applicants."""

    word = models.TextField(primary_key=True, db_collation="C")
    #: As for `Word`: its beginning with each one letter left out, as written and as it sounds.
    near = ArrayField(models.TextField(db_collation="C"), default=list)
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("word of names")
        verbose_name_plural = _("words of names")
        indexes = [GinIndex(fields=["near"], name="name_near")]

    def __str__(self) -> str:
        return self.word


class WordsRead(models.Model):
    """Up to which appeal and applicant the words are counted, and out of how many appeals; one row."""

    last_id = models.BigIntegerField(default=0)
    last_applicant_id = models.BigIntegerField(default=0)
    appeals = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("words counted")
        verbose_name_plural = _("words counted")
