//! Shipped weights: one direction for all kinds, scaled by kind; features not named here have weight 0 until a fit.
//! Fitted on the earlier part of a real log of articles (trend, freshness, neighbours, source, terms) and of short
//! videos (tag, format, fatigue), shrunk and rounded; category, context and group trend are set by analogy.
//! ARCHITECTURE.md, "The shipped weights".

use crate::world::kind::Kind;

use super::linear::LinearModel;
use crate::features;

/// Weights of the direction that all kinds share.
const DIRECTION: [(&str, f64); 35] = [
    ("trend.1h", 0.6),
    ("trend.6h", 0.1),
    ("trend.1d", 0.1),
    ("trend.7d", 0.1),
    ("trend.30d", 0.05),
    ("trend.group.1d", 0.1),
    ("trend.group.7d", 0.1),
    ("trend.group.30d", 0.05),
    ("freshness.6h", 2.0),
    ("freshness.1d", 0.6),
    ("freshness.7d", 2.5),
    ("freshness.30d", 2.0),
    ("affinity.tag.short", 2.0),
    ("affinity.tag.long", 2.0),
    ("affinity.category.short", 2.0),
    ("affinity.category.long", 2.0),
    ("affinity.format.short", 0.5),
    ("affinity.format.long", 1.0),
    ("affinity.source.short", 1.5),
    ("affinity.source.long", 1.5),
    ("affinity.other.short", 1.0),
    ("affinity.other.long", 1.0),
    ("neighbours.crowd", 0.4),
    ("neighbours.near", 0.4),
    ("terms.short", 2.0),
    ("terms.long", 10.0),
    ("fatigue.item", -4.0),
    ("fatigue.tag", -2.0),
    ("fatigue.category", -1.0),
    ("fatigue.format", -0.5),
    ("fatigue.source", -3.0),
    ("context.user", 2.0),
    ("context.group", 2.0),
    ("context.channel", 1.0),
    ("context.request", 2.0),
];

/// Bias (log-odds if all features are 0) and scale of the direction, per shipped kind.
const KINDS: [(&str, f64, f64); 7] = [
    ("click", -2.5, 0.30),
    ("like", -4.5, 0.20),
    ("save", -5.0, 0.30),
    ("comment", -6.0, 0.25),
    ("share", -6.0, 0.25),
    ("convert", -6.0, 0.20),
    ("dismiss", -6.5, -0.15),
];

/// Returns the shipped model of a kind; the host's own kinds get defaults by the sign of their weight.
pub fn row(name: &str, kind: Kind) -> LinearModel {
    let known = KINDS.iter().find(|(shipped, ..)| *shipped == name);
    let (bias, scale) = known.map_or_else(
        || match (kind.positive, kind.weight < 0.0) {
            (true, _) => (-5.0, 0.25),
            (_, true) => (-6.5, -0.15),
            _ => (-5.0, 0.0),
        },
        |&(_, bias, scale)| (bias, scale),
    );
    let weight = |name: &str| DIRECTION.iter().find(|(feature, _)| *feature == name).map_or(0.0, |(_, weight)| *weight);
    let weights = features::names().iter().map(|name| scale * weight(name)).collect();
    LinearModel { bias, weights, errors: Vec::new(), relative: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_names_a_feature() {
        let features: Vec<String> = features::features().into_iter().map(|feature| feature.name).collect();
        for (name, _) in DIRECTION {
            assert!(features.iter().any(|feature| feature == name), "no feature {name}");
        }
    }
}
