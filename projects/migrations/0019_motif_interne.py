"""The reason kept at the EPT, beside the one told to the structure."""

from django.db import migrations, models

# Their page said «Gardé au journal, à l’EPT», and keeps its word.
GARDES = ["admit", "declare_recevable", "undo_recevable", "undo_admission", "undo_audition", "undo_deliberation"]


def keep_inside(apps, schema_editor):
    """What was typed under that promise stays inside, of a refusal whose letter has not left yet too."""
    rows = apps.get_model("projects", "Passage").objects.exclude(motif="")
    rows.filter(transition__in=GARDES).update(motif_interne=models.F("motif"), motif="")
    waiting = rows.filter(transition="refuse_admission", dossier__edition__published_at=None)
    waiting.update(motif_interne=models.F("motif"), motif="")


class Migration(migrations.Migration):
    dependencies = [("projects", "0018_deport")]

    operations = [
        migrations.AddField(
            model_name="passage",
            name="motif_interne",
            field=models.TextField(blank=True, default="", verbose_name="motif interne"),
        ),
        migrations.RunPython(keep_inside, migrations.RunPython.noop),
    ]
