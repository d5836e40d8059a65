"""What `manage.py check --deploy` says of a real place, besides what Django says."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from label.mentions import missing


@register(Tags.security, deploy=True)
def check_proxies(app_configs, **kwargs):
    """A place that speaks HTTPS stands behind a proxy: limits must count whom it speaks for, not itself."""
    declared = settings.TRUSTED_PROXIES
    if settings.HTTPS and (declared is None or (settings.SECURE_PROXY_SSL_HEADER and not declared)):
        return [
            Warning(
                "TRUSTED_PROXIES n’est pas déclaré\u00a0: derrière un mandataire, les limites de connexion "
                "compteraient le mandataire, c’est-à-dire tout le monde ensemble.",
                hint="TRUSTED_PROXIES=1 derrière un seul mandataire qui complète X-Forwarded-For\u00a0; 0, écrit en "
                "toutes lettres et sans BEHIND_PROXY, quand rien ne se tient devant l’application.",
                id="label.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_demo(app_configs, **kwargs):
    """The demonstration lets anybody in as anybody, without a second factor."""
    if settings.DEMO:
        return [
            Warning(
                "DEMO est actif\u00a0: chacun entre sous le compte de son choix, sans code ni double vérification.",
                hint="DEMO=false partout ailleurs que dans une démonstration.",
                id="label.W002",
            )
        ]
    return []


@register(deploy=True)
def check_mentions(app_configs, **kwargs):
    """A public site says who publishes it and who hosts it."""
    return [
        Error(
            f"{mention.variable} n’est pas renseignée\u00a0: les mentions légales du site ne diraient pas "
            f"{mention.quoi}.",
            hint=f"{mention.variable}=… dans l’environnement ou le fichier .env (voir .env.example).",
            id="label.E001",
        )
        for mention in missing()
    ]
