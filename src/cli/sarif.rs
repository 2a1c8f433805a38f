//! Findings as SARIF 2.1.0, the JSON that code scanning of GitHub, Azure DevOps and others takes.
use std::io::{self, Write};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::report::Finding;
use crate::settings::{Code, Severity};

/// What a path of a URI holds as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Prints the findings of all vaults as one run; `found` has each with what its paths stand behind.
pub(super) fn write(out: &mut dyn Write, found: &[(String, &[Finding])]) -> io::Result<()> {
    let rules: Vec<Value> = Code::ALL.iter().copied().map(rule).collect();
    let results =
        found.iter().flat_map(|(prefix, findings)| findings.iter().map(move |own| result(prefix, own)));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "slugline",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer(&mut *out, &log)?;
    writeln!(out)
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.description() },
        "defaultConfiguration": { "level": level(code.default_severity()) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
        Severity::Off => "none",
    }
}

fn result(prefix: &str, finding: &Finding) -> Value {
    json!({
        "ruleId": finding.code.name(),
        "ruleIndex": Code::ALL.iter().position(|&code| code == finding.code),
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&format!("{prefix}{}", finding.path)) },
            "region": {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            },
        } }],
    })
}

/// A path from the current folder as a relative reference, an absolute one as a `file:` URI.
fn uri(path: &str) -> String {
    let shown = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let encoded = utf8_percent_encode(&shown, IN_PATH);
    match Path::new(path).is_absolute() {
        true if shown.starts_with('/') => format!("file://{encoded}"),
        true => format!("file:///{encoded}"),
        false => encoded.to_string(),
    }
}
