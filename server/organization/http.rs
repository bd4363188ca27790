//! One kind of request, bounded in every direction: time, size, redirects and attempts.

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

/// Longest wait for a connection, names and TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(30);

/// How often the same is asked, at most.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause that the platform may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A hundred schemas are a fraction of this.
const MAX_REPLY: u64 = 16 << 20;

/// What all replies together may weigh.
const MAX_TOTAL: u64 = 64 << 20;

/// More is a loop.
const MAX_REDIRECTS: usize = 3;

/// What a reply's header may weigh.
const MAX_HEADER: usize = 64 << 10;

/// The variable that names the certificates to trust in place of the built-in ones, as with other programs.
const CERTIFICATES: &str = "SSL_CERT_FILE";

/// A line to the platform.
pub(super) struct Connection<'a> {
    agent: Agent,
    address: &'a Address,
    credentials: &'a Credentials,
    authorization: HeaderValue,
    end: Instant,
    allowance: u64,
}

/// Why an attempt gave no reply.
struct Failure {
    why: String,
    again: Again,
}

/// Whether another attempt may help.
enum Again {
    Never,
    Soon,
    After(Duration),
}

impl<'a> Connection<'a> {
    /// Prepares a line; nothing is sent yet.
    pub(super) fn new(configuration: &'a Configuration, patience: Duration) -> Result<Self, Error> {
        let Some(credentials) = &configuration.credentials else { return Err(no_key(configuration)) };
        let mut authorization = HeaderValue::from_str(credentials.header().expose()).map_err(|_| {
            Error::Configuration("the API key has characters that no key has; copy it once more".to_owned())
        })?;
        authorization.set_sensitive(true);
        let address = &configuration.address;
        let end = Instant::now() + patience;
        Ok(Self { agent: agent(address)?, address, credentials, authorization, end, allowance: MAX_TOTAL })
    }

