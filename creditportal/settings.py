"""Settings of the site; every one that differs between machines comes from the environment."""

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from creditportal.environment import (
    BASE_DIR,
    env,
    key,
    key_ring,
    read_env_file,
    required,
    secret,
    service_url,
)
from creditportal.logs import configure_logging

read_env_file()

# What kind of installation this is
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
HTTPS = env.bool("HTTPS", default=True)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
KILLPOINTS_ENABLED = env.bool("KILLPOINTS_ENABLED", default=False)

# Secrets: none has a default
SECRET_KEY = secret("SECRET_KEY")
FIELD_KEYS = key_ring("FIELD_KEYS")
BLIND_INDEX_KEY = key("BLIND_INDEX_KEY")
AUDIT_SIGNING_KEY = key("AUDIT_SIGNING_KEY")
AUDIT_SIGNING_KEY_ID = env.str("AUDIT_SIGNING_KEY_ID", default="k1")
# Retired signing keys, whose checkpoints must still verify: id -> base64 of the public key.
AUDIT_VERIFY_KEYS = key_ring("AUDIT_VERIFY_KEYS") if env.str("AUDIT_VERIFY_KEYS", default="") else {}

# Apps
DOMAIN_APPS = [
    "core",
    "audit",
    "outbox",
    "accounts",
    "applicants",
    "notifications",
    "evidence",
    "decisions",
    "appeals",
]
INSTALLED_APPS = [
    "creditportal.apps.ProjectConfig",
    "creditportal.portal",
    "creditportal.staff",
    "creditportal.api",
    *DOMAIN_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "csp",
    "django_structlog",
    # The simple configuration: only what `creditportal.staff` registers is in the admin site.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    # What machines ask ends here; what follows is for people.
    "creditportal.machines.MachineMiddleware",
    # A notice to everybody is put into whatever page leaves.
    "creditportal.site_notice.NoticeMiddleware",
    # Who comes back to a kept page is answered here.
    "creditportal.visitors.VisitorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "creditportal.middleware.PolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "creditportal.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "creditportal.middleware.NoStoreMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "creditportal.middleware.LanguageMiddleware",
    "creditportal.middleware.AddressMiddleware",
    "creditportal.portal.places.PlaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "creditportal.urls"
WSGI_APPLICATION = "creditportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "creditportal.context.installation",
            ],
        },
    }
]

