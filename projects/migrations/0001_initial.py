import secrets

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import contrats.recherche
import label.models.mecanique
import projects.identifiants
import projects.models.depot
import projects.models.piece


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contrats", "0001_initial"),
        ("label", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Structure",
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
                ("nom", models.CharField(max_length=160, verbose_name="nom")),
                ("sigle", models.CharField(blank=True, max_length=30, verbose_name="sigle")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("association", "Association"),
                            ("fondation", "Fondation"),
                            ("collectif", "Collectif d’habitants porté par une structure"),
                            ("cooperative", "Coopérative ou entreprise de l’économie sociale et solidaire"),
                            ("public", "Établissement public ou bailleur"),
                            ("autre", "Autre organisme"),
                        ],
                        default="association",
                        max_length=20,
                        verbose_name="forme",
                    ),
                ),
                (
                    "rna",
                    models.CharField(
                        blank=True,
                        help_text="W suivi de 9 caractères.",
                        max_length=10,
                        validators=[projects.identifiants.valider_rna],
                        verbose_name="numéro RNA",
                    ),
                ),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        help_text="14 chiffres. Il ne sera indispensable qu’au moment du versement.",
                        max_length=14,
                        validators=[projects.identifiants.valider_siret],
                        verbose_name="numéro SIRET",
                    ),
                ),
                ("adresse", models.CharField(blank=True, max_length=200, verbose_name="adresse du siège")),
                ("code_postal", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("ville", models.CharField(blank=True, max_length=80, verbose_name="ville")),
                ("representant_nom", models.CharField(blank=True, max_length=120, verbose_name="représentant légal")),
                (
                    "representant_fonction",
                    models.CharField(blank=True, max_length=80, verbose_name="fonction du représentant"),
                ),
                ("benevoles", models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de bénévoles")),
                ("salaries", models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de salariés")),
                (
                    "adherents",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Un nombre suffit : la liste n’est jamais demandée.",
                        null=True,
                        verbose_name="nombre d’adhérents",
                    ),
                ),
                (
                    "aides_publiques",
                    models.TextField(
                        blank=True,
                        help_text="Organisme, année, montant. Écrivez « aucune » le cas échéant.",
                        verbose_name="aides publiques reçues ces trois dernières années",
                    ),
                ),
                (
                    "is_fictive",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="structure fictive (démonstration)"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        help_text="Laissez vide si le siège est hors du territoire.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="structures",
                        to="contrats.commune",
                        verbose_name="commune du territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "structure",
                "ordering": ["nom", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("siret", ""), _negated=True),
                        fields=("siret",),
                        name="structure_siret_unique",
                        violation_error_message="Une structure porte déjà ce numéro SIRET : demandez à la rejoindre.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("rna", ""), _negated=True),
                        fields=("rna",),
                        name="structure_rna_unique",
                        violation_error_message="Une structure porte déjà ce numéro RNA : demandez à la rejoindre.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dossier",
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
                    "statut",
                    models.CharField(
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        default="idee",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("numero", models.CharField(blank=True, editable=False, max_length=16, verbose_name="numéro")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="modifié le")),
                ("titre", models.CharField(blank=True, max_length=140, verbose_name="titre du projet")),
                (
                    "resume",
                    models.TextField(
                        blank=True,
                        help_text="En 300 signes, pour être publié si le projet est lauréat.",
                        validators=[django.core.validators.MaxLengthValidator(300)],
                        verbose_name="résumé",
                    ),
                ),
                (
                    "besoin",
                    models.TextField(
                        blank=True,
                        help_text="À quel besoin du quartier répondez-vous ? Comment l’avez-vous constaté ?",
                        verbose_name="besoin et origine",
                    ),
                ),
                (
                    "innovation",
                    models.TextField(
                        blank=True,
                        help_text="Qu’est-ce qui est nouveau ici, pour ce quartier ?",
                        verbose_name="ce qui est innovant",
                    ),
                ),
                ("objectifs", models.TextField(blank=True, verbose_name="objectifs")),
                (
                    "actions",
                    models.TextField(
                        blank=True, help_text="Que ferez-vous, concrètement ?", verbose_name="actions prévues"
                    ),
                ),
                ("partenaires", models.TextField(blank=True, verbose_name="partenaires")),
                (
                    "participation",
                    models.TextField(
                        blank=True,
                        help_text="Comment les habitants décident-ils et agissent-ils ?",
                        verbose_name="part prise par les habitants",
                    ),
                ),
                ("lieux", models.CharField(blank=True, max_length=300, verbose_name="lieux de l’action")),
                (
                    "publics",
                    models.TextField(
                        blank=True,
                        help_text="Âges, situations ; jamais d’origine ni de liste de personnes.",
                        verbose_name="à qui s’adresse le projet",
                    ),
                ),
                (
                    "beneficiaires",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de personnes attendues"),
                ),
                (
                    "part_qpv",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="part venant des quartiers prioritaires (%)",
                    ),
                ),
                ("date_debut", models.DateField(blank=True, null=True, verbose_name="début de l’action")),
                ("date_fin", models.DateField(blank=True, null=True, verbose_name="fin de l’action")),
                ("etapes", models.TextField(blank=True, verbose_name="grandes étapes")),
                ("moyens_humains", models.TextField(blank=True, verbose_name="moyens humains")),
                ("moyens_materiels", models.TextField(blank=True, verbose_name="moyens matériels")),
                (
                    "montant_demande",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="montant demandé à l’EPT (€)"),
                ),
                ("evaluation", models.TextField(blank=True, verbose_name="comment saurez-vous que c’est réussi ?")),
                (
                    "engagement_honneur",
                    models.BooleanField(
                        default=False,
                        verbose_name="J’atteste sur l’honneur l’exactitude des informations et que la structure est à jour de ses obligations.",
                    ),
                ),
                (
                    "engagement_cer",
                    models.BooleanField(
                        default=False,
                        verbose_name="La structure souscrit au contrat d’engagement républicain (décret n° 2021-1947) et en informe ses membres.",
                    ),
                ),
                (
                    "engagement_donnees",
                    models.BooleanField(
                        default=False, verbose_name="J’ai lu l’information sur l’usage des données personnelles."
                    ),
                ),
                (
                    "recherche",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector(
                                    contrats.recherche.Searchable(models.F("titre")), config="simple", weight="A"
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    contrats.recherche.Searchable(models.F("numero")), config="simple", weight="A"
                                ),
                                django.contrib.postgres.search.SearchConfig("simple"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                contrats.recherche.Searchable(models.F("resume")), config="simple", weight="B"
                            ),
                            django.contrib.postgres.search.SearchConfig("simple"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "communes",
                    models.ManyToManyField(
                        blank=True, related_name="dossiers", to="contrats.commune", verbose_name="communes"
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossiers",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
                    ),
                ),
                (
                    "copie_de",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="copies",
                        to="projects.dossier",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="créé par",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossiers",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
                (
                    "quartiers",
                    models.ManyToManyField(
                        blank=True,
                        related_name="dossiers",
                        to="contrats.quartier",
                        verbose_name="quartiers prioritaires servis",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossiers", to="projects.structure"
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier",
                "ordering": ["-updated_at", "pk"],
                "indexes": [
                    models.Index(fields=["edition", "statut", "-updated_at"], name="dossier_liste"),
                    models.Index(fields=["edition", "-updated_at", "id"], name="dossier_recents"),
                    django.contrib.postgres.indexes.GinIndex(fields=["recherche"], name="dossier_recherche"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("numero", ""), _negated=True),
                        fields=("numero",),
                        name="dossier_numero_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part_qpv__isnull", True), ("part_qpv__lte", 100), _connector="OR"),
                        name="dossier_part_qpv_pourcentage",
                        violation_error_message="La part venant des quartiers est un pourcentage, de 0 à 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("date_debut__isnull", True),
                            ("date_fin__isnull", True),
                            ("date_fin__gte", models.F("date_debut")),
                            _connector="OR",
                        ),
                        name="dossier_dates_ordonnees",
                        violation_error_message="La fin de l’action doit suivre son début.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("statut__in", ["abandonne", "caduc", "co_elaboration", "idee", "pret", "sans_suite"]),
                            models.Q(("numero", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dossier_depose_numerote",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLigne",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sens", models.CharField(choices=[("charge", "Charge"), ("produit", "Produit")], max_length=8)),
                ("compte", models.CharField(max_length=4, verbose_name="compte")),
                ("libelle", models.CharField(blank=True, max_length=120, verbose_name="libellé ou financeur")),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant (€)")),
                ("is_obtenu", models.BooleanField(default=False, verbose_name="obtenu")),
                ("is_ept", models.BooleanField(default=False, verbose_name="demande à l’EPT")),
                ("ordre", models.PositiveSmallIntegerField(default=0)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="budget_lignes", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de budget",
                "ordering": ["sens", "compte", "ordre", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_ept", True)),
                        fields=("dossier",),
                        name="budget_ligne_ept_unique",
                        violation_error_message="Une seule ligne porte la demande à l’EPT.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_ept", False), models.Q(("compte", "74"), ("sens", "produit")), _connector="OR"
                        ),
                        name="budget_ligne_ept_en_74",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Avis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nom", models.CharField(max_length=120, verbose_name="partenaire")),
                ("organisme", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("question", models.TextField(blank=True)),
                ("jeton_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("echeance", models.DateField(verbose_name="attendu le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                (
                    "sens",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("favorable", "Favorable"),
                            ("reserve", "Favorable avec réserves"),
                            ("defavorable", "Défavorable"),
                            ("sans", "Sans avis"),
                        ],
                        max_length=12,
                        verbose_name="sens de l’avis",
                    ),
                ),
                ("texte", models.TextField(blank=True, verbose_name="avis")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="rendu le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="avis", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "avis",
                "verbose_name_plural": "avis",
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("dossier", "email"),
                        name="avis_un_par_partenaire",
                        violation_error_message="L’avis de cette personne est déjà demandé sur ce dossier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True), models.Q(("sens", ""), _negated=True), _connector="OR"
                        ),
                        name="avis_rendu_a_un_sens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandeComplement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.TextField(verbose_name="ce qui est demandé")),
                ("sections", models.JSONField(default=list, verbose_name="parties rouvertes")),
                ("echeance", models.DateTimeField(verbose_name="réponse attendue avant le")),
                (
                    "statut_origine",
                    models.CharField(
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("reponse", models.TextField(blank=True, verbose_name="réponse")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="complements", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de complément",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("dossier",),
                        name="complement_ouvert_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("echeance__gt", models.F("created_at"))),
                        name="complement_echeance_future",
                        violation_error_message="La date limite de réponse doit être à venir.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Depot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="déposé le")),
                ("contenu", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("rejet_implicite_le", models.DateField(verbose_name="rejet implicite le")),
                (
                    "recepisse",
                    models.FileField(blank=True, max_length=200, upload_to=projects.models.depot.recepisse_path),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="déposé par",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="depot", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "dépôt",
            },
        ),
        migrations.CreateModel(
            name="DemandeComplementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("message", models.TextField(verbose_name="ce qui est demandé")),
                ("sections", models.JSONField(default=list, verbose_name="parties rouvertes")),
                ("echeance", models.DateTimeField(verbose_name="réponse attendue avant le")),
                (
                    "statut_origine",
                    models.CharField(
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("reponse", models.TextField(blank=True, verbose_name="réponse")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        to="projects.demandecomplement",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Constat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_conforme", models.BooleanField(verbose_name="conforme")),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="constats",
                        to="label.pointrecevabilite",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="constats", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "constat de recevabilité",
                "ordering": ["point__ordre", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "point"), name="constat_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_conforme", True), models.Q(("motif", ""), _negated=True), _connector="OR"
                        ),
                        name="constat_non_conforme_motive",
                        violation_error_message="Dites pourquoi ce point n’est pas conforme.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commentaire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("structure", "Votre structure"),
                            ("projet", "Le projet"),
                            ("territoire", "Territoire et publics"),
                            ("calendrier", "Calendrier et moyens"),
                            ("budget", "Budget"),
                            ("evaluation", "Évaluation"),
                            ("pieces", "Pièces jointes"),
                            ("engagements", "Engagements"),
                        ],
                        max_length=12,
                    ),
                ),
                ("texte", models.TextField(max_length=3000, verbose_name="commentaire")),
                (
                    "visibilite",
                    models.CharField(
                        choices=[
                            ("co_auteurs", "tous les co-auteurs du dossier"),
                            ("agents", "les agents seulement (chef de projet et EPT)"),
                        ],
                        default="co_auteurs",
                        max_length=12,
                        verbose_name="qui le lira",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="réglé le")),
                (
                    "auteur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reponses",
                        to="projects.commentaire",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="commentaires", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "commentaire",
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="commentaire_regle_par",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLigneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("sens", models.CharField(choices=[("charge", "Charge"), ("produit", "Produit")], max_length=8)),
                ("compte", models.CharField(max_length=4, verbose_name="compte")),
                ("libelle", models.CharField(blank=True, max_length=120, verbose_name="libellé ou financeur")),
                ("montant", models.PositiveIntegerField(default=0, verbose_name="montant (€)")),
                ("is_obtenu", models.BooleanField(default=False, verbose_name="obtenu")),
                ("is_ept", models.BooleanField(default=False, verbose_name="demande à l’EPT")),
                ("ordre", models.PositiveSmallIntegerField(default=0)),
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
                        to="projects.budgetligne",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AvisEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("nom", models.CharField(max_length=120, verbose_name="partenaire")),
                ("organisme", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("question", models.TextField(blank=True)),
                ("echeance", models.DateField(verbose_name="attendu le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                (
                    "sens",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("favorable", "Favorable"),
                            ("reserve", "Favorable avec réserves"),
                            ("defavorable", "Défavorable"),
                            ("sans", "Sans avis"),
                        ],
                        max_length=12,
                        verbose_name="sens de l’avis",
                    ),
                ),
                ("texte", models.TextField(blank=True, verbose_name="avis")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="rendu le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
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
                        to="projects.avis",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Indicateur",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("libelle", models.CharField(max_length=160, verbose_name="indicateur")),
                ("cible", models.CharField(max_length=80, verbose_name="cible")),
                ("ordre", models.PositiveSmallIntegerField(default=0)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="indicateurs", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "indicateur",
                "ordering": ["ordre", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Instruction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note_synthese", models.TextField(blank=True, verbose_name="note de synthèse pour le jury")),
                (
                    "montant_propose",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="montant proposé (€)"),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="modifiée le")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="instruction", to="projects.dossier"
                    ),
                ),
                (
                    "instructeur",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instructions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="modifiée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "instruction",
            },
        ),
        migrations.CreateModel(
            name="InstructionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("note_synthese", models.TextField(blank=True, verbose_name="note de synthèse pour le jury")),
                (
                    "montant_propose",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="montant proposé (€)"),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="modifiée le")),
                ("version", models.PositiveIntegerField(default=0)),
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
                    "instructeur",
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
                        to="projects.instruction",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="modifiée par",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Membre",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "is_responsable",
                    models.BooleanField(
                        default=False,
                        help_text="Président·e ou personne mandatée : peut déposer le dossier.",
                        verbose_name="responsable",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adhesions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="membres", to="projects.structure"
                    ),
                ),
            ],
            options={
                "verbose_name": "membre",
                "ordering": ["structure", "-is_responsable", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("au__isnull", True), ("au__gte", models.F("du")), _connector="OR"),
                        name="projects_membre_dates_ordonnees",
                        violation_error_message="La date de fin doit suivre la date de début.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("au__isnull", True)),
                        fields=("structure", "user"),
                        name="membre_unique",
                        violation_error_message="Cette personne est déjà membre de la structure.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transition", models.CharField(max_length=40)),
                (
                    "de",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        max_length=20,
                        verbose_name="de",
                    ),
                ),
                (
                    "vers",
                    models.CharField(
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        max_length=20,
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "passage",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["dossier", "at"], name="passage_journal")],
            },
        ),
        migrations.CreateModel(
            name="Piece",
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
                ("fichier", models.FileField(max_length=200, upload_to=projects.models.piece.piece_path)),
                ("nom", models.CharField(max_length=160, verbose_name="nom du fichier")),
                ("type_mime", models.CharField(max_length=100)),
                ("taille", models.PositiveIntegerField(verbose_name="taille (octets)")),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ajoutée le")),
                ("remplacee_at", models.DateTimeField(blank=True, null=True, verbose_name="remplacée le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="déposée par",
                    ),
                ),
                (
                    "demandee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="label.piecedemandee",
                        verbose_name="pièce demandée",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce",
                "ordering": ["demandee__ordre", "created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Prolongation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jusqu_au", models.DateTimeField(verbose_name="jusqu’au")),
                ("motif", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accordée par",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prolongations", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "prolongation",
                "ordering": ["-jusqu_au"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("motif", ""), _negated=True),
                        name="prolongation_motivee",
                        violation_error_message="Indiquez le motif de la prolongation.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProlongationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("jusqu_au", models.DateTimeField(verbose_name="jusqu’au")),
                ("motif", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accordée par",
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
                        to="projects.prolongation",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Redaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("structure", "Votre structure"),
                            ("projet", "Le projet"),
                            ("territoire", "Territoire et publics"),
                            ("calendrier", "Calendrier et moyens"),
                            ("budget", "Budget"),
                            ("evaluation", "Évaluation"),
                            ("pieces", "Pièces jointes"),
                            ("engagements", "Engagements"),
                        ],
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="redactions", to="projects.dossier"
                    ),
                ),
            ],
            options={
                "verbose_name": "rédaction",
                "constraints": [models.UniqueConstraint(fields=("dossier", "section"), name="redaction_unique")],
            },
        ),
        migrations.CreateModel(
            name="MembreEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "is_responsable",
                    models.BooleanField(
                        default=False,
                        help_text="Président·e ou personne mandatée : peut déposer le dossier.",
                        verbose_name="responsable",
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
                        to="projects.membre",
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
                    "structure",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.structure",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jeton", models.CharField(default=secrets.token_urlsafe, editable=False, max_length=43, unique=True)),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("is_responsable", models.BooleanField(default=False, verbose_name="comme responsable")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invité le")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepté le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invité par",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="projects.structure"
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True)),
                        fields=("structure", "email"),
                        name="invitation_ouverte_unique",
                        violation_error_message="Cette personne est déjà invitée.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierEvent",
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
                    "statut",
                    models.CharField(
                        choices=[
                            ("idee", "Idée reçue"),
                            ("co_elaboration", "En co-élaboration"),
                            ("pret", "Prêt à déposer"),
                            ("depose", "Déposé"),
                            ("a_completer", "Complément demandé"),
                            ("en_instruction", "En instruction"),
                            ("admis", "Admis à l’audition"),
                            ("auditionne", "Auditionné"),
                            ("propose", "Proposé par le jury"),
                            ("reserve", "Liste d’attente"),
                            ("laureat", "Lauréat"),
                            ("irrecevable", "Irrecevable"),
                            ("non_admis", "Non admis à l’audition"),
                            ("non_retenu", "Non retenu"),
                            ("retire", "Retiré"),
                            ("abandonne", "Abandonné"),
                            ("sans_suite", "Idée sans suite"),
                            ("caduc", "Caduc"),
                        ],
                        default="idee",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("numero", models.CharField(blank=True, editable=False, max_length=16, verbose_name="numéro")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="modifié le")),
                ("titre", models.CharField(blank=True, max_length=140, verbose_name="titre du projet")),
                (
                    "resume",
                    models.TextField(
                        blank=True,
                        help_text="En 300 signes, pour être publié si le projet est lauréat.",
                        validators=[django.core.validators.MaxLengthValidator(300)],
                        verbose_name="résumé",
                    ),
                ),
                (
                    "besoin",
                    models.TextField(
                        blank=True,
                        help_text="À quel besoin du quartier répondez-vous ? Comment l’avez-vous constaté ?",
                        verbose_name="besoin et origine",
                    ),
                ),
                (
                    "innovation",
                    models.TextField(
                        blank=True,
                        help_text="Qu’est-ce qui est nouveau ici, pour ce quartier ?",
                        verbose_name="ce qui est innovant",
                    ),
                ),
                ("objectifs", models.TextField(blank=True, verbose_name="objectifs")),
                (
                    "actions",
                    models.TextField(
                        blank=True, help_text="Que ferez-vous, concrètement ?", verbose_name="actions prévues"
                    ),
                ),
                ("partenaires", models.TextField(blank=True, verbose_name="partenaires")),
                (
                    "participation",
                    models.TextField(
                        blank=True,
                        help_text="Comment les habitants décident-ils et agissent-ils ?",
                        verbose_name="part prise par les habitants",
                    ),
                ),
                ("lieux", models.CharField(blank=True, max_length=300, verbose_name="lieux de l’action")),
                (
                    "publics",
                    models.TextField(
                        blank=True,
                        help_text="Âges, situations ; jamais d’origine ni de liste de personnes.",
                        verbose_name="à qui s’adresse le projet",
                    ),
                ),
                (
                    "beneficiaires",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de personnes attendues"),
                ),
                (
                    "part_qpv",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="part venant des quartiers prioritaires (%)",
                    ),
                ),
                ("date_debut", models.DateField(blank=True, null=True, verbose_name="début de l’action")),
                ("date_fin", models.DateField(blank=True, null=True, verbose_name="fin de l’action")),
                ("etapes", models.TextField(blank=True, verbose_name="grandes étapes")),
                ("moyens_humains", models.TextField(blank=True, verbose_name="moyens humains")),
                ("moyens_materiels", models.TextField(blank=True, verbose_name="moyens matériels")),
                (
                    "montant_demande",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="montant demandé à l’EPT (€)"),
                ),
                ("evaluation", models.TextField(blank=True, verbose_name="comment saurez-vous que c’est réussi ?")),
                (
                    "engagement_honneur",
                    models.BooleanField(
                        default=False,
                        verbose_name="J’atteste sur l’honneur l’exactitude des informations et que la structure est à jour de ses obligations.",
                    ),
                ),
                (
                    "engagement_cer",
                    models.BooleanField(
                        default=False,
                        verbose_name="La structure souscrit au contrat d’engagement républicain (décret n° 2021-1947) et en informe ses membres.",
                    ),
                ),
                (
                    "engagement_donnees",
                    models.BooleanField(
                        default=False, verbose_name="J’ai lu l’information sur l’usage des données personnelles."
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.contratdeville",
                        verbose_name="contrat de ville",
                    ),
                ),
                (
                    "copie_de",
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
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="créé par",
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
                        to="projects.dossier",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.structure",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StructureEvent",
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
                ("nom", models.CharField(max_length=160, verbose_name="nom")),
                ("sigle", models.CharField(blank=True, max_length=30, verbose_name="sigle")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("association", "Association"),
                            ("fondation", "Fondation"),
                            ("collectif", "Collectif d’habitants porté par une structure"),
                            ("cooperative", "Coopérative ou entreprise de l’économie sociale et solidaire"),
                            ("public", "Établissement public ou bailleur"),
                            ("autre", "Autre organisme"),
                        ],
                        default="association",
                        max_length=20,
                        verbose_name="forme",
                    ),
                ),
                (
                    "rna",
                    models.CharField(
                        blank=True,
                        help_text="W suivi de 9 caractères.",
                        max_length=10,
                        validators=[projects.identifiants.valider_rna],
                        verbose_name="numéro RNA",
                    ),
                ),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        help_text="14 chiffres. Il ne sera indispensable qu’au moment du versement.",
                        max_length=14,
                        validators=[projects.identifiants.valider_siret],
                        verbose_name="numéro SIRET",
                    ),
                ),
                ("adresse", models.CharField(blank=True, max_length=200, verbose_name="adresse du siège")),
                ("code_postal", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("ville", models.CharField(blank=True, max_length=80, verbose_name="ville")),
                ("representant_nom", models.CharField(blank=True, max_length=120, verbose_name="représentant légal")),
                (
                    "representant_fonction",
                    models.CharField(blank=True, max_length=80, verbose_name="fonction du représentant"),
                ),
                ("benevoles", models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de bénévoles")),
                ("salaries", models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de salariés")),
                (
                    "adherents",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Un nombre suffit : la liste n’est jamais demandée.",
                        null=True,
                        verbose_name="nombre d’adhérents",
                    ),
                ),
                (
                    "aides_publiques",
                    models.TextField(
                        blank=True,
                        help_text="Organisme, année, montant. Écrivez « aucune » le cas échéant.",
                        verbose_name="aides publiques reçues ces trois dernières années",
                    ),
                ),
                (
                    "is_fictive",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="structure fictive (démonstration)"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Laissez vide si le siège est hors du territoire.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="contrats.commune",
                        verbose_name="commune du territoire",
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
                        to="projects.structure",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="depot",
            trigger=pgtrigger.compiler.Trigger(
                name="depot_fige",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."contenu" IS DISTINCT FROM (NEW."contenu") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."rejet_implicite_le" IS DISTINCT FROM (NEW."rejet_implicite_le"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="bf9922c30cca104749ba67c87a37c79e223047de",
                    operation="UPDATE",
                    pgid="pgtrigger_depot_fige_8d716",
                    table="projects_depot",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="demandecomplement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_demandecomplementevent" ("answered_at", "answered_by_id", "by_id", "created_at", "dossier_id", "echeance", "id", "message", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reponse", "sections", "statut_origine") VALUES (NEW."answered_at", NEW."answered_by_id", NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."echeance", NEW."id", NEW."message", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reponse", NEW."sections", NEW."statut_origine"); RETURN NULL;',
                    hash="95f7a387aba78551509dbceae84152819f7f20c0",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5acc0",
                    table="projects_demandecomplement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="demandecomplement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_demandecomplementevent" ("answered_at", "answered_by_id", "by_id", "created_at", "dossier_id", "echeance", "id", "message", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reponse", "sections", "statut_origine") VALUES (NEW."answered_at", NEW."answered_by_id", NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."echeance", NEW."id", NEW."message", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reponse", NEW."sections", NEW."statut_origine"); RETURN NULL;',
                    hash="b3e2c1802bc422211fac70c15f37f8936c420254",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9c6e5",
                    table="projects_demandecomplement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budgetligne",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_budgetligneevent" ("compte", "dossier_id", "id", "is_ept", "is_obtenu", "libelle", "montant", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sens") VALUES (NEW."compte", NEW."dossier_id", NEW."id", NEW."is_ept", NEW."is_obtenu", NEW."libelle", NEW."montant", NEW."ordre", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sens"); RETURN NULL;',
                    hash="525331a34b6c7d3182aa26fbf2478656891bff68",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2cd66",
                    table="projects_budgetligne",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budgetligne",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_budgetligneevent" ("compte", "dossier_id", "id", "is_ept", "is_obtenu", "libelle", "montant", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sens") VALUES (NEW."compte", NEW."dossier_id", NEW."id", NEW."is_ept", NEW."is_obtenu", NEW."libelle", NEW."montant", NEW."ordre", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sens"); RETURN NULL;',
                    hash="2c4591464e25ec5cf2901d936555c15de6e0fbb2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9ce6c",
                    table="projects_budgetligne",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="avis",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_avisevent" ("answered_at", "by_id", "created_at", "dossier_id", "echeance", "email", "id", "nom", "organisme", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "revoked_at", "sens", "texte") VALUES (NEW."answered_at", NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."echeance", NEW."email", NEW."id", NEW."nom", NEW."organisme", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."question", NEW."revoked_at", NEW."sens", NEW."texte"); RETURN NULL;',
                    hash="0680db3b64464433739789dddc3d93864c91eb90",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_40342",
                    table="projects_avis",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="avis",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."echeance" IS DISTINCT FROM (NEW."echeance") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."organisme" IS DISTINCT FROM (NEW."organisme") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."sens" IS DISTINCT FROM (NEW."sens") OR OLD."texte" IS DISTINCT FROM (NEW."texte"))',
                    func='INSERT INTO "projects_avisevent" ("answered_at", "by_id", "created_at", "dossier_id", "echeance", "email", "id", "nom", "organisme", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "revoked_at", "sens", "texte") VALUES (NEW."answered_at", NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."echeance", NEW."email", NEW."id", NEW."nom", NEW."organisme", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."question", NEW."revoked_at", NEW."sens", NEW."texte"); RETURN NULL;',
                    hash="858dd2d3dbfeb70a7c7f4d53e56723de8ab91310",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6f8ec",
                    table="projects_avis",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instruction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_instructionevent" ("dossier_id", "id", "instructeur_id", "montant_propose", "note_synthese", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "updated_by_id", "version") VALUES (NEW."dossier_id", NEW."id", NEW."instructeur_id", NEW."montant_propose", NEW."note_synthese", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."updated_by_id", NEW."version"); RETURN NULL;',
                    hash="5d54374f2dcdaff7b5004fe95d42394202943341",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7f61f",
                    table="projects_instruction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instruction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_instructionevent" ("dossier_id", "id", "instructeur_id", "montant_propose", "note_synthese", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "updated_by_id", "version") VALUES (NEW."dossier_id", NEW."id", NEW."instructeur_id", NEW."montant_propose", NEW."note_synthese", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."updated_by_id", NEW."version"); RETURN NULL;',
                    hash="921efb78b39579be4f9e2caf618abbd74e68588d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_32321",
                    table="projects_instruction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="prolongation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_prolongationevent" ("by_id", "created_at", "dossier_id", "id", "jusqu_au", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."id", NEW."jusqu_au", NEW."motif", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="e04ee59d0aed5160ccc77fb282518b9fcab1cb5b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c4016",
                    table="projects_prolongation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="prolongation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_prolongationevent" ("by_id", "created_at", "dossier_id", "id", "jusqu_au", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."by_id", NEW."created_at", NEW."dossier_id", NEW."id", NEW."jusqu_au", NEW."motif", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="45f1f6efb0bfc1c5f4c11dc499282b7835c505ae",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b68c7",
                    table="projects_prolongation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="structure",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_structureevent" ("adherents", "adresse", "aides_publiques", "benevoles", "cle", "code_postal", "commune_id", "created_at", "id", "is_fictive", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "representant_fonction", "representant_nom", "rna", "salaries", "sigle", "siret", "type", "ville") VALUES (NEW."adherents", NEW."adresse", NEW."aides_publiques", NEW."benevoles", NEW."cle", NEW."code_postal", NEW."commune_id", NEW."created_at", NEW."id", NEW."is_fictive", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."representant_fonction", NEW."representant_nom", NEW."rna", NEW."salaries", NEW."sigle", NEW."siret", NEW."type", NEW."ville"); RETURN NULL;',
                    hash="86b0ebe66a001343fd1eb1c36a44fc6b1b6c92f0",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8ad78",
                    table="projects_structure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="structure",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_structureevent" ("adherents", "adresse", "aides_publiques", "benevoles", "cle", "code_postal", "commune_id", "created_at", "id", "is_fictive", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "representant_fonction", "representant_nom", "rna", "salaries", "sigle", "siret", "type", "ville") VALUES (NEW."adherents", NEW."adresse", NEW."aides_publiques", NEW."benevoles", NEW."cle", NEW."code_postal", NEW."commune_id", NEW."created_at", NEW."id", NEW."is_fictive", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."representant_fonction", NEW."representant_nom", NEW."rna", NEW."salaries", NEW."sigle", NEW."siret", NEW."type", NEW."ville"); RETURN NULL;',
                    hash="738d8404d0839b356b0b1fbc7e3be7826da56534",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_50aa2",
                    table="projects_structure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membre",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_membreevent" ("au", "du", "id", "is_responsable", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id", "user_id") VALUES (NEW."au", NEW."du", NEW."id", NEW."is_responsable", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."structure_id", NEW."user_id"); RETURN NULL;',
                    hash="a616d7947914f59573c52fb7f60a4e3333cf1345",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0922e",
                    table="projects_membre",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membre",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "projects_membreevent" ("au", "du", "id", "is_responsable", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id", "user_id") VALUES (NEW."au", NEW."du", NEW."id", NEW."is_responsable", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."structure_id", NEW."user_id"); RETURN NULL;',
                    hash="3cd6ee4f8a49dfc74032a6c0fcc2fedbf6f24f53",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_075f2",
                    table="projects_membre",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="statut_lifecycle",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."statut", \':\', NEW."statut") = ANY(\'{a_completer:depose,a_completer:en_instruction,a_completer:irrecevable,a_completer:retire,admis:auditionne,admis:en_instruction,admis:non_retenu,admis:retire,auditionne:admis,auditionne:non_retenu,auditionne:propose,auditionne:reserve,caduc:co_elaboration,co_elaboration:abandonne,co_elaboration:caduc,co_elaboration:depose,co_elaboration:pret,depose:a_completer,depose:en_instruction,depose:irrecevable,depose:retire,en_instruction:a_completer,en_instruction:admis,en_instruction:depose,en_instruction:non_admis,en_instruction:retire,idee:abandonne,idee:caduc,idee:co_elaboration,idee:sans_suite,irrecevable:depose,non_admis:en_instruction,non_retenu:auditionne,pret:abandonne,pret:caduc,pret:co_elaboration,pret:depose,propose:auditionne,propose:laureat,propose:non_retenu,reserve:auditionne,reserve:laureat,reserve:non_retenu}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."statut" IS DISTINCT FROM NEW."statut") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "statut" from "%" to "%" on table %\', OLD."statut", NEW."statut", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="c6a54e6f76470de563a6412998ee022c14093256",
                    operation="UPDATE",
                    pgid="pgtrigger_statut_lifecycle_2b080",
                    table="projects_dossier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_dossierevent" ("actions", "beneficiaires", "besoin", "cle", "contrat_id", "copie_de_id", "created_at", "created_by_id", "date_debut", "date_fin", "edition_id", "engagement_cer", "engagement_donnees", "engagement_honneur", "etapes", "evaluation", "id", "innovation", "lieux", "montant_demande", "moyens_humains", "moyens_materiels", "numero", "objectifs", "part_qpv", "partenaires", "participation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publics", "resume", "statut", "structure_id", "titre", "updated_at") VALUES (NEW."actions", NEW."beneficiaires", NEW."besoin", NEW."cle", NEW."contrat_id", NEW."copie_de_id", NEW."created_at", NEW."created_by_id", NEW."date_debut", NEW."date_fin", NEW."edition_id", NEW."engagement_cer", NEW."engagement_donnees", NEW."engagement_honneur", NEW."etapes", NEW."evaluation", NEW."id", NEW."innovation", NEW."lieux", NEW."montant_demande", NEW."moyens_humains", NEW."moyens_materiels", NEW."numero", NEW."objectifs", NEW."part_qpv", NEW."partenaires", NEW."participation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."publics", NEW."resume", NEW."statut", NEW."structure_id", NEW."titre", NEW."updated_at"); RETURN NULL;',
                    hash="c815a64b4ef0b3fefbe08493f01010c57a8512f6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1d5a1",
                    table="projects_dossier",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."actions" IS DISTINCT FROM (NEW."actions") OR OLD."beneficiaires" IS DISTINCT FROM (NEW."beneficiaires") OR OLD."besoin" IS DISTINCT FROM (NEW."besoin") OR OLD."cle" IS DISTINCT FROM (NEW."cle") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."copie_de_id" IS DISTINCT FROM (NEW."copie_de_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."date_debut" IS DISTINCT FROM (NEW."date_debut") OR OLD."date_fin" IS DISTINCT FROM (NEW."date_fin") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."engagement_cer" IS DISTINCT FROM (NEW."engagement_cer") OR OLD."engagement_donnees" IS DISTINCT FROM (NEW."engagement_donnees") OR OLD."engagement_honneur" IS DISTINCT FROM (NEW."engagement_honneur") OR OLD."etapes" IS DISTINCT FROM (NEW."etapes") OR OLD."evaluation" IS DISTINCT FROM (NEW."evaluation") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."innovation" IS DISTINCT FROM (NEW."innovation") OR OLD."lieux" IS DISTINCT FROM (NEW."lieux") OR OLD."montant_demande" IS DISTINCT FROM (NEW."montant_demande") OR OLD."moyens_humains" IS DISTINCT FROM (NEW."moyens_humains") OR OLD."moyens_materiels" IS DISTINCT FROM (NEW."moyens_materiels") OR OLD."numero" IS DISTINCT FROM (NEW."numero") OR OLD."objectifs" IS DISTINCT FROM (NEW."objectifs") OR OLD."part_qpv" IS DISTINCT FROM (NEW."part_qpv") OR OLD."partenaires" IS DISTINCT FROM (NEW."partenaires") OR OLD."participation" IS DISTINCT FROM (NEW."participation") OR OLD."publics" IS DISTINCT FROM (NEW."publics") OR OLD."resume" IS DISTINCT FROM (NEW."resume") OR OLD."statut" IS DISTINCT FROM (NEW."statut") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."titre" IS DISTINCT FROM (NEW."titre") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at"))',
                    func='INSERT INTO "projects_dossierevent" ("actions", "beneficiaires", "besoin", "cle", "contrat_id", "copie_de_id", "created_at", "created_by_id", "date_debut", "date_fin", "edition_id", "engagement_cer", "engagement_donnees", "engagement_honneur", "etapes", "evaluation", "id", "innovation", "lieux", "montant_demande", "moyens_humains", "moyens_materiels", "numero", "objectifs", "part_qpv", "partenaires", "participation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publics", "resume", "statut", "structure_id", "titre", "updated_at") VALUES (NEW."actions", NEW."beneficiaires", NEW."besoin", NEW."cle", NEW."contrat_id", NEW."copie_de_id", NEW."created_at", NEW."created_by_id", NEW."date_debut", NEW."date_fin", NEW."edition_id", NEW."engagement_cer", NEW."engagement_donnees", NEW."engagement_honneur", NEW."etapes", NEW."evaluation", NEW."id", NEW."innovation", NEW."lieux", NEW."montant_demande", NEW."moyens_humains", NEW."moyens_materiels", NEW."numero", NEW."objectifs", NEW."part_qpv", NEW."partenaires", NEW."participation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."publics", NEW."resume", NEW."statut", NEW."structure_id", NEW."titre", NEW."updated_at"); RETURN NULL;',
                    hash="ab8009ae0f795fc91bfa96fb258d06f80742fb71",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e3145",
                    table="projects_dossier",
                    when="AFTER",
                ),
            ),
        ),
    ]
