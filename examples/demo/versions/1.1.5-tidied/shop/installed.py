INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles", "channels", "orders"]
