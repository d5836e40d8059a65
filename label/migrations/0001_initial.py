import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import label.models.mecanique


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Battement",
            fields=[
                ("nom", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="dernier signe de vie")),
            ],
            options={
                "verbose_name": "battement",
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("annee", models.PositiveSmallIntegerField(unique=True, verbose_name="année")),
                ("titre", models.CharField(max_length=120)),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")],
                        default="2015",
                        max_length=4,
                        verbose_name="génération du référentiel",
                    ),
                ),
                ("ouverture", models.DateTimeField(verbose_name="ouverture de la co-élaboration")),
                (
                    "cloture",
                    models.DateTimeField(
                        help_text="Date et heure de Paris. D’ordinaire 23 h 59, le dernier jour.",
                        verbose_name="clôture des dépôts",
                    ),
                ),
                ("fin_instruction", models.DateField(verbose_name="fin de l’instruction")),
                ("jury_debut", models.DateField(verbose_name="premier jour de jury")),
                ("jury_fin", models.DateField(verbose_name="dernier jour de jury")),
                ("publication_prevue", models.DateField(verbose_name="publication prévue")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="résultats publiés le"),
                ),
                ("enveloppe", models.PositiveIntegerField(verbose_name="enveloppe (€)")),
                ("montant_min", models.PositiveIntegerField(default=0, verbose_name="montant minimal par projet (€)")),
                ("montant_max", models.PositiveIntegerField(verbose_name="montant maximal par projet (€)")),
                (
                    "visa_requis",
                    models.BooleanField(default=True, verbose_name="visa du chef de projet exigé avant le dépôt"),
                ),
                (
                    "convention_toujours",
                    models.BooleanField(
                        default=False, verbose_name="convention pour chaque lauréat, même sous 23 000 €"
                    ),
                ),
                (
                    "conservation_annees",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="À confirmer par l’archiviste de l’EPT.",
                        verbose_name="durée de conservation (années)",
                    ),
                ),
                (
                    "is_historique",
                    models.BooleanField(
                        default=False,
                        help_text="Seuls ses lauréats sont connus.",
                        verbose_name="édition reprise pour mémoire",
                    ),
                ),
                ("is_fictive", models.BooleanField(default=False, verbose_name="édition fictive (démonstration)")),
            ],
            options={
                "verbose_name": "édition",
                "ordering": ["-annee"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cloture__gt", models.F("ouverture"))),
                        name="edition_cloture_apres_ouverture",
                        violation_error_message="La clôture des dépôts doit suivre l’ouverture.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fin_instruction__gte", models.F("cloture__date"))),
                        name="edition_fin_instruction_apres_cloture",
                        violation_error_message="L’instruction ne peut pas finir avant la clôture des dépôts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("jury_debut__gte", models.F("fin_instruction"))),
                        name="edition_jury_debut_apres_fin_instruction",
                        violation_error_message="Le jury ne peut pas commencer avant la fin de l’instruction.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("jury_fin__gte", models.F("jury_debut"))),
                        name="edition_jury_fin_apres_jury_debut",
                        violation_error_message="Le dernier jour de jury doit suivre le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("publication_prevue__gte", models.F("jury_fin"))),
                        name="edition_publication_prevue_apres_jury_fin",
                        violation_error_message="La publication ne peut pas précéder la fin du jury.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("montant_max__gte", models.F("montant_min"))),
                        name="edition_montant_max_apres_montant_min",
                        violation_error_message="Le montant maximal doit dépasser le montant minimal.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Critere",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordre", models.PositiveSmallIntegerField()),
                ("nom", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("poids", models.PositiveSmallIntegerField(default=1)),
                ("note_max", models.PositiveSmallIntegerField(default=5, verbose_name="note maximale")),
                (
                    "libelles",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Un mot par note, de 0 à la note maximale.",
                        verbose_name="mots de chaque échelon",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteres",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
            ],
            options={
                "verbose_name": "critère",
                "ordering": ["edition", "ordre"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "ordre"),
                        name="critere_ordre_unique",
                        violation_error_message="Deux critères ne peuvent pas porter le même rang.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("poids__gte", 1)),
                        name="critere_poids_positif",
                        violation_error_message="Le poids d’un critère est au moins 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note_max__gte", 1)),
                        name="critere_note_max_positive",
                        violation_error_message="La note maximale est au moins 1.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("annee", models.PositiveSmallIntegerField(verbose_name="année")),
                ("titre", models.CharField(max_length=120)),
                (
                    "generation",
                    models.CharField(
                        choices=[("2015", "2015–2023"), ("2024", "2024–2030")],
                        default="2015",
                        max_length=4,
                        verbose_name="génération du référentiel",
                    ),
                ),
                ("ouverture", models.DateTimeField(verbose_name="ouverture de la co-élaboration")),
                (
                    "cloture",
                    models.DateTimeField(
                        help_text="Date et heure de Paris. D’ordinaire 23 h 59, le dernier jour.",
                        verbose_name="clôture des dépôts",
                    ),
                ),
                ("fin_instruction", models.DateField(verbose_name="fin de l’instruction")),
                ("jury_debut", models.DateField(verbose_name="premier jour de jury")),
                ("jury_fin", models.DateField(verbose_name="dernier jour de jury")),
                ("publication_prevue", models.DateField(verbose_name="publication prévue")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="résultats publiés le"),
                ),
                ("enveloppe", models.PositiveIntegerField(verbose_name="enveloppe (€)")),
                ("montant_min", models.PositiveIntegerField(default=0, verbose_name="montant minimal par projet (€)")),
                ("montant_max", models.PositiveIntegerField(verbose_name="montant maximal par projet (€)")),
                (
                    "visa_requis",
                    models.BooleanField(default=True, verbose_name="visa du chef de projet exigé avant le dépôt"),
                ),
                (
                    "convention_toujours",
                    models.BooleanField(
                        default=False, verbose_name="convention pour chaque lauréat, même sous 23 000 €"
                    ),
                ),
                (
                    "conservation_annees",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="À confirmer par l’archiviste de l’EPT.",
                        verbose_name="durée de conservation (années)",
                    ),
                ),
                (
                    "is_historique",
                    models.BooleanField(
                        default=False,
                        help_text="Seuls ses lauréats sont connus.",
                        verbose_name="édition reprise pour mémoire",
                    ),
                ),
                ("is_fictive", models.BooleanField(default=False, verbose_name="édition fictive (démonstration)")),
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
                        to="label.edition",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="adresse électronique")),
                ("prenom", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                ("nom", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                ("telephone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                ("is_staff", models.BooleanField(default=False, verbose_name="accès à l’administration technique")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "personne",
                "ordering": ["nom", "prenom", "email"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_unique",
                        violation_error_message="Cette adresse a déjà un compte.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Habilitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "role",
                    models.CharField(
                        choices=[("instructeur", "Instructeur"), ("pilote", "Pilote")],
                        max_length=20,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="habilitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "habilitation",
                "ordering": ["-du", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("au__isnull", True), ("au__gte", models.F("du")), _connector="OR"),
                        name="label_habilitation_dates_ordonnees",
                        violation_error_message="La date de fin doit suivre la date de début.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HabilitationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("du", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("au", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "role",
                    models.CharField(
                        choices=[("instructeur", "Instructeur"), ("pilote", "Pilote")],
                        max_length=20,
                        verbose_name="rôle",
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
                        to="label.habilitation",
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
        migrations.CreateModel(
            name="PieceDemandee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordre", models.PositiveSmallIntegerField(default=1)),
                ("nom", models.CharField(max_length=120)),
                ("aide", models.CharField(blank=True, max_length=300)),
                ("is_obligatoire", models.BooleanField(default=True, verbose_name="obligatoire")),
                (
                    "types_structure",
                    models.JSONField(blank=True, default=list, verbose_name="types de structure concernés"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces_demandees",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce demandée",
                "verbose_name_plural": "pièces demandées",
                "ordering": ["edition", "ordre", "pk"],
                "constraints": [models.UniqueConstraint(fields=("edition", "nom"), name="piece_demandee_nom_unique")],
            },
        ),
        migrations.CreateModel(
            name="PointRecevabilite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordre", models.PositiveSmallIntegerField(default=1)),
                ("libelle", models.CharField(max_length=200, verbose_name="libellé")),
                ("aide", models.CharField(blank=True, max_length=300)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points_recevabilite",
                        to="label.edition",
                        verbose_name="édition",
                    ),
                ),
            ],
            options={
                "verbose_name": "point de recevabilité",
                "verbose_name_plural": "points de recevabilité",
                "ordering": ["edition", "ordre", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "libelle"), name="point_recevabilite_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Courriel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle_notification", models.CharField(max_length=60, verbose_name="notification")),
                ("object_id", models.PositiveBigIntegerField(null=True)),
                ("occurrence", models.CharField(blank=True, max_length=60, verbose_name="occurrence")),
                ("destinataire", models.EmailField(max_length=254, verbose_name="destinataire")),
                ("sujet", models.CharField(max_length=250)),
                ("texte", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("is_sensible", models.BooleanField(default=False, verbose_name="effacé après l’envoi")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("du", "À envoyer"),
                            ("en_cours", "En cours d’envoi"),
                            ("envoye", "Envoyé"),
                            ("echec", "Échec définitif"),
                            ("annule", "Annulé"),
                        ],
                        default="du",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("essais", models.PositiveSmallIntegerField(default=0)),
                (
                    "prochain_essai",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="prochain essai"),
                ),
                ("erreur", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                (
                    "content_type",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="contenttypes.contenttype"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="courriels",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "courriel",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("etat__in", ["du", "en_cours"])),
                        fields=["prochain_essai"],
                        name="courriel_a_envoyer",
                    ),
                    models.Index(fields=["content_type", "object_id"], name="courriel_objet"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cle_notification", "content_type", "object_id", "destinataire", "occurrence"),
                        name="courriel_du_une_fois",
                        nulls_distinct=True,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("etat", "envoye"), ("sent_at__isnull", False)),
                            models.Q(models.Q(("etat", "envoye"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="courriel_envoye_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourrielFichier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nom", models.CharField(max_length=120)),
                ("type_mime", models.CharField(max_length=100)),
                ("contenu", models.BinaryField()),
                (
                    "courriel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fichiers", to="label.courriel"
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce jointe",
            },
        ),
        migrations.CreateModel(
            name="CritereEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("ordre", models.PositiveSmallIntegerField()),
                ("nom", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("poids", models.PositiveSmallIntegerField(default=1)),
                ("note_max", models.PositiveSmallIntegerField(default=5, verbose_name="note maximale")),
                (
                    "libelles",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Un mot par note, de 0 à la note maximale.",
                        verbose_name="mots de chaque échelon",
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
                        to="label.critere",
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
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="edition",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "label_editionevent" ("annee", "cloture", "conservation_annees", "convention_toujours", "enveloppe", "fin_instruction", "generation", "id", "is_fictive", "is_historique", "jury_debut", "jury_fin", "montant_max", "montant_min", "ouverture", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication_prevue", "published_at", "titre", "visa_requis") VALUES (NEW."annee", NEW."cloture", NEW."conservation_annees", NEW."convention_toujours", NEW."enveloppe", NEW."fin_instruction", NEW."generation", NEW."id", NEW."is_fictive", NEW."is_historique", NEW."jury_debut", NEW."jury_fin", NEW."montant_max", NEW."montant_min", NEW."ouverture", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."publication_prevue", NEW."published_at", NEW."titre", NEW."visa_requis"); RETURN NULL;',
                    hash="69cc1eca62e1cf4bed032362b61efc289630e5e1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d2883",
                    table="label_edition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="edition",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "label_editionevent" ("annee", "cloture", "conservation_annees", "convention_toujours", "enveloppe", "fin_instruction", "generation", "id", "is_fictive", "is_historique", "jury_debut", "jury_fin", "montant_max", "montant_min", "ouverture", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication_prevue", "published_at", "titre", "visa_requis") VALUES (NEW."annee", NEW."cloture", NEW."conservation_annees", NEW."convention_toujours", NEW."enveloppe", NEW."fin_instruction", NEW."generation", NEW."id", NEW."is_fictive", NEW."is_historique", NEW."jury_debut", NEW."jury_fin", NEW."montant_max", NEW."montant_min", NEW."ouverture", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."publication_prevue", NEW."published_at", NEW."titre", NEW."visa_requis"); RETURN NULL;',
                    hash="36ae61136789fc93ec2b665ce8b026b00f6b722e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_dd1ac",
                    table="label_edition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="critere",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "label_critereevent" ("description", "edition_id", "id", "libelles", "nom", "note_max", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "poids") VALUES (NEW."description", NEW."edition_id", NEW."id", NEW."libelles", NEW."nom", NEW."note_max", NEW."ordre", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."poids"); RETURN NULL;',
                    hash="24dc0cf015e1ff5e9843be59539241011ae2451a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_95238",
                    table="label_critere",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="critere",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "label_critereevent" ("description", "edition_id", "id", "libelles", "nom", "note_max", "ordre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "poids") VALUES (NEW."description", NEW."edition_id", NEW."id", NEW."libelles", NEW."nom", NEW."note_max", NEW."ordre", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."poids"); RETURN NULL;',
                    hash="675dd2b1ad05c37ec15ba79842e73036772e2184",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fb638",
                    table="label_critere",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="habilitation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "label_habilitationevent" ("au", "du", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."au", NEW."du", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;',
                    hash="3039793a8fbed01be9d9fbb3454045a02c08163a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_aa213",
                    table="label_habilitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="habilitation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "label_habilitationevent" ("au", "du", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."au", NEW."du", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;',
                    hash="e84327513af1df7f74bdd4ace043e446de267f9c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_968b1",
                    table="label_habilitation",
                    when="AFTER",
                ),
            ),
        ),
    ]
