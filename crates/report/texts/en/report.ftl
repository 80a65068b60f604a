# The report: headings, tables and the words of machine values.

report-title = { $word } - { $host } - Assize
labelled = { $label }: 
skip-link = Skip to the answer
nav-title = On this page
nav-happened = What happened
nav-findings = Findings
nav-coverage = What we could see
nav-exposure = Exposure
nav-annex = Annex
host-unknown = unknown server
version-unknown = Exchange version unknown
window-line = Examined: { $span }
window-end-patched = up to the first moment a fixed build was seen
window-end-collected = up to the moment the evidence was collected
window-end-last-record = up to the last record
window-end-asked = as asked for on the command line
all-utc = All times are UTC.
print-line = Assize { $version } - { $host } - { $word }

happened-title = What happened
happened-none = We found nothing to tell. { $scope }
happened-more = { $count ->
    [one] One more finding is listed below.
   *[other] { $count } more findings are listed below.
 }
happened-undated = { $count ->
    [one] One finding carries no time and is not in this order.
   *[other] { $count } findings carry no time and are not in this order.
 }
happened-blind = What this does not show: on { $missing } of { $days } days at least one required question could not be answered.
undated = no time
incident-title = Incident { $id }
incidents-title = What belongs together
incidents-intro = Findings that share a record, an address, a request, a session, a process, an account or a page, told as the steps of a break-in. Several intruders on one server are told apart by what they do not share.
incident-span = { $from } to { $to }, { $count ->
    [one] one finding
   *[other] { $count } findings
 }.
incident-before = It began before the flaws were made public.
incident-after = It began after the flaws were made public.
incident-families = Kinds of evidence: { $families }.
incident-link = Shared { $kind }: { $value }
incident-moment = { $value }: close in time, and nobody else acted then
incident-trait = { $kind }: { $values }.
incident-differs = Unlike { $incident }: { $differs }.
incident-alike = Like { $incident }: { $alike }.
incident-differs-alike = Unlike { $incident }: { $differs }. Like it: { $alike }.
incident-others-limit = Whether two incidents are the work of the same people, these records cannot show.
incidents-more = { $count ->
    [one] One more incident is in the report.
   *[other] { $count } more incidents are in the report.
 }
trait-time = time
trait-address = addresses
trait-page = pages
trait-agent = client programs
trait-account = accounts
trait-order = order of techniques
steps-caption = { $id }: how far it went, and what could not be seen
steps-step = Step
steps-when = When
steps-shown = What shows it
steps-unseen = What could not be seen
steps-line = { $id }: { $seen }. Nothing seen of: { $none }.
steps-line-all = { $id }: { $seen }.
step-entry = way in
step-foothold = foothold
step-execution = commands
step-credentials = passwords and keys
step-mail = mail
step-exit = carried off or destroyed
step-when = { $from } to { $to }
step-none = nothing of this was seen
step-more = { $count ->
    [one] and one more
   *[other] and { $count } more
 }
step-gap = { $source }: { $state } ({ $span })
step-all-read = its logs were read for every day
step-sources-not-told = not worked out for this one
mail-title = Mail read or exported
mail-which = { $count ->
    [0] The records name no mailbox.
    [one] The records name one mailbox: { $mailboxes }.
   *[other] The records name { $count } mailboxes: { $mailboxes }.
 }
mail-by = By { $by }.
mail-when = Between { $from } and { $to }.
mail-amount = { $requests ->
    [one] One request for mail was answered
   *[other] { $requests } requests for mail were answered
 }{ $bytes ->
    [none] {""}
   *[other] {""}, with { $bytes } in all
 }.
mail-files = Exported into: { $files }.
mail-unseen-items = Which messages were read stands in no log of the server.
mail-unseen-mailboxes = For some of it no record names the mailbox.
mail-unseen-amount = How much it was, no record counts.
mail-unseen-files-fetched = Whether the exported files were fetched must be looked for where they lay.
mail-unseen-later-mail = Mail that came later was passed on, too; how much is not counted here.

