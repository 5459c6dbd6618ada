from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.test import TestCase, TransactionTestCase

from orders import feed
from orders.models import Event, Order
from orders.placing import place
from orders.seeds import SEEDS
from orders.tasks import work_order

from .memory import InMemory


class Numbers(InMemory, TransactionTestCase):
    def test_have_no_gap_when_many_order_at_once(self):
        def customer(name):
            try:
                for at in range(5):
                    place({**SEEDS[0], "key": f"{name}-{at}"})
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(customer, "abcd"))
        self.assertEqual(list(Event.objects.values_list("number", flat=True)), list(range(1, 21)))


class Work(InMemory, TestCase):
    def test_done_twice_is_done_once(self):
        order, _ = place(dict(SEEDS[0]))
        work_order(order.id, 0)
        work_order(order.id, 0)
        self.assertEqual([update["order"]["status"] for update in feed.after(0)], [Order.NEW, Order.DONE])
