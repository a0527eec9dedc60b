"""What was just written waits in the pending list of a GIN index, and every search reads all of it.

With the usual limit of 4 MB a telephone looked for in ten writings took 19 ms at a million appeals, 17 of
them in that list. A worker puts it in its place every minute (`appeals.search.vocabulary`); where none runs,
one appeal in about a hundred does it when 256 kB wait. The trigrams of the texts are read by no question
any more: words are corrected from the vocabulary (0008).
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

WORDS = GinIndex(fields=["search"], name="search_words", gin_pending_list_limit=256)
NAMES = GinIndex(
    OpClass("search_text", name="gin_trgm_ops"), name="applicant_name_trigrams",
    gin_pending_list_limit=256,
)  # fmt: skip


def _limited(model: str, index: GinIndex) -> migrations.SeparateDatabaseAndState:
    """The limit is set on the index that stands; it is not built again."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER INDEX {index.name} SET (gin_pending_list_limit = 256)",
                f"ALTER INDEX {index.name} RESET (gin_pending_list_limit)",
            ),
            migrations.RunSQL(
                f"SELECT gin_clean_pending_list('{index.name}')", migrations.RunSQL.noop
            ),
        ],
        state_operations=[
            migrations.RemoveIndex(model_name=model, name=index.name),
            migrations.AddIndex(model_name=model, index=index),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("appeals", "0018_status_counted")]

    operations = [
        migrations.RemoveIndex(model_name="appeal", name="search_mistyped"),
        _limited("appeal", WORDS),
        _limited("applicant", NAMES),
    ]
