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

# assize inspect
inspect-is = { $name } est { $kind }. Serveur : { $host }.
inspect-kind-folder = un dossier
inspect-kind-file = un fichier
inspect-kind-zip = une archive zip
inspect-kind-tar = une archive tar
inspect-kind-7z = une archive 7-Zip
inspect-files = { $files } fichiers, { $size } ; { $understood } contiennent des traces que nous savons lire.
inspect-holds = Ce qu’il contient
inspect-nothing = Rien que nous sachions lire.
inspect-rows = lignes
inspect-rejects = non lues
inspect-questions = Ce à quoi on peut répondre
inspect-answered = oui, { $answered } jours sur { $days }
inspect-open = pas sur toute la période : { $answered } jours sur { $days }
inspect-does-not-apply = sans objet pour ce serveur
inspect-required = * nécessaire pour conclure
inspect-not-understood = Fichiers que nous ne comprenons pas
inspect-skipped = Fichiers qui n’ont pas été ouverts
inspect-notes = Remarques
inspect-more = et { $count } de plus

# assize demo
demo-intro = Ceci est une démonstration. Les traces sont inventées ; elles ont été écrites dans { $evidence } et sont examinées comme les autres.

# assize explain
explain-no-evidence = Aucun signe d’intrusion, traces suffisantes, failles corrigées.
explain-not-assessed = Rien n’a pu être compris : ce n’est pas Exchange, c’est illisible, ou c’est vide.
explain-exposed = Le serveur a les failles aujourd’hui. Aucun signe d’attaque, traces suffisantes.
explain-attacked = Des tentatives, et rien n’indique que l’une ait réussi. Traces suffisantes.
explain-cannot-exclude = Les traces ne suffisent pas pour dire qu’il ne s’est rien passé.
explain-likely-breached = Indices forts d’intrusion, sans preuve directe.
explain-breached = Preuve directe d’une intrusion.
explain-error = L’examen n’a pas abouti : un problème de notre côté, tel qu’un disque plein.
explain-usage = Les arguments ne conviennent pas.
explain-partial = Certaines entrées ont échoué, et les autres sont sous --fail-on.

# assize scan --dry-run
scan-dry-run = Lirait { $input } ({ $files } fichiers, { $size }) et écrirait le dossier d’affaire { $folder }.
