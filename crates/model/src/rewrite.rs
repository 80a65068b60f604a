//! Rules of URL Rewrite, as IIS has them in its configuration.

use serde::{Deserialize, Serialize};

/// One rule, as it is written; what is not written is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RewriteRule {
    /// `Wildcard`, `ExactMatch`; empty: regular expressions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub syntax: String,
    /// Whether later rules are passed over once it matches.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stops: bool,
    /// The pattern of the address that it is asked about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Whether it is asked about all other addresses instead.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub url_negated: bool,
    /// `MatchAny`; empty: all conditions must hold.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grouping: String,
    /// Conditions beside the address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<RewriteCondition>,
    /// `AbortRequest`, `CustomResponse`, `Rewrite`, `Redirect`, `None`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub action: String,
    /// The status that it answers with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
}

/// What a rule asks of a request beside its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RewriteCondition {
    /// `{HTTP_COOKIE}`, `{UrlDecode:{REQUEST_URI}}`.
    pub input: String,
    /// The pattern.
    pub pattern: String,
    /// Whether it must not match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
}
