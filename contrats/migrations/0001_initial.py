import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import contrats.recherche
import label.models.mecanique


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Commune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "importe",
                    models.JSONField(
                        blank=True, default=dict, editable=False, verbose_name="dernières valeurs importées"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                ("contour", models.JSONField(blank=True, editable=False, null=True, verbose_name="contour")),
                (
                    "insee",
                    models.CharField(
                        max_length=5,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(2[AB]|\\d{2})\\d{3}$", "Un code Insee compte cinq caractères, par exemple 94041."
                            )
                        ],
                        verbose_name="code Insee",
                    ),
                ),
                ("nom", models.CharField(max_length=80)),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                (
                    "codes_postaux",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5),
                        blank=True,
                        default=list,
                        verbose_name="codes postaux",
                    ),
                ),
                ("siren", models.CharField(blank=True, max_length=9, verbose_name="SIREN")),
                (
                    "population",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="population municipale"),
                ),
                ("superficie_km2", models.FloatField(blank=True, null=True, verbose_name="superficie (km²)")),
                (
                    "recherche",
                    models.GeneratedField(
                        db_persist=True,
                        expression=contrats.recherche.Searchable(models.F("nom")),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "commune",
                "ordering": ["nom"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lat__isnull", True), ("lon__isnull", True)),
                            models.Q(("lat__isnull", False), ("lon__isnull", False)),
                            _connector="OR",
                        ),
                        name="commune_position_entiere",
                        violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommuneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "insee",
                    models.CharField(
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(2[AB]|\\d{2})\\d{3}$", "Un code Insee compte cinq caractères, par exemple 94041."
                            )
                        ],
                        verbose_name="code Insee",
                    ),
                ),
                ("nom", models.CharField(max_length=80)),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                (
                    "codes_postaux",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5),
                        blank=True,
                        default=list,
                        verbose_name="codes postaux",
                    ),
                ),
                ("siren", models.CharField(blank=True, max_length=9, verbose_name="SIREN")),
                (
                    "population",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="population municipale"),
                ),
                ("superficie_km2", models.FloatField(blank=True, null=True, verbose_name="superficie (km²)")),
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
                        to="contrats.commune",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContratDeVille",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "importe",
                    models.JSONField(
                        blank=True, default=dict, editable=False, verbose_name="dernières valeurs importées"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code ANCT")),
                ("nom", models.CharField(max_length=120)),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")], max_length=4, verbose_name="génération"
                    ),
                ),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                (
                    "hors_territoire",
                    models.CharField(blank=True, max_length=120, verbose_name="communes hors du territoire"),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique de contact"),
                ),
                ("contact_telephone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("adresse", models.CharField(blank=True, max_length=200, verbose_name="adresse")),
                (
                    "permanence",
                    models.CharField(
                        blank=True,
                        help_text="Jours, heures et lieu où l’on peut venir sans rendez-vous.",
                        max_length=300,
                        verbose_name="permanences",
                    ),
                ),
                (
                    "population_qpv",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="habitants des quartiers prioritaires"
                    ),
                ),
                ("remarque", models.CharField(blank=True, max_length=300)),
                ("contour", models.JSONField(blank=True, editable=False, null=True, verbose_name="contour")),
                (
                    "recherche",
                    models.GeneratedField(
                        db_persist=True,
                        expression=contrats.recherche.Searchable(models.F("nom")),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "contrat de ville",
                "verbose_name_plural": "contrats de ville",
                "ordering": ["nom", "code"],
            },
        ),
        migrations.CreateModel(
            name="ContratCommune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contrats.commune"
                    ),
                ),
                (
                    "contratdeville",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contrats.contratdeville"
                    ),
                ),
            ],
            options={
                "verbose_name": "commune d’un contrat de ville",
                "constraints": [
                    models.UniqueConstraint(fields=("contratdeville", "commune"), name="contrat_commune_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContratCommuneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.commune",
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
                    "contratdeville",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.contratdeville",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContratDeVilleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                ("code", models.CharField(max_length=12, verbose_name="code ANCT")),
                ("nom", models.CharField(max_length=120)),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")], max_length=4, verbose_name="génération"
                    ),
                ),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                (
                    "hors_territoire",
                    models.CharField(blank=True, max_length=120, verbose_name="communes hors du territoire"),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique de contact"),
                ),
                ("contact_telephone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("adresse", models.CharField(blank=True, max_length=200, verbose_name="adresse")),
                (
                    "permanence",
                    models.CharField(
                        blank=True,
                        help_text="Jours, heures et lieu où l’on peut venir sans rendez-vous.",
                        max_length=300,
                        verbose_name="permanences",
                    ),
                ),
                (
                    "population_qpv",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="habitants des quartiers prioritaires"
                    ),
                ),
                ("remarque", models.CharField(blank=True, max_length=300)),
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
                        to="contrats.contratdeville",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Quartier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "importe",
                    models.JSONField(
                        blank=True, default=dict, editable=False, verbose_name="dernières valeurs importées"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                ("contour", models.JSONField(blank=True, editable=False, null=True, verbose_name="contour")),
                (
                    "identifiant",
                    models.SlugField(editable=False, max_length=120, unique=True, verbose_name="identifiant"),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="Laissez vide tant que le code n’est pas connu.",
                        max_length=8,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^Q[PN]\\d{5}[0-9A-Z]$",
                                "Un code officiel s’écrit QP ou QN, cinq chiffres, puis un chiffre ou une lettre.",
                            )
                        ],
                        verbose_name="code officiel",
                    ),
                ),
                ("nom", models.CharField(max_length=150, verbose_name="libellé")),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")], max_length=4, verbose_name="génération"
                    ),
                ),
                (
                    "hors_territoire",
                    models.CharField(blank=True, max_length=120, verbose_name="communes hors du territoire"),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="habitants")),
                ("superficie_ha", models.FloatField(blank=True, null=True, verbose_name="superficie (hectares)")),
                ("libelle_a_completer", models.BooleanField(default=False, verbose_name="libellé à compléter")),
                ("remarque", models.CharField(blank=True, max_length=300)),
                (
                    "recherche",
                    models.GeneratedField(
                        db_persist=True,
                        expression=contrats.recherche.Searchable(
                            django.db.models.functions.text.Concat("nom", models.Value(" "), "code")
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "successeur",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="predecesseurs",
                        to="contrats.quartier",
                        verbose_name="quartier correspondant de la génération suivante",
                    ),
                ),
            ],
            options={
                "verbose_name": "quartier prioritaire",
                "verbose_name_plural": "quartiers prioritaires",
                "ordering": ["generation", "nom", "identifiant"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lat__isnull", True), ("lon__isnull", True)),
                            models.Q(("lat__isnull", False), ("lon__isnull", False)),
                            _connector="OR",
                        ),
                        name="quartier_position_entiere",
                        violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("generation", "code"),
                        name="quartier_code_unique",
                        violation_error_message="Un autre quartier de cette génération porte déjà ce code officiel.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuartierCommune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contrats.commune"
                    ),
                ),
                (
                    "quartier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contrats.quartier"
                    ),
                ),
            ],
            options={
                "verbose_name": "commune d’un quartier",
                "constraints": [
                    models.UniqueConstraint(fields=("quartier", "commune"), name="quartier_commune_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="QuartierCommuneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.commune",
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
                    "quartier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.quartier",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QuartierContrat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contratdeville",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
                    ),
                ),
                (
                    "quartier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contrats.quartier"
                    ),
                ),
            ],
            options={
                "verbose_name": "contrat de ville d’un quartier",
                "constraints": [
                    models.UniqueConstraint(fields=("quartier", "contratdeville"), name="quartier_contrat_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="QuartierContratEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "contratdeville",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
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
                    "quartier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.quartier",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QuartierEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_verifie", models.BooleanField(default=False, verbose_name="vérifié dans une source citée")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "identifiant",
                    models.SlugField(db_index=False, editable=False, max_length=120, verbose_name="identifiant"),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="Laissez vide tant que le code n’est pas connu.",
                        max_length=8,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^Q[PN]\\d{5}[0-9A-Z]$",
                                "Un code officiel s’écrit QP ou QN, cinq chiffres, puis un chiffre ou une lettre.",
                            )
                        ],
                        verbose_name="code officiel",
                    ),
                ),
                ("nom", models.CharField(max_length=150, verbose_name="libellé")),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")], max_length=4, verbose_name="génération"
                    ),
                ),
                (
                    "hors_territoire",
                    models.CharField(blank=True, max_length=120, verbose_name="communes hors du territoire"),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="habitants")),
                ("superficie_ha", models.FloatField(blank=True, null=True, verbose_name="superficie (hectares)")),
                ("libelle_a_completer", models.BooleanField(default=False, verbose_name="libellé à compléter")),
                ("remarque", models.CharField(blank=True, max_length=300)),
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
                        to="contrats.quartier",
                    ),
                ),
                (
                    "successeur",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.quartier",
                        verbose_name="quartier correspondant de la génération suivante",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Affectation",
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
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affectations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affectations",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
                    ),
                ),
            ],
            options={
                "verbose_name": "affectation",
                "ordering": ["contrat__nom", "-du", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("au__isnull", True), ("au__gte", models.F("du")), _connector="OR"),
                        name="contrats_affectation_dates_ordonnees",
                        violation_error_message="La date de fin doit suivre la date de début.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("user"), models.F("user"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("contrat"), models.F("contrat"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    django.db.models.functions.comparison.Least("du", "au"),
                                    "au",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="affectation_sans_chevauchement",
                        violation_error_message="Cette personne est déjà chef de projet de ce contrat à ces dates.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffectationEvent",
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
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
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
                        to="contrats.affectation",
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
                (
                    "contrat",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="ContratDeVille",
            name="communes",
            field=models.ManyToManyField(
                blank=True,
                related_name="contrats",
                through="contrats.ContratCommune",
                to="contrats.commune",
                verbose_name="communes",
            ),
        ),
        migrations.AddField(
            model_name="Quartier",
            name="communes",
            field=models.ManyToManyField(
                blank=True,
                related_name="quartiers",
                through="contrats.QuartierCommune",
                to="contrats.commune",
                verbose_name="communes",
            ),
        ),
        migrations.AddField(
            model_name="Quartier",
            name="contrats",
            field=models.ManyToManyField(
                blank=True,
                related_name="quartiers",
                through="contrats.QuartierContrat",
                to="contrats.contratdeville",
                verbose_name="contrats de ville",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commune",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_communeevent" ("codes_postaux", "departement", "id", "insee", "is_verifie", "lat", "lon", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "siren", "source", "superficie_km2") VALUES (NEW."codes_postaux", NEW."departement", NEW."id", NEW."insee", NEW."is_verifie", NEW."lat", NEW."lon", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."population", NEW."siren", NEW."source", NEW."superficie_km2"); RETURN NULL;',
                    hash="9e612b7bc409ac8c0cb9781cb765a0d919b5ac7c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bcde9",
                    table="contrats_commune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commune",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."codes_postaux" IS DISTINCT FROM (NEW."codes_postaux") OR OLD."departement" IS DISTINCT FROM (NEW."departement") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."insee" IS DISTINCT FROM (NEW."insee") OR OLD."is_verifie" IS DISTINCT FROM (NEW."is_verifie") OR OLD."lat" IS DISTINCT FROM (NEW."lat") OR OLD."lon" IS DISTINCT FROM (NEW."lon") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."population" IS DISTINCT FROM (NEW."population") OR OLD."siren" IS DISTINCT FROM (NEW."siren") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."superficie_km2" IS DISTINCT FROM (NEW."superficie_km2"))',
                    func='INSERT INTO "contrats_communeevent" ("codes_postaux", "departement", "id", "insee", "is_verifie", "lat", "lon", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "siren", "source", "superficie_km2") VALUES (NEW."codes_postaux", NEW."departement", NEW."id", NEW."insee", NEW."is_verifie", NEW."lat", NEW."lon", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."population", NEW."siren", NEW."source", NEW."superficie_km2"); RETURN NULL;',
                    hash="f36ff6bfc06aa55630cc3f7d4ed5c96b0cd8480c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4665a",
                    table="contrats_commune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contratdeville",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_contratdevilleevent" ("adresse", "code", "contact_email", "contact_telephone", "departement", "generation", "hors_territoire", "id", "is_verifie", "nom", "permanence", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population_qpv", "remarque", "source") VALUES (NEW."adresse", NEW."code", NEW."contact_email", NEW."contact_telephone", NEW."departement", NEW."generation", NEW."hors_territoire", NEW."id", NEW."is_verifie", NEW."nom", NEW."permanence", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."population_qpv", NEW."remarque", NEW."source"); RETURN NULL;',
                    hash="ae006e1d258405b133ee61a69f98effe9a49faf5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1a6ce",
                    table="contrats_contratdeville",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contratdeville",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."adresse" IS DISTINCT FROM (NEW."adresse") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."contact_email" IS DISTINCT FROM (NEW."contact_email") OR OLD."contact_telephone" IS DISTINCT FROM (NEW."contact_telephone") OR OLD."departement" IS DISTINCT FROM (NEW."departement") OR OLD."generation" IS DISTINCT FROM (NEW."generation") OR OLD."hors_territoire" IS DISTINCT FROM (NEW."hors_territoire") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_verifie" IS DISTINCT FROM (NEW."is_verifie") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."permanence" IS DISTINCT FROM (NEW."permanence") OR OLD."population_qpv" IS DISTINCT FROM (NEW."population_qpv") OR OLD."remarque" IS DISTINCT FROM (NEW."remarque") OR OLD."source" IS DISTINCT FROM (NEW."source"))',
                    func='INSERT INTO "contrats_contratdevilleevent" ("adresse", "code", "contact_email", "contact_telephone", "departement", "generation", "hors_territoire", "id", "is_verifie", "nom", "permanence", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population_qpv", "remarque", "source") VALUES (NEW."adresse", NEW."code", NEW."contact_email", NEW."contact_telephone", NEW."departement", NEW."generation", NEW."hors_territoire", NEW."id", NEW."is_verifie", NEW."nom", NEW."permanence", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."population_qpv", NEW."remarque", NEW."source"); RETURN NULL;',
                    hash="725e1e3b5158f851238455d23a34855a8453ea20",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_23ab9",
                    table="contrats_contratdeville",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contratcommune",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_contratcommuneevent" ("commune_id", "contratdeville_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (NEW."commune_id", NEW."contratdeville_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\'); RETURN NULL;',
                    hash="dfe4150e65e06218159ff11ba2401c088774c5cc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8b64b",
                    table="contrats_contratcommune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contratcommune",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_contratcommuneevent" ("commune_id", "contratdeville_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (OLD."commune_id", OLD."contratdeville_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\'); RETURN NULL;',
                    hash="29ee1326522281dd88b8d0af08c684979189f319",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1c513",
                    table="contrats_contratcommune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="affectation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_affectationevent" ("au", "cle", "contrat_id", "du", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."au", NEW."cle", NEW."contrat_id", NEW."du", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;',
                    hash="6b7e883ca2483ab9c8849bd25651f6a44bf21e2c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1fe2d",
                    table="contrats_affectation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="affectation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "contrats_affectationevent" ("au", "cle", "contrat_id", "du", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."au", NEW."cle", NEW."contrat_id", NEW."du", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;',
                    hash="70f162c72a6be869897058429a7a285201d110c7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2c160",
                    table="contrats_affectation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartiercommune",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_quartiercommuneevent" ("commune_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "quartier_id") VALUES (NEW."commune_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."quartier_id"); RETURN NULL;',
                    hash="d806be7ba9d911a55fa27bd04806087ddee4c899",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5abd8",
                    table="contrats_quartiercommune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartiercommune",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_quartiercommuneevent" ("commune_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "quartier_id") VALUES (OLD."commune_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."quartier_id"); RETURN NULL;',
                    hash="e27e70d00073ba182c1f27bbe46ddefae12bcbe4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_06694",
                    table="contrats_quartiercommune",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartiercontrat",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_quartiercontratevent" ("contratdeville_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "quartier_id") VALUES (NEW."contratdeville_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."quartier_id"); RETURN NULL;',
                    hash="6cbe7b9994693c2eb46670ebb788ea5dcdf6e9ef",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_18724",
                    table="contrats_quartiercontrat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartiercontrat",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_quartiercontratevent" ("contratdeville_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "quartier_id") VALUES (OLD."contratdeville_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."quartier_id"); RETURN NULL;',
                    hash="864561f505170f9942a2cdbfad7dd0eaa5a23930",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7b5d2",
                    table="contrats_quartiercontrat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartier",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_quartierevent" ("code", "generation", "hors_territoire", "id", "identifiant", "is_verifie", "lat", "libelle_a_completer", "lon", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "remarque", "source", "successeur_id", "superficie_ha") VALUES (NEW."code", NEW."generation", NEW."hors_territoire", NEW."id", NEW."identifiant", NEW."is_verifie", NEW."lat", NEW."libelle_a_completer", NEW."lon", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."population", NEW."remarque", NEW."source", NEW."successeur_id", NEW."superficie_ha"); RETURN NULL;',
                    hash="c4d16bbfeebd09a908d769023827538931d49a3a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4cd56",
                    table="contrats_quartier",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quartier",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."generation" IS DISTINCT FROM (NEW."generation") OR OLD."hors_territoire" IS DISTINCT FROM (NEW."hors_territoire") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."identifiant" IS DISTINCT FROM (NEW."identifiant") OR OLD."is_verifie" IS DISTINCT FROM (NEW."is_verifie") OR OLD."lat" IS DISTINCT FROM (NEW."lat") OR OLD."libelle_a_completer" IS DISTINCT FROM (NEW."libelle_a_completer") OR OLD."lon" IS DISTINCT FROM (NEW."lon") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."population" IS DISTINCT FROM (NEW."population") OR OLD."remarque" IS DISTINCT FROM (NEW."remarque") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."successeur_id" IS DISTINCT FROM (NEW."successeur_id") OR OLD."superficie_ha" IS DISTINCT FROM (NEW."superficie_ha"))',
                    func='INSERT INTO "contrats_quartierevent" ("code", "generation", "hors_territoire", "id", "identifiant", "is_verifie", "lat", "libelle_a_completer", "lon", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "remarque", "source", "successeur_id", "superficie_ha") VALUES (NEW."code", NEW."generation", NEW."hors_territoire", NEW."id", NEW."identifiant", NEW."is_verifie", NEW."lat", NEW."libelle_a_completer", NEW."lon", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."population", NEW."remarque", NEW."source", NEW."successeur_id", NEW."superficie_ha"); RETURN NULL;',
                    hash="ddca0a33996b3196b9f67a341f549a11b48a4666",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d1916",
                    table="contrats_quartier",
                    when="AFTER",
                ),
            ),
        ),
    ]
