"""LightFM, hybrid matrix factorisation (WARP): users by id and tags, items by id and facets, learnt from clicks."""

from world import item_facets, load, require, write_picks

require("lightfm")
import numpy
from lightfm import LightFM
from lightfm.data import Dataset

moment = load()
at = moment["now"]
users = {user["id"]: ["tag " + tag for tag in user.get("tags", [])] for user in moment["users"]}
items = {item["id"]: item_facets(item, at)[1:] for item in moment["items"]}
clicks = {(row["user"], row["item"]) for row in moment["log"] if row["kind"] == "click" and row.get("user") in users and row["item"] in items}

data = Dataset()
data.fit(users, items, {tag for tags in users.values() for tag in tags}, {facet for facets in items.values() for facet in facets})
interactions, _ = data.build_interactions(sorted(clicks))
user_features = data.build_user_features(users.items())
item_features = data.build_item_features(items.items())
model = LightFM(no_components=16, loss="warp", random_state=1)
model.fit(interactions, user_features=user_features, item_features=item_features, epochs=30)
user_index, _, item_index, _ = data.mapping()


def score(members, eligible, _group):
    columns = numpy.array([item_index[item] for item in eligible])
    known = [user for user in members if user in user_index]
    rows = [model.predict(user_index[user], columns, user_features=user_features, item_features=item_features) for user in known]
    return numpy.mean(rows, axis=0) if rows else numpy.zeros(len(eligible))


write_picks(moment, score)