timeline-title = Timeline
timeline-desc = Findings by day, { $span }. { $count ->
    [one] One dated finding.
   *[other] { $count } dated findings.
 } The table below holds the same data.
timeline-table = Findings by day, and the days we could not see
timeline-bin = Day
timeline-legend-dot = A dot is one or more findings of { $days ->
    [one] one day
   *[other] { $days } days
 }; a bigger dot is more.
timeline-legend-none = no required question could be answered
timeline-legend-some = some required questions could not be answered
timeline-could-see = Could we see?
timeline-see-all = yes
timeline-see-some = partly
timeline-see-none = no
timeline-left-out = { $count ->
    [one] One more row is left out.
   *[other] { $count } more rows are left out.
 }

outcome-success = It worked
outcome-attempt = Someone tried
outcome-probe = Someone looked
outcome-unknown = Not clear
strength-proof = proof
strength-strong = strong
strength-moderate = moderate
strength-weak = weak
strength-context = context
strength-proof-long = proof: shows the act itself
strength-strong-long = strong: very hard to explain otherwise
strength-moderate-long = moderate: hard to explain otherwise, but possible
strength-weak-long = weak: could well be something else
strength-context-long = context: helps to understand, never raises the verdict
level-critical = critical
level-high = high
level-medium = medium
level-low = low
level-informational = for information

findings-title = Findings
findings-none = No rule matched. { $scope }
findings-count = { $count ->
    [one] One finding
   *[other] { $count } findings
 }, the most telling first.
findings-shown = { $shown } of { $count } findings are shown in full, the most telling first. The others are in findings.csv.
findings-open-all = Open all
findings-close-all = Close all
findings-filter = Filter findings
finding-plain = In plain words
finding-evidence = Evidence
finding-why = Why we say so
finding-otherwise = What else could explain it
finding-otherwise-none = The rule names no other explanation.
finding-rule = Rule
finding-key = Key for suppressions
finding-suppressed = Suppressed
finding-condition = Condition that matched
finding-strength = What it proves
finding-outcome = Did it work?
finding-level = Level
finding-family = Kind of evidence
finding-techniques = ATT&CK
finding-flaws = Flaws
finding-adjusted = Adjusted
finding-rows = Matching records shown: { $shown } of { $count }.
finding-rows-budget = The records are left out here to keep this page small; they are in result.json.
finding-cells = { $count ->
    [one] One long value is cut
   *[other] { $count } long values are cut
 } after { $max } characters; result.json holds { $count ->
    [one] it
   *[other] them
 } in full.
evidence-caption = Records of { $id }
evidence-when = When
evidence-where = Where
evidence-what = What the record says
position-line = { $path }, position { $position }

coverage-title = What we could and could not see
coverage-none = No question of the packs could be asked.
coverage-desc = One strip a question, { $span }. Filled: could be answered. Hatched: could not.
coverage-caption = Questions, sources and what became of them
coverage-question = Question
coverage-look = Could we look?
coverage-source = Source
coverage-state = State
coverage-span = Records
coverage-rows = Rows
coverage-fix = How to fix
coverage-required = required
coverage-optional = raises confidence
coverage-yes = yes, every day
coverage-enough = yes, { $answered } of { $days } days
coverage-last = only the last { $count ->
    [one] day
   *[other] { $count } days
 }
coverage-first = only the first { $count ->
    [one] day
   *[other] { $count } days
 }
