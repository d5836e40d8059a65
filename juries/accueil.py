"""What this floor lends to the public home: the rule of the ranking, published with the call."""

from juries.classement import regles
from label.accueil import bloc


@bloc
def regles_du_jury():
    """`regles_du_jury`: how the jury scores and ranks, sentence by sentence."""
    return {"regles_du_jury": regles.publiees()}
