"""What django-allauth asks of us: mails written first and sent after, the true client, the second factor of agents."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from label.courriel.actions import owe_code
from label.limites import TropVite, spend_tiers
from label.models import User
from label.origine import client_of
from label.porte.second_facteur import requires_second_factor

NOUVELLE_VALABLE = timedelta(days=7)


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request):
        """The true client: behind our proxy, the proxy is everybody."""
        return client_of(request)

    def is_open_for_signup(self, request):
        """An account is made by a code given at the door, nowhere else."""
        return False

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        """The address a person adds is a stranger's until it answers."""
        if "action_add" not in request.POST:
            try:
                spend_tiers(request.user, emailconfirmation.email_address.email)
            except TropVite as error:
                messages.error(request, " ".join(error.messages))
                raise ImmediateHttpResponse(redirect("account_email")) from error
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_mail(self, template_prefix, email, context):
        """Owe the mail that allauth wants sent; its text, which may hold a code, is erased once sent."""
        message = self.render_mail(template_prefix, email, {"email": email} | context)
        with transaction.atomic():
            user = User.objects.filter(email=email.lower()).first()
            # News of the account stay true longer than a code.
            valable = None if template_prefix.startswith("account/email/email_confirmation") else NOUVELLE_VALABLE
            owe_code(email, sujet=message.subject, texte=message.body, user=user, valable=valable)


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self):
        return "Label Actions Innovantes"

    def can_delete_authenticator(self, authenticator):
        """Whoever must have a second factor keeps one."""
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return (
            not requires_second_factor(authenticator.user)
            or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        )
