"""Orders for a shop that has none yet; also what the tests order."""

SEEDS = [
    {"key": "seed-1", "buyer": "Ada", "item": "Earl Grey, 250 g", "quantity": 2},
    {"key": "seed-2", "buyer": "Grace", "item": "Teapot", "quantity": 1},
    {"key": "seed-3", "buyer": "Žofie", "item": "Oolong, 100 g", "quantity": 4},
    {"key": "seed-4", "buyer": "Linus", "item": "Strainer", "quantity": 1},
    {"key": "seed-5", "buyer": "Radia", "item": "Assam, 500 g", "quantity": 3},
]
