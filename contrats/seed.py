"""One fictional chef de projet in post for each contrat of the frame, and one who has left."""

from datetime import timedelta

from django.utils import timezone

from contrats.models import Affectation, ContratDeVille

PRENOMS = ["Luc", "Rosa", "Samir", "Hélène", "Omar", "Gaëlle", "Tomás", "Adèle", "Bruno", "Maëlys"]
NOMS = ["Fontanel", "Pereira", "Haddad", "Carpentier", "Cissé", "Rouvière", "Santos", "Meunier", "Fabre", "Girardot"]


def seed(monde):
    """`monde.chefs`: {contrat code: User}; the account «chef@demo.example» holds the largest contrat."""
    debut = timezone.localdate(monde.maintenant) - timedelta(days=800)
    contrats = sorted(
        ContratDeVille.objects.in_generation(monde.courante.generation),
        key=lambda contrat: (-contrat.quartiers.count(), contrat.code),
    )
    monde.chefs = {}
    for rang, contrat in enumerate(contrats):
        email = "chef@demo.example" if rang == 0 else f"chef{rang + 1}@demo.example"
        chef = monde.personne(email, PRENOMS[rang % len(PRENOMS)], NOMS[rang % len(NOMS)])
        chef.telephone = f"01 99 00 {rang + 10:02d} {rang + 30:02d}"
        chef.save(update_fields=["telephone"])
        Affectation.objects.create(user=chef, contrat=contrat, du=debut)
        monde.chefs[contrat.code] = chef
    ancien = monde.personne("ancien-chef@demo.example", "Sylvie", "Delmotte")
    Affectation.objects.create(
        user=ancien, contrat=contrats[0], du=debut - timedelta(days=700), au=debut - timedelta(days=1)
    )
