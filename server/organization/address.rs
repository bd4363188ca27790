//! The platform's address, and where the key may be sent.

use super::Error;
use ureq::http::Uri;

/// An address that the key may be sent to: `https`, or `http` on the loopback interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address(Uri);

impl Address {
    /// Parses an address. Trailing slashes are removed.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Err(Error::Configuration(format!("the URL `{}` {why}", redacted(text))));
        let Ok(uri) = text.trim_end_matches('/').parse::<Uri>() else {
            return refuse("is invalid; write it like `https://api.massdriver.cloud`");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refuse("is incomplete; write it like `https://api.massdriver.cloud`");
        };
        if authority.as_str().contains('@') {
            return refuse("contains a user name; remove it, the key is sent in a header");
        }
        if uri.query().is_some() {
            return refuse("contains a query; remove everything from the `?`");
        }
        match scheme {
            "https" => Ok(Self(uri)),
            "http" if is_loopback(authority.host()) => Ok(Self(uri)),
            "http" => refuse("would send the key unencrypted; use `https://`"),
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

    /// Whether the host is the loopback interface.
    pub(super) fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(is_loopback)
    }

    /// The endpoint of the GraphQL API.
    pub(super) fn endpoint(&self) -> Uri {
        // Parsing a valid address with this path cannot fail; the address alone would return an invalid response.
        format!("{}/api/v2", self.text()).parse().unwrap_or_else(|_| self.0.clone())
    }

    /// The target of a redirect; `None` unless it has the same scheme, host and port.
    pub(super) fn redirected(&self, location: &str) -> Option<Uri> {
        if location.starts_with('/') && !location.starts_with("//") {
            let root = format!("{}://{}", self.0.scheme_str()?, self.0.authority()?);
            return format!("{root}{location}").parse().ok();
        }
        let to: Uri = location.parse().ok()?;
        (to.scheme() == self.0.scheme() && to.authority() == self.0.authority()).then_some(to)
    }
}

/// The user's text for a message, without anything that may be a password.
fn redacted(text: &str) -> String {
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
    fn the_key_is_sent_over_https_or_on_loopback_only() {
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
            ("http://massdriver.example", "unencrypted"),
            ("http://127.0.0.1.example", "unencrypted"),
            ("http://localhost.example", "unencrypted"),
            ("ftp://massdriver.example", "must begin with"),
            ("massdriver.example", "is incomplete"),
            ("", "is invalid"),
            ("https://", "is incomplete"),
            ("https://a b", "is invalid"),
            ("https://api.massdriver.cloud?x=1", "contains a query"),
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        let error = Address::parse("https://me:hunter2@massdriver.example").unwrap_err().to_string();
        assert!(error.contains("contains a user name") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_redirect_stays_on_the_host() {
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
