import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0017_idee_non_confirmee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Deport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="nature du lien")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="relevé par l’application")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="depuis le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="levé le")),
                ("motif_levee", models.TextField(blank=True, verbose_name="motif de la levée")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deports", to="projects.dossier"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="levé par",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "déport",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DeportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="nature du lien")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="relevé par l’application")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="depuis le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="levé le")),
                ("motif_levee", models.TextField(blank=True, verbose_name="motif de la levée")),
                (
                    "dossier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.dossier",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="levé par",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="projects.deport",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="deport",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["user"], name="deport_en_vigueur"
            ),
        ),
        migrations.AddConstraint(
            model_name="deport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("user", "dossier"),
                name="deport_en_vigueur_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="deport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", False),
                    models.Q(("ended_by__isnull", True), ("motif_levee", "")),
                    _connector="OR",
                ),
                name="deport_leve_date",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_deportevent" ("at", "dossier_id", "ended_at", "ended_by_id", "id", "is_pinned", "motif", "motif_levee", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."at", NEW."dossier_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."is_pinned", NEW."motif", NEW."motif_levee", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;',
                    hash="799958bc299e1ee4451b8d9a8fcacf0272c18e96",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d8ea7",
                    table="projects_deport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_deportevent" ("at", "dossier_id", "ended_at", "ended_by_id", "id", "is_pinned", "motif", "motif_levee", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."at", NEW."dossier_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."is_pinned", NEW."motif", NEW."motif_levee", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;',
                    hash="23a8a4975916746c1b9d8b7c2e09f8b778a50455",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_eb314",
                    table="projects_deport",
                    when="AFTER",
                ),
            ),
        ),
    ]
