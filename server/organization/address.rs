//! The platform's address, and where a key may be carried.

use super::Error;
use ureq::http::Uri;

/// An address that a key may be sent to: `https`, or plain `http` within the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address(Uri);

impl Address {
    /// Reads an address, a `/` at its end left out.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Err(Error::Configuration(format!("the url `{}` {why}", shown(text))));
        let Ok(uri) = text.trim_end_matches('/').parse::<Uri>() else {
            return refuse("is none; write it like `https://api.massdriver.cloud`");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refuse("is not whole; write it like `https://api.massdriver.cloud`");
        };
        if authority.as_str().contains('@') {
            return refuse("names a user; leave that out, the key is sent in its own way");
        }
        if uri.query().is_some() {
            return refuse("has a `?`; leave out everything from there");
        }
        match scheme {
            "https" => Ok(Self(uri)),
            "http" if is_loopback(authority.host()) => Ok(Self(uri)),
            "http" => refuse("would send the key in the open; write `https://`"),
            _ => refuse("must begin with `https://`"),
        }
    }

    /// The address as text.
    pub(super) fn text(&self) -> String {
        self.0.to_string().trim_end_matches('/').to_owned()
    }

    /// `host` or `host:port`.
    pub(super) fn host(&self) -> &str {
        self.0.authority().map_or("", |authority| authority.as_str())
    }

    /// Whether it lies within the machine.
    pub(super) fn is_within_machine(&self) -> bool {
        self.0.host().is_some_and(is_loopback)
    }

    /// Where the platform answers queries.
    pub(super) fn endpoint(&self) -> Uri {
        self.below("/api/v2")
    }

    /// Where a redirect leads from `from`; `None` unless it is the same scheme, host and port.
    pub(super) fn redirected(&self, location: &str) -> Option<Uri> {
        if location.starts_with('/') && !location.starts_with("//") {
            let root = format!("{}://{}", self.0.scheme_str()?, self.0.authority()?);
            return format!("{root}{location}").parse().ok();
        }
        let to: Uri = location.parse().ok()?;
        (to.scheme() == self.0.scheme() && to.authority() == self.0.authority()).then_some(to)
    }

    fn below(&self, path: &str) -> Uri {
        // Both parts are known to be fine; the address alone would merely get an answer that is none.
        format!("{}{path}", self.text()).parse().unwrap_or_else(|_| self.0.clone())
    }
}

/// A user's text in a message: what a password might be is left out.
fn shown(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    match clean.split_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => clean,
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_over_https_or_stays_within_the_machine() {
        for (text, read) in [
            ("https://api.massdriver.cloud", "https://api.massdriver.cloud"),
            ("https://massdriver.example/base//", "https://massdriver.example/base"),
            ("http://127.0.0.1:4000/", "http://127.0.0.1:4000"),
            ("http://[::1]:4000", "http://[::1]:4000"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(Address::parse(text).unwrap().text(), read);
        }
        for (text, why) in [
            ("http://massdriver.example", "in the open"),
            ("http://127.0.0.1.example", "in the open"),
            ("http://localhost.example", "in the open"),
            ("ftp://massdriver.example", "must begin with"),
            ("massdriver.example", "not whole"),
            ("", "is none"),
            ("https://", "is not whole"),
            ("https://a b", "is none"),
            ("https://api.massdriver.cloud?x=1", "has a `?`"),
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        let error = Address::parse("https://me:hunter2@massdriver.example").unwrap_err().to_string();
        assert!(error.contains("names a user") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_redirect_keeps_to_the_host() {
        let address = Address::parse("https://massdriver.example/base").unwrap();
        for (location, to) in [
            ("/api/v3", Some("https://massdriver.example/api/v3")),
            ("https://massdriver.example/api/v3", Some("https://massdriver.example/api/v3")),
            ("http://massdriver.example/api/v3", None),
            ("https://massdriver.example:8443/", None),
            ("https://elsewhere.example/", None),
            ("//elsewhere.example/", None),
            ("api/v3", None),
            ("", None),
        ] {
            assert_eq!(address.redirected(location).map(|uri| uri.to_string()).as_deref(), to, "{location}");
        }
    }
}
