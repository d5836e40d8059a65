import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


def carry_over(apps, schema_editor):
    """Every link declared becomes a `projects.Deport`, whether its member still sits or not.

    One lifted of those the application had recorded is kept as ended: it is not to be recorded again.
    """
    Declaration = apps.get_model("juries", "Declaration")
    Mention = apps.get_model("juries", "Mention")
    Deport = apps.get_model("projects", "Deport")
    lifted = {}
    for mention in Mention.objects.filter(acte="levee_deport", dossier__isnull=False).order_by("at", "pk"):
        lifted[mention.dossier_id, mention.objet.split(" · ")[0]] = mention
    rows = Declaration.objects.filter(jure__user__isnull=False).select_related("jure").order_by("at", "pk")
    for row in rows:
        what = {"user_id": row.jure.user_id, "dossier_id": row.dossier_id}
        said = {"motif": row.motif or "Non précisé.", "is_pinned": row.is_pinned, "at": row.at}
        if row.is_deport:
            Deport.objects.get_or_create(**what, ended_at=None, defaults=said)
        elif row.motif or row.is_pinned:
            mention = lifted.get((row.dossier_id, row.jure.nom))
            end = (
                {"ended_at": mention.at, "ended_by_id": mention.by_id, "motif_levee": mention.motif}
                if mention
                else {"ended_at": row.at}
            )
            Deport.objects.create(**what, **said, **end)


class Migration(migrations.Migration):
    dependencies = [
        ("juries", "0002_propositions_closes"),
        ("projects", "0018_deport"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="declaration",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="declaration",
            name="update_update",
        ),
        migrations.RemoveField(
            model_name="declaration",
            name="is_deport",
        ),
        migrations.RemoveField(
            model_name="declaration",
            name="is_pinned",
        ),
        migrations.RemoveField(
            model_name="declaration",
            name="motif",
        ),
        migrations.RemoveField(
            model_name="declarationevent",
            name="is_deport",
        ),
        migrations.RemoveField(
            model_name="declarationevent",
            name="is_pinned",
        ),
        migrations.RemoveField(
            model_name="declarationevent",
            name="motif",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_declarationevent" ("at", "dossier_id", "id", "jure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."dossier_id", NEW."id", NEW."jure_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="5b37126f4ccb69df8a9c87dceadd0582ba19c93b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d71e2",
                    table="juries_declaration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_declarationevent" ("at", "dossier_id", "id", "jure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."dossier_id", NEW."id", NEW."jure_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="a0128c18fca1ea892fc25dfe6b6a56eccd64ae21",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a9446",
                    table="juries_declaration",
                    when="AFTER",
                ),
            ),
        ),
    ]
