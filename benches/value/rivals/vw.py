"""Vowpal Wabbit, contextual bandit with action-dependent features (--cb_explore_adf). Each impression is one decision
among the item shown and others of the library, with cost −1 for a click; its propensity is taken as uniform, because
the log has none. Softmax exploration, so that the probabilities of all items rank them."""

import random

from world import item_facets, load, require, showings, write_picks

vowpalwabbit = require("vowpalwabbit")

OTHERS = 9

moment = load()
items = {item["id"]: item for item in moment["items"]}
tags = {user["id"]: list(user.get("tags", [])) for user in moment["users"]}
draw = random.Random(1)
clean = str.maketrans({" ": "_", ":": "_", "|": "_"})


def action(item, at):
    return "|i " + " ".join(facet.translate(clean) for facet in item_facets(items[item], at))


def shared(user):
    return "shared |u id=%s |t %s" % (user, " ".join(tag.translate(clean) for tag in tags.get(user, [])))


model = vowpalwabbit.Workspace("--cb_explore_adf --softmax --lambda 10 --interactions ui --interactions ti -b 22 --quiet")
ids = sorted(items)
for row, _before, clicked in showings(moment):
    if row["item"] not in items:
        continue
    shown = action(row["item"], row["at"])
    cost = "0:%d:%.3f " % (-1 if clicked else 0, 1 / (OTHERS + 1))
    others = [action(item, row["at"]) for item in draw.sample(ids, OTHERS) if item != row["item"]]
    model.learn([shared(row["user"]), cost + shown] + others)


def score(users, eligible, _group):
    actions = [action(item, moment["now"]) for item in eligible]
    sums = [0.0] * len(eligible)
    for user in users:
        for n, chance in enumerate(model.predict([shared(user)] + actions)):
            sums[n] += chance
    return sums


write_picks(moment, score)
