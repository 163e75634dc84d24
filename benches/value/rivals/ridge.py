"""Ridge logistic regression of clicks on impressions (scikit-learn, C = 1): main effects of an item's facets, and each
facet crossed with the user's id (scale 0.5) and with each tag of the user (scale 0.4)."""

from world import item_facets, load, require, shown_before, showings, write_picks

require("sklearn")
import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

BY_USER, BY_TAG = 0.5, 0.4

moment = load()
items = {item["id"]: item for item in moment["items"]}
tags = {user["id"]: list(user.get("tags", [])) for user in moment["users"]}
columns = {}


def row(user, item, at, position, before, learn):
    """Returns columns and values of one example; unknown columns are omitted unless `learn`."""
    facets = item_facets(items[item], at)
    named = [(facet, 1.0) for facet in facets]
    named += [("user %s × %s" % (user, facet), BY_USER) for facet in facets]
    named += [("tag %s × %s" % (tag, facet), BY_TAG) for tag in tags.get(user, []) for facet in facets]
    named += [("user %s" % user, BY_USER), ("position", position - 1.0), ("before", float(before))]
    for name, value in named:
        column = columns.setdefault(name, len(columns)) if learn else columns.get(name)
        if column is not None:
            yield column, value


def matrix(rows):
    indices, values, ends = [], [], [0]
    for entries in rows:
        for column, value in entries:
            indices.append(column)
            values.append(value)
        ends.append(len(indices))
    return csr_matrix((values, indices, ends), shape=(len(ends) - 1, len(columns)))


examples = [one for one in showings(moment) if one[0]["item"] in items]
rows = [list(row(r["user"], r["item"], r["at"], r.get("position", 1), before, True)) for r, before, _ in examples]
model = LogisticRegression(C=1.0, max_iter=300).fit(matrix(rows), [clicked for *_, clicked in examples])
seen = shown_before(moment)


def score(users, eligible, _group):
    rows = [row(user, item, moment["now"], 1, seen[user, item], False) for user in users for item in eligible]
    chances = model.predict_proba(matrix(rows))[:, 1]
    return numpy.reshape(chances, (len(users), len(eligible))).mean(axis=0)


write_picks(moment, score)
