# Other sentences of the command line. The caller fills them in with `message`.

cli-reading = Reading { $name }
cli-phase-read = reading
cli-phase-assess = looking
cli-phase-report = writing the report
cli-progress = { $percent } %  { $bytes }  { $time }
cli-case-written = Case written to { $path }
cli-report-written = Report written to { $path }
cli-also-in = (also in French: --lang fr)
cli-interrupted = Interrupted. What was read so far is kept and marked as incomplete.
cli-output-exists = { $path } exists and is not empty. Choose another folder, or add --overwrite.
cli-input-missing = { $path } does not exist.
cli-no-input = Nothing to read was named.
cli-unknown-format = There is no format called { $name }. Known: { $known }.
cli-unknown-state = There is no state called { $name }. Known: { $known }.
cli-error = The run was not completed: { $cause }

# assize inspect
inspect-is = { $name } is { $kind }. Server: { $host }.
inspect-is-collection = { $name }: { $tool } ({ $kind }). Server: { $host }.
inspect-kind-folder = a folder
inspect-kind-file = a single file
inspect-kind-zip = a zip archive
inspect-kind-tar = a tar archive
inspect-kind-7z = a 7-Zip archive
inspect-files = { $files } files, { $size }; { $understood } of them hold something we can read.
inspect-holds = What it holds
inspect-nothing = Nothing that we can read.
inspect-rows = rows
inspect-rejects = not read
inspect-questions = What could be answered
inspect-answered = yes, { $answered } of { $days } days
inspect-open = not for the whole period: { $answered } of { $days } days
inspect-does-not-apply = does not apply to this server
inspect-required = * required for a verdict
inspect-not-understood = Files that we do not understand
inspect-skipped = Files that were not opened
inspect-notes = Remarks
inspect-more = and { $count } more

# assize collect
collect-done = Took { $files } of { $seen } files, { $size }, into { $package } ({ $packed }).
collect-hash = SHA-256 { $hash }
collect-troubled = { $count ->
    [one] One file was read in part only; the list in the package says how much of it.
   *[other] { $count } files were read in part only; the list in the package says how much of each.
}
collect-left-out = { $count ->
    [one] One file or folder could not be taken; the list in the package says why.
   *[other] { $count } files and folders could not be taken; the list in the package says why each.
}
collect-links = { $count ->
    [one] One link was not followed.
   *[other] { $count } links were not followed.
}
collect-next = To get the answer: assize scan { $package }

# assize demo
demo-intro = This is a demo. The evidence is invented; it was written to { $evidence } and is assessed like any other.

