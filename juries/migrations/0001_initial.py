import secrets

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import juries.models.audition
import juries.models.deliberation
import label.models.mecanique


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("label", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Jury",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quorum", models.PositiveSmallIntegerField(default=3, help_text="Membres présents, hors déports.")),
                (
                    "minimum_par_college",
                    models.PositiveSmallIntegerField(default=0, verbose_name="minimum par collège"),
                ),
                (
                    "regle_departage",
                    models.CharField(
                        default="À moyenne égale, le même rang\u202f; le jury départage par un vote, la présidence a voix prépondérante.",
                        help_text="Annoncée avant l’ouverture des auditions\u202f; elle figure au procès-verbal.",
                        max_length=300,
                        verbose_name="règle de départage",
                    ),
                ),
                ("version_notes", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jury",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
            ],
            options={
                "verbose_name": "jury",
                "verbose_name_plural": "jurys",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quorum__gte", 1)),
                        name="jury_quorum_positif",
                        violation_error_message="Le quorum est au moins 1.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        unique=True,
                        verbose_name="clé publique",
                    ),
                ),
                ("debut", models.DateTimeField(verbose_name="début")),
                ("fin", models.DateTimeField(verbose_name="fin")),
                ("lieu", models.CharField(blank=True, max_length=200, verbose_name="lieu")),
                ("visio", models.URLField(blank=True, verbose_name="lien de visioconférence")),
                (
                    "duree_presentation",
                    models.PositiveSmallIntegerField(default=10, verbose_name="durée de présentation (minutes)"),
                ),
                (
                    "duree_questions",
                    models.PositiveSmallIntegerField(default=10, verbose_name="durée des questions (minutes)"),
                ),
                (
                    "duree_pause",
                    models.PositiveSmallIntegerField(default=5, verbose_name="pause entre deux auditions (minutes)"),
                ),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="notes verrouillées le")),
                (
                    "jury",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seances", to="juries.jury"
                    ),
                ),
            ],
            options={
                "verbose_name": "séance",
                "ordering": ["debut", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fin__gt", models.F("debut"))),
                        name="seance_fin_apres_debut",
                        violation_error_message="La séance doit finir après son début.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lieu", ""), _negated=True),
                            models.Q(("visio", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="seance_lieu_ou_visio",
                        violation_error_message="Indiquez un lieu ou un lien de visioconférence.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        unique=True,
                        verbose_name="clé publique",
                    ),
                ),
                ("debut", models.DateTimeField(verbose_name="début")),
                ("fin", models.DateTimeField(verbose_name="fin")),
                (
                    "convocation",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="numéro de convocation"),
                ),
                (
                    "convoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="convoqué le"),
                ),
                ("annonce", models.JSONField(editable=False, null=True)),
                ("moyenne", models.DecimalField(decimal_places=2, editable=False, max_digits=4, null=True)),
                (
                    "ecart_type",
                    models.DecimalField(
                        decimal_places=2, editable=False, max_digits=4, null=True, verbose_name="écart-type"
                    ),
                ),
                (
                    "nombre_notes",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="bulletins comptés"),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="audition", to="projects.dossier"
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="auditions",
                        to="juries.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "audition",
                "ordering": ["debut", "pk"],
                "indexes": [models.Index(fields=["-moyenne", "id"], name="audition_classement")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fin__gt", models.F("debut"))),
                        name="audition_fin_apres_debut",
                        violation_error_message="L’audition doit finir après son début.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (juries.models.audition.IntRange(models.F("seance")), "&&"),
                            (juries.models.audition.TsTzRange(models.F("debut"), models.F("fin")), "&&"),
                        ],
                        name="audition_sans_chevauchement",
                        violation_error_message="Ce créneau chevauche une autre audition de la séance.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Jure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        unique=True,
                        verbose_name="clé publique",
                    ),
                ),
                ("nom", models.CharField(max_length=120, verbose_name="prénom et nom")),
                (
                    "qualite",
                    models.CharField(
                        blank=True,
                        help_text="Par exemple\xa0: maire adjointe, universitaire.",
                        max_length=160,
                        verbose_name="qualité",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                (
                    "college",
                    models.CharField(
                        choices=[
                            ("elus", "Élus"),
                            ("experts", "Experts"),
                            ("techniciens", "Techniciens de l’innovation"),
                        ],
                        max_length=12,
                        verbose_name="collège",
                    ),
                ),
                ("is_president", models.BooleanField(default=False, verbose_name="préside le jury")),
                ("jeton", models.CharField(default=secrets.token_urlsafe, editable=False, max_length=43, unique=True)),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invité le")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepté le")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "jury",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="jures", to="juries.jury"
                    ),
                ),
            ],
            options={
                "verbose_name": "membre du jury",
                "verbose_name_plural": "membres du jury",
                "ordering": ["jury", "college", "nom", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("jury", "email"),
                        name="jure_unique",
                        violation_error_message="Cette personne est déjà membre du jury.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_president", True), ("removed_at__isnull", True)),
                        fields=("jury",),
                        name="jure_president_unique",
                        violation_error_message="Le jury a déjà une présidence.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("user__isnull", False), _connector="OR"),
                        name="jure_accepte_a_un_compte",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "commentaire",
                    models.TextField(
                        blank=True,
                        help_text="Écrit pour être lu\xa0: il peut être communiqué au porteur.",
                        verbose_name="commentaire",
                    ),
                ),
                ("final_at", models.DateTimeField(blank=True, null=True, verbose_name="rendu définitif le")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "audition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bulletins", to="juries.audition"
                    ),
                ),
                (
                    "jure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bulletins", to="juries.jure"
                    ),
                ),
            ],
            options={
                "verbose_name": "bulletin",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("audition", "jure"), name="bulletin_unique")],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_deport", models.BooleanField(verbose_name="lien d’intérêts")),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="nature du lien")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="décidé par l’EPT")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="déclaré le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declarations", to="projects.dossier"
                    ),
                ),
                (
                    "jure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declarations", to="juries.jure"
                    ),
                ),
            ],
            options={
                "verbose_name": "déclaration d’intérêts",
                "verbose_name_plural": "déclarations d’intérêts",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("jure", "dossier"), name="declaration_unique")],
            },
        ),
        migrations.CreateModel(
            name="Deliberation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenue_le", models.DateTimeField(blank=True, null=True, verbose_name="réunie le")),
                ("lieu", models.CharField(blank=True, max_length=200, verbose_name="lieu de la délibération")),
                ("synthese", models.TextField(blank=True, verbose_name="synthèse des débats")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "proces_verbal",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to=juries.models.deliberation.proces_verbal_path,
                        verbose_name="procès-verbal",
                    ),
                ),
                ("proces_verbal_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="close par",
                    ),
                ),
                (
                    "jury",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliberation", to="juries.jury"
                    ),
                ),
            ],
            options={
                "verbose_name": "délibération du jury",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="deliberation_close_par",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeclarationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("is_deport", models.BooleanField(verbose_name="lien d’intérêts")),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="nature du lien")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="décidé par l’EPT")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="déclaré le")),
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
                        to="juries.declaration",
                    ),
                ),
                (
                    "jure",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.jure",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BulletinEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "commentaire",
                    models.TextField(
                        blank=True,
                        help_text="Écrit pour être lu\xa0: il peut être communiqué au porteur.",
                        verbose_name="commentaire",
                    ),
                ),
                ("final_at", models.DateTimeField(blank=True, null=True, verbose_name="rendu définitif le")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "audition",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.audition",
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
                        to="juries.bulletin",
                    ),
                ),
                (
                    "jure",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.jure",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="JureEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        verbose_name="clé publique",
                    ),
                ),
                ("nom", models.CharField(max_length=120, verbose_name="prénom et nom")),
                (
                    "qualite",
                    models.CharField(
                        blank=True,
                        help_text="Par exemple\xa0: maire adjointe, universitaire.",
                        max_length=160,
                        verbose_name="qualité",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                (
                    "college",
                    models.CharField(
                        choices=[
                            ("elus", "Élus"),
                            ("experts", "Experts"),
                            ("techniciens", "Techniciens de l’innovation"),
                        ],
                        max_length=12,
                        verbose_name="collège",
                    ),
                ),
                ("is_president", models.BooleanField(default=False, verbose_name="préside le jury")),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invité le")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepté le")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
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
                        to="juries.jure",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "jury",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.jury",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeliberationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("tenue_le", models.DateTimeField(blank=True, null=True, verbose_name="réunie le")),
                ("lieu", models.CharField(blank=True, max_length=200, verbose_name="lieu de la délibération")),
                ("synthese", models.TextField(blank=True, verbose_name="synthèse des débats")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "proces_verbal",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to=juries.models.deliberation.proces_verbal_path,
                        verbose_name="procès-verbal",
                    ),
                ),
                ("proces_verbal_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="close par",
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
                        to="juries.deliberation",
                    ),
                ),
                (
                    "jury",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.jury",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="JuryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("quorum", models.PositiveSmallIntegerField(default=3, help_text="Membres présents, hors déports.")),
                (
                    "minimum_par_college",
                    models.PositiveSmallIntegerField(default=0, verbose_name="minimum par collège"),
                ),
                (
                    "regle_departage",
                    models.CharField(
                        default="À moyenne égale, le même rang\u202f; le jury départage par un vote, la présidence a voix prépondérante.",
                        help_text="Annoncée avant l’ouverture des auditions\u202f; elle figure au procès-verbal.",
                        max_length=300,
                        verbose_name="règle de départage",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="label.edition",
                        verbose_name="édition",
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
                        to="juries.jury",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acte",
                    models.CharField(
                        choices=[
                            ("levee_deport", "Levée d’un déport"),
                            ("correction", "Correction de notes"),
                            ("retrait", "Retrait d’un membre"),
                            ("reprise", "Réouverture de la délibération"),
                        ],
                        max_length=14,
                    ),
                ),
                ("objet", models.CharField(max_length=300)),
                ("motif", models.TextField()),
                ("detail", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.dossier"
                    ),
                ),
                (
                    "jury",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="juries.jury"
                    ),
                ),
            ],
            options={
                "verbose_name": "mention au registre",
                "verbose_name_plural": "registre du jury",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("motif", ""), _negated=True),
                        name="mention_motivee",
                        violation_error_message="Indiquez le motif.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valeur", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="note")),
                ("sans_avis", models.BooleanField(default=False)),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="juries.bulletin"
                    ),
                ),
                (
                    "critere",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="label.critere",
                        verbose_name="critère",
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "ordering": ["critere__ordre", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "critere"), name="note_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sans_avis", False), ("valeur__isnull", False)),
                            models.Q(("sans_avis", True), ("valeur__isnull", True)),
                            _connector="OR",
                        ),
                        name="note_valeur_ou_sans_avis",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("valeur", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="note")),
                ("sans_avis", models.BooleanField(default=False)),
                (
                    "bulletin",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.bulletin",
                    ),
                ),
                (
                    "critere",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="label.critere",
                        verbose_name="critère",
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
                        to="juries.note",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Proposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sens",
                    models.CharField(
                        choices=[
                            ("laureat", "Proposé lauréat"),
                            ("reserve", "Liste d’attente"),
                            ("refus", "Non retenu"),
                        ],
                        max_length=8,
                        verbose_name="proposition",
                    ),
                ),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant proposé (€)")),
                (
                    "rang",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rang sur la liste d’attente"),
                ),
                ("motif", models.TextField(blank=True, verbose_name="motif")),
                (
                    "deliberation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="propositions",
                        to="juries.deliberation",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposition", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition",
                "ordering": ["sens", "rang", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("montant__gt", 0), ("sens", "laureat")),
                            models.Q(("sens", "laureat"), _negated=True),
                            _connector="OR",
                        ),
                        name="proposition_laureat_dotee",
                        violation_error_message="Un projet proposé lauréat reçoit un montant.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rang__isnull", False), ("sens", "reserve")),
                            models.Q(models.Q(("sens", "reserve"), _negated=True), ("rang__isnull", True)),
                            _connector="OR",
                        ),
                        name="proposition_rang_en_reserve",
                        violation_error_message="Un projet en liste d’attente porte un rang.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sens", "refus"), _negated=True),
                            models.Q(("montant", 0), models.Q(("motif", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="proposition_refus_motive",
                        violation_error_message="Dites pourquoi ce projet n’est pas retenu.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("rang__isnull", False)),
                        fields=("deliberation", "rang"),
                        name="proposition_rang_unique",
                        violation_error_message="Deux projets ne peuvent pas porter le même rang.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PropositionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "sens",
                    models.CharField(
                        choices=[
                            ("laureat", "Proposé lauréat"),
                            ("reserve", "Liste d’attente"),
                            ("refus", "Non retenu"),
                        ],
                        max_length=8,
                        verbose_name="proposition",
                    ),
                ),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant proposé (€)")),
                (
                    "rang",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rang sur la liste d’attente"),
                ),
                ("motif", models.TextField(blank=True, verbose_name="motif")),
                (
                    "deliberation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.deliberation",
                    ),
                ),
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
                        to="juries.proposition",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_present", models.BooleanField(default=True, verbose_name="présent")),
                (
                    "jure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="juries.jure"
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="juries.seance"
                    ),
                ),
            ],
            options={
                "verbose_name": "présence",
                "ordering": ["jure__college", "jure__nom"],
                "constraints": [models.UniqueConstraint(fields=("seance", "jure"), name="presence_unique")],
            },
        ),
        migrations.CreateModel(
            name="AuditionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        verbose_name="clé publique",
                    ),
                ),
                ("debut", models.DateTimeField(verbose_name="début")),
                ("fin", models.DateTimeField(verbose_name="fin")),
                (
                    "convocation",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="numéro de convocation"),
                ),
                (
                    "convoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="convoqué le"),
                ),
                ("annonce", models.JSONField(editable=False, null=True)),
                ("moyenne", models.DecimalField(decimal_places=2, editable=False, max_digits=4, null=True)),
                (
                    "ecart_type",
                    models.DecimalField(
                        decimal_places=2, editable=False, max_digits=4, null=True, verbose_name="écart-type"
                    ),
                ),
                (
                    "nombre_notes",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="bulletins comptés"),
                ),
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
                        to="juries.audition",
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SeanceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "cle",
                    models.CharField(
                        default=label.models.mecanique.generate_cle,
                        editable=False,
                        max_length=10,
                        verbose_name="clé publique",
                    ),
                ),
                ("debut", models.DateTimeField(verbose_name="début")),
                ("fin", models.DateTimeField(verbose_name="fin")),
                ("lieu", models.CharField(blank=True, max_length=200, verbose_name="lieu")),
                ("visio", models.URLField(blank=True, verbose_name="lien de visioconférence")),
                (
                    "duree_presentation",
                    models.PositiveSmallIntegerField(default=10, verbose_name="durée de présentation (minutes)"),
                ),
                (
                    "duree_questions",
                    models.PositiveSmallIntegerField(default=10, verbose_name="durée des questions (minutes)"),
                ),
                (
                    "duree_pause",
                    models.PositiveSmallIntegerField(default=5, verbose_name="pause entre deux auditions (minutes)"),
                ),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="notes verrouillées le")),
                (
                    "jury",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="juries.jury",
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
                        to="juries.seance",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_declarationevent" ("at", "dossier_id", "id", "is_deport", "is_pinned", "jure_id", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."dossier_id", NEW."id", NEW."is_deport", NEW."is_pinned", NEW."jure_id", NEW."motif", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="c1484f93088dc69f59a20e1a9b1327266879d3e4",
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
                    func='INSERT INTO "juries_declarationevent" ("at", "dossier_id", "id", "is_deport", "is_pinned", "jure_id", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."dossier_id", NEW."id", NEW."is_deport", NEW."is_pinned", NEW."jure_id", NEW."motif", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="836a7f7cdef5d46c445bb29ac22135a68c64c791",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a9446",
                    table="juries_declaration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bulletin",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_bulletinevent" ("audition_id", "commentaire", "final_at", "id", "jure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") VALUES (NEW."audition_id", NEW."commentaire", NEW."final_at", NEW."id", NEW."jure_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at"); RETURN NULL;',
                    hash="a50c462d06675bbce6c7da34e900efba8d8daad8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_137b5",
                    table="juries_bulletin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bulletin",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_bulletinevent" ("audition_id", "commentaire", "final_at", "id", "jure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") VALUES (NEW."audition_id", NEW."commentaire", NEW."final_at", NEW."id", NEW."jure_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at"); RETURN NULL;',
                    hash="b894361416ab296f96e0e07a93098e58e8d22e5e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_29c35",
                    table="juries_bulletin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="jury",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_juryevent" ("edition_id", "id", "minimum_par_college", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "regle_departage") VALUES (NEW."edition_id", NEW."id", NEW."minimum_par_college", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quorum", NEW."regle_departage"); RETURN NULL;',
                    hash="b56b969b9e97306878c2985164570652715014a9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3a0f8",
                    table="juries_jury",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="jury",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."minimum_par_college" IS DISTINCT FROM (NEW."minimum_par_college") OR OLD."quorum" IS DISTINCT FROM (NEW."quorum") OR OLD."regle_departage" IS DISTINCT FROM (NEW."regle_departage"))',
                    func='INSERT INTO "juries_juryevent" ("edition_id", "id", "minimum_par_college", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "regle_departage") VALUES (NEW."edition_id", NEW."id", NEW."minimum_par_college", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quorum", NEW."regle_departage"); RETURN NULL;',
                    hash="2e2610f5f5021ee32204a9f5801f2064d3b80e00",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_25d4c",
                    table="juries_jury",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="jure",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_jureevent" ("accepted_at", "cle", "college", "email", "id", "invited_at", "is_president", "jury_id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualite", "removed_at", "user_id") VALUES (NEW."accepted_at", NEW."cle", NEW."college", NEW."email", NEW."id", NEW."invited_at", NEW."is_president", NEW."jury_id", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."qualite", NEW."removed_at", NEW."user_id"); RETURN NULL;',
                    hash="6feffeecdfa8d5d4e4db9807cbee5c3b5a44b6b3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7eb61",
                    table="juries_jure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="jure",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."accepted_at" IS DISTINCT FROM (NEW."accepted_at") OR OLD."cle" IS DISTINCT FROM (NEW."cle") OR OLD."college" IS DISTINCT FROM (NEW."college") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_at" IS DISTINCT FROM (NEW."invited_at") OR OLD."is_president" IS DISTINCT FROM (NEW."is_president") OR OLD."jury_id" IS DISTINCT FROM (NEW."jury_id") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."qualite" IS DISTINCT FROM (NEW."qualite") OR OLD."removed_at" IS DISTINCT FROM (NEW."removed_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                    func='INSERT INTO "juries_jureevent" ("accepted_at", "cle", "college", "email", "id", "invited_at", "is_president", "jury_id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualite", "removed_at", "user_id") VALUES (NEW."accepted_at", NEW."cle", NEW."college", NEW."email", NEW."id", NEW."invited_at", NEW."is_president", NEW."jury_id", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."qualite", NEW."removed_at", NEW."user_id"); RETURN NULL;',
                    hash="55c1c8a7e4435fe268f21f72a8fdf1117f7a127d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_91448",
                    table="juries_jure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deliberation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_deliberationevent" ("closed_at", "closed_by_id", "id", "jury_id", "lieu", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proces_verbal", "proces_verbal_sha256", "synthese", "tenue_le") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."id", NEW."jury_id", NEW."lieu", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proces_verbal", NEW."proces_verbal_sha256", NEW."synthese", NEW."tenue_le"); RETURN NULL;',
                    hash="005dc2c4917c88374ca5526f270c39934d7d354f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f9e0a",
                    table="juries_deliberation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deliberation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_deliberationevent" ("closed_at", "closed_by_id", "id", "jury_id", "lieu", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proces_verbal", "proces_verbal_sha256", "synthese", "tenue_le") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."id", NEW."jury_id", NEW."lieu", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proces_verbal", NEW."proces_verbal_sha256", NEW."synthese", NEW."tenue_le"); RETURN NULL;',
                    hash="2d365a8c7334d8268584466cbac6a8917f9d1bed",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_82762",
                    table="juries_deliberation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mention",
            trigger=pgtrigger.compiler.Trigger(
                name="mention_immuable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c3d33e4b9c9644646cbe54c936a488c6ac0155dc",
                    operation="UPDATE",
                    pgid="pgtrigger_mention_immuable_b5cc3",
                    table="juries_mention",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="note",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_noteevent" ("bulletin_id", "critere_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sans_avis", "valeur") VALUES (NEW."bulletin_id", NEW."critere_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sans_avis", NEW."valeur"); RETURN NULL;',
                    hash="11b64dbead9ddccab4d0e232fca9e15c1cc90bbd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b7a7e",
                    table="juries_note",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="note",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_noteevent" ("bulletin_id", "critere_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sans_avis", "valeur") VALUES (NEW."bulletin_id", NEW."critere_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sans_avis", NEW."valeur"); RETURN NULL;',
                    hash="3f619603b916dc621f1181dd8c89aa1aa446eef6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0ab3d",
                    table="juries_note",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposition",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_propositionevent" ("deliberation_id", "dossier_id", "id", "montant", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rang", "sens") VALUES (NEW."deliberation_id", NEW."dossier_id", NEW."id", NEW."montant", NEW."motif", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rang", NEW."sens"); RETURN NULL;',
                    hash="66d4763aede79c666555bc226c4c5fd2c2db1dee",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4c799",
                    table="juries_proposition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposition",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_propositionevent" ("deliberation_id", "dossier_id", "id", "montant", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rang", "sens") VALUES (NEW."deliberation_id", NEW."dossier_id", NEW."id", NEW."montant", NEW."motif", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rang", NEW."sens"); RETURN NULL;',
                    hash="2b028dfb65382e4bdb0087078acaa193cd89361f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_01da9",
                    table="juries_proposition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seance",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_seanceevent" ("cle", "debut", "duree_pause", "duree_presentation", "duree_questions", "fin", "id", "jury_id", "lieu", "locked_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visio") VALUES (NEW."cle", NEW."debut", NEW."duree_pause", NEW."duree_presentation", NEW."duree_questions", NEW."fin", NEW."id", NEW."jury_id", NEW."lieu", NEW."locked_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."visio"); RETURN NULL;',
                    hash="007c55889036598910648769db03ed42c3db39c1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2519a",
                    table="juries_seance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seance",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_seanceevent" ("cle", "debut", "duree_pause", "duree_presentation", "duree_questions", "fin", "id", "jury_id", "lieu", "locked_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visio") VALUES (NEW."cle", NEW."debut", NEW."duree_pause", NEW."duree_presentation", NEW."duree_questions", NEW."fin", NEW."id", NEW."jury_id", NEW."lieu", NEW."locked_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."visio"); RETURN NULL;',
                    hash="e43ae5ff6982b7360e5b5634583de6db8f1c905c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_679fe",
                    table="juries_seance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="audition",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "juries_auditionevent" ("annonce", "cle", "convocation", "convoked_at", "debut", "dossier_id", "ecart_type", "fin", "id", "moyenne", "nombre_notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seance_id") VALUES (NEW."annonce", NEW."cle", NEW."convocation", NEW."convoked_at", NEW."debut", NEW."dossier_id", NEW."ecart_type", NEW."fin", NEW."id", NEW."moyenne", NEW."nombre_notes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seance_id"); RETURN NULL;',
                    hash="3400868479b2d298fbfd70e90474208e9eee71ae",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b204b",
                    table="juries_audition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="audition",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "juries_auditionevent" ("annonce", "cle", "convocation", "convoked_at", "debut", "dossier_id", "ecart_type", "fin", "id", "moyenne", "nombre_notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seance_id") VALUES (NEW."annonce", NEW."cle", NEW."convocation", NEW."convoked_at", NEW."debut", NEW."dossier_id", NEW."ecart_type", NEW."fin", NEW."id", NEW."moyenne", NEW."nombre_notes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seance_id"); RETURN NULL;',
                    hash="ec99427c2db155ad73b869cdff177894ed721f59",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b1e39",
                    table="juries_audition",
                    when="AFTER",
                ),
            ),
        ),
    ]
