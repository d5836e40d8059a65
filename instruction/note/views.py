"""The note for the jury, sent from the work page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_POST

from instruction.note.actions import NoteStale, save_note
from instruction.note.forms import NoteForm
from instruction.pages.detail import back_to, detail_page
from label.access import access
from projects.models import Dossier


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def note_edit(request, dossier):
    form = NoteForm(request.POST)
    other = None
    if form.is_valid():
        try:
            save_note(dossier, **form.cleaned_data, by=request.user)
        except NoteStale as error:
            other = error.instruction
            # What was typed stays; the next save is made knowing what the other wrote.
            form.data = form.data.copy()
            form.data["version"] = other.version
            form.add_error(None, error.messages)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La note est enregistrée.")
            return back_to(dossier, "note")
    status = 409 if other else 422
    return detail_page(request, dossier, status=status, note=form, note_autre=other)
