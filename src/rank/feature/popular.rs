//! Popular: how many ever liked the item, of the viewer's own sort and of the other.

use crate::memory::Subject;
use crate::number::ln_1p;

use super::super::viewer::{Scene, Viewer};
use super::{Column, Family};

/// `popular.alike` = ln(1 + users who liked it) for a user, groups for a group; `popular.other` the other way about.
pub struct Popular;

impl Family for Popular {
    fn name(&self) -> &'static str {
        "popular"
    }

    fn features(&self) -> Vec<String> {
        vec!["popular.alike".to_owned(), "popular.other".to_owned()]
    }

    fn fill(&self, scene: &Scene, viewer: &Viewer, items: &[u32], columns: &mut [Column]) {
        let is_group = matches!(Subject::of(&viewer.addressee), Some(Subject::Group(_)));
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let [users, groups] = scene.memory.neighbours().liked_by_sort(item).map(|count| ln_1p(f64::from(count)));
            let values = if is_group { [groups, users] } else { [users, groups] };
            for (column, value) in columns.iter_mut().zip(values) {
                column.values[n] = value;
                column.live |= value != 0.0;
            }
        }
    }
}
