//! An ordered table of named descriptions.

use super::closest::closest;
use foldhash::HashMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A description with a name: its key in the data files.
pub trait Named {
    /// Sets the name.
    fn set_name(&mut self, name: String);
    /// The name.
    fn name(&self) -> &str;
    /// Common misspellings and wrong names for it.
    fn mistaken(&self) -> &[String] {
        &[]
    }
}

/// Descriptions in the order of the data files, which is the display order.
#[derive(Clone, Debug)]
pub struct Table<T> {
    items: Vec<Arc<T>>,
    index: HashMap<String, usize>,
}

impl<T: Named> Table<T> {
    /// The description with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).and_then(|&at| self.items.get(at)).map(AsRef::as_ref)
    }

    /// Whether the name is described.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// All descriptions, in the order of the data files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        self.items.iter().map(AsRef::as_ref)
    }

    /// All names, in the order of the data files.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.iter().map(Named::name)
    }

    /// The description that an unknown name most likely stands for.
    #[must_use]
    pub fn meant(&self, unknown: &str) -> Option<&T> {
        let mistaken = |item: &&T| item.mistaken().iter().any(|mistake| mistake == unknown);
        self.iter().find(mistaken).or_else(|| self.get(closest(unknown, self.names())?))
    }

    /// Number of descriptions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether the table is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Updates every item; errors name the item. Items keep their names.
    pub(super) fn update(
        &mut self,
        mut change: impl FnMut(&mut T) -> Result<(), String>,
    ) -> Result<(), String>
    where
        T: Clone,
    {
        for item in &mut self.items {
            let item = Arc::make_mut(item);
            change(item).map_err(|error| format!("`{}`: {error}", item.name()))?;
        }
        Ok(())
    }

    /// The items, shared.
    pub(super) fn shared(&self) -> &[Arc<T>] {
        &self.items
    }

    /// Adds an item. The error is its name, if that is already taken.
    pub(super) fn add(&mut self, item: Arc<T>) -> Result<(), String> {
        let name = item.name().to_owned();
        if self.index.contains_key(&name) {
            return Err(name);
        }
        self.index.insert(name, self.items.len());
        self.items.push(item);
        Ok(())
    }

    /// Adds all items of another table. The error is the first name that is already taken.
    pub(super) fn append(&mut self, other: Table<T>) -> Result<(), String> {
        other.items.into_iter().try_for_each(|item| self.add(item))
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { items: Vec::new(), index: HashMap::default() }
    }
}

impl<'de, T: Named + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: Named + Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = Table<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of names to descriptions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table<T>, A::Error> {
        let mut table = Table::default();
        while let Some((name, mut item)) = map.next_entry::<String, T>()? {
            item.set_name(name);
            table
                .add(Arc::new(item))
                .map_err(|name| serde::de::Error::custom(format!("`{name}` is described twice")))?;
        }
        Ok(table)
    }
}
