"""Parts shared by all rivals: the log as rows, the features of items and users, and the picks as JSON.

A rival reads a moment (the JSON of `--dump`) from stdin and writes {"users": {id: [items]}, "groups": {id: [items]}} to
stdout, best first. It sees records and log; of `truth` only recipients, members who are there, and eligible items.
"""

import json
import math
import sys
from collections import defaultdict

SLATE = 3
DAY = 86_400_000


def load():
    moment = json.load(sys.stdin)
    for kind in ("users", "groups"):
        for recipient in moment["truth"][kind]:
            del recipient["value"]
    return moment


def item_facets(item, at):
    """Returns the facets of an item at a moment: id, tags, category path, format, source, play, age in powers of two days."""
    facets = ["id=" + item["id"]]
    facets += ["tag=" + tag for tag in item.get("tags", [])]
    path = item.get("category", "").split("/")
    facets += ["category=" + "/".join(path[: n + 1]) for n in range(len(path)) if path[0]]
    facets += [name + "=" + item[name] for name in ("format", "source", "play") if name in item]
    if "publishedAt" in item:
        age = max(0.0, (at - item["publishedAt"]) / DAY)
        facets.append("age=%d" % int(math.log2(1 + 2 * age)))
    return facets


def showings(moment):
    """Returns impressions with named users in order of time: (row, number of earlier ones of the pair, clicked within a day)."""
    clicks = defaultdict(list)
    for row in moment["log"]:
        if row["kind"] == "click" and "user" in row:
            clicks[row["user"], row["item"]].append(row["at"])
    before = defaultdict(int)
    for row in moment["log"]:
        if row["kind"] != "impression" or "user" not in row:
            continue
        pair = row["user"], row["item"]
        clicked = any(0 <= at - row["at"] <= DAY for at in clicks[pair])
        yield row, before[pair], clicked
        before[pair] += 1


def shown_before(moment):
    counts = defaultdict(int)
    for row in moment["log"]:
        if row["kind"] == "impression" and "user" in row:
            counts[row["user"], row["item"]] += 1
    return counts


def write_picks(moment, score):
    """Writes the eligible items with the highest scores; a group's score is the mean of `score` over its members."""
    picks = {"users": {}, "groups": {}}
    for recipient in moment["truth"]["users"]:
        picks["users"][recipient["id"]] = best(recipient["eligible"], score([recipient["id"]], recipient["eligible"], None))
    for recipient in moment["truth"]["groups"]:
        picks["groups"][recipient["id"]] = best(recipient["eligible"], score(recipient["members"], recipient["eligible"], recipient["id"]))
    json.dump(picks, sys.stdout)


def best(items, scores):
    order = sorted(range(len(items)), key=lambda n: (-scores[n], items[n]))
    return [items[n] for n in order[:SLATE]]


def require(module):
    try:
        return __import__(module)
    except ImportError:
        print("%s is not installed" % module, file=sys.stderr)
        sys.exit(3)