# assize explain
explain-no-evidence = No sign of a break-in was found, the evidence was sufficient, and the flaws are fixed.
explain-not-assessed = No input could be understood: not Exchange, unreadable, or empty.
explain-exposed = The server has the flaws today. No sign of an attack was found, and the evidence was sufficient.
explain-attacked = Attempts were seen, and no sign that one worked. The evidence was sufficient.
explain-cannot-exclude = The evidence is not sufficient to say that nothing happened.
explain-likely-breached = Strong signs of a break-in, without direct proof.
explain-breached = Direct proof of a break-in.
explain-error = The run was not completed: a trouble of our own, such as a full disk.
explain-usage = The arguments do not fit.
explain-partial = Some inputs failed, and the others are below --fail-on.
explain-interrupted = Interrupted with Ctrl-C. The case was not finished.
explain-case = A finding is explained from its case: add --case DIR.
explain-word-evidence = What we were given, unchanged: a folder, a file or an archive. It is only read.
explain-word-record = One item inside an evidence file: a line of a log, an event.
explain-word-reject = A record that could not be read. It is kept with its place and the reason, in the table rejects.
explain-word-case = Everything derived from the evidence of one server: tables, hashes, the result and the reports.
explain-word-pack = One folder of what to look for: the questions, rules, indicators and words of one campaign.
explain-word-rule = What to look for in the records of one kind of log, as a Sigma rule with samples.
explain-word-indicator = What a bad thing looks like: an address, a hash, a name. A match alone is never direct proof.
explain-word-finding = Something we state about the server, with the records that show it.
explain-word-outcome = Did the act work? Probe, attempt, unknown, or success.
explain-word-strength = What one finding proves: proof, strong, moderate, weak, or context.
explain-word-family = The kind of source a finding comes from. Two lines of one log are one family.
explain-word-incident = Findings that hang together by what they share, such as a record, an address or a page.
explain-word-exposure = Whether the server had the flaw at that time, by its build number.
explain-word-coverage = Which sources and which days could be read, and which could not.
explain-word-question = What a pack asks of the evidence, and which sources can answer it. The verdict depends on the required ones.
explain-word-window = The days that matter: from the first known exploitation to the update or the collection.
explain-word-verdict = The one answer for one server: one of seven states, with what decided it.
explain-word-confidence = How sure we are: very sure, fairly sure, or not sure, with the reason.
explain-word-proof = It shows the act itself. One such finding is enough for a break-in.
explain-word-strong = Very hard to explain otherwise.
explain-word-moderate = Hard to explain otherwise, but possible.
explain-word-weak = Could well be something else.
explain-word-context = Helps to understand. It never raises a verdict.
explain-word-probe = Somebody looked whether the door is there.
explain-word-attempt = Somebody tried the door; it is not shown that it opened.
explain-word-success = The server did what only the flaw, or an intruder, makes it do.
explain-word-unknown = The records do not say whether it worked.
explain-word-read = Records of that day were read.
explain-word-gap = The source is there before and after, but has no records of that day.
explain-word-rotated = Older than what is left of the source: Exchange deletes its logs after about 30 days.
explain-word-ended = The source ends before that day.
explain-word-not-collected = Nothing of the source is in the evidence.
explain-word-unreadable = Files are there but could not be read.
explain-word-disabled = Switched off on the server.

# assize scan --dry-run
scan-copied = { $count ->
    [one] One file of evidence is copied in { $file }
   *[other] { $count } files of evidence are copied in { $file }
 } (password: infected){ $left ->
    [0] .
    [one] ; one is left out, see { $list }.
   *[other] ; { $left } are left out, see { $list }.
 }
scan-dry-run = Would read { $input } ({ $files } files, { $size }) and write a case into { $folder }.

hunt-summary = { $rules } of { $of } { $of ->
    [one] rule
   *[other] rules
  } found something, { $matches ->
    [one] once
   *[other] { $matches } times
  } in all.
hunt-times = TIMES
hunt-level = LEVEL
hunt-first = FIRST
hunt-last = LAST
hunt-rule = RULE
hunt-idle = { $count ->
    [one] One rule
   *[other] { $count } rules
  } could not run, and so found nothing:
hunt-left-out = { $count ->
    [one] One document is
   *[other] { $count } documents are
  } no rule that can run:
hunt-stack-summary = { $what }: { $values ->
    [one] one value
   *[other] { $values } values
  } in { $rows } { $rows ->
    [one] record
   *[other] records
  }.
hunt-cases = CASES
hunt-stack-more = and { $count } that are more frequent; --csv and --jsonl give all
hunt-sql-summary = { $rows ->
    [0] No row.
    [one] One row.
   *[other] { $rows } rows.
  }
hunt-sql-more = and { $count } more; --csv and --jsonl give all
hunt-kind = KIND
hunt-ioc = INDICATOR
hunt-ioc-summary = { $rules } of { $of } { $of ->
    [one] indicator was
   *[other] indicators were
  } seen, { $matches ->
    [one] once
   *[other] { $matches } times
  } in all.
hunt-ioc-left-out = { $count ->
    [one] One line holds
   *[other] { $count } lines hold
  } nothing that can be looked for:

