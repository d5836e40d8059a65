from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import contrats.recherche
import label.models.mecanique
import laureats.scdl


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contrats", "0001_initial"),
        ("label", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Laureat",
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
                (
                    "edition_incertaine",
                    models.BooleanField(
                        default=False,
                        help_text="La source ne dit pas de quelle édition il s’agit.",
                        verbose_name="édition à préciser",
                    ),
                ),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="rang dans la liste")),
                ("nom", models.CharField(max_length=160, verbose_name="structure")),
                ("is_a_completer", models.BooleanField(default=False, verbose_name="nom à compléter")),
                ("titre", models.CharField(blank=True, max_length=200, verbose_name="projet")),
                (
                    "resume",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(300)],
                        verbose_name="résumé publié",
                    ),
                ),
                (
                    "objet",
                    models.CharField(
                        blank=True,
                        max_length=256,
                        validators=[laureats.scdl.valider_objet],
                        verbose_name="objet de la subvention",
                    ),
                ),
                ("montant", models.PositiveIntegerField(blank=True, null=True, verbose_name="montant voté (€)")),
                ("convention_signee_le", models.DateField(blank=True, null=True, verbose_name="convention signée le")),
                ("date_notification", models.DateField(blank=True, null=True, verbose_name="notifié le")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("is_fictif", models.BooleanField(default=False, verbose_name="fictif (démonstration)")),
                (
                    "recherche",
                    models.GeneratedField(
                        db_persist=True,
                        expression=contrats.recherche.Searchable(
                            django.db.models.functions.text.Concat(
                                "nom",
                                models.Value(" "),
                                "titre",
                                models.Value(" "),
                                "resume",
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="laureats",
                        to="contrats.commune",
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="laureats",
                        to="contrats.contratdeville",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="laureat",
                        to="projects.dossier",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="laureats",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
                ("quartiers", models.ManyToManyField(blank=True, related_name="laureats", to="contrats.quartier")),
            ],
            options={
                "verbose_name": "lauréat",
                "ordering": ["-edition__annee", "ordre", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "ordre"), name="laureat_ordre_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("dossier__isnull", True), ("montant__gt", 0), _connector="OR"),
                        name="laureat_montant_positif",
                        violation_error_message="Un lauréat reçoit un montant.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Beneficiaire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nom", models.CharField(max_length=160)),
                ("siret", models.CharField(blank=True, max_length=14)),
                ("rna", models.CharField(blank=True, max_length=10)),
                (
                    "part",
                    models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=3, verbose_name="part"),
                ),
                (
                    "laureat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="beneficiaires", to="laureats.laureat"
                    ),
                ),
            ],
            options={
                "verbose_name": "bénéficiaire",
                "ordering": ["-part", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("part__gt", 0), ("part__lte", 1)),
                        name="beneficiaire_part_entre_0_et_1",
                        violation_error_message="La part est comprise entre 0,01 et 1.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organe",
                    models.CharField(
                        choices=[
                            ("conseil", "Conseil territorial"),
                            ("bureau", "Bureau, par délégation"),
                            ("president", "Président, par délégation"),
                        ],
                        default="conseil",
                        max_length=10,
                    ),
                ),
                ("date", models.DateField(verbose_name="date du vote")),
                ("numero", models.CharField(max_length=40, verbose_name="numéro de la délibération")),
                ("url", models.URLField(blank=True, verbose_name="adresse de la délibération publiée")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistré par",
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vote",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("numero", ""), _negated=True),
                        name="vote_numerote",
                        violation_error_message="Indiquez le numéro de la délibération.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_accorde", models.BooleanField(verbose_name="accordé")),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant voté (€)")),
                ("motif", models.TextField(blank=True)),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="projects.dossier"
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="laureats.vote"
                    ),
                ),
            ],
            options={
                "verbose_name": "décision",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_accorde", True), ("montant__gt", 0)),
                            models.Q(("is_accorde", False), ("montant", 0)),
                            _connector="OR",
                        ),
                        name="decision_montant_si_accorde",
                        violation_error_message="Un projet accordé reçoit un montant ; un projet refusé n’en reçoit pas.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_accorde", True), models.Q(("motif", ""), _negated=True), _connector="OR"
                        ),
                        name="decision_refus_motive",
                        violation_error_message="Dites pourquoi le projet n’a pas été retenu au vote.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BeneficiaireEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("nom", models.CharField(max_length=160)),
                ("siret", models.CharField(blank=True, max_length=14)),
                ("rna", models.CharField(blank=True, max_length=10)),
                (
                    "part",
                    models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=3, verbose_name="part"),
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
                        to="laureats.beneficiaire",
                    ),
                ),
                (
                    "laureat",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="laureats.laureat",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LaureatEvent",
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
                (
                    "edition_incertaine",
                    models.BooleanField(
                        default=False,
                        help_text="La source ne dit pas de quelle édition il s’agit.",
                        verbose_name="édition à préciser",
                    ),
                ),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="rang dans la liste")),
                ("nom", models.CharField(max_length=160, verbose_name="structure")),
                ("is_a_completer", models.BooleanField(default=False, verbose_name="nom à compléter")),
                ("titre", models.CharField(blank=True, max_length=200, verbose_name="projet")),
                (
                    "resume",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(300)],
                        verbose_name="résumé publié",
                    ),
                ),
                (
                    "objet",
                    models.CharField(
                        blank=True,
                        max_length=256,
                        validators=[laureats.scdl.valider_objet],
                        verbose_name="objet de la subvention",
                    ),
                ),
                ("montant", models.PositiveIntegerField(blank=True, null=True, verbose_name="montant voté (€)")),
                ("convention_signee_le", models.DateField(blank=True, null=True, verbose_name="convention signée le")),
                ("date_notification", models.DateField(blank=True, null=True, verbose_name="notifié le")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("is_fictif", models.BooleanField(default=False, verbose_name="fictif (démonstration)")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.commune",
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.contratdeville",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.dossier",
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
                        to="laureats.laureat",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Versement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rang", models.PositiveSmallIntegerField()),
                ("libelle", models.CharField(max_length=60, verbose_name="libellé")),
                ("montant", models.PositiveIntegerField(verbose_name="montant (€)")),
                ("prevu_le", models.DateField(verbose_name="prévu le")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("prevu", "Prévu"),
                            ("demande", "Demandé"),
                            ("ordonne", "Ordonnancé"),
                            ("paye", "Payé"),
                        ],
                        default="prevu",
                        editable=False,
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="payé le")),
                (
                    "laureat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versements",
                        to="laureats.laureat",
                        verbose_name="lauréat",
                    ),
                ),
            ],
            options={
                "verbose_name": "versement",
                "ordering": ["laureat", "rang"],
                "indexes": [models.Index(fields=["prevu_le", "id"], name="versement_echeancier")],
                "constraints": [
                    models.UniqueConstraint(fields=("laureat", "rang"), name="versement_rang_unique"),
                    models.CheckConstraint(condition=models.Q(("montant__gt", 0)), name="versement_montant_positif"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("etat", "paye"), ("paid_on__isnull", False)),
                            models.Q(models.Q(("etat", "paye"), _negated=True), ("paid_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="versement_paye_date",
                        violation_error_message="Un versement payé porte sa date.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PassageVersement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transition", models.CharField(max_length=20)),
                (
                    "de",
                    models.CharField(
                        choices=[
                            ("prevu", "Prévu"),
                            ("demande", "Demandé"),
                            ("ordonne", "Ordonnancé"),
                            ("paye", "Payé"),
                        ],
                        max_length=8,
                        verbose_name="de",
                    ),
                ),
                (
                    "vers",
                    models.CharField(
                        choices=[
                            ("prevu", "Prévu"),
                            ("demande", "Demandé"),
                            ("ordonne", "Ordonnancé"),
                            ("paye", "Payé"),
                        ],
                        max_length=8,
                        verbose_name="vers",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                ("motif", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "versement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="laureats.versement"
                    ),
                ),
            ],
            options={
                "verbose_name": "passage d’un versement",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("de", models.F("vers")), _negated=True), name="passage_versement_bouge"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VersementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("rang", models.PositiveSmallIntegerField()),
                ("libelle", models.CharField(max_length=60, verbose_name="libellé")),
                ("montant", models.PositiveIntegerField(verbose_name="montant (€)")),
                ("prevu_le", models.DateField(verbose_name="prévu le")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("prevu", "Prévu"),
                            ("demande", "Demandé"),
                            ("ordonne", "Ordonnancé"),
                            ("paye", "Payé"),
                        ],
                        default="prevu",
                        editable=False,
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="payé le")),
                (
                    "laureat",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="laureats.laureat",
                        verbose_name="lauréat",
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
                        to="laureats.versement",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DecisionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("is_accorde", models.BooleanField(verbose_name="accordé")),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant voté (€)")),
                ("motif", models.TextField(blank=True)),
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
                        to="laureats.decision",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="laureats.vote",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="VoteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "organe",
                    models.CharField(
                        choices=[
                            ("conseil", "Conseil territorial"),
                            ("bureau", "Bureau, par délégation"),
                            ("president", "Président, par délégation"),
                        ],
                        default="conseil",
                        max_length=10,
                    ),
                ),
                ("date", models.DateField(verbose_name="date du vote")),
                ("numero", models.CharField(max_length=40, verbose_name="numéro de la délibération")),
                ("url", models.URLField(blank=True, verbose_name="adresse de la délibération publiée")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistré par",
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
                        to="laureats.vote",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="laureat",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "laureats_laureatevent" ("cle", "commune_id", "contrat_id", "convention_signee_le", "date_notification", "dossier_id", "edition_id", "edition_incertaine", "id", "is_a_completer", "is_fictif", "montant", "nom", "objet", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resume", "source", "titre") VALUES (NEW."cle", NEW."commune_id", NEW."contrat_id", NEW."convention_signee_le", NEW."date_notification", NEW."dossier_id", NEW."edition_id", NEW."edition_incertaine", NEW."id", NEW."is_a_completer", NEW."is_fictif", NEW."montant", NEW."nom", NEW."objet", NEW."ordre", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."resume", NEW."source", NEW."titre"); RETURN NULL;',
                    hash="c9bfdb7991b9e6b33ba1d83753cf5f4ad32236e5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4574e",
                    table="laureats_laureat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="laureat",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."cle" IS DISTINCT FROM (NEW."cle") OR OLD."commune_id" IS DISTINCT FROM (NEW."commune_id") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."convention_signee_le" IS DISTINCT FROM (NEW."convention_signee_le") OR OLD."date_notification" IS DISTINCT FROM (NEW."date_notification") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."edition_incertaine" IS DISTINCT FROM (NEW."edition_incertaine") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_a_completer" IS DISTINCT FROM (NEW."is_a_completer") OR OLD."is_fictif" IS DISTINCT FROM (NEW."is_fictif") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."objet" IS DISTINCT FROM (NEW."objet") OR OLD."ordre" IS DISTINCT FROM (NEW."ordre") OR OLD."resume" IS DISTINCT FROM (NEW."resume") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."titre" IS DISTINCT FROM (NEW."titre"))',
                    func='INSERT INTO "laureats_laureatevent" ("cle", "commune_id", "contrat_id", "convention_signee_le", "date_notification", "dossier_id", "edition_id", "edition_incertaine", "id", "is_a_completer", "is_fictif", "montant", "nom", "objet", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resume", "source", "titre") VALUES (NEW."cle", NEW."commune_id", NEW."contrat_id", NEW."convention_signee_le", NEW."date_notification", NEW."dossier_id", NEW."edition_id", NEW."edition_incertaine", NEW."id", NEW."is_a_completer", NEW."is_fictif", NEW."montant", NEW."nom", NEW."objet", NEW."ordre", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."resume", NEW."source", NEW."titre"); RETURN NULL;',
                    hash="19d44ae317d5eec13ddced47535a3c1e70970bdd",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a326c",
                    table="laureats_laureat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiaire",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "laureats_beneficiaireevent" ("id", "laureat_id", "nom", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rna", "siret") VALUES (NEW."id", NEW."laureat_id", NEW."nom", NEW."part", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rna", NEW."siret"); RETURN NULL;',
                    hash="0ce4fddf71874f6c96fcedf54d170ca1ede12662",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6a2fe",
                    table="laureats_beneficiaire",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiaire",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "laureats_beneficiaireevent" ("id", "laureat_id", "nom", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rna", "siret") VALUES (NEW."id", NEW."laureat_id", NEW."nom", NEW."part", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rna", NEW."siret"); RETURN NULL;',
                    hash="c5be64bb034cd86a75a48c11ca026e62a9ade525",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3e759",
                    table="laureats_beneficiaire",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versement",
            trigger=pgtrigger.compiler.Trigger(
                name="versement_lifecycle",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."etat", \':\', NEW."etat") = ANY(\'{demande:ordonne,demande:prevu,ordonne:demande,ordonne:paye,paye:ordonne,prevu:demande}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."etat" IS DISTINCT FROM NEW."etat") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "etat" from "%" to "%" on table %\', OLD."etat", NEW."etat", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="1b30e8fe06b2659ecbc95cc6e0f7dfd96b842d51",
                    operation="UPDATE",
                    pgid="pgtrigger_versement_lifecycle_c6e18",
                    table="laureats_versement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "laureats_versementevent" ("etat", "id", "laureat_id", "libelle", "montant", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prevu_le", "rang") VALUES (NEW."etat", NEW."id", NEW."laureat_id", NEW."libelle", NEW."montant", NEW."paid_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prevu_le", NEW."rang"); RETURN NULL;',
                    hash="f73e2391a497f88ebf6f86e89dbe48e4d112713c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_64dde",
                    table="laureats_versement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "laureats_versementevent" ("etat", "id", "laureat_id", "libelle", "montant", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prevu_le", "rang") VALUES (NEW."etat", NEW."id", NEW."laureat_id", NEW."libelle", NEW."montant", NEW."paid_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prevu_le", NEW."rang"); RETURN NULL;',
                    hash="70836e3db0423adaa61de75381de28989ef06869",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_76ad8",
                    table="laureats_versement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="vote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "laureats_voteevent" ("by_id", "created_at", "date", "edition_id", "id", "numero", "organe", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url", "version") VALUES (NEW."by_id", NEW."created_at", NEW."date", NEW."edition_id", NEW."id", NEW."numero", NEW."organe", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."url", NEW."version"); RETURN NULL;',
                    hash="6fae44eabdc499a277304c82e1fb4dce28fe2325",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_43ff6",
                    table="laureats_vote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="vote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "laureats_voteevent" ("by_id", "created_at", "date", "edition_id", "id", "numero", "organe", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url", "version") VALUES (NEW."by_id", NEW."created_at", NEW."date", NEW."edition_id", NEW."id", NEW."numero", NEW."organe", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."url", NEW."version"); RETURN NULL;',
                    hash="ff2db1e0c3583faf32b6842080b46993b045785d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_22ade",
                    table="laureats_vote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "laureats_decisionevent" ("dossier_id", "id", "is_accorde", "montant", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "vote_id") VALUES (NEW."dossier_id", NEW."id", NEW."is_accorde", NEW."montant", NEW."motif", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."vote_id"); RETURN NULL;',
                    hash="cb95796d53334a3361999e66eaa5853b8b459fe6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_33849",
                    table="laureats_decision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "laureats_decisionevent" ("dossier_id", "id", "is_accorde", "montant", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "vote_id") VALUES (NEW."dossier_id", NEW."id", NEW."is_accorde", NEW."montant", NEW."motif", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."vote_id"); RETURN NULL;',
                    hash="14c6ceace3e9dea658f499a2d7d364014f53de9e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_75579",
                    table="laureats_decision",
                    when="AFTER",
                ),
            ),
        ),
    ]
