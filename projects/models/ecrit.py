"""What a write of its text moves in the dossier. By triggers: the fields are written many times a minute."""

import pgtrigger

from ecriture.models import Champ, Ecrit
from projects.enums import Section


class EcritDeDossier(Ecrit):
    """A dossier was modified when its text was."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="dossier_ecrit",
                operation=pgtrigger.UpdateOf("revision"),
                when=pgtrigger.After,
                func="UPDATE projects_dossier SET updated_at = NEW.at WHERE ecrit_id = NEW.id; RETURN NULL;",
            )
        ]


# The other dossiers of the structure show its fields too: their first section was written with this one's.
_PARTOUT = """
    UPDATE ecriture_redaction SET version = version + 1, by_id = NEW.by_id, at = NEW.at
    WHERE section = NEW.section AND ecrit_id <> NEW.ecrit_id AND ecrit_id IN (
        SELECT other.ecrit_id FROM projects_dossier other JOIN projects_dossier this USING (structure_id)
        WHERE this.ecrit_id = NEW.ecrit_id
    );
    RETURN NULL;
"""
_STRUCTURE = pgtrigger.Q(new__section=Section.STRUCTURE.value)


class ChampDeDossier(Champ):
    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="structure_nee",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=_STRUCTURE & pgtrigger.Q(new__revision__gt=0),
                func=_PARTOUT,
            ),
            pgtrigger.Trigger(
                name="structure_ecrite",
                operation=pgtrigger.UpdateOf("revision"),
                when=pgtrigger.After,
                condition=_STRUCTURE & pgtrigger.Q(new__revision__df=pgtrigger.F("old__revision")),
                func=_PARTOUT,
            ),
        ]