# assize explain RULE --record
why-matches = The rule matches this record.
why-matches-not = The rule does not match this record.
why-other-table = The record stands in { $table }; the rule reads { $tables }.
why-source = Log source: { $source }
why-source-not = Log source: { $source }. The record is not one of it.
why-met = yes
why-met-not = no
why-every = all of these:
why-any = one of these:
why-not = not:
why-count = { $wanted } of these { $of }:
why-anywhere = Some value
why-how-exact = { $field } is { $wanted }
why-how-contains = { $field } contains { $wanted }
why-how-starts-with = { $field } begins with { $wanted }
why-how-ends-with = { $field } ends with { $wanted }
why-how-regex = { $field } has the pattern { $wanted }
why-how-one-of = { $field } has one of: { $wanted }
why-how-all-of = { $field } has all of: { $wanted }
why-how-cidr = { $field } is in the network { $wanted }
why-how-number = { $field } { $wanted }
why-how-exists = { $field } is there: { $wanted }
why-how-field = { $field } is the same as { $wanted }
why-how-null = { $field } is empty
why-how-bool = { $field } is { $wanted }
why-how-expand = { $field } is { $wanted }
why-how-time = { $field } as a moment: { $wanted }
why-how-keyword = { $field } contains { $wanted }
why-matched = {"; the record has "}{ $held }
why-absent = {"; the record has no such field"}
why-differs = {"; the record has "}{ $held }
why-case = {"; the record has "}{ $held }, which differs in capitals only
why-existence = {"; the record says otherwise"}
why-nowhere = {"; no value of the record does"}

# assize packs
packs-set = { $rules } rules, { $correlations } correlations, { $filters } filters  of others; { $licence }
packs-no-licence = no licence lies beside them

