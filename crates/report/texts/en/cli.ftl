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
