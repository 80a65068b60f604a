# Autres phrases de la ligne de commande. L’appelant les remplit avec `message`.

cli-reading = Lecture de { $name }
cli-phase-read = lecture
cli-phase-assess = recherche
cli-phase-report = écriture du rapport
cli-progress = { $percent } %  { $bytes }  { $time }
cli-case-written = Dossier écrit dans { $path }
cli-report-written = Rapport écrit dans { $path }
cli-also-in = (aussi en anglais : --lang en)
cli-interrupted = Interrompu. Ce qui a été lu est conservé et marqué comme incomplet.
cli-output-exists = { $path } existe et n’est pas vide. Choisissez un autre dossier, ou ajoutez --overwrite.
cli-input-missing = { $path } n’existe pas.
cli-no-input = Rien à lire n’a été indiqué.
cli-unknown-format = Aucun format ne s’appelle { $name }. Connus : { $known }.
cli-unknown-state = Aucun état ne s’appelle { $name }. Connus : { $known }.
cli-error = L’exécution n’a pas abouti : { $cause }