# assize webshell
grade-none = nothing found
grade-context = context
grade-suspicious = suspicious
grade-likely = likely
grade-certain = certain
grade-certain-means = what a visitor sends is run as a program, or the file is a known shell: remote control, whoever put it there
grade-likely-means = a genuine page has hardly a reason to do this
grade-suspicious-means = few genuine pages do this; a person should look
grade-context-means = many genuine pages do this; it matters only beside other findings
able-code = run scripts
able-load = load programs
able-command = run commands
able-write = write files
able-read = read files
able-list = list folders
able-delete = delete files
able-move = copy and move files
able-stamp = change the times and attributes of files
able-database = command databases
able-network = reach other machines
able-registry = use the registry
able-resident = stay in memory
source-request = The request
source-request-named = The value of request parameter “{ $key }”
source-query = The query string
source-query-named = The value of query parameter “{ $key }”
source-form = A form field
source-form-named = The value of form field “{ $key }”
source-header = A header
source-header-named = The value of header “{ $key }”
source-cookie = A cookie
source-cookie-named = The value of cookie “{ $key }”
source-body = The body of the request
source-file = An uploaded file
source-file-name = The name of an uploaded file
source-argument = An argument of the web service
source-argument-named = The argument “{ $key }” of the web service
source-remote = What another server answers
source-more = { $count } more
flow-code = { $source } is run as a script ({ $sink }).
flow-load = { $source } is loaded as a program ({ $sink }).
flow-run = { $source } is run as a command ({ $sink }).
flow-native = { $source } is run as machine code ({ $sink }).
flow-write = { $source } says where a file is written ({ $sink }).
flow-written = { $source } is written to a file ({ $sink }).
flow-content = What is written comes with the request, too.
flow-read = { $source } says which file is read ({ $sink }).
flow-list = { $source } says which folder is listed ({ $sink }).
flow-delete = { $source } says what is deleted ({ $sink }).
flow-move = { $source } says which file is copied or moved ({ $sink }).
flow-stamp = { $source } says which times or attributes a file gets ({ $sink }).
flow-query = { $source } is sent to a database as a command ({ $sink }).
flow-connect = { $source } says which database is opened ({ $sink }).
flow-net = { $source } says which machine is connected to ({ $sink }).
flow-fetch = { $source } says which address is fetched ({ $sink }).
flow-deserialize = { $source } is turned into objects, which runs what they hold ({ $sink }).
flow-include = { $source } says which page is run ({ $sink }).
flow-registry = { $source } says what of the registry is used ({ $sink }).
flow-resident = { $source } stays in the memory of the server ({ $sink }).
flow-create = { $source } names the class of an object that is made ({ $sink }).
does-code = The page runs a text as a script ({ $sink }).
does-load = The page loads a program that is not part of the site ({ $sink }).
does-run = The page starts a program ({ $sink }).
does-native = The page calls machine code that loads or starts programs ({ $sink }).
does-write = The page writes a page ({ $sink }).
does-read = The page reads a file ({ $sink }).
does-list = The page lists a folder ({ $sink }).
does-delete = The page deletes a file ({ $sink }).
does-move = The page copies or moves a file ({ $sink }).
does-stamp = The page changes the times or attributes of a file ({ $sink }).
does-query = The page commands a database ({ $sink }).
does-connect = The page opens a database ({ $sink }).
does-net = The page opens connections to machines that it works out ({ $sink }).
does-fetch = The page fetches an address ({ $sink }).
does-deserialize = The page turns bytes into objects ({ $sink }).
does-include = The page runs another page ({ $sink }).
does-registry = The page uses the registry ({ $sink }).
does-resident = The page stays in the memory of the server or listens on a port ({ $sink }).
does-keys = The page reads the keys with which the server signs what it trusts ({ $sink }).
flow-keys = { $source } chooses among the keys with which the server signs what it trusts ({ $sink }).
does-create = The page makes an object whose class it works out ({ $sink }).
built-code = The page runs a text that it puts together and that could not be worked out ({ $sink }).
fetched-code = What another server answers is run as a script ({ $sink }).
fetched-load = What another server answers is loaded as a program ({ $sink }).
fetched-run = What another server answers is run as a command ({ $sink }).
fetched-native = What another server answers is run as machine code ({ $sink }).
fetched-write = What another server answers is written to a file ({ $sink }).
page-decoded = The page decodes a text of its own and runs it as a script ({ $sink }).
page-pieced = The name of the class { $class } is put together from pieces.
page-powers = A visitor steers several things that only a tool for managing a server needs: { $powers }.
odd-image = The file begins like an image and holds server code.
odd-mailbox = The file begins like a mailbox and holds server code, as in CVE-2021-31207.
odd-certificate = The file begins like a certificate and holds server code.
odd-address-book = Server code stands in a dump of the properties of a virtual directory, as in CVE-2021-27065.
odd-binary = Server code stands between binary bytes.
odd-utf7 = The page is written in UTF-7, which hides its words from scanners.
odd-encoded = The page is encoded with Microsoft’s Script Encoder.
odd-language = The page is written in { $language }, which servers seldom have and this analysis does not follow.
odd-include = A server-side include runs a command.
odd-mapping = The configuration hands { $path } to a script engine.
way = Way: { $steps }.
way-named = named { $name } (line { $line })
way-passed = passed to { $name } (line { $line })
way-returned = given back by { $name } (line { $line })
way-decoded = decoded by { $name } (line { $line })
shell-meaning = { $grade }: { $meaning }
shell-keys = Steered by: { $keys }
shell-able = A visitor can: { $able }
shell-known-bad = The file is known by its hash: { $note } ({ $source }).
shell-listed-hash = Its hash is on your list of indicators: { $value }.
shell-listed-place = Its name or path is on your list of indicators: { $value }.
shell-listed-key = A parameter that steers it is on your list of indicators: { $value }.
shell-known-good = Byte for byte a file that Microsoft shipped: { $path }, builds { $first } to { $last }.
shell-genuine-name = It has the name of a page that Exchange has, and other content than every build of it that is known.
shell-yara = The rule { $rule } of { $file } matches. { $description }
shell-cut = Parts of the file are too deep or too long to be followed; they were left unread.
shell-summary = { $files ->
    [one] One file read
   *[other] { $files } files read
  }: { $certain } certain, { $likely } likely, { $suspicious } suspicious, { $context } context, { $none } with nothing found.
shell-limits = Nothing found means that none of the ways we know was seen. A shell can also sit in a program file, in memory or in a page that is not here.
shell-unread = { $count ->
    [one] One file could not be read:
   *[other] { $count } files could not be read:
  }
shell-yara-faults = { $count ->
    [one] One rule was left out:
   *[other] { $count } rules were left out:
  }
