from unittest.mock import patch

from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase
from redis.exceptions import ConnectionError


class Ready(TestCase):
    def ask(self):
        with patch("orders.probes.presence.redis"):
            return self.client.get("/health/ready/")

    def test_with_everything_there(self):
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, "ok"))

    def test_names_the_migration_that_is_missing(self):
        MigrationRecorder.Migration.objects.filter(app="orders").delete()
        answer = self.ask()
        self.assertEqual(answer.status_code, 503)
        self.assertIn("orders.0001_initial", answer.json()["checks"]["migrations"]["error"])

    def test_a_database_ahead_of_this_code_is_no_fault(self):
        MigrationRecorder.Migration.objects.create(app="orders", name="9999_of_a_newer_release")
        self.assertEqual(self.ask().status_code, 200)

    @patch("orders.probes.presence.redis", side_effect=ConnectionError("refused"))
    def test_one_failing_check_does_not_hide_the_others(self, _):
        answer = self.client.get("/health/ready/")
        self.assertEqual(answer.status_code, 503)
        self.assertEqual({name: one["ok"] for name, one in answer.json()["checks"].items()}, {
            "database": True, "redis": False, "migrations": True})

    @patch("orders.probes.presence.redis", side_effect=ConnectionError("refused"))
    def test_alive_needs_nobody(self, _):
        with self.assertNumQueries(0):
            self.assertEqual(self.client.get("/health/live/").status_code, 200)
