"""The ranking as asked by the address: its order."""

from juries.classement.queries import TRIS
from juries.models import Audition
from label.forms.recherche import Filtres, Tri


class ClassementFilter(Filtres):
    tri = Tri(TRIS, both_ways=False)

    class Meta:
        model = Audition
        fields = []
