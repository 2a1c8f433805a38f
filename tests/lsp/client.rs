//! A client that speaks to a real `slugline lsp` over its pipes, one step after another.
//!
//! It answers what the server asks, keeps the last diagnostics of each document, and fails with the
//! server's log when nothing comes within a minute.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// How long nothing may come before a test gives up: never a part of what is tested.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at something that nobody tells.
const STEP: Duration = Duration::from_millis(50);

/// A folder of notes that goes with the test.
pub struct Vault {
    dir: tempfile::TempDir,
}

impl Vault {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let vault = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(vault.path("")).unwrap();
        for (path, text) in files {
            vault.write(path, text);
        }
        vault
    }

    pub fn path(&self, path: &str) -> PathBuf {
        // In a folder of its own, so that there is something outside.
        let root = dunce::canonicalize(self.dir.path()).unwrap().join("vault");
        if path.is_empty() { root } else { root.join(path) }
    }

    pub fn write(&self, path: &str, text: &str) {
        let place = self.path(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }

    pub fn uri(&self, path: &str) -> String {
        uri(&self.path(path))
    }
}

pub fn uri(path: &Path) -> String {
    let mut path = path.to_str().unwrap().to_owned();
    if cfg!(windows) {
        // It begins with a drive, as VS Code writes it.
        path[..1].make_ascii_lowercase();
        path = format!("/{}", path.replace('\\', "/"));
    }
    let encoded = path.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    format!("file://{}", encoded.collect::<String>())
}

/// A running server and this side's state of the session.
pub struct Client {
    child: Child,
    input: Option<Box<dyn Write + Send>>,
    /// Where the server listens.
    port: Option<u16>,
    /// The same connection, to be cut.
    stream: Option<TcpStream>,
    messages: Receiver<Value>,
    /// Whether what the server sends is not read.
    deaf: Arc<(Mutex<bool>, Condvar)>,
    log: Arc<Mutex<String>>,
    /// The thread that reads it.
    log_reader: Option<std::thread::JoinHandle<()>>,
    next_id: i64,
    versions: HashMap<String, i64>,
    answers: HashMap<i64, Value>,
    /// What the server last said about each document: `params` of `publishDiagnostics`.
    pub diagnostics: HashMap<String, Value>,
    /// All else that the server sent, in order.
    pub received: Vec<Value>,
    /// Answer to `workspace/configuration`, for all folders but those of the next.
    pub configuration: Value,
    /// The action that is chosen of those beside a message.
    pub choice: Value,
    /// The same by folder.
    pub folder_configuration: HashMap<String, Value>,
}

impl Client {
    /// A server of which nothing has been asked.
    pub fn spawn() -> Self {
        let mut child = process(&[]);
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let errors = BufReader::new(child.stderr.take().unwrap());
        Self::over(child, Box::new(input), output, errors)
    }

    /// A server whose log nobody reads.
    pub fn unheard() -> Self {
        let mut child = process(&[]);
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        // The pipe stays open with the child.
        Self::over(child, Box::new(input), output, std::io::empty())
    }

    /// A server that listens, and a first client of it.
    pub fn listening() -> Self {
        let mut child = process(&["--listen", "0"]);
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let (_, port) = line.split_once("127.0.0.1:").unwrap();
        let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap();
        let port = port[..digits].parse().unwrap();
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut client =
            Self::over(child, Box::new(stream.try_clone().unwrap()), stream.try_clone().unwrap(), errors);
        client.port = Some(port);
        client.stream = Some(stream);
        client
    }

