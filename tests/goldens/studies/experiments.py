"""Writes experiments.json: small logs of experiments and their analyses, computed with scipy.

    python3 experiments.py > experiments.json      # needs scipy

The analysis here is written from the specification and shares nothing with the crate: it goes through all rows again at
every look. The tests compare the crate's figures with these to 1e-9 (natively and in Node).
"""

import json
import math
import random

from scipy.optimize import brentq
from scipy.special import gammaln, logsumexp
from scipy.stats import norm, t as student

DAY = 86_400_000
OFFSET = 8 * 3_600_000
WIDTHS = (0.1, 0.2, 0.4, 0.8)
ALPHA = 0.05


def day_of(at):
    return (at + OFFSET) // DAY


def wallace(t, nu):
    return (8 * nu + 1) / (8 * nu + 3) * math.sqrt(nu * math.log1p(t * t / nu))


def log_e(z, se, rate):
    terms = []
    for f in WIDTHS:
        k = (f * rate) ** 2 / se**2
        terms.append(-0.5 * math.log1p(k) + z * z * k / (2 * (1 + k)))
    return float(logsumexp(terms)) - math.log(len(terms))


def cluster_of(unit, user, group):
    if unit == "user":
        return ("u", user)
    if unit == "group":
        return ("g", group)
    return ("g", group) if group is not None else ("u", user)


def unit_of(unit, user, group, at):
    if unit == "user":
        return ("u", user)
    if unit == "group":
        return ("g", group)
    return (("u", user) if user is not None else ("g", group), day_of(at))


def sums(case, metric, until):
    """Messages or impressions, and responses or value, by cluster and variant, up to the end of a day."""
    unit, arms = case["experiment"]["unit"], [v["name"] for v in case["experiment"]["variants"]]
    window = metric.get("withinDays", 7) * DAY
    table, responses = {}, [0] * len(arms)

    def cell(message):
        user, group, _, variant = case["messages"][message]
        return table.setdefault(cluster_of(unit, user, group), [[0.0, 0.0] for _ in arms])[arms.index(variant)]

    if metric.get("per", "message") == "message":
        for n, (_, _, at, _) in enumerate(case["messages"]):
            if day_of(at) <= until:
                cell(n)[0] += 1
    seen = set()
    for message, user, at, kind, value in sorted(case["responses"], key=lambda r: r[2]):
        age = at - case["messages"][message][2]
        if day_of(at) > until or not 0 <= age <= window:
            continue
        if metric.get("per") == "impression" and kind == "impression":
            cell(message)[0] += 1
        if kind == metric["kind"]:
            is_first = (message, user) not in seen
            seen.add((message, user))
            responses[arms.index(case["messages"][message][3])] += is_first
            cell(message)[1] += (value or 0) if metric.get("measure") == "value" else is_first
    return table, responses


def estimate(table, arm, paired):
    x = [sum(c[a][0] for c in table.values()) for a in (0, arm)]
    y = [sum(c[a][1] for c in table.values()) for a in (0, arm)]
    if not x[0] or not x[1]:
        return None
    m = [y[0] / x[0], y[1] / x[1]]
    there = [c for c in table.values() if any(c[a][0] or c[a][1] for a in (0, arm))]
    if paired:
        g = len(there)
        if g < 2:
            return None
        d = [(c[arm][1] - m[1] * c[arm][0]) / x[1] - (c[0][1] - m[0] * c[0][0]) / x[0] for c in there]
        variance, nu = g / (g - 1) * sum(v * v for v in d), g - 1
        lifts = [
            (c[arm][1] - m[1] * c[arm][0]) / x[1] / m[0] - m[1] / m[0] ** 2 * (c[0][1] - m[0] * c[0][0]) / x[0] if m[0] else 0
            for c in there
        ]
        lift_variance = g / (g - 1) * sum(v * v for v in lifts)
    else:
        v, g = [], []
        for n, a in enumerate((0, arm)):
            own = [c[a] for c in there if c[a][0] or c[a][1]]
            if len(own) < 2:
                return None
            g.append(len(own))
            v.append(len(own) / (len(own) - 1) * sum((c[1] - m[n] * c[0]) ** 2 for c in own) / x[n] ** 2)
        variance = v[0] + v[1]
        if variance <= 0:
            return None
        nu = variance**2 / (v[1] ** 2 / (g[1] - 1) + v[0] ** 2 / (g[0] - 1))
        lift_variance = v[1] / m[0] ** 2 + m[1] ** 2 / m[0] ** 4 * v[0] if m[0] else 0
    if variance <= 0:
        return None
    return {
        "difference": m[1] - m[0],
        "se": math.sqrt(variance),
        "nu": nu,
        "rate": (y[0] + y[1]) / (x[0] + x[1]),
        "lift": m[1] / m[0] - 1 if m[0] else None,
        "liftSe": math.sqrt(lift_variance),
    }


