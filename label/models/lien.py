"""What every link sent by mail is: found by the fingerprint of its key, alive for a time, cut at once."""

from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from label.cles import draw_graine, empreinte_of, jetons_of


class Clos(models.TextChoices):
    """Why a link opens nothing any more."""

    RETIRE = "retire", "Retiré"
    SERVI = "servi", "Servi"
    PERIME = "perime", "Périmé"


@dataclass(frozen=True)
class Usage:
    """What the links of one model are for.

    `nom`: enters each key: the key of one usage opens nothing of another. `vue`: the name of the page it opens, which
    takes `jeton`. `retire`, `servi`: the columns that date its end ("" when there is none). `mots`: for each `Clos`,
    the French sentence, or a function of the object that makes it. `que_faire`: what to do then, in French.
    `nominatif`: only a person signed in with the address written to goes through. `discret`: who was written to, and
    of what, is not for the list of messages sent.
    """

    nom: str
    vue: str
    retire: str = ""
    servi: str = ""
    mots: dict = field(default_factory=dict)
    que_faire: str = ""
    nominatif: bool = True
    discret: bool = False


class Empreinte(models.CharField):
    """The SHA-256 of the key, computed when the row is first written; NULL for a row without a link."""

    def __init__(self, **kwargs):
        super().__init__(
            **kwargs | {"max_length": 64, "unique": True, "null": True, "blank": True, "default": "", "editable": False}
        )

    def pre_save(self, model_instance, add):
        if getattr(model_instance, self.attname) == "":
            setattr(model_instance, self.attname, empreinte_of(next(model_instance.jetons())))
        return super().pre_save(model_instance, add)


class Lien(models.Model):
    """An object whose mail carries a link. `LIEN`: its `Usage`; `lien_expire_at`: until when it opens (aware)."""

    LIEN: Usage

    graine = models.CharField(max_length=22, default=draw_graine, editable=False)
    jeton_sha256 = Empreinte()

    class Meta:
        abstract = True

    @property
    def lien_expire_at(self):
        raise NotImplementedError

    def jetons(self):
        """The keys this row may have been given, today's first."""
        return jetons_of(self.LIEN.nom, self.graine)

    @property
    def jeton(self):
        """The key of this link, the same each time; "" when no `SECRET_KEY` still kept has made it."""
        return next((jeton for jeton in self.jetons() if empreinte_of(jeton) == self.jeton_sha256), "")

    def opens_with(self, jeton):
        """Whether this is its key, under a `SECRET_KEY` still kept."""
        # Each is compared: how long it takes tells nothing of which.
        same = [constant_time_compare(jeton, one) for one in self.jetons()]
        return any(same)

    def draw_link(self):
        """Give it another key, not saved yet: the former link opens nothing any more. Returns the columns changed."""
        self.graine, self.jeton_sha256 = draw_graine(), ""
        self.jeton_sha256 = empreinte_of(next(self.jetons()))
        return ["graine", "jeton_sha256"]

    def lien_clos(self, now=None):
        """Why it opens nothing any more (`Clos`), or None while it does."""
        for column, clos in ((self.LIEN.retire, Clos.RETIRE), (self.LIEN.servi, Clos.SERVI)):
            if column and getattr(self, column):
                return clos
        return Clos.PERIME if (now or timezone.now()) >= self.lien_expire_at else None

    def pourquoi_clos(self, now=None):
        """The same as a French sentence; "" while it opens."""
        clos = self.lien_clos(now)
        mots = self.LIEN.mots[clos] if clos else ""
        return mots(self) if callable(mots) else mots