    /// Another client of a server that listens, whose process goes with the first client.
    pub fn another(&self) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", self.port.unwrap())).unwrap();
        let nothing = Command::new(env!("CARGO_BIN_EXE_slugline")).stdout(Stdio::null()).spawn().unwrap();
        let input = Box::new(stream.try_clone().unwrap());
        let mut client = Self::over(nothing, input, stream.try_clone().unwrap(), std::io::empty());
        client.stream = Some(stream);
        client
    }

    /// Where the server listens.
    pub fn port(&self) -> u16 {
        self.port.unwrap()
    }

    /// Cuts the connection.
    pub fn cut(self) {
        self.stream.as_ref().unwrap().shutdown(std::net::Shutdown::Both).unwrap();
    }

    /// Whether the server says nothing more.
    pub fn ended(&self) -> bool {
        while self.messages.recv_timeout(PATIENCE).is_ok() {}
        matches!(self.messages.try_recv(), Err(mpsc::TryRecvError::Disconnected))
    }

    /// A server that connects to this side.
    pub fn connecting() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut child = process(&["--socket", &listener.local_addr().unwrap().port().to_string()]);
        let stream = listener.accept().unwrap().0;
        let errors = BufReader::new(child.stderr.take().unwrap());
        Self::over(child, Box::new(stream.try_clone().unwrap()), stream, errors)
    }

    fn over(
        child: Child,
        input: Box<dyn Write + Send>,
        output: impl Read + Send + 'static,
        mut errors: impl BufRead + Send + 'static,
    ) -> Self {
        let (sender, messages) = mpsc::channel();
        let deaf = Arc::new((Mutex::new(false), Condvar::new()));
        let ears = Arc::clone(&deaf);
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                drop(ears.1.wait_while(ears.0.lock().unwrap(), |deaf| *deaf).unwrap());
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let log = Arc::new(Mutex::new(String::new()));
        let lines = Arc::clone(&log);
        let log_reader = std::thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|n| n > 0) {
                lines.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Self {
            input: Some(input),
            port: None,
            stream: None,
            child,
            messages,
            deaf,
            log,
            log_reader: Some(log_reader),
            next_id: 1,
            versions: HashMap::new(),
            answers: HashMap::new(),
            diagnostics: HashMap::new(),
            received: Vec::new(),
            configuration: Value::Null,
            choice: Value::Null,
            folder_configuration: HashMap::new(),
        }
    }

    /// A server with `vault` open, for a client that can do everything but watch files.
    pub fn start(vault: &Vault) -> Self {
        Self::start_with(&[vault], capabilities())
    }

    /// A server with these vaults open, for a client with these capabilities.
    pub fn start_with(vaults: &[&Vault], capabilities: Value) -> Self {
        let mut client = Self::spawn();
        client.initialize(vaults, capabilities);
        client
    }

    /// Shakes hands; the server's answer to `initialize`.
    pub fn initialize(&mut self, vaults: &[&Vault], capabilities: Value) -> Value {
        let folders = vaults.iter().map(|vault| json!({"uri": vault.uri(""), "name": "vault"}));
        let params = json!({
            "processId": null,
            "rootUri": null,
            "workspaceFolders": folders.collect::<Vec<_>>(),
            "capabilities": capabilities,
        });
        let answer = self.request("initialize", params);
        self.notify("initialized", json!({}));
        answer
    }

    /// What the server has written to its log.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The log of a server that ends.
    pub fn whole_log(mut self) -> String {
        self.log_reader.take().unwrap().join().unwrap();
        self.log()
    }

    // --- not reading

    /// From now on reads at most the message that comes next, until it goes on.
    pub fn stop_reading(&mut self) {
        *self.deaf.0.lock().unwrap() = true;
    }

    pub fn go_on_reading(&mut self) {
        *self.deaf.0.lock().unwrap() = false;
        self.deaf.1.notify_all();
    }

    /// Sends messages until the server takes no more; whether it came to that before `most`.
    pub fn send_until_full(
        &mut self,
        most: usize,
        message: impl Fn(usize) -> Value + Send + 'static,
    ) -> bool {
        let sent = Arc::new(AtomicUsize::new(0));
        let (mut input, count) = (self.input.take().unwrap(), Arc::clone(&sent));
        let sender = std::thread::spawn(move || {
            // It ends with the server, which goes with the test.
            while count.load(Ordering::Relaxed) < most
                && input.write_all(&frame(&message(count.load(Ordering::Relaxed)))).is_ok()
            {
                count.fetch_add(1, Ordering::Relaxed);
            }
            input
        });
        until_still(|| (sender.is_finished(), sent.load(Ordering::Relaxed), work(self.process())));
        let full = !sender.is_finished();
        if !full {
            self.input = sender.join().ok();
        }
        full
    }

    /// Waits until the server has nothing to do.
    pub fn until_idle(&self) {
        until_still(|| work(self.process()));
    }

    /// What the server has told as its state, last.
    pub fn status(&self) -> Option<&Value> {
        let told =
            self.received.iter().rev().find(|message| message["method"] == "experimental/serverStatus");
        told.map(|message| &message["params"])
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    // --- sending

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        // A server that has ended is noticed by what does not come.
        let _ =
            self.input.as_mut().unwrap().write_all(bytes).and_then(|()| self.input.as_mut().unwrap().flush());
    }

    pub fn send(&mut self, message: &Value) {
        self.send_bytes(&frame(message));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request without waiting; its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits: its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}\n{}", self.log());
        answer["result"].clone()
    }

    /// Sends a request and waits: its error's code.
    pub fn refused(&mut self, method: &str, params: Value) -> i64 {
        let id = self.ask(method, params);
        self.answer(id)["error"]["code"].as_i64().unwrap()
    }

    // --- documents

    pub fn open(&mut self, uri: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        let item = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces a range of a document: lines and columns from 0.
    pub fn edit(&mut self, uri: &str, start: (u32, u32), end: (u32, u32), text: &str) {
        let range = json!({
            "start": {"line": start.0, "character": start.1}, "end": {"line": end.0, "character": end.1}
        });
        self.change(uri, json!([{"range": range, "text": text}]));
    }

    /// Replaces the whole text of a document.
    pub fn set(&mut self, uri: &str, text: &str) {
        self.change(uri, json!([{"text": text}]));
    }

    pub fn change(&mut self, uri: &str, changes: Value) {
        let version = self.versions.entry(uri.to_owned()).or_insert(0);
        *version += 1;
        let document = json!({"uri": uri, "version": *version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    pub fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        self.request(method, position(uri, line, character))
    }

    /// Where the link at a place leads: the path behind the last `/` of each target.
    pub fn definition(&mut self, uri: &str, line: u32, character: u32) -> Vec<String> {
        let found = self.at("textDocument/definition", uri, line, character);
        let name = |target: &Value| {
            let uri = target["targetUri"].as_str().or(target["uri"].as_str()).unwrap();
            uri.rsplit('/').next().unwrap().to_owned()
        };
        found.as_array().map_or_else(Vec::new, |targets| targets.iter().map(name).collect())
    }

    /// The codes of a document's diagnostics once they satisfy `wanted`.
    pub fn codes_when(&mut self, uri: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        self.until(&format!("diagnostics of {uri}"), |client| {
            let codes = client.codes(uri)?;
            wanted(&codes).then_some(codes)
        })
    }

    /// The codes of a document's diagnostics, as they are now; `None` before the first.
    pub fn codes(&self, uri: &str) -> Option<Vec<String>> {
        let list = self.diagnostics.get(uri)?["diagnostics"].as_array()?;
        Some(list.iter().map(|d| d["code"].as_str().unwrap_or("-").to_owned()).collect())
    }

    /// A document's diagnostics of its current version.
    pub fn current(&mut self, uri: &str) -> Value {
        let version = self.versions[uri];
        self.until(&format!("diagnostics of {uri} in version {version}"), |client| {
            let found = client.diagnostics.get(uri)?;
            (found["version"] == json!(version)).then(|| found["diagnostics"].clone())
        })
    }

    /// Waits until a client that asks for diagnostics, whenever it is told to, has these of a document.
    pub fn until_pulled(&mut self, uri: &str, expected: &Value) {
        let is_refresh = |message: &Value| message["method"] == "workspace/diagnostic/refresh";
        loop {
            self.received.retain(|message| !is_refresh(message));
            let params = json!({"textDocument": {"uri": uri}});
            let found = self.request("textDocument/diagnostic", params)["items"].clone();
            if found == *expected {
                return;
            }
            self.until_received(
                &format!("a refresh, since {uri} has {expected} and not {found}"),
                is_refresh,
            );
        }
    }

    // --- waiting

    /// Takes messages until `done` gives something.
    pub fn until<T>(&mut self, what: &str, done: impl Fn(&Self) -> Option<T>) -> T {
        loop {
            if let Some(found) = done(self) {
                return found;
            }
            match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => self.take(message),
                Err(error) => panic!("waiting for {what}: {error}\nlog:\n{}", self.log()),
            }
        }
    }

    /// Waits for a notification of the server.
    pub fn until_received(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        self.until(what, |client| client.received.iter().find(|message| is_it(message)).cloned())
    }

    pub fn answer(&mut self, id: i64) -> Value {
        self.until(&format!("the answer to request {id}"), |client| client.answers.get(&id).cloned())
    }

    /// Whether the answer to a request has been taken.
    pub fn is_answered(&self, id: i64) -> bool {
        self.answers.contains_key(&id)
    }

    /// Waits until the server has taken all that was sent before.
    pub fn sync(&mut self) {
        // Whatever it answers: requests are answered behind what came before them.
        let id = self.ask("textDocument/hover", position("file:///nowhere.md", 0, 0));
        self.answer(id);
    }

    fn take(&mut self, message: Value) {
        let method = message["method"].as_str().map(str::to_owned);
        match (method.as_deref(), message.get("id")) {
            (None, Some(id)) => match id.as_i64() {
                Some(id) => drop(self.answers.insert(id, message)),
                None => self.received.push(message),
            },
            (Some(method), Some(id)) => {
                let result = match method {
                    "workspace/configuration" => {
                        let items = message["params"]["items"].as_array().unwrap().iter();
                        let of = |uri: &str| self.folder_configuration.get(uri);
                        let of = |item: &Value| item["scopeUri"].as_str().and_then(of).cloned();
                        items.map(|item| of(item).unwrap_or(self.configuration.clone())).collect()
                    }
                    "workspace/applyEdit" => json!({"applied": true}),
                    "window/showMessageRequest" => self.choice.clone(),
                    "window/showDocument" => json!({"success": true}),
                    _ => Value::Null,
                };
                let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
                self.send(&answer);
                self.received.push(message);
            }
            (Some("textDocument/publishDiagnostics"), None) => {
                let params = message["params"].clone();
                self.diagnostics.insert(params["uri"].as_str().unwrap().to_owned(), params);
            }
            _ => self.received.push(message),
        }
    }

    /// Says goodbye; the server's exit code.
    pub fn shutdown(mut self) -> i32 {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.wait()
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits for the server's end: its exit code.
    pub fn wait(mut self) -> i32 {
        // Its output ends with it.
        while self.messages.recv_timeout(PATIENCE).is_ok() {}
        match self.child.try_wait() {
            Ok(Some(status)) => status.code().unwrap_or(-1),
            _ => self.child.wait().unwrap().code().unwrap_or(-1),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All that the server negotiates, but for watching files: it watches them itself.
pub fn capabilities() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "window": {"workDoneProgress": true, "showDocument": {"support": true}},
        "workspace": {
            "configuration": true,
            "workspaceFolders": true,
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
        },
        "textDocument": {
            "definition": {"linkSupport": true},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "completion": {"completionItem": {"documentationFormat": ["markdown"], "labelDetailsSupport": true}},
            "publishDiagnostics": {"relatedInformation": true, "versionSupport": true},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
                "isPreferredSupport": true,
            },
            "documentLink": {"tooltipSupport": true},
        },
    })
}

/// The same of a client that asks for diagnostics, and can be told to ask again.
pub fn pulling() -> Value {
    let mut with = capabilities();
    with["textDocument"]["diagnostic"] = json!({"relatedDocumentSupport": true});
    with["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    with
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < end, "waiting for {what}");
        std::thread::sleep(STEP);
    }
}

/// Waits until something changes no more.
fn until_still<T: PartialEq>(of: impl Fn() -> T) {
    let (mut last, mut same) = (of(), 0);
    while same < 10 {
        std::thread::sleep(STEP);
        let now = of();
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
}

/// The processor's time that a process has taken, where Linux tells it.
fn work(process: u32) -> Vec<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.split(' ').skip(13).take(2).map(str::to_owned).collect()
}

pub fn position(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

/// A message as it goes over the pipe.
pub fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn process(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_slugline"))
        .arg("lsp")
        .args(args)
        .env("RUST_BACKTRACE", "1")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        // Anything but a header here is output that does not belong to the protocol.
        match line.trim_end() {
            "" => break,
            header => {
                length = Some(header.strip_prefix("Content-Length: ").unwrap().parse::<usize>().unwrap())
            }
        }
    }
    let mut body = vec![0; length.unwrap()];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// A xorshift generator: the same edits each time.
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}