coverage-some = { $answered } of { $days } days
coverage-no = no, { $reason }
coverage-not-applicable = cannot exist here
version-by-registry = { $name } or a later update of it, by the registry
path-exchange = Exchange is installed in { $path } ({ $place }).
path-web-root = The pages of the site “{ $site }” lie in { $path } ({ $place }).
path-iis-logs = The site “{ $site }” has its logs in { $path } ({ $place }).
path-off = It was told to write none.
path-not-collected = Nothing of that folder is in the evidence.
clock-title = Clocks that do not agree
clock-label = Clocks
clock-apart = The times of “{ $source }” are { $varies ->
    [yes] up to { $apart }
   *[no] { $apart }
} { $way ->
    [behind] behind
   *[ahead] ahead of
} those of “{ $reference }”: the median over { $count } requests that both recorded, half of which lie within { $spread } of each other. { $why ->
    [zone] One of the two was probably written in local time and labelled UTC.
   *[clock] One of the two clocks was wrong, or was set meanwhile.
}
clock-not-shifted = Times are shown as recorded and nothing was shifted: what needs both logs within minutes may have been missed.
clock-span = { $days }: { $way ->
    [same] they agree
    [behind] { $apart } behind
   *[ahead] { $apart } ahead
} ({ $count } requests)
clock-example = For instance, request { $name }:
coverage-gap = longest run without an answer: { $hours } h
coverage-holes = every day, but not every hour: { $holes }
holes-title = Missing records
holes-label = Missing
holes-more = { $count } more: see the report.
hole-span = From { $from } to { $to } ({ $long }) nothing is recorded in { $logs }.
hole-numbers = Between { $from } and { $to } { $count ->
        [one] one record is
       *[other] { $count } records are
    } missing from { $logs }: the numbers were given out, and no record has them.
log-changed = The file { $path } was changed { $late } later after its last record ({ $last }) than the { $count } other files of its folder. Whoever takes lines out of a log leaves this; a copy of that one file, too.
hole-before = Nothing before { $to } is left in { $logs }.
hole-awake = Meanwhile the server wrote to { $logs }.
hole-alone = No other log that we have wrote anything meanwhile.
hole-likeliest = Likeliest: { $cause }.
hole-possible = Also possible: { $causes }.
hole-counts = What happened in that time would not show here, so it counts as not seen.
hole-explained = It is explained and counts for nothing.
hole-sign = What speaks for “{ $cause }”: { $place }
hole-cleared = somebody cleared the log
hole-stopped = the server was shut down or restarted
hole-maintenance = an update was being installed
hole-clock-changed = the clock of the server was set
hole-disk-full = a disk was full
hole-unreadable = records that stand there could not be read
hole-removed = the records were removed
hole-idle = the service that writes them stood still
cell-read = read
cell-gap = gap
cell-rotated = erased by age
cell-ended = ends too early
cell-not-collected = not collected
cell-unreadable = unreadable
cell-disabled = switched off
cell-not-applicable = cannot exist here
fix-read = Nothing to do.
fix-gap = Records are missing between records that are there. Look in a backup of the logs; they may have been removed.
fix-rotated = The server has erased the older records. Look in a backup; ask your firewall or proxy provider for the same days.
fix-ended = Collect a newer copy and scan again.
fix-not-collected = Collect it from the server and scan again.
fix-unreadable = Copy the files again; see the files that could not be read.
fix-disabled = The server does not write what this question needs. Nothing to collect; rely on other sources.
fix-not-applicable = Nothing to do.

exposure-title = Exposure
exposure-caption = Flaws against the builds we saw
exposure-none = No pack that ran names a flaw.
flaws-known = { $count } flaws of Exchange are known to this release. By the builds that the evidence shows (result.json says for each since when, and by which record), at the end of the evidence:
flaws-vulnerable = { $count ->
    [one] one was open and public
   *[other] { $count } were open and public
  }: { $names }
flaws-vulnerable-later = { $count ->
    [one] one was open that became public only later
   *[other] { $count } were open that became public only later
  }
flaws-mitigated-only = { $count ->
    [one] one was open behind a mitigation, which is no cure for a server that was entered before
   *[other] { $count } were open behind a mitigation, which is no cure for a server that was entered before
  }: { $names }
flaws-fixed-but-revoked = { $count ->
    [one] one has its update, and a setting switches the fix off
   *[other] { $count } have their update, and a setting switches the fix off
  }: { $names }
