from django.conf import settings
from django.test import TestCase, override_settings

from orders.models import Order
from orders.seeds import SEEDS

from .memory import InMemory

UNHASHED = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@override_settings(STORAGES=UNHASHED)
class Page(InMemory, TestCase):
    def test_shows_its_version_and_the_orders_with_their_text_made_harmless(self):
        self.client.post("/", {**SEEDS[0], "item": "<b>tea"})
        answer = self.client.get("/")
        self.assertContains(answer, f'<b id="version">{settings.VERSION}</b>')
        self.assertContains(answer, "&lt;b&gt;tea")

    def test_a_form_sent_twice_orders_once(self):
        answers = [self.client.post("/", SEEDS[0]) for _ in range(2)]
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(Order.objects.count(), 1)

    def test_keeps_what_was_typed_when_something_is_missing(self):
        answer = self.client.post("/", {**SEEDS[0], "item": ""})
        self.assertContains(answer, "This field is required", status_code=422)
        self.assertContains(answer, f'value="{SEEDS[0]["quantity"]}"', status_code=422)
