"""Who instructs a dossier, and who answers what is asked."""

import rules

from label.rules import is_agent, is_pilote
from projects.rules import awaits_answer, is_membre, is_recused

rules.add_perm("instruction.list_instruction", is_agent)
rules.add_perm("instruction.instruct_dossier", is_agent & ~is_membre & ~is_recused)
rules.add_perm("instruction.admit_dossier", is_pilote & ~is_membre & ~is_recused)
rules.add_perm("instruction.answer_complement", is_membre & awaits_answer)
