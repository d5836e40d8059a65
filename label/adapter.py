"""Sign-in mails leave as every message does: written first, sent after, never holding the page."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction

from label.models import Courriel, User
from label.notifications import enqueue_on_commit


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Owe the mail that allauth wants sent; its text, which holds a code, is erased once sent."""
        message = self.render_mail(template_prefix, email, context)
        with transaction.atomic():
            courriel = Courriel.objects.create(
                cle_notification="compte",
                destinataire=email,
                user=User.objects.filter(email=email.lower()).first(),
                sujet=" ".join(message.subject.split()),
                texte=message.body,
                is_sensible=True,
            )
            enqueue_on_commit([courriel])
