from asgiref.sync import sync_to_async
from django.test import TransactionTestCase

from orders.placing import place
from orders.seeds import SEEDS

from .memory import InMemory
from .socket import Socket


class OrderUpdates(InMemory, TransactionTestCase):
    async def order(self, *seeds):
        for at in seeds:
            await sync_to_async(place)(SEEDS[at])

    async def test_sends_what_happens_from_now_on(self):
        await self.order(0)
        socket = Socket()
        await socket.open()
        self.assertEqual((await socket.told())["last"], 1)
        await self.order(1)
        update = await socket.told()
        self.assertEqual((update["number"], update["order"]["key"]), (2, SEEDS[1]["key"]))
        await socket.close()

    async def test_sends_the_rest_once_to_whoever_comes_back(self):
        await self.order(0, 1, 2)
        socket = Socket("after=1")
        await socket.open()
        await socket.told()
        await self.order(3)
        self.assertEqual([(await socket.told())["number"] for _ in range(3)], [2, 3, 4])
        self.assertTrue(await socket.receive_nothing())
        await socket.close()

    async def test_closes_on_a_number_that_is_none(self):
        socket = Socket("after=x")
        await socket.open()
        self.assertEqual((await socket.receive_output())["code"], 4400)

    async def test_refuses_a_page_of_another_site(self):
        answer = await Socket(origin="http://evil.example").open()
        self.assertEqual(answer["type"], "websocket.close")

    async def test_says_in_the_handshake_which_request_it_is(self):
        socket = Socket(x_request_id="abc")
        self.assertIn((b"x-request-id", b"abc"), (await socket.open())["headers"])
        await socket.told()
        await socket.close()
