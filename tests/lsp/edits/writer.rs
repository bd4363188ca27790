//! Writes trees as YAML in the different styles that people use.

use crate::support::Random;

/// A value to write.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// Written verbatim: numbers, booleans, aliases.
    Raw(String),
    /// A string, quoted if required.
    Text(String),
    /// A block scalar: header and lines.
    Block(String, Vec<String>),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
    Anchored(String, Box<Tree>),
}

/// Formatting choices of a document.
pub(crate) struct Style {
    indent: usize,
    /// List items start at the column of their key.
    is_flush: bool,
    /// How many of ten eligible mappings and lists are written in flow style.
    flow: usize,
    /// Percentage of scalars and keys that are quoted although they need not be.
    quoted: usize,
    /// Percentage of lines with a comment.
    comments: usize,
    is_dos: bool,
    has_mark: bool,
    is_cut: bool,
}

impl Style {
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            indent: *random.pick(&[2, 2, 2, 4, 3]),
            is_flush: random.below(3) == 0,
            flow: *random.pick(&[0, 2, 5]),
            quoted: *random.pick(&[0, 5, 30]),
            comments: *random.pick(&[0, 5, 20]),
            is_dos: random.below(6) == 0,
            has_mark: random.below(8) == 0,
            is_cut: random.below(6) == 0,
        }
    }
}

const COMMENTS: &[&str] = &[
    "# a comment",
    "# größe: 😀 \"quoted",
    "#glued",
    "#",
    "# - not: [an item",
    "#\ttab",
    "# 'size' & *size",
];

/// Writes a document.
pub(crate) fn write(tree: &Tree, style: &Style, random: &mut Random) -> String {
    let mut writer = Writer { style, random, out: String::new() };
    writer.value(tree, 0, false);
    let mut text = writer.out;
    if style.is_cut {
        text.truncate(text.trim_end().len());
    }
    if style.is_dos {
        text = text.replace('\n', "\r\n");
    }
    if style.has_mark { format!("\u{feff}{text}") } else { text }
}

struct Writer<'a> {
    style: &'a Style,
    random: &'a mut Random,
    out: String,
}

impl Writer<'_> {
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    /// Ends a line, sometimes with a comment.
    fn end(&mut self) {
        if self.chance(self.style.comments) {
            // After a dash or a key, a tab may be read as indentation, which YAML forbids.
            let is_open = self.out.ends_with(['-', ':']);
            let gap = if is_open { "  " } else { *self.random.pick(&[" ", "  ", "\t", " \t "]) };
            let comment = *self.random.pick(COMMENTS);
            self.out.push_str(gap);
            self.out.push_str(comment);
        }
        self.out.push('\n');
    }

    /// Sometimes adds a comment line or an empty line.
    fn pause(&mut self, column: usize) {
        if self.chance(self.style.comments) {
            let column = *self.random.pick(&[column, column, 0, column + 1]);
            let comment = *self.random.pick(COMMENTS);
            self.out.push_str(&format!("{}{comment}\n", " ".repeat(column)));
        }
        if self.chance(self.style.comments / 2) {
            self.out.push('\n');
        }
    }

    /// Writes what follows a colon or a dash; `column` is the column of a mapping's keys.
    fn value(&mut self, tree: &Tree, column: usize, is_entry: bool) {
        match tree {
            Tree::Map(entries) if !entries.is_empty() && !self.flows(tree) => {
                if is_entry {
                    self.end();
                }
                for (key, value) in entries {
                    self.pause(column);
                    self.entry(key, value, column);
                }
            }
            Tree::List(items) if !items.is_empty() && !self.flows(tree) => {
                self.end();
                let column = if self.style.is_flush { column - self.style.indent } else { column };
                for item in items {
                    self.pause(column);
                    self.item(item, column);
                }
            }
            Tree::Block(header, lines) => {
                self.out.push_str(&format!(" {header}\n"));
                for line in lines {
                    self.out.push_str(&format!("{}{line}\n", " ".repeat(column)));
                }
            }
            Tree::Anchored(name, tree) => {
                self.out.push_str(&format!(" &{name}"));
                self.value(tree, column, is_entry);
            }
            flow => {
                let text = self.flow(flow);
                self.out.push_str(&format!(" {text}"));
                self.end();
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Tree, column: usize) {
        let key = self.key(key);
        self.out.push_str(&format!("{}{key}:", " ".repeat(column)));
        self.value(value, column + self.style.indent, true);
    }

    fn item(&mut self, item: &Tree, column: usize) {
        self.out.push_str(&format!("{}-", " ".repeat(column)));
        match item {
            Tree::Map(entries) if !entries.is_empty() && !self.flows(item) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index == 0 {
                        let key = self.key(key);
                        self.out.push_str(&format!(" {key}:"));
                        self.value(value, column + 2 + self.style.indent, true);
                    } else {
                        self.entry(key, value, column + 2);
                    }
                }
            }
            other => self.value(other, column + 2, true),
        }
    }

    /// Whether to write a collection in flow style.
    fn flows(&mut self, tree: &Tree) -> bool {
        self.style.flow > 0 && can_flow(tree) && self.random.below(10) < self.style.flow
    }

    fn flow(&mut self, tree: &Tree) -> String {
        match tree {
            Tree::Raw(text) => text.clone(),
            Tree::Text(text) => self.scalar(text),
            Tree::Block(..) => unreachable!("no block scalar stands in flow style"),
            Tree::Anchored(name, tree) => format!("&{name} {}", self.flow(tree)),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Tree::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.key(key), self.flow(value)))
                    .collect();
                let gap = *self.random.pick(&["", " "]);
                format!("{{{gap}{}{gap}}}", entries.join(", "))
            }
        }
    }

    fn key(&mut self, key: &str) -> String {
        match key {
            "<<" => key.to_owned(),
            _ => self.scalar(key),
        }
    }

    fn scalar(&mut self, text: &str) -> String {
        if is_plain(text) && !self.chance(self.style.quoted) {
            return text.to_owned();
        }
        if self.random.below(2) == 0 {
            return format!("'{}'", text.replace('\'', "''"));
        }
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn can_flow(tree: &Tree) -> bool {
    match tree {
        Tree::Block(..) | Tree::Anchored(..) => false,
        Tree::Map(entries) => entries.len() < 4 && entries.iter().all(|(_, value)| can_flow(value)),
        Tree::List(items) => items.iter().all(can_flow),
        _ => true,
    }
}

/// Whether a string can be plain (unquoted), also in flow style.
fn is_plain(text: &str) -> bool {
    let is_word = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"].contains(&text);
    text.starts_with(|one: char| one.is_alphabetic() || one == '_' || one == '.' || one == '$')
        && !text.contains(|one: char| "[]{},#\"'&*!|>%@`\\".contains(one))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !is_word
}
