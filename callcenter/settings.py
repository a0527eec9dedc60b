"""All settings, in reading order. Every value that differs between machines comes from the environment (.env.example)."""

from datetime import timedelta
from pathlib import Path

from callcenter import databases, embedded, env, logs
from callcenter.brokers import celery_url, redis_url

# --- Where and how it runs ---------------------------------------------------
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.VAR
DATABASE_URL = env.secret_or_file("DATABASE_URL")
# Development is where no real database was named; anything else says DEBUG=1 aloud.
DEBUG = env.flag("DEBUG", default=not DATABASE_URL)
if DEBUG:
    SECRET_KEY = env.secret_or_file("SECRET_KEY") or env.kept_secret(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]", "testserver"]
else:
    if not DATABASE_URL:
        raise env.BadSetting("DATABASE_URL is not set: with DEBUG off a real PostgreSQL is needed.")
    SECRET_KEY = env.secret_or_file("SECRET_KEY") or env.required(
        "SECRET_KEY", "it signs sessions; keep it secret"
    )
    env.required("ALLOWED_HOSTS", "the names this service answers to, with commas between")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

# --- What it is made of ------------------------------------------------------
INSTALLED_APPS = [
    "callcenter", "people", "appeals", "routing", "reports", "sector",
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.forms",
    "django.contrib.messages", "django.contrib.postgres", "django.contrib.sessions",
    "whitenoise.runserver_nostatic", "django.contrib.staticfiles",
    "axes", "csp", "django_cotton", "django_filters", "django_htmx", "drf_spectacular", "rest_framework",
]  # fmt: skip
MIDDLEWARE = [
    "callcenter.middleware.RequestId",
    "callcenter.health.Health",
    "callcenter.middleware.TooLong",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "callcenter.middleware.ReadersLanguage",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.FirstPassword",
    "callcenter.middleware.RuleAnswers",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "callcenter.urls"
WSGI_APPLICATION = "callcenter.wsgi.application"
ASGI_APPLICATION = "callcenter.asgi.application"

# --- Pages -------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "callcenter.context.navigation",
            ],
        },
    },
]
COTTON_DIR = "cotton"
FORM_RENDERER = "callcenter.forms.Renderer"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
# Attachments and recordings are private: no address leads to them, views hand them out after asking who looks.
MEDIA_ROOT = env.text("FILES_DIR") or VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o640
# A request longer than this is refused by its declared length before a byte of it is read.
LARGEST_REQUEST = env.number("LARGEST_REQUEST_MB", 64) * 1024 * 1024
# clamd, as tcp://host:3310 or unix:///run/clamav/clamd.ctl; without it files are "not scanned".
CLAMD_URL = env.text("CLAMD_URL")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed = "callcenter.assets.HashedFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static if DEBUG else _hashed},
}

