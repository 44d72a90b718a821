"""Django's settings, all of them from the environment."""

from satselect.config.databases import connection_settings
from satselect.config.environment import read_environment

ENVIRONMENT = read_environment()

SATSELECT_LIMITS = ENVIRONMENT.limits
SATSELECT_AUTH = ENVIRONMENT.auth
SATSELECT_BUS_URL = ENVIRONMENT.bus_url
SATSELECT_TIME_LIMIT_S = ENVIRONMENT.time_limit
SATSELECT_METRICS_HOST = ENVIRONMENT.metrics_host
SATSELECT_METRICS_PORT = ENVIRONMENT.metrics_port
SATSELECT_SENTRY_DSN = ENVIRONMENT.sentry_dsn

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

DATABASES = {"default": connection_settings(ENVIRONMENT.database_url, pool_size=ENVIRONMENT.database_pool_size)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.User"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "satselect.store", "satselect.observe"]

MIDDLEWARE = [
    "satselect.observe.requests.RouteNoted",
    *(["satselect.config.loopback.LoopbackOnly"] if SATSELECT_AUTH == "open" else []),
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "satselect.api.errors.ProblemResponses",
]
ROOT_URLCONF = "satselect.config.urls"
ASGI_APPLICATION = "satselect.config.asgi.application"
# A redirect to the other spelling would lose the body of a POST; where both are wanted, both are routes.
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_body_bytes

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"notes": {"()": "satselect.observe.logs.Notes"}},
    "formatters": {
        "text": {"()": "satselect.observe.logs.TextLines"},
        "json": {"()": "satselect.observe.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log, "filters": ["notes"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # What clients do wrong is answered to them; it is no news for the operator.
    "loggers": {
        "satselect": {"level": ENVIRONMENT.log_level.upper()},
        "django": {"handlers": [], "propagate": True},
        "uvicorn": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it would log addresses that it calls
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
