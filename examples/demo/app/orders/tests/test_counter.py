from django.db import connection
from django.test import TransactionTestCase

from orders import counter
from orders.models import Event, Order


class Sales(TransactionTestCase):
    def tearDown(self):
        # The test's database cannot be dropped while the clerk is connected to it.
        counter.clerk.submit(lambda: connection.close()).result()

    def sell(self, told):
        return self.client.post("/api/sales/", told, content_type="application/json")

    def test_a_sale_is_done_and_told_to_nobody(self):
        self.assertEqual(self.sell({"key": "a"}).status_code, 201)
        self.assertEqual(Order.objects.get(key="a").status, Order.DONE)
        self.assertEqual(Event.objects.count(), 0)

    def test_a_key_serves_once(self):
        self.assertEqual([self.sell({"key": "a"}).status_code for _ in range(2)], [201, 409])
        self.assertEqual(Order.objects.count(), 1)

    def test_wants_a_key(self):
        for told in ({}, {"key": ""}, {"key": 1}, {"key": "a" * 65}, ["key"], "{"):
            self.assertEqual(self.sell(told).status_code, 400, told)

    def test_goes_on_after_its_connection_was_lost(self):
        self.sell({"key": "a"})
        counter.clerk.submit(lambda: connection.connection.close()).result()
        self.assertEqual(self.sell({"key": "b"}).status_code, 201)
