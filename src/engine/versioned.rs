//! A value with a version, by which caches detect changes.

use std::ops::Deref;

use crate::base::shared::Shared;

/// A value that is read freely and changed only through [`Self::change`], which gives it another version.
#[derive(Debug, Default)]
pub struct Versioned<T> {
    value: Shared<T>,
    version: u64,
}

impl<T> Versioned<T> {
    /// Creates the first version of a value.
    pub fn new(value: T) -> Self {
        Self { value: Shared::new(value), version: 0 }
    }

    /// Returns a copy that shares the value until either is changed.
    pub(super) fn share(&self) -> Self {
        Self { value: self.value.clone(), version: 0 }
    }

    /// Gives the value another version, for a change of what is derived from it and from something else.
    pub fn touch(&mut self) {
        self.version += 1;
    }

    /// The version: different after each change.
    pub(super) fn version(&self) -> u64 {
        self.version
    }
}

impl<T: Clone> Versioned<T> {
    /// Returns the value for a change.
    pub fn change(&mut self) -> &mut T {
        self.version += 1;
        &mut self.value
    }

    /// Runs a change that returns whether it changed anything; if not, the version stays.
    pub fn change_if(&mut self, change: impl FnOnce(&mut T) -> bool) -> bool {
        let is_changed = change(&mut *self.value);
        self.version += u64::from(is_changed);
        is_changed
    }

    /// Returns the value without its version.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Returns the value for an update of its caches, which no reader can notice. The version stays.
    pub(super) fn update_caches(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Deref for Versioned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_gives_another_version_and_cache_updates_do_not() {
        let mut list = Versioned::new(vec![1]);
        let first = list.version();
        list.update_caches().reserve(9);
        assert!(!list.change_if(|list| list.len() > 5));
        assert_eq!(list.version(), first);
        list.change().push(2);
        let second = list.version();
        assert_ne!(second, first);
        assert!(list.change_if(|list| list.pop().is_some()));
        assert!(![first, second].contains(&list.version()));
        assert_eq!(*list, [1]);
    }
}
