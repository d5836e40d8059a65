"""What the jury finds for who searches: a juror his own hearings, a pilote who sits."""

from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from juries.models import Audition, Jure
from label.models import User
from label.recherche import is_within
from label.templatetags.label_ui import jour_heure
from label.trouvaille.registre import MAX, Chercheur, Sorte, Trouvaille, register
from projects.dossier.contenu import without_private
from projects.models import Dossier
from projects.trouvailles import numeros


def auditions(user, text):
    """Those of this juror: he declared no link with the dossier, and no déport stands.

    Found by what he reads of it: a masked telephone would be guessed digit by digit.
    """
    asked = numeros(text)
    found = Q(dossier__in=Dossier.objects.matching(text).order_by().values("pk")) | Q(dossier__numero__in=asked)
    rank = Case(When(dossier__numero__in=asked, then=Value(0)), default=Value(1)) if asked else Value(1)
    rows = Audition.objects.heard_by(user).devant_le_jury().dites().filter(found).select_related("dossier__structure")
    read = [
        audition
        for audition in rows.order_by(rank, F("dit_debut").desc(nulls_last=True), "pk")
        if audition.dossier.numero in asked or is_within(text, _words_read(audition.dossier))
    ]
    return [
        Trouvaille(
            without_private(str(audition.dossier)),
            " · ".join([audition.dossier.numero, audition.dossier.structure.nom, _quand(audition.annoncee)]),
            reverse("juries:audition_detail", args=[audition.cle]),
        )
        for audition in read[: MAX + 1]
    ]


def _quand(creneau):
    return jour_heure(creneau.debut) if creneau else "date à venir"


def _words_read(dossier):
    """What a juror may look for in a dossier: what the search reads of it, masked as his pages are."""
    said = without_private(f"{dossier.titre} {dossier.resume}")
    return " ".join([said, dossier.numero, dossier.structure.nom, dossier.structure.sigle])


def jures(user, text):
    people = User.objects.filter(is_active=True).matching(text).order_by().values("pk")
    rows = Jure.objects.visible_to(user).filter(removed_at=None, user__in=people).select_related("jury__edition")
    return [
        Trouvaille(
            jure.nom,
            f"Membre du jury {jure.jury.edition.annee}, {jure.get_college_display().lower()}",
            reverse("juries:jury_detail", args=[jure.jury.edition.annee]),
        )
        for jure in rows.order_by("nom", "-jury__edition__annee", "pk")[: MAX + 1]
    ]


register(Chercheur(Sorte.AUDITION, auditions), Chercheur(Sorte.PERSONNE, jures))
