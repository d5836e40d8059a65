"""Who may touch the reference data of the territory. Seeing it is everybody's right."""

import rules

from label.rules import is_pilote

rules.add_perm("contrats.view_territoire", rules.always_allow)
rules.add_perm("contrats.change_referentiel", is_pilote)
