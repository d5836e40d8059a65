"""The rule of the ranking in words: the same on the screen, in the minutes and on the public page of the call."""

# What `scoring` and `rangs` do, sentence by sentence.
NOTES = (
    "La note d’un bulletin est la moyenne de ses critères, ramenés sur 20 et pondérés. Un critère "
    "«\u00a0sans avis\u00a0» est laissé de côté et son poids se répartit sur les autres\u00a0: il n’est jamais compté "
    "comme un zéro. Un bulletin «\u00a0sans avis\u00a0» sur tous les critères ne compte pas."
)
MOYENNE = (
    "La moyenne d’un dossier est celle des bulletins définitifs des membres qui ne sont ni déportés de ce dossier, ni "
    "notés absents à la séance."
)
RANGS = (
    "Les moyennes sont comparées exactes, avant d’être arrondies au centième pour l’affichage. À moyenne exactement "
    "égale, même rang, et le suivant est sauté (1, 2, 2, 4)."
)
METHODE = f"{NOTES} {MOYENNE} {RANGS}"
ECART = (
    "L’écart-type dit si les membres sont d’accord\u00a0: plus il est grand, plus le dossier mérite d’être discuté. Il "
    "ne change aucun rang."
)
CORRECTION = (
    "La moyenne corrigée tient compte des membres plus sévères ou plus indulgents que les autres sur les mêmes "
    "dossiers. Elle est donnée à côté et ne change jamais un rang."
)


def publiees(departage=""):
    """All of it, sentence by sentence, with the rule on ties of a jury where there is one."""
    return [sentence for sentence in (NOTES, MOYENNE, RANGS, departage, ECART, CORRECTION) if sentence]
