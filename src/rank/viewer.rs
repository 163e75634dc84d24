//! What is known of one viewer at one moment, spread over facets and items, so that features are plain dot products.

use nextpick_kernel as kernel;

use crate::memory::history::{History, Touch};
use crate::memory::neighbours::Work;
use crate::memory::{HalfLives, Memory, Subject};
use crate::order;
use crate::time::{Place, Time};
use crate::world::World;
use crate::world::addressee::Addressee;
use crate::world::facet::{Class, Profile};
use crate::world::index::{Index, Rows};
use crate::world::kind::Kinds;

/// The moment at which one ranks, and everything one may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// What the host told.
    pub world: &'a World,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The library as columns.
    pub index: &'a Index,
    /// The moment.
    pub now: Time,
    /// Grows with every change of world, memory or model; what is derived from them compares it.
    pub revision: u64,
}

/// N numbers for each facet, mostly zero.
#[derive(Debug, Clone)]
pub struct Spread<const N: usize> {
    values: Vec<[f64; N]>,
    /// Which blocks of values may not be zero: clearing costs what was written, not the size of the dictionary.
    written: Vec<bool>,
    empty: bool,
    /// What the values are multiplied with when they are read.
    scale: [f64; N],
}

/// How many values are cleared together.
const BLOCK: usize = 64;

impl<const N: usize> Default for Spread<N> {
    fn default() -> Self {
        Self { values: Vec::new(), written: Vec::new(), empty: true, scale: [1.0; N] }
    }
}

impl<const N: usize> Spread<N> {
    /// All zero, over `facets` facets.
    fn clear(&mut self, facets: usize) {
        for (values, written) in self.values.chunks_mut(BLOCK).zip(&mut self.written).filter(|(_, written)| **written) {
            values.fill([0.0; N]);
            *written = false;
        }
        self.values.resize(facets, [0.0; N]);
        self.written.resize(facets.div_ceil(BLOCK), false);
        self.empty = true;
    }
    #[inline]
    fn add(&mut self, facet: u32, amounts: [f64; N]) {
        // Facets named after the index was built are on no item in it.
        if let Some(value) = self.values.get_mut(facet as usize) {
            self.written[facet as usize / BLOCK] = true;
            self.empty = false;
            for n in 0..N {
                value[n] += amounts[n];
            }
        }
    }
    /// Whether all is zero.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
    /// The dot product with an item's row.
    #[inline]
    pub fn dot(&self, (facets, weights): (&[u32], &[f64])) -> [f64; N] {
        let mut sum = [0.0; N];
        for (&facet, &weight) in facets.iter().zip(weights) {
            let value = &self.values[facet as usize];
            for n in 0..N {
                sum[n] += value[n] * weight;
            }
        }
        std::array::from_fn(|n| sum[n] * self.scale[n])
    }
    /// The dot product's terms that are not zero, of the n-th number.
    pub fn terms<'a>(&'a self, row: (&'a [u32], &'a [f64]), n: usize) -> impl Iterator<Item = (u32, f64)> + 'a {
        let of = move |facet: u32, weight: f64| self.values[facet as usize][n] * weight * self.scale[n];
        let terms = row.0.iter().zip(row.1).map(move |(&facet, &weight)| (facet, of(facet, weight)));
        terms.filter(|(_, product)| *product != 0.0)
    }
}

impl Spread<2> {
    /// Adds an item's row, `amounts` for each unit of weight.
    fn add_row(&mut self, (facets, weights): (&[u32], &[f64]), amounts: [f64; 2]) {
        kernel::scatter(&mut self.values, facets, weights, amounts);
        for &facet in facets {
            if let Some(written) = self.written.get_mut(facet as usize / BLOCK) {
                *written = true;
            }
        }
        self.empty &= facets.is_empty();
    }
    /// The dot products with many items' rows.
    pub fn dots(&self, rows: &Rows, items: &[u32], short: &mut [f64], long: &mut [f64]) {
        kernel::dots(rows.compressed(), &self.values, self.scale, items, short, long);
    }
}

