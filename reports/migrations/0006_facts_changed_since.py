"""Facts tell what changed since: one sequence for both grains that other programs follow."""

from django.db import migrations, models
from django.db.models import Func, Value

from reports.facts.models import CHANGES

FOLLOWING = Func(
    Value(CHANGES), function="nextval", output_field=models.BigIntegerField()
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_own_reports_and_exports")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE reports_fact_change", "DROP SEQUENCE reports_fact_change"),
        *(
            migrations.AddField(
                model_name=model,
                name="change",
                field=models.BigIntegerField(db_default=FOLLOWING, unique=True, editable=False),
            )
            for model in ("appealfact", "referralfact")
        ),
    ]
