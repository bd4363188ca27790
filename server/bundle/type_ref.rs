//! How a connection, artifact, dependency or resource names its resource type.

/// The form of a `$ref`; the first that matches applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RefForm<'a> {
    /// `./…` or `../…`: a JSON file.
    File(&'a str),
    /// `http://…` or `https://…`
    Url,
    /// `name` or `org/name`: a published resource type.
    Type(TypeName<'a>),
    /// `#…`: a JSON pointer into the same block, given without the `#`.
    Pointer(&'a str),
    /// A form that the platform does not resolve.
    Other,
}

/// The name of a resource type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TypeName<'a> {
    /// The organization; `None` for the user's own.
    pub org: Option<&'a str>,
    /// The name within the organization.
    pub name: &'a str,
}

/// What a version after `@` selects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Release {
    /// One release or development build.
    Exact,
    /// The newest release in a range.
    Range,
}

impl<'a> RefForm<'a> {
    /// Determines the form of a `$ref`.
    #[must_use]
    pub(crate) fn of(text: &'a str) -> Self {
        if text.starts_with("./") || text.starts_with("../") {
            return Self::File(text);
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Self::Url;
        }
        if let Some(name) = TypeName::of(text) {
            return Self::Type(name);
        }
        text.strip_prefix('#').map_or(Self::Other, Self::Pointer)
    }
}

impl<'a> TypeName<'a> {
    /// Parses `name` or `org/name`; both parts consist of letters, digits and hyphens.
    #[must_use]
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let (org, name) = match text.split_once('/') {
            Some((org, name)) => (Some(org), name),
            None => (None, text),
        };
        (org.is_none_or(is_part) && is_part(name)).then_some(Self { org, name })
    }
}

/// Splits a `resource_type` at its `@` into the name and the version, if it has one.
#[must_use]
pub(crate) fn split_version(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    }
}

/// Determines what a version selects; `None` for a form that the platform does not support.
#[must_use]
pub(crate) fn release(version: &str) -> Option<Release> {
    let channel = version.strip_suffix("+dev").unwrap_or(version);
    if channel == "latest" || channel.strip_prefix('~').is_some_and(|range| numbers(range, 1..=2)) {
        return Some(Release::Range);
    }
    let (release, build) = match version.split_once("-dev.") {
        Some((release, build)) => (release, Some(build)),
        None => (version, None),
    };
    (numbers(release, 3..=3) && build.is_none_or(is_stamp)).then_some(Release::Exact)
}

fn numbers(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    count.contains(&text.split('.').count()) && text.split('.').all(is_number)
}

/// Whether the text is a timestamp such as `20060102T150405Z`.
fn is_stamp(text: &str) -> bool {
    let pattern = b"ddddddddTddddddZ";
    let fits =
        |(&byte, &wanted): (&u8, &u8)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == pattern.len() && text.as_bytes().iter().zip(pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_tried_in_the_platforms_order() {
        let name = |org, name| RefForm::Type(TypeName { org, name });
        assert_eq!(RefForm::of("./schemas/a.json"), RefForm::File("./schemas/a.json"));
        assert_eq!(RefForm::of("https://example.com/a.json"), RefForm::Url);
        assert_eq!(RefForm::of("aws-vpc"), name(None, "aws-vpc"));
        assert_eq!(RefForm::of("acme/aws-vpc"), name(Some("acme"), "aws-vpc"));
        assert_eq!(RefForm::of("#/$defs/a"), RefForm::Pointer("/$defs/a"));
        for other in ["", "aws_vpc", "a/b/c", "/a", "a/", "a.json", "aws-vpc@1.0.0", "<org>/a", "HTTP://x"] {
            assert_eq!(RefForm::of(other), RefForm::Other, "{other}");
        }
    }

    #[test]
    fn knows_every_version_form() {
        for version in ["1.2.3", "1.2.3-dev.20060102T150405Z"] {
            assert_eq!(release(version), Some(Release::Exact), "{version}");
        }
        for version in ["~1", "~1.2", "latest", "latest+dev", "~1+dev", "~1.2+dev"] {
            assert_eq!(release(version), Some(Release::Range), "{version}");
        }
        let unknown = [
            "",
            "1",
            "1.2",
            "v1.2.3",
            "^1",
            ">=1",
            "~1.2.3",
            "1.2.3+dev",
            "1.2.3-dev",
            "1.2.3-dev.2006",
            "~",
            "1.2.3.4",
        ];
        for version in unknown {
            assert_eq!(release(version), None, "{version}");
        }
    }
}
