"""A bit an appeal for each value it is cut by, so that a figure under many filters counts bits."""

from django.db import migrations, models

import reports.facts.models


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_days_counted")]

    operations = [
        migrations.CreateModel(
            name="MonthMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock", models.CharField(max_length=5)),
                ("dimension", models.CharField(blank=True, max_length=10)),
                ("month", models.DateField()),
                ("key", models.CharField(blank=True, max_length=20)),
                ("bits", reports.facts.models.Bits()),
            ],
            options={
                "verbose_name": "marks of a month",
                "verbose_name_plural": "marks of months",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clock", "dimension", "month", "key"), name="month_marked_once"
                    )
                ],
            },
        ),
    ]
