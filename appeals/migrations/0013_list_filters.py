from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appeals', '0012_open_work_covered'),
        ('people', '0004_calendar_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', '-registered_at', '-id'], name='by_owner'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('registered_by__isnull', False)), fields=['registered_by', '-registered_at', '-id'], name='by_registered_by'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('region__isnull', False)), fields=['region', '-registered_at', '-id'], name='by_region'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('outcome__isnull', False)), fields=['outcome', '-registered_at', '-id'], name='by_outcome'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('ground__isnull', False)), fields=['ground', '-registered_at', '-id'], name='by_ground'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('complained_structure__isnull', False)), fields=['complained_structure', '-registered_at', '-id'], name='by_complained_structure'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('is_restricted', True)), fields=['-registered_at', '-id'], name='by_restricted'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('is_corruption', True)), fields=['-registered_at', '-id'], name='by_corruption'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('is_urgent', True)), fields=['-registered_at', '-id'], name='by_urgent'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('is_collective', True)), fields=['-registered_at', '-id'], name='by_collective'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('repeat_of__isnull', False)), fields=['-registered_at', '-id'], name='by_repeat'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('reopened_count__gt', 0)), fields=['-registered_at', '-id'], name='by_reopened'),
        ),
    ]
