"""The page «Nous écrire»: it says who will read before anything is sent."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from label.access import GET_POST, access
from label.contact.actions import send_demande
from label.contact.forms import ContactForm, page_from
from label.limites import TropVite, spend
from label.origine import client_of


@GET_POST
@access(public=True)
def contact(request):
    page = page_from(request.GET.get("de", ""))
    initial = {"page": page, "a": request.GET.get("a", "")}
    form = ContactForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                _send(request, form)
                return redirect("label:contact")
        except TropVite as error:
            form.add_error(None, error.messages)
            status = 429
    context = {"form": form, "page": form["page"].value() or ""}
    return render(request, "label/contact/contact.html", context, status=status)


@transaction.atomic
def _send(request, form):
    """Count, send, and say where it went. Raises TropVite."""
    who = {"personne": request.user.pk} if request.user.is_authenticated else {"client": client_of(request)}
    spend("contact", **who)
    demande = send_demande(par=request.user, **form.for_action())
    vers = form.offres[form.cleaned_data["a"]].vers
    messages.success(request, f"Votre message est parti {vers}. La réponse arrivera à {demande.email}.")
