import os
from urllib.parse import unquote, urlsplit

VERSION = os.environ["VERSION"]
SECRET_KEY = os.environ["SIGNING_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "guest.views"
WSGI_APPLICATION = "guest.wsgi.application"
INSTALLED_APPS = ["guest"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_url = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _url.hostname,
        "PORT": _url.port or 5432,
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "NAME": _url.path.lstrip("/"),
    }
}
