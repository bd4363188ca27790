//! HTTP requests to the platform, with limits on time, size, redirects and attempts.

use super::Error;
use super::address::Address;
use super::configuration::{Configuration, Credentials};
use std::io;
use std::thread;
use std::time::{Duration, Instant};
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use ureq::http::{HeaderMap, HeaderValue, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

/// Timeout of a connection, including name resolution and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout of one response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// At most this many attempts per request.
const MAX_ATTEMPTS: u32 = 4;

/// The delay before the second attempt; it doubles with each attempt.
const FIRST_DELAY: Duration = Duration::from_millis(250);

/// The maximum of `Retry-After`.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// The maximum size of a response (bytes); a hundred schemas are a fraction of this.
const MAX_RESPONSE: u64 = 16 << 20;

/// The maximum size of all responses together (bytes).
const MAX_TOTAL: u64 = 64 << 20;

/// At most this many redirects are followed.
const MAX_REDIRECTS: usize = 3;

/// The maximum size of a response header (bytes).
const MAX_HEADER: usize = 64 << 10;

/// The environment variable that names a file of certificates to trust instead of the built-in ones.
const CERTIFICATES: &str = "SSL_CERT_FILE";

/// Sends requests to the platform.
pub(super) struct PlatformClient<'a> {
    agent: Agent,
    address: &'a Address,
    credentials: &'a Credentials,
    authorization: HeaderValue,
    deadline: Instant,
    /// What is left of [`MAX_TOTAL`].
    allowance: u64,
}

/// Why an attempt failed.
struct Failure {
    why: String,
    retry: Retry,
}

/// Whether a failed attempt is repeated.
enum Retry {
    Never,
    AfterDelay,
    /// After at least this delay.
    After(Duration),
}

impl<'a> PlatformClient<'a> {
    /// Prepares a client; nothing is sent yet.
    pub(super) fn new(configuration: &'a Configuration, timeout: Duration) -> Result<Self, Error> {
        let Some(credentials) = &configuration.credentials else { return Err(no_key(configuration)) };
        let mut authorization = HeaderValue::from_str(credentials.header().expose()).map_err(|_| {
            Error::Configuration("the API key contains invalid characters; copy it again".to_owned())
        })?;
        authorization.set_sensitive(true);
        let address = &configuration.address;
        let deadline = Instant::now() + timeout;
        let agent = agent(address)?;
        Ok(Self { agent, address, credentials, authorization, deadline, allowance: MAX_TOTAL })
    }

    /// Posts JSON and returns the response, with retries.
    pub(super) fn post(&mut self, body: &str) -> Result<Vec<u8>, Error> {
        let mut delay = FIRST_DELAY;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(body) {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let wait = match failure.retry {
                Retry::Never => return Err(self.error(&failure.why)),
                Retry::AfterDelay => delay,
                Retry::After(wait) => wait.max(delay),
            };
            if attempt == MAX_ATTEMPTS || wait >= self.remaining() {
                let times = if attempt == 1 { String::new() } else { format!(" (tried {attempt} times)") };
                return Err(self.error(&format!("{}{times}", failure.why)));
            }
            thread::sleep(wait);
            attempt += 1;
            delay *= 2;
        }
    }

    /// An error of the platform, with the key hidden.
    pub(super) fn error(&self, why: &str) -> Error {
        let why = self.credentials.hidden_in(why);
        if self.credentials.are_in(why.as_bytes()) {
            return Error::Platform(format!(
                "{} returned an error that contains the key and is not shown",
                self.platform()
            ));
        }
        Error::Platform(why)
    }

    fn attempt(&mut self, body: &str) -> Result<Vec<u8>, Failure> {
        let mut to = self.address.endpoint();
        for _ in 0..=MAX_REDIRECTS {
            let mut response = self.send(&to, body).map_err(|error| self.failure(error))?;
            match response.status().as_u16() {
                200 => return self.read(&mut response),
                301 | 302 | 307 | 308 => to = self.redirected(&response)?,
                status => return Err(self.refused(status, response.headers())),
            }
        }
        Err(permanent(format!("{} redirects too often", self.platform())))
    }

    fn send(&self, to: &Uri, body: &str) -> Result<Response<Body>, ureq::Error> {
        let timeout = self.remaining().min(RESPONSE_TIMEOUT);
        let request = self.agent.post(to).config().timeout_global(Some(timeout)).build();
        let request = request.header(AUTHORIZATION, &self.authorization);
        request.header(CONTENT_TYPE, "application/json").header(ACCEPT, "application/json").send(body)
    }

