"""Who may, once the jury has deliberated. Published laureates are everybody's to read (`Laureat.visible_to`)."""

import rules

from label.rules import is_agent, is_pilote
from projects.models import recused_of
from projects.rules import is_membre
from projects.rules import is_recused as is_recused_of_dossier


@rules.predicate
def is_recused(user, objet):
    """A déport stands on the dossier of this laureate, or of the laureate of this payment."""
    laureat = getattr(objet, "laureat", objet)
    return laureat is not None and laureat.dossier_id in recused_of(user)


rules.add_perm("laureats.record_vote", is_pilote)
rules.add_perm("laureats.publish_results", is_pilote)
rules.add_perm("laureats.read_lettre", is_membre | (is_agent & ~is_recused_of_dossier))
rules.add_perm("laureats.change_laureat", is_pilote & ~is_recused)
rules.add_perm("laureats.move_versement", is_pilote & ~is_recused)
rules.add_perm("laureats.view_suivi", is_agent)
rules.add_perm("laureats.export_laureat", is_agent)
