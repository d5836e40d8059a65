"""Its pages: those of every thing written, and the one of its own it is written on."""

from django import forms
from django.shortcuts import render
from django.urls import include, path

from ecriture.colonnes import colonne
from ecriture.declaration import declare
from ecriture.discussion.page import discussion
from ecriture.enregistrement.queries import divergences_of, etat_of
from ecriture.urls import addresses
from label.access import access
from label.forms.section import SectionMixin
from label.urls import urlpatterns as ours
from tests.carnet.models import Carnet, CarnetDeclaration, Page

CARNET = declare(CarnetDeclaration())
CARNET.add("texte", colonne(Page.UNE, Carnet._meta.get_field("texte")))


class CarnetForm(SectionMixin, forms.ModelForm):
    class Meta:
        model, fields = Carnet, ["texte"]


def page(request, carnet, section, *, status=200, comment_form=None):
    form, section = CarnetForm(instance=carnet), CARNET.section(section)
    form.add_base()
    found = discussion(request, carnet, section, comment_form) | {"section": section, "form": form}
    found |= {"divergences": divergences_of(carnet, section)}
    found |= {"etat": etat_of(carnet, section, form)}
    return render(request, "carnet/page.html", found, status=status)


pages = addresses(CARNET, at="<str:cle>/", show=page)
pages += [path("<str:cle>/<str:section>/", access(load=Carnet)(page), name="section_edit")]
urlpatterns = [path("carnets/", include((pages, "carnet"))), *ours]
