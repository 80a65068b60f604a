# The screens of `assize scan`.

read-line = Read { $files ->
    [one] one file
   *[other] { $files } files
 }, { $bytes }{ $time ->
    [none] {""}
   *[other] {" "}in { $time }
 }; { $skipped ->
    [0] nothing was skipped
    [one] one file was skipped (see the report)
   *[other] { $skipped } files were skipped (see the report)
 }
read-rejects = { $count ->
    [one] One record of { $rows } could not be read
   *[other] { $count } of { $rows } records could not be read
 }
read-understood = { $understood } of { $files } files hold records that we understand
since-line = Since { $date } ({ $count ->
    [0] less than a day
    [one] one day
   *[other] { $count } days
 }).
since-line-undated = We cannot say since when: the deciding records carry no time.
way-in-open = The way in is STILL OPEN.
way-in-mitigated = The way in is only held back by a mitigation.
way-in-closed = The way in was closed on { $date }; what was left behind may still be there.
way-in-fixed-first = The flaws were already fixed when the records begin, on { $date }; what was left behind may still be there.
proof-families = Direct proof, from { $count ->
    [one] one kind of evidence.
   *[other] { $count } independent kinds of evidence.
 }
linked-families = Strong signs that belong together, from { $count ->
    [one] one kind of evidence.
   *[other] { $count } independent kinds of evidence.
 }
more-findings = + { $count } more
more-in-report = in the report
table-question = Question
table-look = Could we look?
table-required = * required
table-legend = # read   . nothing
table-legend-partly = # read   + partly   . nothing
get-answer = To get an answer, collect the missing parts and scan again:
get-more-sources = and { $count } more (see the report)
get-on-server = on the server:
get-with-kape = or with KAPE:
get-no-more = If they no longer exist: look for a backup of the LOGS, ask your firewall or proxy provider for { $span }, and act as if the server was broken into.
what-to-try = What to try
report-line = Report
exit-line = Exit { $code } ({ $word })

quiet-breached = since { $date }
quiet-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
 }
quiet-suppressed = { $count ->
    [one] 1 more is suppressed
   *[other] { $count } more are suppressed
 }
quiet-coverage = coverage { $percent } %
quiet-exposed = { $kb } missing
quiet-attacked = { $count ->
    [one] 1 attempt
   *[other] { $count } attempts
 }
quiet-cannot = { $answered } of { $required } questions answered for the whole period
quiet-not-assessed = { $files ->
    [one] 1 file, none understood
   *[other] { $files } files, none understood
 }
quiet-not-exchange = no sign of Exchange in { $rows } records
quiet-servers = { $count ->
    [one] 1 server
   *[other] { $count } servers
 }
quiet-count-breached = { $count } breached
quiet-count-likely-breached = { $count } probably breached
quiet-count-cannot-exclude = { $count } without an answer
quiet-count-not-assessed = { $count } not examined
quiet-exit = Exit code { $code }

quiet-nothing-applies = required questions do not apply
