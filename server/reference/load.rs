//! Loads the data files into a [`Reference`].

use super::Reference;
use super::model::Key;
use super::table::Table;
use crate::syntax;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The data files with their names. A file may contain any sections.
pub(super) const FILES: &[(&str, &str)] = &[
    ("bundle.yaml", include_str!("data/bundle.yaml")),
    ("steps.yaml", include_str!("data/steps.yaml")),
    ("connections.yaml", include_str!("data/connections.yaml")),
    ("app.yaml", include_str!("data/app.yaml")),
    ("keywords.yaml", include_str!("data/keywords.yaml")),
    ("annotations.yaml", include_str!("data/annotations.yaml")),
    ("foreign.yaml", include_str!("data/foreign.yaml")),
    ("types.yaml", include_str!("data/types.yaml")),
    ("formats.yaml", include_str!("data/formats.yaml")),
    ("ui.yaml", include_str!("data/ui.yaml")),
    ("widgets.yaml", include_str!("data/widgets.yaml")),
    ("fields.yaml", include_str!("data/fields.yaml")),
    ("provisioners/opentofu.yaml", include_str!("data/provisioners/opentofu.yaml")),
    ("provisioners/helm.yaml", include_str!("data/provisioners/helm.yaml")),
    ("provisioners/bicep.yaml", include_str!("data/provisioners/bicep.yaml")),
    ("resource_type.yaml", include_str!("data/resource_type.yaml")),
    ("metadata.yaml", include_str!("data/metadata.yaml")),
    ("jq.yaml", include_str!("data/jq.yaml")),
    ("identifiers.yaml", include_str!("data/identifiers.yaml")),
];

const LINKS: &str = include_str!("data/links.yaml");
const WEIGHTS: &str = include_str!("data/weights.yaml");

/// Loads all data files. The error names the file. The data is built in, so a test is enough to rule errors out.
pub(super) fn load() -> Result<Reference, String> {
    let links: BTreeMap<String, String> = parse("links.yaml", LINKS)?;
    let weights: BTreeMap<String, BTreeMap<String, u32>> = parse("weights.yaml", WEIGHTS)?;
    let mut all = Reference::default();
    for (file, text) in FILES {
        let part: Reference = parse(file, text)?;
        all.merge(part).map_err(|name| format!("{file}: `{name}` is described twice"))?;
    }
    all.finish(&Extras { links, weights })?;
    Ok(all)
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, String> {
    syntax::read_data(text).map_err(|error| format!("{file}: {error}"))
}

/// Data that descriptions take from other files.
struct Extras {
    /// URLs by the names that descriptions use.
    links: BTreeMap<String, String>,
    /// Usage counts: per object and key, or per kind of word (`types`, `formats`…) and word.
    weights: BTreeMap<String, BTreeMap<String, u32>>,
}

impl Extras {
    /// Replaces `NAME` or `NAME#fragment` of `links.yaml` with the URL.
    fn follow(&self, link: &mut String) -> Result<(), String> {
        let (name, fragment) = link.split_at(link.find('#').unwrap_or(link.len()));
        let page = self.links.get(name).ok_or_else(|| format!("links.yaml has no `{name}`"))?;
        *link = format!("{page}{fragment}");
        Ok(())
    }

    fn weight(&self, sort: &str, name: &str) -> u32 {
        self.weights.get(sort).and_then(|uses| uses.get(name)).copied().unwrap_or_default()
    }
}

impl Reference {
    fn merge(&mut self, part: Reference) -> Result<(), String> {
        self.objects.append(part.objects)?;
        self.types.append(part.types)?;
        self.formats.append(part.formats)?;
        self.widgets.append(part.widgets)?;
        self.fields.append(part.fields)?;
        self.provisioners.append(part.provisioners)?;
        self.foreign.append(part.foreign)?;
        self.jq_contexts.append(part.jq_contexts)?;
        self.identifiers.append(part.identifiers)?;
        self.nouns.append(part.nouns)
    }

    fn finish(&mut self, extras: &Extras) -> Result<(), String> {
        self.objects.update(|object| {
            extras.follow(&mut object.link)?;
            finish_keys(&mut object.keys, &object.name, &object.link, extras)
        })?;
        let words = [
            ("types", &mut self.types),
            ("formats", &mut self.formats),
            ("widgets", &mut self.widgets),
            ("fields", &mut self.fields),
        ];
        for (sort, table) in words {
            table.update(|word| {
                word.weight = extras.weight(sort, &word.name);
                extras.follow(&mut word.link)?;
                finish_keys(&mut word.arguments, &word.name, &word.link, extras)
            })?;
        }
        self.provisioners.update(|provisioner| {
            provisioner.weight = extras.weight("provisioners", &provisioner.name);
            extras.follow(&mut provisioner.link)
        })?;
        self.jq_contexts.update(|context| extras.follow(&mut context.link))?;
        self.identifiers.update(|identifier| extras.follow(&mut identifier.link))?;
        self.inherit()
    }

    /// Adds the keys of the extended object to every object, except those that the object describes itself.
    fn inherit(&mut self) -> Result<(), String> {
        let bases = self.objects.clone();
        self.objects.update(|object| {
            let Some(name) = &object.extends else { return Ok(()) };
            let base = bases.get(name).ok_or_else(|| format!("there is no object `{name}` to extend"))?;
            if base.extends.is_some() {
                return Err(format!("`{name}` extends another object itself: one step is enough"));
            }
            let inherited = base.keys.shared().iter().filter(|key| object.key(&key.name).is_none());
            let inherited: Vec<Arc<Key>> = inherited.cloned().collect();
            inherited.into_iter().try_for_each(|key| object.keys.add(key))
        })
    }
}

/// Resolves the links of the keys and sets their weights. Keys without a link get `page`, the link of their object.
fn finish_keys(keys: &mut Table<Key>, object: &str, page: &str, extras: &Extras) -> Result<(), String> {
    keys.update(|key| {
        key.weight = extras.weight(object, &key.name);
        if key.link.is_empty() {
            page.clone_into(&mut key.link);
            return Ok(());
        }
        extras.follow(&mut key.link)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn another_parser_reads_the_same_data() {
        let others = [("links.yaml", LINKS), ("weights.yaml", WEIGHTS)];
        for (file, text) in FILES.iter().chain(&others) {
            let ours: Value = parse(file, text).unwrap();
            assert!(ours.is_object());
            assert_eq!(ours, serde_yaml::from_str::<Value>(text).unwrap(), "{file}");
        }
    }
}
