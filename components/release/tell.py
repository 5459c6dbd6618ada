"""Stands before each script that looks: hands what it found to who runs the job."""

import json
import sys

# Docker's logs cut a line at 16 KiB.
LONGEST = 8000


def tell(found):
    text = json.dumps(found)
    *parts, last = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
    sys.stderr.flush()
    for part in parts:
        print("tidemark-evidence+ %s" % part)
    print("tidemark-evidence %s" % last, flush=True)


