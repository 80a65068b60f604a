//! Whether an update was there by a date, and whether anybody from outside reached the server without it.
//!
//! A directive says "update or disconnect". That a server was open after the date is not enough: somebody may have pulled
//! its cable. Only a request from outside after that date shows that nobody had.

use super::{about, shown};
use crate::row::{Fixed, text};
use crate::{AssessError, Tables};
use assize_model::address::is_outside;
use assize_model::directive::{FactShown, Met};
use assize_model::exposure::{FlawHistory, FlawSpan, FlawState};
use assize_model::finding::CitedRow;
use assize_model::{Address, CaseResult, Timestamp};
use std::collections::BTreeMap;

/// Tables of requests, and the column of the caller.
const REQUESTS: [(&str, &str); 2] = [("iis_w3c", "c_ip"), ("http_proxy", "client_ip_address")];
/// Records that one fact cites.
const ROWS_CITED: usize = 4;

/// The question, asked of one case.
pub(super) struct Updates<'a> {
    tables: &'a dyn Tables,
    result: &'a CaseResult,
    /// Requests already looked for, by the period.
    reached: BTreeMap<(Timestamp, Timestamp), Option<CitedRow>>,
}

/// What is said of one flaw.
struct Said {
    state: Met,
    code: &'static str,
    time: Option<Timestamp>,
    rows: Vec<CitedRow>,
}

impl<'a> Updates<'a> {
    /// Nothing asked yet.
    pub(super) fn new(tables: &'a dyn Tables, result: &'a CaseResult) -> Self {
        Self { tables, result, reached: BTreeMap::new() }
    }

    /// What is said of flaws, each by its own moment: one fact for each answer, the worst first.
    pub(super) fn by(&mut self, flaws: Vec<(String, Timestamp)>) -> Result<Vec<FactShown>, AssessError> {
        let mut facts: BTreeMap<(Met, &'static str), FactShown> = BTreeMap::new();
        for (cve, due) in flaws {
            let said = self.one(&cve, due)?;
            let fact = facts
                .entry((said.state, said.code))
                .or_insert_with(|| FactShown { time: said.time, ..about(shown(said.state, said.code), []) });
            fact.about.push(cve);
            for row in said.rows {
                if fact.rows.len() < ROWS_CITED && !fact.rows.contains(&row) {
                    fact.rows.push(row);
                }
            }
        }
        Ok(facts.into_values().collect())
    }

    fn one(&mut self, cve: &str, due: Timestamp) -> Result<Said, AssessError> {
        let unknown = Said { state: Met::CannotTell, code: "build-unknown", time: None, rows: Vec::new() };
        let result = self.result;
        let Some(flaw) = result.flaws.iter().find(|f| f.cve == cve).filter(|f| !f.spans.is_empty()) else {
            return Ok(unknown);
        };
        if let Some((from, to, row)) = self.seen_open(flaw, due) {
            let request = self.request(from, to)?;
            let (state, code) = match request {
                Some(_) => (Met::NotMet, "open-and-reached"),
                None => (Met::CannotTell, "open-maybe-disconnected"),
            };
            let time = request.as_ref().and_then(|r| r.time).or(Some(to));
            return Ok(Said { state, code, time, rows: [row].into_iter().chain(request).collect() });
        }
        Ok(self.seen_fixed(flaw, due).unwrap_or(unknown))
    }

    /// The time after a moment in which a build with the flaw was seen running, and the record of it.
    fn seen_open(&self, flaw: &FlawHistory, due: Timestamp) -> Option<(Timestamp, Timestamp, CitedRow)> {
        let open = flaw.spans.iter().filter(|s| is_open(s.state));
        let seen = open.filter_map(|span| {
            let last = self.last_seen(span)?;
            let row = self.result.host.told.get(span.by)?.row.clone();
            (last > due).then_some((span.from.max(due), last, row))
        });
        seen.min_by_key(|(from, to, _)| (*from, *to))
    }

    /// When the build of a run was last seen: the run itself ends with the next build only.
    fn last_seen(&self, span: &FlawSpan) -> Option<Timestamp> {
        let told = &self.result.host.told;
        let build = told.get(span.by)?.build;
        let last = told.iter().filter(|t| t.build == build).filter_map(|t| t.to.or(t.from)).max()?;
        Some(span.to.map_or(last, |end| last.min(end)))
    }

    /// What is said of a flaw that nobody saw open after a moment.
    fn seen_fixed(&self, flaw: &FlawHistory, due: Timestamp) -> Option<Said> {
        let fixed = flaw.spans.iter().find(|s| is_fixed(s.state));
        let row = |span: &FlawSpan| self.result.host.told.get(span.by).map(|t| t.row.clone()).into_iter().collect();
        match fixed {
            Some(span) if span.from <= due => {
                Some(Said { state: Met::Proven, code: "updated-in-time", time: Some(span.from), rows: row(span) })
            }
            Some(span) => {
                let code = "updated-when-unknown";
                Some(Said { state: Met::CannotTell, code, time: Some(span.from), rows: row(span) })
            }
            None => {
                let span = flaw.spans.iter().rfind(|s| is_open(s.state))?;
                let time = self.last_seen(span);
                Some(Said { state: Met::CannotTell, code: "open-before-date", time, rows: row(span) })
            }
        }
    }

    /// The first request from outside in a period.
    fn request(&mut self, from: Timestamp, to: Timestamp) -> Result<Option<CitedRow>, AssessError> {
        if let Some(known) = self.reached.get(&(from, to)) {
            return Ok(known.clone());
        }
        let mut first = None;
        for (table, caller) in REQUESTS {
            let holds = self
                .tables
                .table(table)
                .is_some_and(|t| t.days.range(from.day()..=to.day()).next().is_some() && first.is_none());
            if holds {
                first = self.first_of(table, caller, from, to)?;
            }
        }
        self.reached.insert((from, to), first.clone());
        Ok(first)
    }

    fn first_of(
        &self,
        table: &str,
        caller: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Option<CitedRow>, AssessError> {
        let mut first: Option<(Timestamp, Address, String)> = None;
        self.tables.scan(table, Some(&["file_id", "pos", "ts", caller]), &mut |batch| {
            let (Some(fixed), Some(callers)) = (Fixed::of(batch), batch.column_by_name(caller)) else { return Ok(()) };
            for at in 0..batch.num_rows() {
                let Some(time) = fixed.time(at) else { continue };
                let address = fixed.address(at);
                let earlier = first.as_ref().is_none_or(|(t, a, _)| (time, address) < (*t, *a));
                if time < from || time > to || !earlier {
                    continue;
                }
                if let Some(ip) = text(callers, at).filter(|ip| ip.parse().is_ok_and(is_outside)) {
                    first = Some((time, address, ip.into_owned()));
                }
            }
            Ok(())
        })?;
        Ok(first.map(|(time, address, ip)| CitedRow {
            address,
            path: self.tables.file_path(address.file).to_owned(),
            table: table.to_owned(),
            time: Some(time),
            fields: vec![(caller.to_owned(), ip)],
        }))
    }
}

/// Whether the update is missing: a mitigation is none.
fn is_open(state: FlawState) -> bool {
    matches!(state, FlawState::Vulnerable | FlawState::MitigatedOnly)
}

/// Whether the update is there, or none is needed. What must be done beside it is another requirement.
fn is_fixed(state: FlawState) -> bool {
    matches!(state, FlawState::Fixed | FlawState::NeedsExtraStep | FlawState::FixedButRevoked | FlawState::NotAffected)
}
