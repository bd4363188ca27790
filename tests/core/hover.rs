//! Hovers on real bundles: the range is valid at every offset, and the latency is within limits.
//!
//! The files are third-party data outside the repository: `MASSDRIVER_SHARED`, or `../shared` beside the checkout.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests say so by failing")]

use massdriver_ls::internals::analysis::plain;
use massdriver_ls::internals::analysis::{Snapshot, hover};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::NoFiles;
use std::time::{Duration, Instant};

use crate::support::markdown;

use crate::support::Random;

/// Hovers at an offset; the range of the result must be a token that contains the offset.
fn ask(snapshot: &Snapshot, offset: usize, name: &str) -> bool {
    let Some(found) = hover(snapshot, &NoFiles, &Settings::default(), offset) else { return false };
    let text = snapshot.text();
    assert!(text.get(found.span.range()).is_some_and(|token| !token.is_empty()), "{name}: {offset}");
    assert!(
        found.span.start() <= offset && offset < found.span.end(),
        "{name}: {offset} in {:?}",
        found.span
    );
    assert!(found.markdown.starts_with("**`"), "{name}: {}", found.markdown);
    assert!(!plain(&found.markdown).contains("```"), "{name}: {}", found.markdown);
    true
}

#[test]
fn every_byte_of_real_bundles_has_an_answer_in_range() {
    let (mut asked, mut explained) = (0, 0);
    for (name, text) in crate::support::corpus() {
        let snapshot = Snapshot::new(text.as_str(), None);
        // Includes the offset one past the end; debug builds test every third byte.
        let stride = if cfg!(debug_assertions) { 3 } else { 1 };
        for offset in (0..text.len() + 2).step_by(stride) {
            asked += 1;
            explained += usize::from(ask(&snapshot, offset, &name));
        }
    }
    println!("{asked} bytes, {explained} of them explained");
}

#[test]
fn half_typed_variants_have_answers_in_range() {
    const VARIANTS: usize = 500;
    const TYPED: [&str; 11] = [":", "- ", "\"", "'", "{", "[", "&a ", "*a", "<<: ", "\t", "é"];
    let corpus = crate::support::corpus();
    let mut random = Random::new(11);
    let variants = if corpus.is_empty() { 0 } else { VARIANTS };
    for _ in 0..variants {
        let (name, text) = random.pick(&corpus);
        let mut text = text.clone();
        let boundary =
            |text: &str, at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let at = boundary(&text, random.below(text.len()));
        match random.below(4) {
            0 => text.truncate(at),
            1 => text.insert_str(at, random.pick::<&str>(&TYPED)),
            2 => {
                let end = boundary(&text, (at + random.below(40)).min(text.len())).max(at);
                text.replace_range(at..end, "");
            }
            _ => {
                let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                text.replace_range(at..end, "");
            }
        }
        let snapshot = Snapshot::new(text.as_str(), None);
        for _ in 0..40 {
            let near = (at + random.below(400)).saturating_sub(200);
            ask(&snapshot, near, name);
            ask(&snapshot, random.below(text.len() + 2), name);
        }
    }
}

#[test]
fn multiplying_aliases_do_not_slow_hover_down() {
    let mut text = "a: &a {b: 1}\n".to_owned();
    let mut last = 'a';
    for next in 'b'..='z' {
        text.push_str(&format!("{next}: &{next} [*{last}, *{last}, *{last}, *{last}]\n"));
        last = next;
    }
    text.push_str("params:\n  examples: *z\n  properties:\n    p: {default: *z}\n    q: *z\n");
    let mut last = "{type: string}".to_owned();
    for level in 0..20 {
        let members: String = (0..8).map(|member| format!("m{member}: {last}, ")).collect();
        text.push_str(&format!("    s{level}: &s{level} {{type: object, properties: {{{members}}}}}\n"));
        last = format!("*s{level}");
    }
    let snapshot = Snapshot::new(text.as_str(), None);
    let start = Instant::now();
    for offset in 0..text.len() {
        ask(&snapshot, offset, "aliases");
    }
    println!("{} bytes in {:?}", text.len(), start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// A bundle of about ten thousand lines.
fn large_bundle() -> String {
    let mut text =
        "name: large\nsteps: [{path: src, provisioner: opentofu}]\nparams:\n  properties:\n".to_owned();
    let params = 1_400;
    for n in 0..params {
        text += &format!(
            "    p{n}:\n      type: string\n      title: Param {n}\n      minLength: 3\n      default: abc\n"
        );
    }
    text += "  examples:\n    - __name: All\n";
    (0..params).for_each(|n| text += &format!("      p{n}: xyz\n"));
    text += "ui:\n  ui:order: ['*']\napp:\n  envs:\n";
    (0..params).for_each(|n| text += &format!("    P{n}: .params.p{n} | tostring\n"));
    text
}

/// p50 and p95 of hovers at random offsets: on a freshly parsed text, or repeatedly on the same snapshot.
fn time(text: &str, rounds: usize, fresh: bool) -> (Duration, Duration) {
    let settings = Settings::default();
    let mut random = Random::new(5);
    let mut snapshot = Snapshot::new(text, None);
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            if fresh {
                snapshot = Snapshot::new(text, None);
            }
            let offset = random.below(text.len());
            let start = Instant::now();
            std::hint::black_box(hover(&snapshot, &NoFiles, &settings, offset));
            start.elapsed()
        })
        .collect();
    times.sort();
    (times[rounds / 2], times[rounds * 95 / 100])
}

