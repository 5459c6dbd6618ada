from unittest.mock import patch

from django.test import override_settings

# Tests need PostgreSQL alone: updates are announced within the process, and no broker is asked.
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


class InMemory:
    def setUp(self):
        super().setUp()
        settings = override_settings(CHANNEL_LAYERS=IN_MEMORY)
        settings.enable()
        self.addCleanup(settings.disable)
        handed = patch("orders.placing.work_order.apply_async")
        self.handed_over = handed.start()
        self.addCleanup(handed.stop)
