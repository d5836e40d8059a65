"""Sign-in mails leave as every message does: written first, sent after, never holding the page."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.db import transaction

from label.models import Courriel, User
from label.notifications import enqueue_on_commit
from label.origine import client_of


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request):
        """The true client: behind our proxy, the proxy is everybody."""
        return client_of(request)

    def send_mail(self, template_prefix, email, context):
        """Owe the mail that allauth wants sent; its text, which holds a code, is erased once sent."""
        message = self.render_mail(template_prefix, email, {"email": email} | context)
        user = User.objects.filter(email=email.lower()).first()
        with transaction.atomic():
            if user and template_prefix == "account/email/login_code":
                # Allauth does not know the address of an account opened by the EPT; the code proves it, once.
                EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
            courriel = Courriel.objects.create(
                cle_notification="compte",
                destinataire=email,
                user=user,
                sujet=" ".join(message.subject.split()),
                texte=message.body,
                is_sensible=True,
            )
            enqueue_on_commit([courriel])
