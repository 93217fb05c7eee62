"""A static site is built anew once a notice is public.

SECRET=whsec_… python rebuild.py 8002 make -C /srv/site
"""

import subprocess
import sys

from hook import listen


def heard(event):
    if event["type"] == "notice.published":
        subprocess.run(sys.argv[2:], check=True)


if __name__ == "__main__":
    listen(int(sys.argv[1]), heard)