flaws-needs-extra-step = { $count ->
    [one] one needs a further step beside any update, which is missing or was not seen
   *[other] { $count } need a further step beside any update, which is missing or was not seen
  }: { $names }
flaws-unknown = of { $count } the evidence does not say
flaws-not-assessed = { $count } came after the support of this product, so Microsoft did not look
flaws-fixed = { $count ->
    [one] one had its fix
   *[other] { $count } had their fix
  }
flaws-not-affected = { $count ->
    [one] one was never in this product
   *[other] { $count } were never in this product
  }
exposure-flaw = Flaw
exposure-state = State
exposure-open = Open
exposure-fixed-in = Fixed in
exposure-update = Update
exposure-vulnerable = open
exposure-was-vulnerable = was open, fixed now
exposure-fixed-when-first-seen = fixed when first seen
mitigation-holds = The rules of { $name } stand against { $cve } in the configuration of IIS ({ $place }).
mitigation-since = The file was changed last on { $when }; what they did before that cannot be seen.
mitigation-no-cure = They hold back who comes after them. They are no cure for a server that was entered before, and no update.
mitigation-fails = The rules of { $name } against { $cve } are in the configuration of IIS ({ $place }), but they do not hold.
mitigation-why = Reason: { $why }.
mitigation-rule-missing = one of its rules is missing
mitigation-outdated-pattern = its pattern is an early one that attackers pass by
mitigation-switched-off = a rule is switched off
mitigation-other-syntax = a pattern is not read as a regular expression
mitigation-other-addresses = a rule looks at some addresses only
mitigation-other-input = a rule looks at another part of the request
mitigation-further-conditions = further conditions must hold before a rule refuses
mitigation-does-not-refuse = a rule does not refuse the request
mitigation-passed-over = a rule before it takes every request
mitigation-undone-below = the configuration of a folder below removes it
mitigation-module-missing = IIS does not load the module that carries it out
exposure-mitigated-only = only mitigated
exposure-never-vulnerable = never had it
exposure-state-unknown = not known
exposure-from-to = { $from } to { $to }
exposure-before-not-seen = before { $to }: not known
exposure-from = from { $from }
builds-caption = Builds we saw
builds-build = Build
builds-name = Name
builds-from = First record
builds-to = Last record
builds-rows = Rows
builds-none = No record carries a build number.

techniques-title = ATT&CK techniques
techniques-caption = Techniques named by findings
techniques-id = Technique
techniques-name = Name
techniques-findings = Findings
techniques-none = No finding names a technique.

indicators-title = Indicators
indicators-intro = Values from the findings, made unclickable (hxxp, [.]). Findings that are context only are left out.
indicators-caption = Indicators by kind
indicators-kind = Kind
indicators-value = Value
indicators-findings = Findings
indicators-none = No finding carries an indicator.
indicators-left-out = { $count ->
    [one] One more value is left out; it is in result.json.
   *[other] { $count } more values are left out; they are in result.json.
 }
entity-ip = address
entity-path = path
entity-request = request
entity-canary = session token
entity-user = account
entity-host = host
entity-agent = client program
entity-account = account
entity-session = log-on session
entity-process = process
entity-activity = activity
entity-compiled = page and what was compiled of it

annex-title = Annex
checked-title = What we checked
checked-intro = { $count ->
    [one] One rule was tried
   *[other] { $count } rules were tried
 }; { $matched } of them matched.
checked-idle = { $count ->
    [one] One of { $of } rules had no record to look at
   *[other] { $count } of { $of } rules had no record to look at
 }: nothing of the logs that it takes is here.
checked-logs = Logs that rules read and no record is of: { $names }.
checked-fields = Fields that rules ask for and no record has: { $names }. Either nothing of the kind was recorded, or the server records less than these rules need.
checked-caption = Every rule that was tried
checked-rule = Rule
checked-tables = Tried on
checked-rows = Rows
checked-matches = Matches
suppressed = { $count ->
    [0] No finding is suppressed.
    [one] One finding is suppressed.
   *[other] { $count } findings are suppressed.
 }
