//! Examples: what subjects were shown or chose, with the features it had at that moment and what came of it.

use ndarray::Array1;

use crate::base::time::Time;
use crate::model::layout::Layout;

use super::training_set::{SparseRows, TrainingSet};

/// More bytes of features than this are not held: then every second example is let go, and of those to come every
/// second is noted.
const MOST_BYTES: usize = 120 << 20;

/// One thing that was shown, or chosen among others.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// How many were offered before it: its name, which stays when others are let go.
    id: usize,
    /// When.
    pub at: Time,
    /// Whether it was a group's own, and no user's.
    pub of_group: bool,
    /// Whether it was shown, so that what did not come of it is known too.
    pub shown: bool,
    /// The kinds of interaction that came of it, each once.
    pub outcomes: Vec<u32>,
    /// Its rows: one of what was shown; of a choice first the chosen, then the others.
    rows: std::ops::Range<usize>,
}

impl Example {
    /// How many were offered before it.
    pub fn id(&self) -> usize {
        self.id
    }
}

/// Examples in the order in which they were noted, with their rows.
#[derive(Debug, Clone)]
pub struct ExampleStore {
    layout: Layout,
    list: Vec<Example>,
    rows: SparseRows,
    offsets: Vec<f64>,
    /// Of so many examples one is noted.
    stride: usize,
    offered: usize,
}

impl ExampleStore {
    /// None yet.
    pub fn new(layout: Layout) -> Self {
        Self { layout, list: Vec::new(), rows: SparseRows::default(), offsets: Vec::new(), stride: 1, offered: 0 }
    }

    /// How rows are laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }
    /// The examples.
    pub fn list(&self) -> &[Example] {
        &self.list
    }
    /// For how many examples each one stands: 1 until they become too many to be held.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The id of the next.
    pub fn next_id(&self) -> usize {
        self.offered + 1
    }

    /// Whether the next example is to be noted. To be asked once for each.
    pub fn wants_next(&mut self) -> bool {
        if self.rows.size() > MOST_BYTES {
            self.thin();
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Notes an example of which nothing has come yet; `write` writes its rows, each with −ln of the chance with which
    /// it was drawn. Returns its id.
    pub fn note(&mut self, at: Time, of_group: bool, shown: bool, write: impl FnOnce(&mut RowWriter)) -> usize {
        let (id, start) = (self.offered, self.rows.len());
        write(&mut RowWriter { rows: &mut self.rows, offsets: &mut self.offsets });
        self.list.push(Example { id, at, of_group, shown, outcomes: Vec::new(), rows: start..self.rows.len() });
        id
    }

    /// Notes what came of an example, unless it was let go.
    pub fn came(&mut self, id: usize, kind: u32) {
        if let Ok(place) = self.list.binary_search_by_key(&id, |example| example.id) {
            let outcomes = &mut self.list[place].outcomes;
            if !outcomes.contains(&kind) {
                outcomes.push(kind);
            }
        }
    }

    /// Lets every second example go.
    fn thin(&mut self) {
        let (list, rows) = (std::mem::take(&mut self.list), std::mem::take(&mut self.rows));
        let offsets = std::mem::take(&mut self.offsets);
        self.stride *= 2;
        for example in list.into_iter().step_by(2) {
            let start = self.rows.len();
            for row in example.rows {
                copy(&rows, row, &mut self.rows, Some);
                self.offsets.push(offsets[row]);
            }
            self.list.push(Example { rows: start..self.rows.len(), ..example });
        }
    }

    /// What one kind is learnt from, and the labels of the rows shown: all that was shown, and the choices that it came of.
    pub fn training_set(&self, kind: u32, takes: impl Fn(&Example) -> bool) -> (TrainingSet, Array1<f64>) {
        self.lesson_of(kind, |example| example.outcomes.contains(&kind), takes)
    }

    /// The same for anything that `came` says came of an example, with the features that `kind` sees.
    pub fn lesson_of(
        &self,
        kind: u32,
        came: impl Fn(&Example) -> bool,
        takes: impl Fn(&Example) -> bool,
    ) -> (TrainingSet, Array1<f64>) {
        let bias = self.layout.of_one_kind();
        let mut training_set = TrainingSet { features: bias + 1, ..TrainingSet::default() };
        let mut labels = Vec::new();
        let seen = |place| self.layout.seen(place, kind);
        let taken = || self.list.iter().filter(|example| takes(example));
        for example in taken().filter(|example| example.shown) {
            copy(&self.rows, example.rows.start, &mut training_set.rows, seen);
            training_set.rows.put_at_end(bias, 1.0);
            training_set.offsets.push(0.0);
            labels.push(f64::from(u8::from(came(example))));
        }
        training_set.shown = training_set.rows.len();
        for example in taken().filter(|example| !example.shown && came(example)) {
            for row in example.rows.clone() {
                copy(&self.rows, row, &mut training_set.rows, seen);
                training_set.offsets.push(self.offsets[row]);
            }
            training_set.choices.push(training_set.rows.len() as u32);
        }
        (training_set, Array1::from(labels))
    }
}

/// Writes the rows of one example.
pub struct RowWriter<'a> {
    rows: &'a mut SparseRows,
    offsets: &'a mut Vec<f64>,
}

impl RowWriter<'_> {
    /// Adds a value to the row that is being written, in ascending order of places.
    pub fn put(&mut self, place: usize, value: f64) {
        self.rows.put(place, value);
    }
    /// Ends a row that was drawn with −ln of this chance.
    pub fn end(&mut self, offset: f64) {
        self.rows.end();
        self.offsets.push(offset);
    }
}

