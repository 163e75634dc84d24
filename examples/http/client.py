"""Requests an item from `nextpick serve` and records its sending.

Start the server:  nextpick serve --state ./state --token-file token.txt
Then:              python3 client.py http://127.0.0.1:8737 token.txt
"""
import json
import sys
import time
import urllib.request

url, token = sys.argv[1], open(sys.argv[2]).read().strip()


def call(path, body):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


now = int(time.time() * 1000)
call("/items", [{"id": "a1", "title": "Spring tea", "tags": ["tea"]}, {"id": "b2", "title": "Teapots", "tags": ["ware"]}])
call("/observe", [{"user": "u1", "item": "b2", "kind": "click", "at": now - 60_000}])
decision = call("/recommend", {"user": "u1", "now": now})
if decision["picks"] and call("/accept", decision)["accepted"]:
    print("send", decision["picks"][0]["item"], "to u1")
