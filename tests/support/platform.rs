//! A test platform on the loopback interface, whose responses the test chooses.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// The key that the well-behaved platform accepts.
pub(crate) const KEY: &str = "mds_0123456789-key-of-the-tests";

/// A request from a client.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    /// Header values by lower-case name.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Value,
}

/// A connection to a client, TLS or plain.
pub(crate) trait Line: Read + Write {}

impl<T: Read + Write> Line for T {}

/// A listening platform. Its threads end with the test process.
pub(crate) struct Platform {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Platform {
    /// Starts the platform; `answer` gets the request number (from 0), the request, and the connection to write to.
    pub(crate) fn start(answer: impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static) -> Self {
        Self::listen("http", |stream| Box::new(stream), answer)
    }

    /// Like [`Platform::start`] over TLS, with the certificate of `tests/fixtures/tls`.
    pub(crate) fn start_secure(
        answer: impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static,
    ) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
        let chain = vec![CertificateDer::from_pem_file(directory.join("certificate.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(directory.join("key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let config = Arc::new(config);
        let secure = move |stream| -> Box<dyn Line> {
            Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream))
        };
        Self::listen("https", secure, answer)
    }

    fn listen(
        scheme: &str,
        line: impl Fn(TcpStream) -> Box<dyn Line> + Send + Sync + 'static,
        answer: impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let line = Arc::new(line);
        let (requests, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, answer, line) = (Arc::clone(&seen), Arc::clone(&answer), Arc::clone(&line));
                thread::spawn(move || {
                    let mut line = line(stream.unwrap());
                    let Some(request) = read(&mut *line) else { return };
                    let number = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    answer(number, &request, &mut *line);
                });
            }
        });
        Self { url, requests }
    }

    /// The requests so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &mut dyn Line) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = HashMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line: line.trim_end().to_owned(), headers, body: serde_json::from_slice(&body).ok()? })
}

/// Writes a response; ignores errors, as the client may have closed the connection.
pub(crate) fn reply(stream: &mut dyn Line, status: u16, headers: &str, body: &str) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} S\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

/// One page of the list of types.
pub(crate) fn page(items: &[Value], next: Option<&str>) -> String {
    json!({ "data": { "resourceTypes": { "items": items, "cursor": { "next": next, "previous": null } } } })
        .to_string()
}

/// A resource type as the platform returns it.
pub(crate) fn resource_type(id: &str) -> Value {
    json!({
        "id": id, "name": format!("Type {id}"), "icon": format!("https://icons.example/{id}.svg"),
        "connectionOrientation": "LINK",
        "schema": { "type": "object", "properties": { "arn": { "type": "string" } } },
    })
}

/// Answers as the real platform does, with this many types: 401 without the key, 500 without a limit.
pub(crate) fn well_behaved(types: usize) -> impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static {
    move |_, request, stream| {
        let query = request.body["query"].as_str().unwrap_or_default();
        if request.headers.get("authorization") != Some(&format!("Bearer {KEY}")) {
            return reply(stream, 401, "", "{}");
        }
        if !query.contains("limit: 100") || query.contains("null") {
            return reply(stream, 500, "", "{}");
        }
        let first: usize = query
            .split_once("next: \"after ")
            .map_or(0, |(_, rest)| rest.split('"').next().unwrap().parse().unwrap());
        let last = (first + 100).min(types);
        let items: Vec<Value> =
            (first..last).map(|number| resource_type(&format!("type-{number:04}"))).collect();
        let next = (last < types).then(|| format!("after {last}"));
        reply(stream, 200, "Content-Type: application/json\r\n", &page(&items, next.as_deref()));
    }
}
