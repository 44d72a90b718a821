"""Django's settings, all of them from the environment."""

from satselect.config.databases import connection_settings
from satselect.config.environment import read_environment

ENVIRONMENT = read_environment()

SATSELECT_LIMITS = ENVIRONMENT.limits
SATSELECT_AUTH = ENVIRONMENT.auth
SATSELECT_BUS_URL = ENVIRONMENT.bus_url
SATSELECT_TIME_LIMIT_S = ENVIRONMENT.time_limit

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

DATABASES = {"default": connection_settings(ENVIRONMENT.database_url, pool_size=ENVIRONMENT.database_pool_size)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.User"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "satselect.store"]

MIDDLEWARE = [
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
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # What clients do wrong is answered to them; it is no news for the operator.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
