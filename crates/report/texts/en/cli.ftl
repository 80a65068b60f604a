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

# assize scan --dry-run
scan-dry-run = Would read { $input } ({ $files } files, { $size }) and write a case into { $folder }.