# Database: the site connects as a role that cannot alter history, the migrations as the owner
AS_OWNER = env.bool("AS_OWNER", default=False)
_OWNER_URL = env.str("MIGRATE_DATABASE_URL", default="") if AS_OWNER else ""
# pgtrigger asks for this at every guarded row; unset, the answer is an error that is caught, and costs.
_GUARDS = {"pgtrigger.ignore": "{}"}
_LIMITS = {"lock_timeout": "2s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}
_TEST_SUFFIX = env.str("TEST_DB_SUFFIX", default="")
RUNTIME_DATABASE_ROLE = env.str("RUNTIME_DATABASE_ROLE", default="creditportal_app")
DATABASES = {
    "default": {
        **env.db_url_config(_OWNER_URL or required("DATABASE_URL")),
        "ENGINE": "core.postgres",
        "CONN_MAX_AGE": None if env.bool("PERSISTENT_CONNECTIONS", default=False) else 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "creditportal",
            "connect_timeout": 5,
            "options": " ".join(
                f"-c {name}={value}" for name, value in {**_GUARDS, **({} if AS_OWNER else _LIMITS)}.items()
            ),
        },
        "TEST": {"NAME": f"test_creditportal{_TEST_SUFFIX and '_'}{_TEST_SUFFIX}"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache, sessions and rate limits live in the database: Redis is the broker and nothing else
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "creditportal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"

# Celery: a message only says "drain", and losing one loses nothing
CELERY_BROKER_URL = required("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "retry_on_timeout": False,
    "max_retries": 0,
}
CELERY_TASK_DEFAULT_QUEUE = "creditportal"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Otherwise a worker signs in to the database anew for each task; so many share a connection.
CELERY_DB_REUSE_MAX = 1000
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"

# Work after commit: how often the dispatcher looks for rows whose notification was lost
OUTBOX_SWEEP_SECONDS = env.float("OUTBOX_SWEEP_SECONDS", default=2.0)

# Another scoring engine in the place of ours; without an address our own scores
SCORING_ENGINE_URL = service_url("SCORING_ENGINE_URL")
SCORING_ENGINE_NAME = env.str("SCORING_ENGINE_NAME", default="remote")[:16]
SCORING_ENGINE_TOKEN = env.str("SCORING_ENGINE_TOKEN", default="")
SCORING_ENGINE_TIMEOUT_SECONDS = env.float("SCORING_ENGINE_TIMEOUT_SECONDS", default=3.0)
SCORING_ENGINE_TRIES = env.int("SCORING_ENGINE_TRIES", default=3)

# A service that asks the sources of disputed records; without an address a sandbox answers
RECORD_SOURCE_URL = service_url("RECORD_SOURCE_URL")
RECORD_SOURCE_TOKEN = env.str("RECORD_SOURCE_TOKEN", default="")
RECORD_SOURCE_TIMEOUT_SECONDS = env.float("RECORD_SOURCE_TIMEOUT_SECONDS", default=5.0)

# Accounts: sign in with e-mail and password, passkey, second factor
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=True)
STAFF_SESSION_SECONDS = env.int("STAFF_SESSION_SECONDS", default=30 * 60)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAUTH_TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Counted in the shared cache; five wrong passwords for one address end in five minutes of waiting.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "confirm_email": "1/10s/key",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "creditportal"
MFA_FORMS = {"add_webauthn": "creditportal.portal.forms.passkey.AddPasskeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600

# Languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_IS_COLLECTED = env.bool("STATIC_IS_COLLECTED", default=True)
WHITENOISE_USE_FINDERS = not STATIC_IS_COLLECTED
_STATIC_STORAGE = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_IS_COLLECTED
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
EVIDENCE_ROOT = env.path("EVIDENCE_ROOT", default=str(BASE_DIR / "var" / "evidence"))
# The copy of the audit's checkpoints that the database's owner cannot rewrite; keep it on another machine.
AUDIT_CHECKPOINT_FILE = env.path(
    "AUDIT_CHECKPOINT_FILE", default=str(BASE_DIR / "var" / "audit" / "checkpoints.jsonl")
)
CLAMD_URL = env.str("CLAMD_URL", default="")
FILE_UPLOAD_PERMISSIONS = 0o600
# So many chosen cases still reach the page that says how few can be given at once.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# Mail
_MAIL = env.email_url_config(required("EMAIL_URL"))
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST = _MAIL.get("EMAIL_HOST", "")
EMAIL_PORT = _MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="creditportal@localhost")

# Security headers
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY_PROTO", default=False) else None
)
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "creditportal.portal.failures.show_stale_form"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Inline images only as data: the QR code of the second factor.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}

# API: calls and seconds per client, and token requests per network address
API_RATES = {"read": (600, 60), "write": (120, 60), "token": (30, 60)}
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "creditportal.api.problems.handle_error",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["creditportal.api.parsing.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["creditportal.api.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["creditportal.api.permissions.HasScope"],
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "creditportal",
    "DESCRIPTION": "Submit applications, read decisions with their explanation, and appeal them.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["creditportal.api.description.only_version_one"],
    "POSTPROCESSING_HOOKS": ["creditportal.api.description.add_problems"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

# Logging
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING_CONFIG = "logging.config.dictConfig"
LOG_JSON = env.bool("LOG_JSON", default=True)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = configure_logging(as_json=LOG_JSON, level=LOG_LEVEL)
