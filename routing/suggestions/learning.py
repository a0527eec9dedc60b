"""A small classifier over character n-grams of folded text; pure, knows no tables.

scikit-learn: n-grams of 2 to 5 characters inside words, tf-idf, multinomial logistic loss trained
by stochastic gradient descent with a fixed seed, so that one set of texts gives one model.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callcenter.text import words

# scikit-learn is imported where it is first needed: it would cost every start a second.
if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

#: Fewer texts than this teach nothing.
LEAST_TEXTS = 20
#: Characters of a text that are read: what an appeal is about stands at its beginning.
READ = 2_000
#: n-grams kept; more make the file larger and hardly better.
MOST_FEATURES = 60_000
SEED = 7


@dataclass(frozen=True)
class Score:
    """Shares of right answers, 0 to 1, on texts the model had not seen."""

    tested_on: int
    top1: float
    top3: float
    baseline: float  # always naming the most frequent answer of the texts learned from


@dataclass(frozen=True)
class Guess:
    """One offer with its confidence, 0 to 1."""

    answer: str
    confidence: float


class NothingToLearn(Exception):
    """Too few texts, or all with one answer: there is nothing to tell apart."""


def learn(texts: Sequence[str], answers: Sequence[str]) -> Pipeline:
    """A trained model; raises NothingToLearn instead of one that knows a single answer."""
    if len(texts) < LEAST_TEXTS or len(set(answers)) < 2:
        raise NothingToLearn
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(
            preprocessor=_read, analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True,
            min_df=2, max_features=MOST_FEATURES, dtype=np.float32,
        ),
        SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=50, random_state=SEED),
    )  # fmt: skip
    return model.fit(list(texts), list(answers))


def _read(text: str) -> str:
    return words(text[:READ])


def guesses(model: Pipeline, text: str, most: int = 3) -> list[Guess]:
    """The likeliest answers, surest first."""
    shares = model.predict_proba([text])[0]
    best = shares.argsort()[::-1][:most]
    return [Guess(str(model.classes_[at]), float(shares[at])) for at in best]


def score(model: Pipeline, texts: Sequence[str], answers: Sequence[str], usual: str) -> Score:
    """How often the first offer, one of three, and the naive answer are right."""
    if not texts:
        return Score(0, 0.0, 0.0, 0.0)
    import numpy as np

    shares = model.predict_proba(list(texts))
    ranked = model.classes_[np.argsort(shares, axis=1)[:, ::-1][:, :3]]
    wanted = np.asarray(answers)[:, None]
    return Score(
        tested_on=len(texts),
        top1=float((ranked[:, :1] == wanted).any(axis=1).mean()),
        top3=float((ranked == wanted).any(axis=1).mean()),
        baseline=float(np.mean([answer == usual for answer in answers])),
    )


def most_frequent(answers: Sequence[str]) -> str:
    """The naive answer: the one given most often, the first by name among equals."""
    return min(Counter(answers).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def to_bytes(model: Pipeline) -> bytes:
    """The file of a model."""
    import joblib

    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=3)
    return buffer.getvalue()


def from_bytes(data: bytes) -> Pipeline:
    """Only for files whose digest the table knows: unpickling runs what the file says."""
    import joblib

    return joblib.load(io.BytesIO(data))