/// The places of `context` features: whose portrait it is.
pub const PORTRAITS: [&str; 4] = ["user", "group", "channel", "request"];

/// What one wants to know of a viewer; looking at the rest would be time lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Liking of facets other than terms.
    pub taste: bool,
    /// Liking of terms.
    pub terms: bool,
    /// What is near to what they liked.
    pub neighbours: bool,
    /// What they were shown.
    pub showings: bool,
    /// What is said of them.
    pub portraits: bool,
}

/// What is known of one viewer: a user, or a group as one.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    /// Who.
    pub addressee: Addressee,
    /// Liking of facets at the short and the long half-life, over the mass of all that was touched.
    pub taste: Spread<2>,
    /// How often facets were shown of late without an answer.
    pub shown: Spread<1>,
    /// Unanswered showings by item, decayed at the short half-life, ascending by item.
    pub showings: Vec<(u32, f64)>,
    /// Portraits of user, group, channel and request.
    pub portrait: Spread<4>,
    /// The sum of each item's similarities to those liked of late, by item number; empty if there are none.
    pub near: Vec<f64>,
    /// Where these sums come from.
    pub links: Vec<Link>,
    work: Work,
    looked: Option<(u64, Time, Addressee, Wanted, Profile)>,
}

/// An item near one that the viewer liked.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// What the viewer liked.
    pub liked: u32,
    /// What is near it.
    pub near: u32,
    /// How near, 0 to 1.
    pub similarity: f64,
}

/// Mass added to a history's own before averaging: with less than this known, taste speaks softly.
const PRIOR_MASS: f64 = 5.0;

/// Neighbours are those of the items liked last.
const LATEST_LIKED: usize = 50;

const WITHOUT_TERMS: [Class; 5] = [Class::Tag, Class::Category, Class::Format, Class::Source, Class::Other];

/// One tires of tags, categories, formats and sources; not of words.
pub const SHOWN_CLASSES: [Class; 4] = [Class::Tag, Class::Category, Class::Format, Class::Source];

impl Viewer {
    /// Looks at an addressee, as far as is wanted; `request` are the facets the request's context names.
    pub fn look(&mut self, scene: &Scene, addressee: Addressee, request: &Profile, wanted: Wanted) {
        let asked = (scene.revision, scene.now, addressee, wanted);
        if self.looked.as_ref().is_some_and(|(r, t, a, f, p)| (*r, *t, *a, *f) == asked && p == request) {
            return;
        }
        self.looked = Some((scene.revision, scene.now, addressee, wanted, request.clone()));
        self.addressee = addressee;
        let subject = Subject::of(&addressee);
        let history = subject.and_then(|subject| scene.memory.history(subject));
        self.look_at_taste(scene, history.filter(|_| wanted.taste || wanted.terms), wanted.terms);
        self.look_at_neighbours(scene, history.filter(|_| wanted.neighbours));
        if wanted.showings {
            self.look_at_showings(scene, subject, history);
        }
        if wanted.portraits {
            self.look_at_portraits(scene, request);
        }
    }

    fn look_at_taste(&mut self, scene: &Scene, history: Option<&History>, terms: bool) {
        self.taste.clear(scene.index.facets());
        let Some(history) = history else { return };
        let clock = Clock::of(scene.memory.half_lives(), scene.now);
        let kinds = &scene.world.kinds;
        let classes: &[Class] = if terms { &Class::ALL } else { &WITHOUT_TERMS };
        let mut mass = [0.0; 2];
        for (item, touches) in history.by_item() {
            let [short, long] = clock.strength(touches, kinds);
            if short != 0.0 || long != 0.0 {
                mass = [mass[0] + short.abs(), mass[1] + long.abs()];
                classes.iter().for_each(|&class| self.taste.add_row(scene.index.class(class).row(item), [short, long]));
            }
        }
        self.taste.scale = mass.map(|mass| 1.0 / (mass + PRIOR_MASS));
    }

