"""The responsibility of a structure handed over: by who leaves it, or repaired by the pilote."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from label.access import access
from projects.actions.responsabilite import hand_over
from projects.forms.partage import TransmissionForm
from projects.models import Membre, Structure


@access("projects.hand_over_structure", load=Structure)
def structure_transmettre(request, structure):
    membres = Membre.objects.current().filter(structure=structure).select_related("user").order_by("user__nom", "pk")
    mien = membres.filter(user=request.user, is_responsable=True).first()
    form = TransmissionForm(request.POST or None, membres=membres, mien=mien)
    if request.method == "POST" and form.is_valid():
        try:
            entrant = hand_over(structure, **form.for_action(), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{entrant.user.get_full_name()} est maintenant responsable de la structure.")
            if Structure.objects.visible_to(request.user).filter(pk=structure.pk).exists():
                return redirect("projects:structure_detail", structure.cle)
            return redirect("label:tableau")
    context = {
        "structure": structure,
        "form": form,
        "mien": mien,
        "autres": form.fields["entrant"].queryset.exists(),
    }
    return render(request, "projects/structure_transmettre.html", context)