# --- Language and time -------------------------------------------------------
LANGUAGE_CODE = "az"
LANGUAGES = [("az", "Azərbaycanca"), ("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Baku"

# Where applicants find the public pages; stands in their notices.
PUBLIC_URL = (
    env.text("PUBLIC_URL") or next(iter(env.words("TRUSTED_ORIGINS")), "http://127.0.0.1:8000")
).rstrip("/")

# The charter names the ministry in two ways; the name printed on papers is a setting.
ORGANISATION = env.text("ORGANISATION", "Azərbaycan Respublikasının İqtisadiyyat Nazirliyi")
# Stands under the ministry's name on the blank of a letter.
ORGANISATION_CONTACTS = env.text("ORGANISATION_CONTACTS", "economy.gov.az · 195")

# --- Database ----------------------------------------------------------------
DATABASES = {"default": databases.database(DATABASE_URL)}
# Reports may read from a copy; without one they read where everybody does.
REPORTS_DATABASE = "default"
if _replica := env.secret_or_file("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = databases.database(_replica) | {"TEST": {"MIRROR": "default"}}
    REPORTS_DATABASE = "replica"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache, queue, live pages; losing it delays, never loses -----------
REDIS_URL = redis_url()
REDIS_TIMEOUT = 0.5
_brief = {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT, "retry": None}
CACHES = {
    "default": {
        "BACKEND": "callcenter.brokers.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": _brief,
    },
}

# --- Celery ------------------------------------------------------------------
CELERY_BROKER_URL = celery_url(REDIS_URL)
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
# A task is gone from the queue only when done, so a killed worker's task runs again; tasks bear being run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A request never waits for a lost Redis: sending fails at once and a sweep finds the work again.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": REDIS_TIMEOUT,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- Who comes in ------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "people.backends.Asking",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/locked.html"
AXES_IPWARE_PROXY_COUNT = env.number("PROXIES", 0) or None
# Sessions live in the database, so nobody is signed out when Redis goes.
SESSION_ENGINE = "callcenter.sessions"
SESSION_COOKIE_AGE = 12 * 3600

# --- Defence -----------------------------------------------------------------
HTTPS = env.flag("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
if env.number("PROXIES", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
_own = (
    "script-src",
    "style-src",
    "font-src",
    "media-src",
    "connect-src",
    "manifest-src",
    "form-action",
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        **{directive: ["'self'"] for directive in _own},
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Other programs ----------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["people.api.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["people.api.auth.HasScope"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["people.api.parsing.StrictJson"],
    "DEFAULT_SCHEMA_CLASS": "people.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "callcenter.problems.answer",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Müraciət",
    "VERSION": "1",
    "DESCRIPTION": "Appeals to the Ministry of Economy and the answers of its structures, for other programs. "
    "Every refusal is a problem document (RFC 9457) in the language of Accept-Language (az, en, ru).",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AppealChannel": "appeals.kinds.Channel",
        "AppealKind": "appeals.kinds.Kind",
        "ApplicantKind": "appeals.models.applicant.ApplicantKind",
        "ReceptionState": "appeals.api.receptions.STATE_CHOICES",
        "QuestionKind": "appeals.models.reference.TopicQuestion.AnswerKind",
        "AppealStatus": "appeals.api.outputs.STATUS_CHOICES",
        "NoticeChannel": "appeals.kinds.NoticeChannel",
        "NoticeState": "appeals.kinds.NoticeState",
        "ReferralKind": "routing.kinds.ReferralKind",
        "ReferralStatus": "routing.api.outputs.STATUS_CHOICES",
        "ReturnGround": "routing.kinds.ReturnGround",
    },
}
# Requests a minute a token may make where it has no number of its own.
API_PER_MINUTE = env.number("API_PER_MINUTE", 600, at_least=1)
EMAIL_BACKEND = f"django.core.mail.backends.{'console' if DEBUG else 'smtp'}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret_or_file("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 10
SMS_GATEWAY = env.text("SMS_GATEWAY", "appeals.gateways.ConsoleSms")
SMS_URL = env.text("SMS_URL")
SMS_TOKEN = env.secret_or_file("SMS_TOKEN")
# Seconds the gateway may take; what became of a message is told by it at /gateway/sms/, signed with
# this secret, or asked of it at SMS_STATES_URL.
SMS_PATIENCE = env.number("SMS_PATIENCE", 10, at_least=1)
SMS_RECEIPTS_SECRET = env.secret_or_file("SMS_RECEIPTS_SECRET")
SMS_STATES_URL = env.text("SMS_STATES_URL")
# Electronic document circulation: "folder" (out and in under EDMS_FOLDER) or "http" (EDMS_URL, signed with
# EDMS_SECRET); what it tells by itself comes to /edms/inbound/, signed with the same secret.
EDMS_BACKEND = env.text("EDMS_BACKEND", "folder")
EDMS_FOLDER = env.text("EDMS_FOLDER") or VAR_DIR / "edms"
EDMS_URL = env.text("EDMS_URL")
EDMS_SECRET = env.secret_or_file("EDMS_SECRET")
EDMS_PATIENCE = env.number("EDMS_PATIENCE", 20, at_least=1)
if EDMS_BACKEND == "http" and not (EDMS_URL and EDMS_SECRET):
    raise env.BadSetting("EDMS_BACKEND=http needs EDMS_URL and EDMS_SECRET.")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "callcenter@localhost")
# Says whether a user may follow one appeal's live events; a dotted path to `may(user, appeal_id) -> bool`.
LIVE_MAY_FOLLOW = "appeals.policies.may_follow"

# --- Logs --------------------------------------------------------------------
LOGGING = logs.config(
    env.text("LOG_FORMAT", "lines" if DEBUG else "json"), env.text("LOG_LEVEL", "INFO")
)