redacted = Names are replaced: pseudonyms stand for hosts, people, mail addresses and internal addresses.
suppressed-mark = suppressed
suppressed-by = Suppressed by { $owner } until { $until }: { $reason } By itself it would be: { $strength }.
suppressed-warning = { $count ->
    [one] One finding is suppressed and does not count towards this answer.
   *[other] { $count } findings are suppressed and do not count towards this answer.
 }
suppressed-without = If all counted, the answer would be: { $word }.
suppressed-proof = DIRECT PROOF IS SUPPRESSED: { $id } { $title }. { $by }
suppressions-expired = { $count ->
    [one] One suppression has expired and was ignored.
   *[other] { $count } suppressions have expired and were ignored.
 }
suppression-line = Suppression for { $about }, by { $owner } until { $until }: { $reason }
suppression-used = (it took out { $findings })
suppression-unused = (no finding here)
suppression-expired = (expired, ignored)
input-title = What was read
input-line = { $kind } { $name }: { $understood } of { $files } files understood, { $bytes }, { $rows } records.
input-rejects = { $count ->
    [0] Every record of these files could be read.
    [one] One record ({ $bytes }) could not be read.
   *[other] { $count } records ({ $bytes }) could not be read.
 }
input-span = First record { $from }, last record { $to }.
input-caption = Tables
input-table = Table
input-family = Kind of evidence
input-files = Files
input-rows = Rows
input-rejects-head = Rejects
input-from = First record
input-to = Last record
custody-title = Chain of custody
custody-intro = Each file was hashed from end to end before anything was read of it. Whoever holds the evidence can compare: certutil -hashfile FILE SHA256 on Windows, sha256sum FILE elsewhere. The table names the files that findings cite; { $count ->
    [one] the manifest of the case names the one file there was.
   *[other] the manifest of the case names all { $count } files.
}
custody-none = No finding cites a file.
custody-caption = Files that findings cite
custody-file = File
custody-size = Bytes
custody-sha256 = SHA-256
custody-records = Records cited
custody-signed = Where the case was signed, assize verify tells whether a byte of case or report has changed since.
custody-handed = Handed on (to be filled in by hand)
custody-when = Day and hour
custody-from = From
custody-to = To
custody-why = Purpose
custody-signature = Signature
not-understood-title = Files nobody understood
not-understood-intro = { $shown } of { $count } files that no parser claimed.
skipped-title = Files that could not be opened
skipped-none = No file was skipped.
skipped-caption = Skipped files and why
skipped-path = Path
skipped-reason = Reason
notes-title = Remarks on files
notes-remark = Remark
errors-title = Troubles of our own
errors-none = None.
list-left-out = { $count ->
    [one] One more is left out; it is in result.json.
   *[other] { $count } more are left out; they are in result.json.
 }
versions-title = Versions
versions-caption = Tool and packs
versions-what = What
versions-version = Version
versions-sha256 = SHA-256
versions-tool = Assize
pack-dates = first known exploitation { $first }, made public { $public }
pack-dates-first = first known exploitation { $first }
glossary-title = Words used here

glossary-finding = Finding
glossary-finding-says = Something a rule states about the server, with the records that show it.
glossary-question = Required question
glossary-question-says = A question that must be answered for the whole period before we may say that nothing was seen.
glossary-exploit = Exploit request
glossary-exploit-says = A request to the server made in order to use a flaw.
glossary-shell = Web shell
glossary-shell-says = A page left on the server that lets a stranger run commands.
glossary-mitigation = Mitigation
glossary-mitigation-says = A change that holds an attack back without removing the flaw.
glossary-build = Build
glossary-build-says = The exact version number of Exchange, such as 15.1.2106.2.
glossary-utc = UTC
glossary-utc-says = The time zone of every time in this report.