    fn read(&mut self, response: &mut Response<Body>) -> Result<Vec<u8>, Failure> {
        let limit = MAX_RESPONSE.min(self.allowance);
        // One byte more, so that a response of exactly the limit is accepted.
        let body = response.body_mut().with_config().limit(limit + 1).read_to_vec();
        let body = body.map_err(|error| self.failure(error))?;
        if body.len() as u64 > limit {
            return Err(permanent(self.too_large()));
        }
        self.allowance -= body.len() as u64;
        if self.credentials.are_in(&body) {
            return Err(permanent(format!(
                "the response of {} contains the key and was discarded",
                self.platform()
            )));
        }
        Ok(body)
    }

    /// The target of a redirect, if the key may be sent there.
    fn redirected(&self, response: &Response<Body>) -> Result<Uri, Failure> {
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        location.and_then(|location| self.address.redirected(location)).ok_or_else(|| {
            let platform = self.platform();
            permanent(format!(
                "{platform} redirects to another host, to which the key is not sent; check the URL"
            ))
        })
    }

    fn refused(&self, status: u16, headers: &HeaderMap) -> Failure {
        let platform = self.platform();
        match status {
            401 => permanent(format!(
                "{platform} rejected the key (status 401); check `MASSDRIVER_API_KEY` or `api_key` in the \
                 profile, and that the key belongs to the organization"
            )),
            403 => permanent(format!("the key may not list resource types at {platform} (status 403)")),
            404 => permanent(format!("{platform} has no `/api/v2` (status 404); check the URL")),
            429 => Failure {
                why: format!("{platform} is rate limiting (status 429)"),
                retry: retry_after(headers),
            },
            500..=599 => {
                Failure { why: format!("{platform} failed (status {status})"), retry: retry_after(headers) }
            }
            _ => permanent(format!("{platform} returned status {status}")),
        }
    }

    fn failure(&self, error: ureq::Error) -> Failure {
        let platform = self.platform();
        match error {
            ureq::Error::Timeout(_) => permanent(format!("{platform} did not respond in time")),
            ureq::Error::BodyExceedsLimit(_) => permanent(self.too_large()),
            ureq::Error::HostNotFound => {
                transient(format!("cannot resolve the host name {platform}; check the URL"))
            }
            ureq::Error::ConnectionFailed => transient(format!("cannot connect to {platform}")),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                permanent(format!("{platform} did not respond in time"))
            }
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                permanent(format!("cannot establish a secure connection to {platform}: {error}"))
            }
            ureq::Error::Io(error) => transient(format!("connection to {platform} lost: {error}")),
            ureq::Error::Rustls(error) => {
                permanent(format!("cannot establish a secure connection to {platform}: {error}"))
            }
            ureq::Error::Protocol(_) => permanent(format!("{platform} does not speak HTTP")),
            error => permanent(format!("the request to {platform} failed: {error}")),
        }
    }

    fn too_large(&self) -> String {
        format!("the response of {} is too large (over {} MiB)", self.platform(), MAX_RESPONSE >> 20)
    }

    fn platform(&self) -> String {
        format!("`{}`", self.address.host())
    }

    fn remaining(&self) -> Duration {
        // Never zero, which would mean no timeout.
        self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
    }
}

fn permanent(why: String) -> Failure {
    Failure { why, retry: Retry::Never }
}

fn transient(why: String) -> Failure {
    Failure { why, retry: Retry::AfterDelay }
}

/// The delay in `Retry-After`, if it is given in seconds.
fn retry_after(headers: &HeaderMap) -> Retry {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    seconds.map_or(Retry::AfterDelay, |seconds| Retry::After(Duration::from_secs(seconds).min(MAX_DELAY)))
}

fn agent(address: &Address) -> Result<Agent, Error> {
    let builder = Agent::config_builder()
        .user_agent(concat!("massdriver-ls/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(MAX_HEADER)
        .tls_config(TlsConfig::builder().root_certs(certificates()?).build());
    // Requests to the loopback interface bypass a proxy, which would see the key.
    let builder = if address.is_loopback() { builder.proxy(None) } else { builder };
    Ok(builder.build().into())
}

fn certificates() -> Result<RootCerts, Error> {
    let Some(file) = std::env::var_os(CERTIFICATES).filter(|file| !file.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let name = file.to_string_lossy().into_owned();
    let refuse = |why: &str| Error::Configuration(format!("`{CERTIFICATES}` names {name}, {why}"));
    let pem = std::fs::read(&file).map_err(|error| refuse(&format!("which cannot be read: {error}")))?;
    let found: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(refuse("which contains no certificate"));
    }
    Ok(RootCerts::new_with_certs(&found))
}

fn no_key(configuration: &Configuration) -> Error {
    Error::Configuration(format!(
        "there is no API key; set `MASSDRIVER_API_KEY`, or `api_key` in the profile `{}` of \
         ~/.config/massdriver/config.yaml",
        configuration.profile
    ))
}
