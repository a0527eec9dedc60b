import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appeals', '0008_words'),
        ('people', '0004_calendar_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('new', 'Not checked yet'), ('ready', 'Will be done'), ('refused', 'Not possible'), ('done', 'Done'), ('stale', 'Changed meanwhile')], default='new', max_length=8)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('words', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'verbose_name': 'appeal of a step for many',
                'verbose_name_plural': 'appeals of a step for many',
            },
        ),
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('verb', models.CharField(max_length=20)),
                ('values', models.JSONField(default=dict)),
                ('language', models.CharField(default='az', max_length=2)),
                ('back', models.CharField(blank=True, max_length=2000)),
                ('state', models.CharField(choices=[('checking', 'Being checked'), ('checked', 'Waiting for your word'), ('running', 'Running'), ('done', 'Done')], default='checking', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('is_cut', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'step for many appeals',
                'verbose_name_plural': 'steps for many appeals',
            },
        ),
        migrations.CreateModel(
            name='ListColumns',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='list_columns', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('codes', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': "columns of a person's lists",
                'verbose_name_plural': "columns of people's lists",
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('shared_with', models.CharField(blank=True, default='', max_length=20, verbose_name='seen by')),
                ('query', models.JSONField(default=dict)),
                ('columns', models.JSONField(default=list)),
                ('order', models.CharField(blank=True, default='', max_length=20)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'watch',
                'verbose_name_plural': 'watches',
            },
        ),
        migrations.AddField(
            model_name='appeal',
            name='returned_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='returned'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('is_open', True), ('returned_at__isnull', False)), fields=['-returned_at', '-id'], name='list_returned'),
        ),
        migrations.AddField(
            model_name='bulkline',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='bulkrun',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulkline',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='appeals.bulkrun'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='watch',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='watch',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(condition=models.Q(('state__in', ['checking', 'running'])), fields=['asked_at'], name='bulk_unfinished'),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(fields=['by', '-asked_at'], name='bulk_of_user'),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(fields=['asked_at'], name='bulk_age'),
        ),
        migrations.AddConstraint(
            model_name='bulkline',
            constraint=models.UniqueConstraint(fields=('run', 'appeal'), name='bulk_line_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkline',
            constraint=models.UniqueConstraint(fields=('run', 'place'), name='bulk_line_order'),
        ),
        migrations.AddIndex(
            model_name='savedview',
            index=models.Index(fields=['owner', 'name'], name='view_of_owner'),
        ),
        migrations.AddIndex(
            model_name='savedview',
            index=models.Index(condition=models.Q(('shared_with', ''), _negated=True), fields=['shared_with', 'name'], name='view_shared'),
        ),
        migrations.AddIndex(
            model_name='watch',
            index=models.Index(fields=['user', 'appeal'], name='watch_of_user'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('appeal', 'user'), name='watch_once'),
        ),
    ]