    /// Sends JSON and gives what comes back, after as many attempts as make sense.
    pub(super) fn post(&mut self, body: &str) -> Result<Vec<u8>, Error> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(body) {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let wait = match failure.again {
                Again::Never => return Err(self.error(&failure.why)),
                Again::Soon => pause,
                Again::After(wait) => wait.max(pause),
            };
            if attempt == ATTEMPTS || wait >= self.left() {
                let times = if attempt == 1 { String::new() } else { format!(" (tried {attempt} times)") };
                return Err(self.error(&format!("{}{times}", failure.why)));
            }
            thread::sleep(wait);
            attempt += 1;
            pause *= 2;
        }
    }

    /// A complaint about the platform, the key hidden should the platform have repeated it.
    pub(super) fn error(&self, why: &str) -> Error {
        let why = self.credentials.hidden_in(why);
        if self.credentials.are_in(why.as_bytes()) {
            return Error::Platform(format!(
                "{} repeats the key in an error, which is not shown",
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
        Err(never(format!("{} sends from one address to the next without end", self.platform())))
    }

    fn send(&self, to: &Uri, body: &str) -> Result<Response<Body>, ureq::Error> {
        let time = self.left().min(ANSWER);
        let request = self.agent.post(to).config().timeout_global(Some(time)).build();
        let request = request.header(AUTHORIZATION, &self.authorization);
        request.header(CONTENT_TYPE, "application/json").header(ACCEPT, "application/json").send(body)
    }

    fn read(&mut self, response: &mut Response<Body>) -> Result<Vec<u8>, Failure> {
        let limit = MAX_REPLY.min(self.allowance);
        // One byte more than allowed, so that a reply of just the limit is none too many.
        let reply = response.body_mut().with_config().limit(limit + 1).read_to_vec();
        let reply = reply.map_err(|error| self.failure(error))?;
        if reply.len() as u64 > limit {
            return Err(never(self.too_large()));
        }
        self.allowance -= reply.len() as u64;
        if self.credentials.are_in(&reply) {
            return Err(never(format!(
                "{} repeats the key in its reply, which is not kept",
                self.platform()
            )));
        }
        Ok(reply)
    }

    /// Where a redirect leads, if the key may go there.
    fn redirected(&self, response: &Response<Body>) -> Result<Uri, Failure> {
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        location.and_then(|location| self.address.redirected(location)).ok_or_else(|| {
            let platform = self.platform();
            never(format!(
                "{platform} redirects to another place, where the key does not go; is the url right?"
            ))
        })
    }

    fn refused(&self, status: u16, headers: &HeaderMap) -> Failure {
        let platform = self.platform();
        match status {
            401 => never(format!(
                "{platform} does not know the key (status 401); check `MASSDRIVER_API_KEY` or `api_key` in the \
                 profile, and that the key belongs to the organization"
            )),
            403 => never(format!("the key may not list resource types at {platform} (status 403)")),
            404 => never(format!("{platform} has no `/api/v2` (status 404); is the url right?")),
            429 => {
                Failure { why: format!("{platform} has too much to do (status 429)"), again: wait(headers) }
            }
            500..=599 => {
                Failure { why: format!("{platform} failed (status {status})"), again: wait(headers) }
            }
            _ => never(format!("{platform} answered with status {status}")),
        }
    }

    fn failure(&self, error: ureq::Error) -> Failure {
        let platform = self.platform();
        match error {
            ureq::Error::Timeout(_) => never(format!("{platform} did not answer in time")),
            ureq::Error::BodyExceedsLimit(_) => never(self.too_large()),
            ureq::Error::HostNotFound => {
                soon(format!("{platform} is not known by that name; is the url right?"))
            }
            ureq::Error::ConnectionFailed => soon(format!("{platform} cannot be reached")),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                never(format!("{platform} did not answer in time"))
            }
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                never(format!("there is no secure line to {platform}: {error}"))
            }
            ureq::Error::Io(error) => soon(format!("the line to {platform} broke: {error}")),
            ureq::Error::Rustls(error) => never(format!("there is no secure line to {platform}: {error}")),
            ureq::Error::Protocol(_) => never(format!("{platform} does not speak HTTP")),
            error => never(format!("{platform} cannot be asked: {error}")),
        }
    }

    fn too_large(&self) -> String {
        format!("{} sends more than a catalogue can be (over {} MiB)", self.platform(), MAX_REPLY >> 20)
    }

    fn platform(&self) -> String {
        format!("`{}`", self.address.host())
    }

    fn left(&self) -> Duration {
        // Never nothing, which would mean without end.
        self.end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
    }
}

fn never(why: String) -> Failure {
    Failure { why, again: Again::Never }
}

fn soon(why: String) -> Failure {
    Failure { why, again: Again::Soon }
}

/// The pause that a reply asks for, if it is one of seconds.
fn wait(headers: &HeaderMap) -> Again {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    seconds.map_or(Again::Soon, |seconds| Again::After(Duration::from_secs(seconds).min(LONGEST_PAUSE)))
}

fn agent(address: &Address) -> Result<Agent, Error> {
    let builder = Agent::config_builder()
        .user_agent(concat!("massdriver-ls/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(MAX_HEADER)
        .tls_config(TlsConfig::builder().root_certs(certificates()?).build());
    // What stays within the machine goes through no proxy: it would see the key.
    let builder = if address.is_within_machine() { builder.proxy(None) } else { builder };
    Ok(builder.build().into())
}

fn certificates() -> Result<RootCerts, Error> {
    let Some(file) = std::env::var_os(CERTIFICATES).filter(|file| !file.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let shown = file.to_string_lossy().into_owned();
    let refuse = |why: &str| Error::Configuration(format!("`{CERTIFICATES}` names {shown}, {why}"));
    let pem = std::fs::read(&file).map_err(|error| refuse(&format!("which cannot be read: {error}")))?;
    let found: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(refuse("which holds no certificate"));
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