def compare(case, metric, arm, looks):
    paired = case["experiment"]["unit"] == "subject-day"
    threshold = (len(case["experiment"]["variants"]) - 1) / ALPHA
    best, last = 0.0, None
    for until in looks:
        table, responses = sums(case, metric, until)
        last = estimate(table, arm, paired)
        if last:
            best = max(best, log_e(wallace(last["difference"] / last["se"], last["nu"]), last["se"], last["rate"]))
    result = {"eValue": math.exp(best), "responses": min(responses[0], responses[arm])}
    if last:
        excess = lambda t: log_e(wallace(t, last["nu"]), last["se"], last["rate"]) - math.log(threshold)
        t = brentq(excess, 0, 1e6, xtol=1e-13, rtol=8.9e-16)
        around = lambda center, se: [center - t * se, center + t * se]
        result |= {
            "difference": last["difference"],
            "interval": around(last["difference"], last["se"]),
            "lift": last["lift"],
            "liftInterval": around(last["lift"], last["liftSe"]),
        }
    return result


def sample_ratio(case, looks):
    weights = [v.get("weight", 1) for v in case["experiment"]["variants"]]
    shares = [w / sum(weights) for w in weights]
    names = [v["name"] for v in case["experiment"]["variants"]]
    best = 0.0
    for until in looks:
        first = {}
        for user, group, at, variant in case["messages"]:
            if day_of(at) <= until:
                first.setdefault(unit_of(case["experiment"]["unit"], user, group, at), names.index(variant))
        n = [sum(arm == a for arm in first.values()) for a in range(len(names))]
        a = [1000 * s for s in shares]
        log = gammaln(sum(a)) - gammaln(sum(a) + sum(n))
        log += sum(gammaln(x + k) - gammaln(x) - k * math.log(s) for x, k, s in zip(a, n, shares))
        best = max(best, float(log))
    return {"observed": n, "expected": [s * sum(n) for s in shares], "eValue": math.exp(best)}


def analyzed(case):
    days = [day_of(m[2]) for m in case["messages"]] + [day_of(r[2]) for r in case["responses"]]
    looks = range(min(days), max(days) + 1)
    experiment = case["experiment"]
    arms = range(1, len(experiment["variants"]))
    case["report"] = {
        "goal": [compare(case, experiment["goal"], arm, looks) for arm in arms],
        "guardrails": [compare(case, metric, arm, looks) for metric in experiment.get("guardrails", []) for arm in arms],
        "sampleRatio": sample_ratio(case, looks),
    }
    return case


def world(seed, experiment, subjects, days, rates, member=False):
    """Simulates one message a day to each subject; users respond at the rates of their variant."""
    rng = random.Random(seed)
    names = [v["name"] for v in experiment["variants"]]
    weights = [v.get("weight", 1) for v in experiment["variants"]]
    start = 20_513 * DAY - OFFSET
    messages, responses = [], []
    fixed = {s: rng.choices(names, weights)[0] for s in range(subjects)}
    level = {s: math.exp(rng.gauss(0, 0.3)) for s in range(subjects)}
    for day in range(days):
        for subject in range(subjects):
            variant = rng.choices(names, weights)[0] if experiment["unit"] == "subject-day" else fixed[subject]
            at = start + day * DAY + rng.randrange(8 * 3_600_000, 20 * 3_600_000, 1000)
            to = (f"u{subject}", None) if experiment["unit"] == "user" else (f"u{subject}" if member else None, f"g{subject // 2 if member else subject}")
            messages.append([*to, at, variant])
            for person in range(6):
                for kind, rate in rates.items():
                    if rng.random() < rate[names.index(variant)] * level[subject]:
                        who = to[0] or (None if person == 5 else f"m{subject}-{person}")
                        for _ in range(1 + (rng.random() < 0.2)):
                            value = round(rng.lognormvariate(3, 1), 2) if kind == "convert" else None
                            # Some come before the message or after the window.
                            late = rng.choice([0, 0, 0, 0, 0, 0, 0, 0, -1, 9])
                            responses.append([len(messages) - 1, who, at + late * DAY + rng.randrange(60_000, 40 * 3_600_000, 1000), kind, value])
    rng.shuffle(responses)
    return analyzed({"experiment": experiment, "messages": messages, "responses": responses})


def experiment(unit, variants, **fields):
    return {"id": "x", "unit": unit, "variants": [{"name": n, "weight": w} for n, w in variants], **fields}


two = [("a", 1), ("b", 1)]
cases = [
    world(1, experiment("subject-day", two, goal={"kind": "click"}, guardrails=[{"kind": "dismiss", "direction": "decrease"}]), 12, 9, {"click": (0.15, 0.3), "dismiss": (0.05, 0.05)}),
    world(2, experiment("group", two, goal={"kind": "click", "withinDays": 1}), 24, 5, {"click": (0.2, 0.1)}),
    world(3, experiment("user", [("a", 2), ("b", 1)], goal={"kind": "convert", "measure": "value", "per": "impression"}), 40, 3, {"impression": (0.4, 0.5), "convert": (0.08, 0.1)}),
    world(4, experiment("subject-day", [("a", 1), ("b", 1), ("c", 2)], goal={"kind": "click", "direction": "decrease"}), 16, 6, {"click": (0.2, 0.18, 0.1)}, member=True),
    world(5, experiment("group", [("a", 9), ("b", 1)], goal={"kind": "click"}), 5, 3, {"click": (0.2, 0.2)}),
]
normal_sizes = [[nu, t, float(norm.isf(student.sf(t, nu)))] for nu in (8, 12, 20, 60, 400) for t in (0.5, 1.5, 3, 6)]
rows = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in cases)
print(f'{{"about":"written by experiments.py with scipy","normalSizes":{json.dumps(normal_sizes)},"cases":[\n{rows}\n]}}')
