import json
from hashlib import sha256
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings

from orders.models import Event, Order
from orders.seeds import SEEDS

from .memory import InMemory


class OrdersApi(InMemory, TestCase):
    def post(self, told):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/api/orders/", json.dumps(told), content_type="application/json")

    def test_makes_an_order_and_hands_it_to_a_worker(self):
        answer = self.post({**SEEDS[0], "seconds": 3})
        self.assertEqual(answer.status_code, 201)
        self.assertEqual(answer.json()["status"], "new")
        self.assertEqual(self.handed_over.call_args.args[0], [answer.json()["id"], 3])

    def test_the_same_order_again_is_the_first_one(self):
        first, second = self.post(SEEDS[0]), self.post(SEEDS[0])
        self.assertEqual((second.status_code, second.json()), (200, first.json()))
        self.assertEqual((Order.objects.count(), Event.objects.count(), self.handed_over.call_count), (1, 1, 1))

    def test_a_key_serves_one_order_only(self):
        self.post(SEEDS[0])
        self.assertEqual(self.post({**SEEDS[0], "quantity": 9}).status_code, 409)

    def test_says_everything_that_is_wrong(self):
        answer = self.post({**SEEDS[0], "quantity": 0, "key": ""})
        self.assertEqual((answer.status_code, sorted(answer.json()["errors"])), (400, ["key", "quantity"]))

    def test_an_order_stands_when_the_broker_is_down(self):
        self.handed_over.side_effect = ConnectionError("no broker")
        self.assertEqual(self.post(SEEDS[0]).status_code, 201)
        self.assertEqual(self.client.get(f"/api/orders/{SEEDS[0]['key']}/").json()["status"], "new")

    def test_refuses_a_limit_that_is_no_number(self):
        answer = self.client.get("/api/orders/?limit=x")
        self.assertEqual((answer.status_code, answer.json()["errors"]["request"]), (
            400, ["limit: 'x' is not a number from 0 to 1000"]))


class Uploads(TestCase):
    def send(self, name, content=b"tea"):
        with TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media):
            return self.client.post("/api/uploads/", {"file": SimpleUploadedFile(name, content)})

    def test_keeps_a_file_and_says_where(self):
        answer = self.send("menu.txt")
        self.assertEqual(answer.status_code, 201)
        self.assertRegex(answer.json()["url"], r"^/media/uploads/\d{4}/\d\d/menu\.txt$")
        self.assertEqual(answer.json()["sha256"], sha256(b"tea").hexdigest())

    def test_refuses_what_a_browser_would_run(self):
        self.assertEqual(self.send("menu.html").status_code, 415)


class EnvDigest(TestCase):
    @patch.dict("os.environ", {"HOSTILE": 'a"b$x\nü'})
    @override_settings(DIAGNOSTICS=True)
    def test_tells_digest_and_length_and_not_the_value(self):
        answer = self.client.get("/api/env-digest/?name=HOSTILE&name=MISSING")
        value = 'a"b$x\nü'.encode()
        self.assertEqual(
            answer.json(), {"HOSTILE": {"sha256": sha256(value).hexdigest(), "length": len(value)}, "MISSING": None}
        )

    def test_is_not_there_unless_asked_for(self):
        with override_settings(DIAGNOSTICS=False):
            self.assertEqual(self.client.get("/api/env-digest/?name=PATH").status_code, 404)
