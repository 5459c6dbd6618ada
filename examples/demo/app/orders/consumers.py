from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from . import feed

BAD_NUMBER = 4400


class OrderUpdates(AsyncJsonWebsocketConsumer):
    """Sends each update once, in order, from the number after `?after=N`; without it, from now on."""

    # Joined before connect(): what happens while we read the past wakes us afterwards.
    groups = [feed.GROUP]

    async def connect(self):
        await self.accept()
        last = await database_sync_to_async(feed.last_number)()
        asked = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [str(last)])[0]
        if not (asked.isascii() and asked.isdigit()):
            return await self.close(BAD_NUMBER)
        # A number from before a restore may lie ahead of the feed; `last` below lets the client see that.
        self.seen = min(int(asked), last)
        await self.send_json({"type": "hello", "last": last, "version": settings.VERSION, "host": settings.HOST})
        await self.catch_up()

    async def orders_changed(self, message):
        if message["number"] > self.seen:
            await self.catch_up()

    async def catch_up(self):
        while updates := await database_sync_to_async(feed.after)(self.seen):
            for update in updates:
                await self.send_json(update)
                self.seen = update["number"]
