from django.core.management.base import BaseCommand

from orders.placing import place
from orders.seeds import SEEDS


class Command(BaseCommand):
    help = "Makes a few orders. Those that are there already stay as they are."

    def handle(self, **_):
        made = sum(place(given, seconds=0)[1] for given in SEEDS)
        self.stdout.write(f"{made} orders made, {len(SEEDS) - made} were there")
