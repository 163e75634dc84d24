//! Training examples: exposures and choices, with the features at that moment and the kinds of interaction that
//! followed.

use ndarray::Array1;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::Time;
use crate::memory::Subject;
use crate::model::layout::Layout;

use super::training_set::{SparseRows, TrainingSet};

/// Memory limit for stored features, bytes. Above it every second example is dropped and the stride doubles.
const MAX_BYTES: usize = 120 << 20;

/// One exposure, or one choice among sampled items.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its number among the examples offered, from 1; stable when other examples are dropped.
    id: usize,
    /// Time of the exposure or the choice, ms.
    pub at: Time,
    /// The user or the group.
    pub subject: Subject,
    /// The item shown or chosen.
    pub item: ItemIndex,
    /// Id of the first example with these features: its own, or for an exposure to a push that of the push's first.
    pub first: usize,
    /// True for an exposure, which also has a label if nothing followed; false for a choice.
    pub shown: bool,
    /// The kinds of interaction that followed, each once.
    pub outcomes: Vec<KindIndex>,
    /// Range of its rows: one row for an exposure; for a choice the chosen item, then the negatives.
    rows: std::ops::Range<usize>,
}

impl Example {
    /// Its number among the examples offered, from 1.
    pub fn id(&self) -> usize {
        self.id
    }

    /// True for a group's own examples, false for a user's.
    pub fn is_of_group(&self) -> bool {
        self.subject.is_group()
    }
}

/// Examples in the order in which they were added, with their feature rows.
#[derive(Debug, Clone)]
pub struct ExampleStore {
    layout: Layout,
    list: Vec<Example>,
    rows: SparseRows,
    offsets: Vec<f64>,
    /// One of every `stride` offered examples is stored.
    stride: usize,
    offered: usize,
}

impl ExampleStore {
    /// Creates an empty store.
    pub fn new(layout: Layout) -> Self {
        Self { layout, list: Vec::new(), rows: SparseRows::default(), offsets: Vec::new(), stride: 1, offered: 0 }
    }

    /// The layout of the feature columns.
    pub fn layout(&self) -> Layout {
        self.layout
    }
    /// The stored examples, by ascending id.
    pub fn list(&self) -> &[Example] {
        &self.list
    }
    /// True if members of groups were shown items in them.
    pub fn has_pushes(&self) -> bool {
        self.list.iter().any(|example| example.shown && example.is_of_group())
    }
    /// Number of offered examples that each stored one represents: 1 until the memory limit is reached.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The id of the next example.
    pub fn next_id(&self) -> usize {
        self.offered + 1
    }

