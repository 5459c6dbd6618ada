import json

from asgiref.testing import ApplicationCommunicator

from shop.routing import application

PATH = "/ws/admin/orders/"


class Socket(ApplicationCommunicator):
    """A websocket client within the process. (The one of Channels cannot be imported without its own server.)"""

    def __init__(self, query="", **headers):
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        asked = {"path": PATH, "query_string": query.encode(), "headers": named}
        super().__init__(application, {"type": "websocket", "subprotocols": [], **asked})

    async def open(self):
        await self.send_input({"type": "websocket.connect"})
        return await self.receive_output()

    async def told(self):
        return json.loads((await self.receive_output())["text"])

    async def close(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()