case-id = Case { $value }
case-operator = { $value }
local-times = In { $zone }: { $times }.
local-since = since { $time }
local-patched = updated { $time }
local-collected = evidence up to { $time }

kind-folder = Folder
kind-file = File
kind-zip = Zip archive
kind-tar = Tar archive
kind-7z = 7-Zip archive

tool-assize = Assize collection
tool-velociraptor = Velociraptor collection
tool-acquire = Acquire collection
tool-kape = { $kind ->
    [folder] KAPE folder
   *[other] KAPE collection
}
tool-cylr = CyLR collection
tool-disk = Windows disk
tool-exchange-log-collector = ExchangeLogCollector collection
tool-test-proxylogon = Output of Test-ProxyLogon
tool-eomt = Output of EOMT
tool-msert = Output of MSERT

family-web-log = web access log
family-exchange-log = Exchange log
family-windows-events = Windows events
family-file-system = file system
family-config = configuration
family-memory = memory

## Campaigns

campaigns-title = Campaign by campaign
campaigns-caption = Every campaign we know, with its own period and its own answer
campaign-name = Campaign
campaign-period = Period
campaign-was-open = Was this server open to it?
campaign-was-attacked = Was it attacked?
campaign-could-see = Could we see?
campaign-from = from { $date } on
campaign-open = it may have been
campaign-open-unknown = unknown: no build was seen
campaign-never-open = no: it had none of the flaws
campaign-behind = unknown: it has the update in its first record, long after it came out
campaign-not-begun = no: the evidence is older
campaign-breached = yes, and they got in
campaign-likely-breached = yes, and they probably got in
campaign-attacked = yes
campaign-none-seen = nothing seen
campaign-nothing-asked = not asked
campaign-requires-nothing = nothing is required for it
campaign-not-seen = no: no log goes so far back
sub-about = This answer is about { $campaign }; the report lists the other campaigns.
sub-behind = What was before { $date } cannot be seen: { $campaigns }.
pack-of-no-campaign = belongs to no campaign
why-no-campaign = The evidence was collected before any campaign that we know began.
why-campaign-never-open = The server had none of the flaws of this campaign.
why-campaign-behind = This campaign was over long before the first record.
why-campaigns-behind = Of older campaigns no log is left; this answer does not cover them.

matrix-title = ATT&CK matrix of what was found, and of what could be
matrix-desc = { $techniques ->
    [one] One technique
   *[other] { $techniques } techniques
} in { $tactics ->
    [one] one tactic
   *[other] { $tactics } tactics
} with findings; { $nothing } were looked for and not found; { $unseen } could not be seen. Each box is a technique with the number of its findings. The table and the lists below hold the same.
matrix-proof = proof or strong
matrix-moderate = moderate
matrix-weak = weak or context
matrix-not-found = looked for in the records there are, no sign found
matrix-not-seen = could not be seen: no record of the logs that show it is here
matrix-count-none = { $count } not found
matrix-count-unseen = { $count } not seen
techniques-not-found = Looked for in the records there are, no sign found
techniques-not-seen = Could not be seen: no record of the logs that show it is here
matrix-left-out = { $count ->
    [one] One box is not drawn; the table holds it.
   *[other] { $count } boxes are not drawn; the table holds them.
}
techniques-tactics = Tactics

evidence-bytes = In bytes
evidence-bytes-more = { $count ->
    [one] and one byte more
   *[other] and { $count } bytes more
}

index-title = { $count ->
    [one] One server
   *[other] { $count } servers
}, the worst first
index-line = Assize { $version }
index-caption = Servers of this run
index-server = Server
index-answer = Answer
index-since = Since
index-findings = Findings
index-input = Input
index-failed = Could not be assessed
index-failed-caption = Inputs that gave no answer
index-reason = Reason
index-left-out = { $count ->
    [one] One more is in index.json.
   *[other] { $count } more are in index.json.
}
