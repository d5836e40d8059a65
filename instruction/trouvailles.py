"""What the instruction finds for who searches: the staff finds its colleagues, and what they follow."""

from urllib.parse import urlencode

from django.urls import reverse

from label.models import Habilitation, User
from label.trouvaille.registre import MAX, Chercheur, Sorte, Trouvaille, register


def agents(user, text):
    if not user.has_perm("instruction.list_instruction"):
        return []
    people = User.objects.filter(is_active=True).matching(text).order_by().values("pk")
    held = Habilitation.objects.agents().filter(user__in=people).select_related("user")
    return [
        Trouvaille(
            one.user.get_full_name(),
            f"{one.get_role_display()} à l’EPT\u00a0: les dossiers qui lui sont confiés",
            f"{reverse('instruction:instruction_list')}?{urlencode({'instructeur': one.user.cle})}",
        )
        for one in held.order_by("user__nom", "user__prenom", "pk")[: MAX + 1]
    ]


register(Chercheur(Sorte.PERSONNE, agents))