/// Copies a row, as far as `seen` gives its features a place.
fn copy(from: &SparseRows, row: usize, to: &mut SparseRows, seen: impl Fn(usize) -> Option<usize>) {
    let (places, values) = from.row(row);
    for (&place, &value) in places.iter().zip(values) {
        if let Some(place) = seen(place as usize) {
            to.put(place, f64::from(value));
        }
    }
    to.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(examples: &mut ExampleStore, shown: bool, rows: &[&[(usize, f64)]]) -> Option<usize> {
        examples.wants_next().then(|| {
            examples.note(0, false, shown, |writer| {
                for row in rows {
                    row.iter().for_each(|&(place, value)| writer.put(place, value));
                    writer.end(0.5);
                }
            })
        })
    }

    #[test]
    fn a_kind_sees_what_all_share_and_what_is_its_own() {
        let mut examples = ExampleStore::new(Layout { shared: 2, own: 2, kinds: 3 });
        let row: &[(usize, f64)] = &[(0, 1.0), (2, 20.0), (5, 31.0), (6, 40.0), (7, 41.0)];
        let id = noted(&mut examples, true, &[row]).unwrap();
        examples.came(id, 1);
        let (training_set, labels) = examples.training_set(1, |_| true);
        // Its own are at 4 and 5, which it sees at 2 and 3; the bias is at 4.
        assert_eq!(training_set.rows.row(0), (&[0u16, 3, 4][..], &[1.0f32, 31.0, 1.0][..]));
        assert_eq!(labels.to_vec(), [1.0]);
        assert_eq!(examples.training_set(0, |_| true).1.to_vec(), [0.0]);
    }

    #[test]
    fn a_choice_is_a_lesson_only_for_what_came_of_it() {
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: 2 });
        let id = noted(&mut examples, false, &[&[(0, 1.0)], &[(0, 2.0)]]).unwrap();
        examples.came(id, 1);
        let (training_set, labels) = examples.training_set(1, |_| true);
        assert_eq!((training_set.choices, training_set.offsets, labels.len()), (vec![2], vec![0.5, 0.5], 0));
        assert!(examples.training_set(0, |_| true).0.choices.is_empty());
    }

    #[test]
    fn when_there_are_too_many_every_second_goes_and_the_others_keep_their_names() {
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: 1 });
        let ids: Vec<usize> = (0..6).map(|n| noted(&mut examples, true, &[&[(0, n as f64 + 1.0)]]).unwrap()).collect();
        examples.thin();
        ids.iter().for_each(|&id| examples.came(id, 0));
        assert_eq!((examples.list().len(), examples.stride()), (3, 2));
        assert!(examples.list().iter().all(|example| example.outcomes == [0]));
        let (training_set, _) = examples.training_set(0, |_| true);
        assert_eq!(training_set.rows.values, [1.0, 1.0, 3.0, 1.0, 5.0, 1.0], "each with its bias");
        let later: Vec<bool> = (0..4).map(|_| examples.wants_next()).collect();
        assert_eq!(later, [true, false, true, false]);
    }
}