    /// Showings that were not answered by liking. A sending and the impression that came of it are one showing: the
    /// larger of the two counts.
    fn look_at_showings(&mut self, scene: &Scene, subject: Option<Subject>, history: Option<&History>) {
        self.shown.clear(scene.index.facets());
        self.showings.clear();
        let half_life = scene.memory.half_lives().short;
        let now = half_life.place(scene.now);
        let kinds = &scene.world.kinds;
        for (item, touches) in history.into_iter().flat_map(History::by_item) {
            let exposures = touches.iter().filter(|touch| kinds.of(touch.kind).is_exposure);
            self.showings.push((item, exposures.map(|touch| touch.short.at(now)).sum()));
        }
        for sending in subject.map_or(&[][..], |subject| &scene.memory.exposure.received(subject).items) {
            let count = half_life.left_after(scene.now - sending.at);
            match self.showings.binary_search_by_key(&sending.item, |showing| showing.0) {
                Ok(place) => self.showings[place].1 = self.showings[place].1.max(count),
                Err(place) => self.showings.insert(place, (sending.item, count)),
            }
        }
        let unanswered = |item| history.is_none_or(|history| !history.likes(item, kinds));
        self.showings.retain(|&(item, count)| count > 0.0 && unanswered(item));
        for &(item, count) in &self.showings {
            spread(&mut self.shown, scene.index, &SHOWN_CLASSES, item, [count]);
        }
    }

    fn look_at_portraits(&mut self, scene: &Scene, request: &Profile) {
        self.portrait.clear(scene.index.facets());
        let Addressee { user, group, channel, .. } = self.addressee;
        let portraits = [
            user.and_then(|user| scene.world.users.portrait(user)),
            group.and_then(|group| scene.world.groups.portrait(group)),
            channel.and_then(|channel| scene.world.channels.portrait(channel)),
            Some(request),
        ];
        for (n, portrait) in portraits.into_iter().enumerate() {
            for &(facet, weight) in portrait.map_or(&[][..], |portrait| &portrait.facets) {
                let mut amounts = [0.0; PORTRAITS.len()];
                amounts[n] = weight;
                self.portrait.add(facet, amounts);
            }
        }
    }

    fn look_at_neighbours(&mut self, scene: &Scene, history: Option<&History>) {
        self.near.clear();
        self.links.clear();
        let Some(history) = history else { return };
        let kinds = &scene.world.kinds;
        let last_liked = |touches: &[Touch]| touches.iter().filter(|t| kinds.of(t.kind).positive).map(|t| t.last).max();
        let mut liked: Vec<(Time, u32)> =
            history.by_item().filter_map(|(item, touches)| Some((last_liked(touches)?, item))).collect();
        let rank = |item: u32| (scene.memory.neighbours().rank(item), item);
        order::keep_first(&mut liked, LATEST_LIKED, |a, b| b.0.cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))));
        self.near.resize(scene.world.library.ids.len(), 0.0);
        for &(_, item) in &liked {
            scene.memory.neighbours().top(item, &mut self.work, |near, similarity| {
                self.near[near as usize] += similarity;
                self.links.push(Link { liked: item, near, similarity });
            });
        }
    }
}

/// Adds an item's facets of some classes to a spread, `amounts` for each unit of weight.
fn spread<const N: usize>(to: &mut Spread<N>, index: &Index, classes: &[Class], item: u32, amounts: [f64; N]) {
    for &class in classes {
        let (facets, weights) = index.class(class).row(item);
        for (&facet, &weight) in facets.iter().zip(weights) {
            to.add(facet, amounts.map(|amount| amount * weight));
        }
    }
}

/// The moment on the grids of both half-lives.
struct Clock {
    short: Place,
    long: Place,
}

impl Clock {
    fn of(half_lives: HalfLives, now: Time) -> Self {
        Self { short: half_lives.short.place(now), long: half_lives.long.place(now) }
    }

    /// How strongly the touches of one item speak for it at both half-lives: counts times the kinds' weights.
    fn strength(&self, touches: &[Touch], kinds: &Kinds) -> [f64; 2] {
        touches.iter().fold([0.0; 2], |[short, long], touch| {
            let weight = kinds.of(touch.kind).weight;
            [short + weight * touch.short.at(self.short), long + weight * touch.long.at(self.long)]
        })
    }
}
