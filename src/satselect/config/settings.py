"""Django's settings, all of them from the environment."""

from http import HTTPStatus
from logging import LogRecord

from satselect.config.databases import connection_settings
from satselect.config.environment import read_environment
from satselect.stapi.addresses import PATHS, ROOT
from satselect.web.edges import MachineEdge

ENVIRONMENT = read_environment()

SATSELECT_LIMITS = ENVIRONMENT.limits
SATSELECT_AUTH = ENVIRONMENT.auth
SATSELECT_BUS_URL = ENVIRONMENT.bus_url
SATSELECT_TIME_LIMIT_S = ENVIRONMENT.time_limit
SATSELECT_MAX_REQUESTS = ENVIRONMENT.max_requests
SATSELECT_MAX_HELD_BYTES = ENVIRONMENT.held_bytes
SATSELECT_BODY_TIMEOUT_S = ENVIRONMENT.body_timeout
SATSELECT_BUFFERED_LIMIT = ENVIRONMENT.buffered_limit
SATSELECT_RATE_LIMIT = ENVIRONMENT.rate_limit
SATSELECT_FAILED_SIGN_INS = ENVIRONMENT.failed_sign_ins
SATSELECT_MAX_QUESTIONS = ENVIRONMENT.max_questions
SATSELECT_MAX_QUESTIONS_OF_USER = ENVIRONMENT.max_questions_of_user
SATSELECT_MAX_STREAMS = ENVIRONMENT.max_streams
SATSELECT_WEBHOOKS = ENVIRONMENT.webhooks
SATSELECT_STAPI_HOST = ENVIRONMENT.stapi_host
SATSELECT_STAPI_VERSION = ENVIRONMENT.stapi_version
SATSELECT_METRICS_HOST = ENVIRONMENT.metrics_host
SATSELECT_METRICS_PORT = ENVIRONMENT.metrics_port
SATSELECT_SENTRY_DSN = ENVIRONMENT.sentry_dsn

MACHINE_EDGES = (
    # Probes and scrapers may have reasons of their own, and the quick endpoint always ignored what it doesn't know.
    MachineEdge(paths=("/api/",), strict=("/api/v1/",)),
    MachineEdge(
        paths=PATHS, strict=PATHS, exact=(ROOT,) if ENVIRONMENT.stapi_host else (), host=ENVIRONMENT.stapi_host
    ),
)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts, *([ENVIRONMENT.stapi_host] if ENVIRONMENT.stapi_host else [])]

DATABASES = {"default": connection_settings(ENVIRONMENT.database_url, pool_size=ENVIRONMENT.database_pool_size)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
AUTHENTICATION_BACKENDS = ["satselect.web.middleware.sign_in.GuardedBackend"]
INSTALLED_APPS = [
    # Without looking for admin modules: the site of `satselect.admin` names its own.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "satselect.store",
    "satselect.api",
    "satselect.console",
    "satselect.observe",
    "satselect.config",
]

_LOCKS = ["satselect.web.middleware.loopback.LoopbackOnly", "satselect.web.middleware.origin.OwnOriginOnly"]
MIDDLEWARE = [
    "satselect.observe.requests.RouteNoted",
    # Before the session is read, which would write to a file that nobody can find any more.
    "satselect.web.middleware.storage.StorageChecked",
    *(_LOCKS if SATSELECT_AUTH == "open" else []),
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "satselect.web.middleware.headers.ContentSecurityPolicy",
    "satselect.web.middleware.compression.PagesCompressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Outside of what makes problem documents, so that refusals say how many calls are left, too.
    "satselect.web.limits.rates.RateLimitHeaders",
    # In front of problem documents, which it puts into STAPI's form (decision 0163).
    "satselect.stapi.refusals.InTheirForm",
    "satselect.web.problems.ProblemResponses",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # It has to know who is signed in.
    "satselect.config.session_rates.SessionRates",
    "django.contrib.messages.middleware.MessageMiddleware",
    "satselect.web.middleware.nul_filter.NulRefused",
    "satselect.stapi.host.OnItsHost",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "satselect.web.static_files.NamedByContent"}}
ROOT_URLCONF = "satselect.config.urls"
ASGI_APPLICATION = "satselect.config.asgi.application"
# A redirect to the other spelling would lose the body of a POST; where both are wanted, both are routes.
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_body_bytes
# Bodies are held in memory, all together only so much (web.asgi.bodies): a small disk for temporary files stops nobody.
FILE_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_body_bytes + 1
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# What browsers are told; the policy for content is in web.middleware.headers.
SESSION_COOKIE_AGE = 12 * 3600
# Where a proxy ends TLS the service may not learn of it; pages of its own names are its own all the same.
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins
CSRF_FAILURE_VIEW = "satselect.config.errors.csrf_failed"
SESSION_COOKIE_NAME = "satselect_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SECURE_HSTS_SECONDS = ENVIRONMENT.hsts_seconds
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains, and lists of browsers' makers, are for the owner of the domain to decide
    "security.W021",
    "security.W008",  # a key that was sent in plain has leaked before a redirect could stop it
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False


def _is_unexpected(record: LogRecord) -> bool:
    """Turning away what there is no room for is expected, and under load the last thing to spend time on."""
    return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "notes": {"()": "satselect.observe.logs.Notes"},
        "quietly": {"()": "satselect.observe.logs.Quietly", "level": ENVIRONMENT.log_level},
        "unexpected": {"()": "django.utils.log.CallbackFilter", "callback": _is_unexpected},
    },
    "formatters": {
        "text": {"()": "satselect.observe.logs.TextLines"},
        "json": {"()": "satselect.observe.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log, "filters": ["quietly", "notes"]}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # What clients do wrong is answered to them; it is no news for the operator.
    "loggers": {
        "satselect": {"level": ENVIRONMENT.log_level.upper()},
        "django": {"handlers": [], "propagate": True},
        "uvicorn": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it would log addresses that it calls
        "django.request": {"level": "ERROR", "filters": ["unexpected"]},
        "django.security": {"level": "ERROR"},
    },
}
