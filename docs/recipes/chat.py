"""A chat room hears of facts that readers call wrong.

    SECRET=whsec_… CHAT=https://chat.example.org/hooks/… python chat.py 8001

`CHAT` is an incoming webhook: Slack, Mattermost and Rocket.Chat take `{"text": …}`.
"""

import json
import os
import sys
import urllib.request

from hook import listen


def heard(event):
    if event["type"] != "correction.received" or event["data"]["correction"]["kind"] != "fact":
        return
    one = event["data"]["correction"]
    said = f"“{one['before']}” → “{one['after']}”" if one["after"] else "a remark"
    words = f"A reader says that a fact is wrong: {said}\n{one['url']}"
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(os.environ["CHAT"], json.dumps({"text": words}).encode(), head)
    urllib.request.urlopen(request, timeout=10).close()


if __name__ == "__main__":
    listen(int(sys.argv[1]), heard)