    /// Returns whether the next example is to be stored. Call exactly once per example: it advances the id.
    pub fn wants_next(&mut self) -> bool {
        if self.rows.size() > MAX_BYTES {
            self.thin();
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Adds an example without outcomes and returns its id; `write` writes its rows, each with the −ln of its expected
    /// number of draws.
    pub fn add(
        &mut self,
        at: Time,
        subject: Subject,
        item: ItemIndex,
        shown: bool,
        write: impl FnOnce(&mut RowWriter),
    ) -> usize {
        let (id, start) = (self.offered, self.rows.len());
        write(&mut RowWriter { rows: &mut self.rows, offsets: &mut self.offsets });
        let rows = start..self.rows.len();
        self.list.push(Example { id, at, first: id, subject, item, shown, outcomes: Vec::new(), rows });
        id
    }

    /// Adds an exposure with the features of an earlier one, unless that one was dropped.
    pub fn repeat(&mut self, first: usize, at: Time) {
        self.wants_next();
        let Ok(found) = self.list.binary_search_by_key(&first, |example| example.id) else { return };
        let Example { subject, item, ref rows, .. } = self.list[found];
        let (columns, values) = self.rows.row(rows.start);
        let (columns, values) = (columns.to_vec(), values.to_vec());
        self.add(at, subject, item, true, |writer| {
            columns.iter().zip(&values).for_each(|(&column, &value)| writer.put(column.into(), value.into()));
            writer.end(0.0);
        });
        self.list.last_mut().expect("it was added").first = first;
    }

    /// Adds an outcome to an example; does nothing if the example was dropped.
    pub fn add_outcome(&mut self, id: usize, kind: KindIndex) {
        if let Ok(found) = self.list.binary_search_by_key(&id, |example| example.id) {
            let outcomes = &mut self.list[found].outcomes;
            if !outcomes.contains(&kind) {
                outcomes.push(kind);
            }
        }
    }

    /// Drops every second example.
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

    /// Returns the training set of one kind, and the labels of its exposures: all exposures, and the choices with that
    /// outcome.
    pub fn training_set(&self, kind: KindIndex, takes: impl Fn(&Example) -> bool) -> (TrainingSet, Array1<f64>) {
        self.training_set_where(kind, |example| example.outcomes.contains(&kind), takes)
    }

    /// Like [`Self::training_set`], with the outcome decided by `is_positive` and the features that `kind` sees.
    pub fn training_set_where(
        &self,
        kind: KindIndex,
        is_positive: impl Fn(&Example) -> bool,
        takes: impl Fn(&Example) -> bool,
    ) -> (TrainingSet, Array1<f64>) {
        let bias = self.layout.of_one_kind();
        let mut training_set = TrainingSet { features: bias + 1, ..TrainingSet::default() };
        let mut labels = Vec::new();
        let column_of = |column| self.layout.seen(column, kind);
        let taken = || self.list.iter().filter(|example| takes(example));
        for example in taken().filter(|example| example.shown) {
            copy(&self.rows, example.rows.start, &mut training_set.rows, column_of);
            training_set.rows.put_at_end(bias, 1.0);
            training_set.offsets.push(0.0);
            labels.push(f64::from(u8::from(is_positive(example))));
        }
        training_set.shown = training_set.rows.len();
        for example in taken().filter(|example| !example.shown && is_positive(example)) {
            for row in example.rows.clone() {
                copy(&self.rows, row, &mut training_set.rows, column_of);
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
    /// Adds a value to the current row; columns ascend.
    pub fn put(&mut self, column: usize, value: f64) {
        self.rows.put(column, value);
    }
    /// Ends the current row; `offset` is its −ln(expected draws).
    pub fn end(&mut self, offset: f64) {
        self.rows.end();
        self.offsets.push(offset);
    }
}

/// Copies a row, with the columns that `column_of` maps; the others are left out.
fn copy(from: &SparseRows, row: usize, to: &mut SparseRows, column_of: impl Fn(usize) -> Option<usize>) {
    let (columns, values) = from.row(row);
    for (&column, &value) in columns.iter().zip(values) {
        if let Some(column) = column_of(column as usize) {
            to.put(column, f64::from(value));
        }
    }
    to.end();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::UserIndex;

    #[test]
    fn a_repeated_exposure_has_the_features_of_the_first_and_labels_of_its_own() {
        let mut examples = ExampleStore::new(Layout { shared: 2, own: 0, kinds: 1 });
        let first = add(&mut examples, true, &[&[(0, 1.0), (1, 3.0)]]).unwrap();
        add(&mut examples, true, &[&[(0, 7.0)]]).unwrap();
        examples.repeat(first, 5);
        examples.add_outcome(3, KindIndex(0));
        let repeated = examples.list().last().unwrap();
        assert_eq!((repeated.id(), repeated.first, repeated.at), (3, first, 5));
        let (set, labels) = examples.training_set(KindIndex(0), |_| true);
        assert_eq!((set.rows.row(2), labels.to_vec()), (set.rows.row(0), vec![0.0, 0.0, 1.0]));
        examples.repeat(99, 6);
        assert_eq!((examples.list().len(), examples.next_id()), (3, 5), "one that was dropped is not repeated");
    }

    fn add(examples: &mut ExampleStore, shown: bool, rows: &[&[(usize, f64)]]) -> Option<usize> {
        examples.wants_next().then(|| {
            examples.add(0, Subject::User(UserIndex(0)), ItemIndex(0), shown, |writer| {
                for row in rows {
                    row.iter().for_each(|&(column, value)| writer.put(column, value));
                    writer.end(0.5);
                }
            })
        })
    }

    #[test]
    fn a_kind_sees_shared_and_own_columns() {
        let mut examples = ExampleStore::new(Layout { shared: 2, own: 2, kinds: 3 });
        let row: &[(usize, f64)] = &[(0, 1.0), (2, 20.0), (5, 31.0), (6, 40.0), (7, 41.0)];
        let id = add(&mut examples, true, &[row]).unwrap();
        examples.add_outcome(id, KindIndex(1));
        let (training_set, labels) = examples.training_set(KindIndex(1), |_| true);
        // The kind's own columns, 4 and 5, become 2 and 3; the bias is column 4.
        assert_eq!(training_set.rows.row(0), (&[0u16, 3, 4][..], &[1.0f32, 31.0, 1.0][..]));
        assert_eq!(labels.to_vec(), [1.0]);
        assert_eq!(examples.training_set(KindIndex(0), |_| true).1.to_vec(), [0.0]);
    }

    #[test]
    fn a_choice_trains_only_the_kinds_of_its_outcomes() {
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: 2 });
        let id = add(&mut examples, false, &[&[(0, 1.0)], &[(0, 2.0)]]).unwrap();
        examples.add_outcome(id, KindIndex(1));
        let (training_set, labels) = examples.training_set(KindIndex(1), |_| true);
        assert_eq!((training_set.choices, training_set.offsets, labels.len()), (vec![2], vec![0.5, 0.5], 0));
        assert!(examples.training_set(KindIndex(0), |_| true).0.choices.is_empty());
    }

    #[test]
    fn above_the_limit_every_second_example_is_dropped_and_ids_stay() {
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: 1 });
        let ids: Vec<usize> = (0..6).map(|n| add(&mut examples, true, &[&[(0, n as f64 + 1.0)]]).unwrap()).collect();
        examples.thin();
        ids.iter().for_each(|&id| examples.add_outcome(id, KindIndex(0)));
        assert_eq!((examples.list().len(), examples.stride()), (3, 2));
        assert!(examples.list().iter().all(|example| example.outcomes == [KindIndex(0)]));
        let (training_set, _) = examples.training_set(KindIndex(0), |_| true);
        assert_eq!(training_set.rows.values, [1.0, 1.0, 3.0, 1.0, 5.0, 1.0], "each with its bias");
        let later: Vec<bool> = (0..4).map(|_| examples.wants_next()).collect();
        assert_eq!(later, [true, false, true, false]);
    }
}
