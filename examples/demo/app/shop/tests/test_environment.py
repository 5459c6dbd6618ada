from unittest.mock import patch

from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from shop.access import client_address
from shop.environment import database, required


class Environment(SimpleTestCase):
    def test_a_database_url_may_hold_any_password(self):
        found = database("postgresql://a%40b:p%40s%2Fs%3A%25w@db:5433/shop?sslmode=require")
        self.assertEqual(
            [found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")],
            ["db", "5433", "shop", "a@b", "p@s/s:%w"],
        )
        self.assertEqual(found["OPTIONS"]["sslmode"], "require")

    def test_another_database_is_refused(self):
        with self.assertRaisesMessage(ImproperlyConfigured, "only PostgreSQL is supported"):
            database("mysql://db/shop")

    @patch.dict("os.environ", clear=True)
    def test_what_is_missing_is_named_with_an_example(self):
        with self.assertRaisesMessage(ImproperlyConfigured, "REDIS_URL is not set"):
            required("REDIS_URL", "redis://redis:6379/0")

    def test_a_visitor_cannot_choose_his_address(self):
        self.assertEqual(client_address("6.6.6.6, 203.0.113.9", "10.0.0.2"), "203.0.113.9")
        self.assertEqual(client_address("", "10.0.0.2"), "10.0.0.2")
