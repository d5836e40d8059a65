"""Settings. Everything that changes from one place to another comes from the environment (.env.example)."""

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env
from kombu import Exchange, Queue

from label.journaux import configuration

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# What kind of place this is. DEMO shows the banner and offers one account per role.
DEMO = env.bool("DEMO", False)
DEBUG = env.bool("DEBUG", False)


def _required(name):
    """The value of a variable without which the application must not start."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"La variable d’environnement {name} est absente : renseignez-la (voir .env.example)."
        )
    return value


SECRET_KEY = _required("SECRET_KEY")
# The former ones: what they signed, sessions and links of mails, lives until they are taken away.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")

# Identity of the authority, printed on receipts, letters and exports; the NIC of its SIRET is for the EPT to confirm.
LABEL_ATTRIBUANT_NOM = env.str("LABEL_ATTRIBUANT_NOM", "EPT Grand-Orly Seine Bièvre")
LABEL_ATTRIBUANT_SIRET = env.str("LABEL_ATTRIBUANT_SIRET", "20005801400016")
LABEL_SERVICE = env.str("LABEL_SERVICE", "Mission Innovation sociale et territoriale")
A_COMPLETER = "à compléter par l’EPT"
LABEL_ADRESSE = env.str("LABEL_ADRESSE", f"adresse postale {A_COMPLETER}")
LABEL_CONTACT_EMAIL = env.str("LABEL_CONTACT_EMAIL", "label@grandorlyseinebievre.example")
LABEL_DONNEES_EMAIL = env.str("LABEL_DONNEES_EMAIL", LABEL_CONTACT_EMAIL)
LABEL_CONTACT_TELEPHONE = env.str("LABEL_CONTACT_TELEPHONE", f"téléphone {A_COMPLETER}")
LABEL_TRIBUNAL = env.str("LABEL_TRIBUNAL", "tribunal administratif de Melun")
# What the law asks a site to say (label/mentions.py): who answers for it, where it stands.
LABEL_DIRECTEUR_PUBLICATION = env.str("LABEL_DIRECTEUR_PUBLICATION", "")
LABEL_HEBERGEUR_NOM = env.str("LABEL_HEBERGEUR_NOM", "")
LABEL_HEBERGEUR_ADRESSE = env.str("LABEL_HEBERGEUR_ADRESSE", "")
LABEL_HEBERGEUR_TELEPHONE = env.str("LABEL_HEBERGEUR_TELEPHONE", "")
# Said when they are there: the act that opens this service, its security homologation, the address of the plan.
LABEL_ACTE_TELESERVICE = env.str("LABEL_ACTE_TELESERVICE", "")
LABEL_HOMOLOGATION = env.str("LABEL_HOMOLOGATION", "")
LABEL_SCHEMA_ACCESSIBILITE = env.str("LABEL_SCHEMA_ACCESSIBILITE", "")

INSTALLED_APPS = [
    "label.apps.LabelConfig",
    "contrats.apps.ContratsConfig",
    "ecriture.apps.EcritureConfig",
    "projects.apps.ProjectsConfig",
    "instruction.apps.InstructionConfig",
    "juries.apps.JuriesConfig",
    "laureats.apps.LaureatsConfig",
    "label.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
]

MIDDLEWARE = [
    "label.arrivee.stamp",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "label.compression.Compression",
    "label.entetes.say",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "label.entree.CleanEntry",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "label.entetes.keep_messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "label.porte.second_facteur.ask_second_factor",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "label.urls"
WSGI_APPLICATION = "label.wsgi.application"

TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["label.templatetags.label_ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "label.context.label",
            ],
        },
    },
]
# Mails are text: nothing is escaped in them; the HTML part escapes that text when it wraps it.
TEMPLATES.append(
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "courriels",
        "DIRS": [BASE_DIR / "templates" / "courriels"],
        "APP_DIRS": False,
        "OPTIONS": {
            "autoescape": False,
            "libraries": {"label_ui": "label.templatetags.label_ui"},
            "builtins": ["label.templatetags.label_ui"],
        },
    }
)
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.dj_db_url("DATABASE_URL", "postgres:///label")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# A connection of the pool that died with the server is thrown away before it is used.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = (
    # One second of trying, then the next request asks the database again: a pool that backs off goes on refusing
    # pages after the database is back.
    {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 5, "reconnect_timeout": 1}
    if env.bool("DATABASE_POOLED", True)
    else False
)

AUTH_USER_MODEL = "label.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# No page takes a password: people enter by a mailed code, agents with a second factor besides.
AUTH_PASSWORD_VALIDATORS = []

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "label:tableau"
LOGOUT_REDIRECT_URL = "label:accueil"

ACCOUNT_ADAPTER = "label.porte.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# How long a code is worth something, in seconds.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
# How long what somebody wrote before showing an address is kept, and the link beside the code opens it.
GARDE_SANS_ADRESSE = timedelta(days=7)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"add_email": "label.porte.forms.AddEmailForm"}
# Ours count in PostgreSQL, once for all processes (label/limites.py).
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "label.porte.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "label.porte.forms.AuthenticateForm",
    "reauthenticate": "label.porte.forms.ReauthenticateForm",
    "activate_totp": "label.porte.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
# Our words where django-allauth has its own (courriel, adresse électronique).
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from their sources: development, demonstration, tests.
STATIC_PLAIN = DEBUG or env.bool("STATIC_PLAIN", False)
# Deposited files live outside the web root and leave only through a permission check.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "label.stockage.Stockage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_PLAIN
        else "label.statiques.Statiques"
    },
}
WHITENOISE_USE_FINDERS = STATIC_PLAIN
# Under their own names, files are asked again at each page: none is older than the page it serves.
WHITENOISE_MAX_AGE = 0 if STATIC_PLAIN else 60
# An import that was not given its hashed name finds nothing.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A disk without room costs the file that waits there, not what came with it.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "label.fichiers.attente.AttenteSurDisque",
]
TAILLE_MAX_PIECE = env.int("TAILLE_MAX_PIECE", 20 * 1024 * 1024)
# What one dossier holds: free files in place, their weight, and the weight of all that was ever joined (bytes).
PIECES_LIBRES_MAX = env.int("PIECES_LIBRES_MAX", 30)
POIDS_LIBRES_MAX = env.int("POIDS_LIBRES_MAX", 100 * 1024 * 1024)
POIDS_DOSSIER_MAX = env.int("POIDS_DOSSIER_MAX", 500 * 1024 * 1024)
# Room (bytes) that files leave on their disk: texts, deposits and receipts go on when no file is taken any more.
PLACE_RESERVEE = env.int("PLACE_RESERVEE", 200 * 1024 * 1024)
# A ClamAV daemon (tcp://host:3310, unix:///path): files joined wait for its answer. Empty: no antivirus.
CLAMAV_URL = env.str("CLAMAV_URL", "")
# Nobody is told, and nothing goes that people are told of first: during a dispute, a migration.
CONSERVATION_SUSPENDUE = env.bool("CONSERVATION_SUSPENDUE", False)
# An idea is not written in less (seconds): what arrives sooner is shown again to be sent a second time.
IDEE_SECONDES_MIN = env.int("IDEE_SECONDES_MIN", 3)

MAILERS = {
    "default": {
        # Django's, which says besides how far the dialogue came.
        "BACKEND": "label.courriel.remise.EmailBackend",
        "OPTIONS": {
            # Without a code sent by mail nobody enters: a real place says who sends them.
            "host": env.str("EMAIL_HOST", "localhost") if DEMO or DEBUG else _required("EMAIL_HOST"),
            "port": env.int("EMAIL_PORT", 25),
            "username": env.str("EMAIL_HOST_USER", ""),
            "password": env.str("EMAIL_HOST_PASSWORD", ""),
            "use_tls": env.bool("EMAIL_USE_TLS", False),
            "timeout": env.int("EMAIL_TIMEOUT", 10),
        },
    }
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Label Actions Innovantes <{LABEL_CONTACT_EMAIL}>")

CELERY_BROKER_URL = env.str("BROKER_URL", env.str("REDIS_URL", "redis://localhost:6379/0"))
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Somebody waits in front of the page for a sign-in code: it stands behind no other message. A worker without --queues
# takes both.
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "codes")]
CELERY_TASK_ROUTES = {"label.tasks.send_code": "codes", "label.tasks.sweep_codes": "codes"}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A broker that does not answer must cost the page well under a second; the sweep sends later what was not queued.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "visibility_timeout": 600,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULE = {
    "forget-what-is-over": {"task": "label.tasks.forget", "schedule": crontab(minute=40)},
    "beat-heartbeat": {"task": "label.tasks.record_heartbeat", "schedule": 30.0},
    "send-due-mails": {"task": "label.tasks.sweep_courriels", "schedule": env.float("SWEEP_SECONDS", 60.0)},
    "send-due-codes": {"task": "label.tasks.sweep_codes", "schedule": min(15.0, env.float("SWEEP_SECONDS", 60.0))},
    "comment-digests": {"task": "projects.tasks.send_digests", "schedule": 60.0},
    # An interval: at set hours, beat asks for nothing during the hour that comes twice in the autumn.
    "close-drafts": {"task": "projects.tasks.close_drafts", "schedule": 300.0},
    "unscanned-files": {"task": "projects.tasks.scan_pieces", "schedule": env.float("SWEEP_SECONDS", 60.0)},
    "unscanned-supports": {"task": "juries.tasks.scan_supports", "schedule": env.float("SWEEP_SECONDS", 60.0)},
    "missing-receipts": {"task": "projects.tasks.sweep_recepisses", "schedule": 120.0},
    "avis-reminders": {"task": "instruction.tasks.remind_avis", "schedule": crontab(hour=8, minute=20)},
    "partage-reminders": {"task": "projects.tasks.remind_partages", "schedule": crontab(hour=8, minute=40)},
    "adhesion-reminders": {"task": "projects.tasks.remind_demandes", "schedule": crontab(hour=8, minute=50)},
    "waiting-ideas": {"task": "projects.tasks.place_idees", "schedule": crontab(minute=25)},
    "conservation": {"task": "label.tasks.conserve_all", "schedule": crontab(hour=3, minute=30)},
    "deadline-messages": {"task": "projects.tasks.send_deadline_messages", "schedule": crontab(minute=10)},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE_FILE", str(BASE_DIR / "celerybeat-schedule"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
# The demonstration and the tests speak plain HTTP on this machine; a real place does not.
HTTPS = env.bool("HTTPS", not (DEMO or DEBUG))
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
# How many proxies of ours complete X-Forwarded-For; read from the right. Undeclared (None): none, and said at deploy.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", None)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
# Where our own front writes when a request reached it (deploy/nginx/); empty: nobody is believed but our clock.
ARRIVAL_HEADER = env.str("ARRIVAL_HEADER", "")
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"

# How the journals of web, worker, codes and beat are written: sentences, or one JSON object for each line.
LOG_FORMAT = env.str("LOG_FORMAT", "texte")
if LOG_FORMAT not in ("texte", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT vaut «\u00a0{LOG_FORMAT}\u00a0»\u00a0: écrire texte ou json.")
LOGGING = configuration(LOG_FORMAT, env.str("LOG_LEVEL", "WARNING"))
