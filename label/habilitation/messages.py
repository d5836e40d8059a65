"""What a person given a role at the EPT is told. The link is the door of everybody: it opens nothing."""

from label.notifications import Notification, register

register(
    Notification(
        "pilote_nomme",
        "Vous êtes pilote\u00a0: par où entrer",
        "À l’installation du service, quand le premier pilote est nommé",
        "La personne nommée",
        lambda habilitation, context: [habilitation.user],
    )
)
