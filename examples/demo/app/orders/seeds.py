"""Orders for a shop that has none yet; also what the tests order."""

SEEDS = [
    {"key": "seed-1", "customer": "Ada", "item": "Earl Grey, 250 g", "quantity": 2},
    {"key": "seed-2", "customer": "Grace", "item": "Teapot", "quantity": 1},
    {"key": "seed-3", "customer": "Žofie", "item": "Oolong, 100 g", "quantity": 4},
    {"key": "seed-4", "customer": "Linus", "item": "Strainer", "quantity": 1},
    {"key": "seed-5", "customer": "Radia", "item": "Assam, 500 g", "quantity": 3},
]
