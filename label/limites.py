"""How often an act may be made: per person, per address written to, per true client. Counted in PostgreSQL.

A count is one `INSERT … ON CONFLICT DO UPDATE`: whatever the number of processes and of simultaneous requests,
exactly as many pass as the table below allows (decision 0014).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from label.models import Compteur
from label.templatetags.label_ui import heure, jour_heure


@dataclass(frozen=True)
class Limite:
    """`nombre` acts within `fenetre` after the first of them."""

    nombre: int
    fenetre: timedelta


@dataclass(frozen=True)
class Bridage:
    """`axes`: {axis: limits}, asked in this order: who is refused for himself does not use up what others share.

    `refus`: the French sentence of a refusal; `%(retour)s` is when the act may be made again.
    """

    refus: str
    axes: dict


QUART, HEURE, JOUR = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
ACTES = {
    # A message to somebody who did not ask for it. Agents write to whole juries and to many partners.
    "tiers": Bridage(
        "Beaucoup d’envois sont partis en peu de temps\u00a0: celui-ci est resté ici, et personne ne l’a reçu. Rien "
        "n’est perdu, ce que vous avez écrit est encore sur cette page. Envoyez-le de nouveau à partir %(retour)s.",
        {
            "personne": (Limite(20, HEURE), Limite(50, JOUR)),
            "agent": (Limite(300, HEURE),),
            "adresse": (Limite(6, JOUR),),
            "adresse_par_agent": (Limite(30, JOUR),),
        },
    ),
    # A code is a mail to whoever owns the address, known here or not.
    "code": Bridage(
        "Beaucoup de codes viennent d’être demandés. Regardez si l’un d’eux est arrivé, dans les courriers "
        "indésirables aussi. Vous pourrez en demander un autre à partir %(retour)s.",
        {
            "navigateur": (Limite(10, QUART), Limite(40, JOUR)),
            "client": (Limite(60, HEURE),),
            "client_adresse": (Limite(5, QUART), Limite(20, JOUR)),
            "adresse": (Limite(15, QUART), Limite(40, JOUR)),
        },
    ),
    # Six digits: what may be tried in a day is what guards them (one chance in ten thousand). One client alone is
    # stopped well before the address is: a stranger does not close the door of a new telephone.
    "essai": Bridage(
        "Trop d’essais pour cette adresse. Vous pourrez recommencer à partir %(retour)s.",
        {
            "navigateur": (Limite(60, JOUR),),
            "client_adresse": (Limite(20, JOUR),),
            "adresse": (Limite(100, JOUR),),
        },
    ),
    "second_facteur": Bridage(
        "Trop d’essais. Vous pourrez recommencer à partir %(retour)s.",
        {"personne": (Limite(10, QUART), Limite(50, JOUR))},
    ),
    # A file joined to a dossier, whatever becomes of it.
    "fichier": Bridage(
        "Beaucoup de fichiers ont été joints aujourd’hui\u00a0: celui-ci n’a pas été gardé, les autres le sont. "
        "Joignez-le de nouveau à partir %(retour)s.",
        {"personne": (Limite(300, JOUR),)},
    ),
    # A message to the people of a dossier, each of whom gets a mail. Agents write about many dossiers.
    "echange": Bridage(
        "Beaucoup de messages sont partis en peu de temps\u00a0: celui-ci est resté ici, et personne ne l’a reçu. Rien "
        "n’est perdu, ce que vous avez écrit est encore sur cette page. Envoyez-le de nouveau à partir %(retour)s.",
        {"personne": (Limite(20, HEURE), Limite(60, JOUR)), "agent": (Limite(100, HEURE),)},
    ),
    # A date to rehearse, an answer to a convocation: each is a mail to all those it concerns.
    "oral": Bridage(
        "Beaucoup de réponses sont parties en peu de temps\u00a0: celle-ci n’est pas enregistrée, et personne ne l’a "
        "reçue. Recommencez à partir %(retour)s.",
        {"personne": (Limite(20, HEURE), Limite(60, JOUR))},
    ),
    # An idea: a whole reading room may share one client.
    "idee": Bridage(
        "Beaucoup d’envois viennent d’arriver de cette connexion. Rien n’est perdu\u00a0: tout ce que vous avez écrit "
        "est encore sur cette page. Envoyez-le de nouveau à partir %(retour)s.",
        {"personne": (Limite(20, HEURE),), "client": (Limite(60, HEURE),)},
    ),
    # A message to us: somebody reads each of them.
    "contact": Bridage(
        "Beaucoup de messages viennent d’arriver de cette connexion. Rien n’est perdu\u00a0: ce que vous avez écrit "
        "est encore sur cette page. Envoyez-le de nouveau à partir %(retour)s.",
        {"personne": (Limite(10, HEURE), Limite(30, JOUR)), "client": (Limite(20, HEURE), Limite(60, JOUR))},
    ),
}


class TropVite(ValidationError):
    """The act was made too often; the message says in French when it may be made again (`retour`, aware)."""

    def __init__(self, acte: str, retour: datetime) -> None:
        self.retour = retour
        today = timezone.localdate(retour) == timezone.localdate()
        moment = f"de {heure(retour)}" if today else f"du {jour_heure(retour)}"
        super().__init__(ACTES[acte].refus, code="trop_vite", params={"retour": moment})


_SQL = f"""
INSERT INTO {Compteur._meta.db_table} AS c (empreinte, nombre, jusqu_a) VALUES (%(empreinte)s, 1, %(fin)s)
ON CONFLICT (empreinte) DO UPDATE SET
    nombre = CASE WHEN c.jusqu_a <= %(at)s THEN 1 ELSE LEAST(c.nombre + 1, 1000000) END,
    jusqu_a = CASE WHEN c.jusqu_a <= %(at)s THEN excluded.jusqu_a ELSE c.jusqu_a END
RETURNING nombre, jusqu_a
"""


def spend(acte: str, *, at: datetime | None = None, **values: object) -> None:
    """Count one `acte` for each axis given, such as `personne=user.pk` or `adresse=email`. Raises TropVite.

    Made within a transaction, the count is undone with the act it was for; a refused act costs nothing there.
    """
    at = at or timezone.now()
    unknown = values.keys() - ACTES[acte].axes.keys()
    if unknown:
        raise KeyError(f"{acte}: {sorted(unknown)}")
    for axe, limites in ACTES[acte].axes.items():
        if axe not in values:
            continue
        for limite in limites:
            nombre, jusqu_a = _count(f"{acte}:{axe}:{limite.fenetre}:{values[axe]}", at, limite.fenetre)
            if nombre > limite.nombre:
                raise TropVite(acte, jusqu_a)


def _count(key: str, at: datetime, fenetre: timedelta) -> Any:
    empreinte = salted_hmac("label.limites", key, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"empreinte": empreinte, "at": at, "fin": at + fenetre})
        return cursor.fetchone()


def spend_tiers(by: Any, adresse: str, *, at: datetime | None = None) -> None:
    """Count one message that `by` sends to an address which did not ask for it. Raises TropVite."""
    adresse = adresse.strip().lower()
    if by.is_agent:
        spend("tiers", agent=by.pk, adresse_par_agent=adresse, at=at)
    else:
        spend("tiers", personne=by.pk, adresse=adresse, at=at)


def counts_over(now: datetime) -> QuerySet[Compteur]:
    """The counts whose time is over."""
    return Compteur.objects.filter(jusqu_a__lte=now)
