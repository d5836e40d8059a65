"""What the floor of dossiers finds for who searches: dossiers, ideas that wait, structures and their people.

Everything comes out of `visible_to`, in an order that no secret moves: the number asked for first, then by édition and
by title, or by number when the beginning of one is asked for. A statut is shown as its reader may know it (`read_by`),
and nothing is looked for in it.
"""

import re
from itertools import chain
from urllib.parse import urlencode

from django.db.models import Case, Q, Value, When
from django.urls import reverse

from contrats.models import Affectation
from label.models import Edition, User
from label.recherche import fold, is_within, matches
from label.trouvaille.registre import MAX, Chercheur, Sorte, Trouvaille, register
from projects.dossier.connu import libelle_for
from projects.enums import TONS
from projects.models import Dossier, IdeeEnAttente, Membre, Partage, Structure
from projects.models.dossier import by_numero
from projects.rules import contrats_of

# Of each kind: more than one person works with, and an address that is asked for is not their name.
PERSONNES_LUES = 10 * MAX
# «LAI-2027-031», «2027 31», «lai2027031», «n° 31», once folded: the year when it is said, the rank.
_NUMERO = re.compile(r"(?:(?:lai|no|n)[ ]?)?(?:(20[0-9]{2})[ ]?(?=[0-9]))?0{0,6}([0-9]{1,6})")


def numeros(text):
    """The numbers of dossiers that what was typed may be, as a list: one for each édition when it says no year."""
    found = _NUMERO.fullmatch(fold(text))
    if not found:
        return []
    annee, rang = found.groups()
    annees = [annee] if annee else Edition.objects.filter(is_historique=False).values_list("annee", flat=True)
    return [f"LAI-{one}-{rang.zfill(3)}" for one in annees]


def dossiers(user, text):
    asked = numeros(text)
    visible = Dossier.objects.visible_to(user)
    found = visible.filter(Q(pk__in=visible.matching(text).order_by().values("pk")) | Q(numero__in=asked))
    rank = Case(When(numero__in=asked, then=Value(0)), default=Value(1)) if asked else Value(1)
    # The beginning of a number asks for a run of them.
    by = (*by_numero(), "titre") if fold(text).startswith("lai") else ("titre", *by_numero())
    pks = found.order_by(rank, "-edition__annee", *by, "pk").values_list("pk", flat=True)[: MAX + 1]
    # What each reads like is asked of these alone: of thousands it would cost as many answers.
    pks = list(pks)
    rows = Dossier.objects.visible_to(user).read_by(user).filter(pk__in=pks).select_related("structure", "edition")
    by_pk = {dossier.pk: dossier for dossier in rows}
    return [_dossier(by_pk[pk], user) for pk in pks if pk in by_pk]


def _dossier(dossier, user):
    mots = [dossier.numero, dossier.structure.nom, f"édition {dossier.edition.annee}"]
    return Trouvaille(
        str(dossier),
        " · ".join(filter(None, mots)),
        reverse("projects:dossier_detail", args=[dossier.cle]),
        libelle_for(dossier.statut_lu, dossier, user),
        TONS[dossier.statut_lu],
    )


def _tous_les_dossiers(user, text):
    may = user.has_perm("projects.list_dossier")
    return f"{reverse('projects:dossier_list')}?{urlencode({'q': text})}" if may else ""


def idees(user, text):
    """Ideas sent while no édition was announced, until one takes them."""
    rows = IdeeEnAttente.objects.visible_to(user).waiting().filter(matches(text)).select_related("structure")
    return [
        Trouvaille(idee.titre, idee.structure.nom, reverse("projects:idee_detail", args=[idee.cle]))
        for idee in rows.order_by("titre", "pk")[: MAX + 1]
    ]


def structures(user, text):
    rows = Structure.objects.visible_to(user).matching(text).order_by("nom", "pk")
    return [
        Trouvaille(
            structure.nom,
            " · ".join(filter(None, [structure.sigle, structure.get_type_display(), structure.ville])),
            reverse("projects:structure_detail", args=[structure.cle]),
        )
        for structure in rows[: MAX + 1]
    ]


def personnes(user, text):
    """The people this person works with: members of the structures they see, guests and chefs of their dossiers.

    A structure's people are met on its page; guests, on that of the people of the dossier; chefs, on their contrat's.
    """
    people = User.objects.filter(is_active=True).matching(text).order_by().values("pk")
    members = Membre.objects.current().filter(user__in=people, structure__in=Structure.objects.visible_to(user))
    mine = _mine(user)
    guests = Partage.objects.current().filter(user__in=people, dossier__in=mine)
    chefs = Affectation.objects.current().filter(user__in=people)
    if not user.is_agent:
        chefs = chefs.filter(Q(contrat__in=mine.values("contrat")) | Q(user=user))
    by_name = ("user__nom", "user__prenom", "pk")
    rows = chain(
        members.select_related("user", "structure").order_by(*by_name)[:PERSONNES_LUES],
        guests.select_related("user", "dossier").order_by(*by_name)[:PERSONNES_LUES],
        chefs.select_related("user", "contrat").order_by(*by_name)[:PERSONNES_LUES],
    )
    found = {}
    for row in rows:
        # Outside the EPT an address finds nobody: it would be guessed letter by letter.
        if user.is_agent or is_within(text, f"{row.user.prenom} {row.user.nom}"):
            found.setdefault(row.user, []).append(_part(row))
    people = sorted(found.items(), key=lambda item: (item[0].nom, item[0].prenom, item[0].pk))
    return [
        Trouvaille(person.get_full_name(), " · ".join(dict.fromkeys(mots for mots, _ in parts)), parts[0][1])
        for person, parts in people[: MAX + 1]
    ]


def _mine(user):
    """The dossiers whose people this person knows: those of the EPT, of one's structures, of one's contrats, and
    those one was let into."""
    visible = Dossier.objects.visible_to(user).order_by()
    if user.is_agent:
        return visible
    own = Membre.objects.current().filter(user=user).values("structure")
    guest = Partage.objects.current().filter(user=user).values("dossier")
    return visible.filter(Q(structure__in=own) | Q(contrat__in=contrats_of(user)) | Q(pk__in=guest))


def _part(row):
    """(what the person is there, its page)."""
    match row:
        case Membre():
            role = "Responsable" if row.is_responsable else "Membre"
            return f"{role}, {row.structure.nom}", reverse("projects:structure_detail", args=[row.structure.cle])
        case Partage():
            return f"Invité dans «\u00a0{row.dossier}\u00a0»", reverse("projects:personne_list", args=[row.dossier.cle])
    return f"Chef de projet, {row.contrat.nom}", reverse("contrats:contrat_detail", args=[row.contrat.code])


register(
    Chercheur(Sorte.DOSSIER, dossiers, _tous_les_dossiers),
    Chercheur(Sorte.IDEE, idees),
    Chercheur(Sorte.STRUCTURE, structures),
    Chercheur(Sorte.PERSONNE, personnes),
)
