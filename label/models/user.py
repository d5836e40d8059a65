"""People: an e-mail address is the login; what they may do is held elsewhere, for a time."""

import pghistory
import rules
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.utils.functional import cached_property

from label.enums import AGENTS, Role
from label.models.mecanique import Keyed, Prepared, Tenure, TenureQuerySet
from label.recherche import Words, in_words


class UserQuerySet(models.QuerySet):
    def matching(self, text):
        """People whose first name, name or address hold every word typed; none when nothing typed is a word."""
        asked = in_words(text)
        return self.filter(recherche=asked) if asked else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """Create a person, who enters by a mailed code.

        `password` is there for Django's own commands, and not kept: no page takes a password.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(Keyed, AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("accès à l’administration technique", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    recherche = models.GeneratedField(
        expression=Words(Concat("prenom", Value(" "), "nom", Value(" "), "email", output_field=models.TextField())),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        ordering = ["nom", "prenom", "email"]
        indexes = [GinIndex(fields=["recherche"], name="user_recherche")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message="Cette adresse a déjà un compte."
            )
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        """«Prénom Nom», or the e-mail address while the person has not given a name."""
        return f"{self.prenom} {self.nom}".strip() or self.email

    def get_short_name(self):
        return self.prenom or self.get_full_name()

    def has_usable_password(self):
        """Never: no page takes a password (django-allauth and Django's administration ask)."""
        return False

    def has_perm(self, perm, obj=None):
        """What `rules` decides alone; Django's tables of permissions are read for the technical admin only.

        The technical admin stands above the roles, not above what is said of one object: a déport, a structure.
        """
        if rules.perm_exists(perm):
            is_above = obj is None and self.is_active and self.is_superuser
            return is_above or rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)

    @cached_property
    def habilitations_courantes(self):
        """Roles held at the EPT today, as a set of `Role` values; read once per request."""
        if not self.is_active:
            return frozenset()
        return frozenset(role for (role,) in ROLES.rows(self))

    @property
    def is_pilote(self):
        return Role.PILOTE in self.habilitations_courantes

    @property
    def is_agent(self):
        """Works at the EPT on the call, as instructeur or pilote, who may do all an instructeur does."""
        return bool(self.habilitations_courantes & AGENTS)


class HabilitationQuerySet(TenureQuerySet):
    def agents(self, on=None):
        """What makes somebody an agent on the date `on` (today in Paris by default)."""
        return self.current(on).filter(role__in=AGENTS)

    def holding(self, role, on=None):
        """What gives somebody this `role` on the date `on` (today in Paris by default)."""
        return self.current(on).filter(role=role)


@pghistory.track()
class Habilitation(Tenure):
    """A role held at the EPT itself, over the whole call."""

    user = models.ForeignKey(User, models.CASCADE, related_name="habilitations", verbose_name="personne")
    role = models.CharField(
        "rôle",
        max_length=20,
        choices=[(Role.INSTRUCTEUR, Role.INSTRUCTEUR.label), (Role.PILOTE, Role.PILOTE.label)],
    )

    objects = HabilitationQuerySet.as_manager()

    class Meta(Tenure.Meta):
        verbose_name = "habilitation"
        ordering = ["-du", "pk"]

    def __str__(self):
        return f"{self.user}\u00a0: {self.get_role_display()}"


ROLES = Prepared(lambda user, jour: Habilitation.objects.current(jour).filter(user=user).order_by().values_list("role"))
