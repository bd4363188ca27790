//! An ordered table of described things, looked up by name.

use super::closest::closest;
use foldhash::HashMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Something that is described under a name: the key of its mapping in the data files.
pub trait Named {
    /// Takes the name it was found under.
    fn set_name(&mut self, name: String);
    /// The name.
    fn name(&self) -> &str;
    /// Other names that people write by mistake when they mean this one.
    fn mistaken(&self) -> &[String] {
        &[]
    }
}

/// Described things in the order of the data files, which is the order to show them in.
#[derive(Clone, Debug)]
pub struct Table<T> {
    items: Vec<Arc<T>>,
    index: HashMap<String, usize>,
}

impl<T: Named> Table<T> {
    /// What is described under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).and_then(|&at| self.items.get(at)).map(AsRef::as_ref)
    }

    /// Whether something is described under this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// Everything, in the order of the data files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        self.items.iter().map(AsRef::as_ref)
    }

    /// Every name, in the order of the data files.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.iter().map(Named::name)
    }

    /// What an unknown name most likely stands for.
    #[must_use]
    pub fn meant(&self, unknown: &str) -> Option<&T> {
        let mistaken = |item: &&T| item.mistaken().iter().any(|mistake| mistake == unknown);
        self.iter().find(mistaken).or_else(|| self.get(closest(unknown, self.names())?))
    }

    /// How many things are described.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is described.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Changes every item; the error names the item. Items keep their names.
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

    /// Adds an item; gives its name back when that is already taken.
    pub(super) fn add(&mut self, item: Arc<T>) -> Result<(), String> {
        let name = item.name().to_owned();
        if self.index.contains_key(&name) {
            return Err(name);
        }
        self.index.insert(name, self.items.len());
        self.items.push(item);
        Ok(())
    }

    /// Adds everything of another table; gives back the first name that is already taken.
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