/// Prints the latency of hovers.
#[test]
fn a_hover_takes_less_than_a_millisecond() {
    let bundle = std::fs::read_to_string("tests/fixtures/specification/full.yaml").unwrap();
    // The reference data and the table of jq functions are loaded once, on first use.
    let warm = "app: {envs: {A: now}}";
    let _ = hover(&Snapshot::new(warm, None), &NoFiles, &Settings::default(), warm.len() - 3);
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let measure = |text: &str, rounds: usize| {
        let (first, again) = (time(text, rounds, true), time(text, rounds, false));
        let lines = text.lines().count();
        println!(
            "{build}, {lines} lines: p50 {:?}, p95 {:?} at first; p50 {:?}, p95 {:?} again",
            first.0, first.1, again.0, again.1
        );
        first.0
    };
    let small = measure(&bundle, 1_000);
    measure(&large_bundle(), 40);
    let limit = if cfg!(debug_assertions) { 50 } else { 1 };
    assert!(small < Duration::from_millis(limit), "{small:?}");
}

/// Texts that try to become markup: fences that end code early, links, images, HTML, addresses, link definitions.
const HOSTILE: [&str; 6] = [
    "`` ![x](https://evil.example/a.png) `` [y](https://evil.example) <b>z</b> ``",
    "![x](https://evil.example/a.png) <https://evil.example> <img src=x> [y](command:evil) [z] **[b](//evil.example)**",
    "\n`````\n![x](https://evil.example/a.png)\n~~~~~~\n# h\n\n[z]: https://evil.example\n\n<script>\n\n- [z]",
    "https://evil.example www.evil.example me@evil.example mailto:me@evil.example *xhttps://evil.example*",
    "a\\`b ` *c`*[y](https://evil.example)*`* \\",
    "] ](https://evil.example) [^1]: x &lt;b&gt; &#91;y](https://evil.example) \u{202e}\u{1b}[31m",
];

#[test]
fn no_field_of_a_bundle_becomes_markup() {
    for name in ["full", "application", "infrastructure"] {
        let path = format!("tests/fixtures/specification/{name}.yaml");
        let Ok(text) = std::fs::read_to_string(&path) else { panic!("{path}") };
        markdown::check(&text);
        let syntax = massdriver_ls::internals::syntax::parse(text.as_str());
        let mut pending: Vec<_> = syntax.root().into_iter().collect();
        let mut written = Vec::new();
        while let Some(node) = pending.pop() {
            if node.is_scalar() {
                written.push(node.span());
            }
            pending.extend(node.items());
            pending.extend(node.entries().flat_map(|entry| [entry.key(), entry.value()]));
        }
        // Replaces one scalar at a time, so that the others keep their meaning; debug builds test a sample.
        for (index, span) in written.into_iter().enumerate() {
            for (number, hostile) in HOSTILE.iter().enumerate() {
                if cfg!(debug_assertions) && index % (3 * HOSTILE.len()) != 3 * number {
                    continue;
                }
                let mut text = text.clone();
                text.replace_range(span.range(), &serde_json::to_string(hostile).unwrap());
                markdown::check(&text);
            }
        }
    }
}

#[test]
fn a_bundle_of_hostile_texts_becomes_no_markup() {
    let template = "\
name: @@
description: @@
source_url: @@
steps: [{path: @@, provisioner: @@, config: {@@: @@, namespace: @@}}]
params:
  examples: [{__name: @@, name: @@, size: 1}, {__name: @@, name: @@}]
  required: [name, @@]
  definitions: {@@: {type: string, title: @@, description: @@, default: @@}}
  properties:
    name:
      type: string
      title: @@
      description: @@
      default: @@
      enum: [@@, @@]
      pattern: @@
      format: @@
      message: {pattern: @@}
      minLength: @@
      maxLength: @@
    chosen: {oneOf: [{title: @@, const: @@}, {title: @@, const: @@}], default: @@}
    size: {type: integer, minimum: @@, maximum: @@, exclusiveMinimum: @@, multipleOf: @@, default: @@}
    list: {type: array, minItems: @@, maxItems: @@, items: {type: @@, title: @@, $ref: @@}, default: [@@, {@@: @@}]}
    map: {type: object, minProperties: @@, properties: {@@: {type: string, title: @@}}, additionalProperties: {type: @@}}
    from: {type: string, $md.enum: {connection: @@, options: @@, value: @@, label: @@}}
    @@: {type: @@, title: @@, default: &anchor @@}
    alias: {default: *anchor, const: @@}
  patternProperties: {@@: {title: @@}}
  dependencies: {@@: {oneOf: [{properties: {@@: {const: @@}}}]}}
connections: {required: [@@], properties: {@@: {$ref: @@, title: @@, description: @@}, net: {$ref: @@}}}
artifacts: {properties: {@@: {$ref: @@, title: @@, description: @@}}}
ui:
  ui:order: [@@, '*']
  @@: {ui:title: @@, ui:help: @@, ui:widget: @@, ui:field: @@, @@: @@}
app:
  envs: {@@: @@, A: .params.name, B: '.params.name | error', C: '.params as $x | $x.name', D: '.connections.net.x.y'}
  policies: [@@]
  secrets: {@@: {required: true, title: @@, description: @@}}
@@: @@
";
    for hostile in HOSTILE {
        let mut parts = template.split("@@");
        let mut text = parts.next().unwrap().to_owned();
        for (number, part) in parts.enumerate() {
            // Makes the names distinct.
            text += &serde_json::to_string(&format!("{hostile}{number}")).unwrap();
            text += part;
        }
        markdown::check(&text);
        let same = template.replace("@@", &serde_json::to_string(hostile).unwrap());
        markdown::check(&same);
    }
}
