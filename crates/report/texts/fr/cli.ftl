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
inspect-is-collection = { $name } : { $tool } ({ $kind }). Serveur : { $host }.
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

# assize collect
collect-done = { $files } fichiers pris sur { $seen }, { $size }, dans { $package } ({ $packed }).
collect-hash = SHA-256 { $hash }
collect-troubled = { $count ->
    [one] Un fichier n’a été lu qu’en partie ; la liste dans le paquet dit jusqu’où.
   *[other] { $count } fichiers n’ont été lus qu’en partie ; la liste dans le paquet dit jusqu’où.
}
collect-left-out = { $count ->
    [one] Un fichier ou dossier n’a pas pu être pris ; la liste dans le paquet dit pourquoi.
   *[other] { $count } fichiers et dossiers n’ont pas pu être pris ; la liste dans le paquet dit pourquoi.
}
collect-links = { $count ->
    [one] Un lien n’a pas été suivi.
   *[other] { $count } liens n’ont pas été suivis.
}
collect-next = Pour obtenir la réponse : assize scan { $package }

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
explain-interrupted = Interrompu par Ctrl-C. Le dossier n’a pas été terminé.
explain-case = Un constat s’explique à partir de son dossier : ajoutez --case DOSSIER.
explain-word-evidence = Ce qu’on nous a donné, inchangé : un dossier, un fichier ou une archive. Nous ne faisons que lire.
explain-word-record = Un élément d’un fichier de traces : une ligne de journal, un événement.
explain-word-reject = Un enregistrement qui n’a pas pu être lu. Il est gardé avec sa place et la raison, dans la table rejects.
explain-word-case = Tout ce qui est tiré des traces d’un serveur : tables, empreintes, résultat et rapports.
explain-word-pack = Un dossier de ce qu’il faut chercher : les questions, règles, indicateurs et textes d’une campagne.
explain-word-rule = Ce qu’il faut chercher dans les enregistrements d’un type de journal, sous forme de règle Sigma avec des exemples.
explain-word-indicator = À quoi ressemble une chose malveillante : une adresse, une empreinte, un nom. Seul, il n’est jamais une preuve directe.
explain-word-finding = Ce que nous affirmons du serveur, avec les enregistrements qui le montrent.
explain-word-outcome = L’acte a-t-il réussi ? Sonde, tentative, inconnu ou succès.
explain-word-strength = Ce que prouve un constat : preuve, fort, moyen, faible ou contexte.
explain-word-family = Le type de source d’un constat. Deux lignes d’un même journal sont de la même famille.
explain-word-incident = Des constats réunis par ce qu’ils ont en commun, comme un enregistrement, une adresse ou une page.
explain-word-exposure = Si le serveur avait la faille à ce moment, d’après son numéro de version.
explain-word-coverage = Quelles sources et quels jours ont pu être lus, et lesquels non.
explain-word-question = Ce qu’un pack demande aux traces, et quelles sources peuvent y répondre. Le verdict dépend des questions requises.
explain-word-window = Les jours qui comptent : de la première exploitation connue à la mise à jour ou à la collecte.
explain-word-verdict = La réponse unique pour un serveur : l’un des sept états, avec ce qui en a décidé.
explain-word-confidence = Notre degré de certitude : preuve directe, assez sûr ou peu sûr, avec la raison.
explain-word-proof = Il montre l’acte même. Un seul constat de ce genre suffit pour conclure à une intrusion.
explain-word-strong = Très difficile à expliquer autrement.
explain-word-moderate = Difficile à expliquer autrement, mais possible.
explain-word-weak = Il peut très bien s’agir d’autre chose.
explain-word-context = Aide à comprendre. Il n’aggrave jamais le verdict.
explain-word-probe = Quelqu’un a regardé si la porte existe.
explain-word-attempt = Quelqu’un a essayé la porte ; rien ne montre qu’elle s’est ouverte.
explain-word-success = Le serveur a fait ce que seule la faille, ou un intrus, lui fait faire.
explain-word-unknown = Les enregistrements ne disent pas si cela a réussi.
explain-word-read = Des enregistrements de ce jour ont été lus.
explain-word-gap = La source existe avant et après, mais n’a aucun enregistrement de ce jour.
explain-word-rotated = Plus ancien que ce qui reste de la source : Exchange efface ses journaux après environ 30 jours.
explain-word-ended = La source s’arrête avant ce jour.
explain-word-not-collected = Rien de cette source n’est dans les traces.
explain-word-unreadable = Des fichiers existent mais n’ont pas pu être lus.
explain-word-disabled = Désactivé sur le serveur.

# assize scan --dry-run
scan-copied = { $count ->
    [one] Une pièce est copiée dans { $file }
   *[other] { $count } pièces sont copiées dans { $file }
 } (mot de passe : infected){ $left ->
    [0] .
    [one]  ; une n’y est pas, voir { $list }.
   *[other]  ; { $left } n’y sont pas, voir { $list }.
 }
scan-dry-run = Lirait { $input } ({ $files } fichiers, { $size }) et écrirait le dossier d’affaire { $folder }.

hunt-summary = { $rules } { $rules ->
    [one] règle
   *[other] règles
  } sur { $of } { $rules ->
    [one] a
   *[other] ont
  } trouvé quelque chose, { $matches } fois en tout.
hunt-times = FOIS
hunt-level = NIVEAU
hunt-first = PREMIÈRE
hunt-last = DERNIÈRE
hunt-rule = RÈGLE
hunt-idle = { $count ->
    [one] Une règle n’a pas pu être appliquée, et n’a
   *[other] { $count } règles n’ont pas pu être appliquées, et n’ont
  } donc rien trouvé :
hunt-left-out = { $count ->
    [one] Un document n’est pas une règle
   *[other] { $count } documents ne sont pas des règles
  } que l’on puisse appliquer :
hunt-stack-summary = { $what } : { $values ->
    [one] une valeur
   *[other] { $values } valeurs
  } dans { $rows } { $rows ->
    [one] enregistrement
   *[other] enregistrements
  }.
hunt-cases = CAS
hunt-stack-more = et { $count } plus fréquentes ; --csv et --jsonl les donnent toutes
hunt-sql-summary = { $rows ->
    [0] Aucune ligne.
    [one] Une ligne.
   *[other] { $rows } lignes.
  }
hunt-sql-more = et { $count } de plus ; --csv et --jsonl les donnent toutes
hunt-kind = NATURE
hunt-ioc = INDICATEUR
hunt-ioc-summary = { $rules } { $rules ->
    [one] indicateur
   *[other] indicateurs
  } sur { $of } { $rules ->
    [one] a été vu
   *[other] ont été vus
  }, { $matches } fois en tout.
hunt-ioc-left-out = { $count ->
    [one] Une ligne ne contient
   *[other] { $count } lignes ne contiennent
  } rien que l’on puisse chercher :

# assize explain RULE --record
why-matches = La règle correspond à cet enregistrement.
why-matches-not = La règle ne correspond pas à cet enregistrement.
why-other-table = L’enregistrement se trouve dans { $table } ; la règle lit { $tables }.
why-source = Source de journaux : { $source }
why-source-not = Source de journaux : { $source }. L’enregistrement n’en fait pas partie.
why-met = oui
why-met-not = non
why-every = tout ceci :
why-any = l’un de ceux-ci :
why-not = pas ceci :
why-count = { $wanted } de ces { $of } :
why-anywhere = Une valeur quelconque
why-how-exact = { $field } est { $wanted }
why-how-contains = { $field } contient { $wanted }
why-how-starts-with = { $field } commence par { $wanted }
why-how-ends-with = { $field } finit par { $wanted }
why-how-regex = { $field } suit le motif { $wanted }
why-how-one-of = { $field } a l’une de ces valeurs : { $wanted }
why-how-all-of = { $field } a toutes ces valeurs : { $wanted }
why-how-cidr = { $field } est dans le réseau { $wanted }
why-how-number = { $field } { $wanted }
why-how-exists = { $field } est présent : { $wanted }
why-how-field = { $field } est égal à { $wanted }
why-how-null = { $field } est vide
why-how-bool = { $field } est { $wanted }
why-how-expand = { $field } est { $wanted }
why-how-time = { $field } comme moment : { $wanted }
why-how-keyword = { $field } contient { $wanted }
why-matched = {" ; l’enregistrement a "}{ $held }
why-absent = {" ; l’enregistrement n’a pas ce champ"}
why-differs = {" ; l’enregistrement a "}{ $held }
why-case = {" ; l’enregistrement a "}{ $held }, qui ne diffère que par les majuscules
why-existence = {" ; l’enregistrement dit le contraire"}
why-nowhere = {" ; aucune valeur de l’enregistrement ne le fait"}

# assize packs
packs-set = { $rules } règles, { $correlations } corrélations, { $filters } filtres d’autrui ; { $licence }
packs-no-licence = aucune licence ne les accompagne

# assize webshell
grade-none = rien trouvé
grade-context = contexte
grade-suspicious = suspect
grade-likely = probable
grade-certain = certain
grade-certain-means = ce qu’un visiteur envoie est exécuté comme un programme, ou le fichier est un code encoquillé connu : prise de contrôle à distance, quel que soit celui qui l’a déposé
grade-likely-means = une page authentique n’a guère de raison de faire cela
grade-suspicious-means = peu de pages authentiques font cela ; quelqu’un doit regarder
grade-context-means = beaucoup de pages authentiques font cela ; cela ne compte qu’à côté d’autres constats
able-code = exécuter des scripts
able-load = charger des programmes
able-command = exécuter des commandes
able-write = écrire des fichiers
able-read = lire des fichiers
able-list = lister des dossiers
able-delete = supprimer des fichiers
able-move = copier et déplacer des fichiers
able-stamp = changer les dates et attributs de fichiers
able-database = commander des bases de données
able-network = atteindre d’autres machines
able-registry = utiliser le registre
able-resident = rester en mémoire
source-request = La requête
source-request-named = La valeur du paramètre de requête « { $key } »
source-query = La chaîne de requête
source-query-named = La valeur du paramètre d’URL « { $key } »
source-form = Un champ de formulaire
source-form-named = La valeur du champ de formulaire « { $key } »
source-header = Un en-tête
source-header-named = La valeur de l’en-tête « { $key } »
source-cookie = Un cookie
source-cookie-named = La valeur du cookie « { $key } »
source-body = Le corps de la requête
source-file = Un fichier envoyé
source-file-name = Le nom d’un fichier envoyé
source-argument = Un argument du service web
source-argument-named = L’argument « { $key } » du service web
source-remote = La réponse d’un autre serveur
source-more = { $count } de plus
flow-code = { $source } sert de script à exécuter ({ $sink }).
flow-load = { $source } sert de programme à charger ({ $sink }).
flow-run = { $source } sert de commande à exécuter ({ $sink }).
flow-native = { $source } sert de code machine à exécuter ({ $sink }).
flow-write = { $source } dit où un fichier est écrit ({ $sink }).
flow-written = { $source } va dans un fichier ({ $sink }).
flow-content = Ce qui est écrit vient aussi de la requête.
flow-read = { $source } dit quel fichier est lu ({ $sink }).
flow-list = { $source } dit quel dossier est listé ({ $sink }).
flow-delete = { $source } dit ce qui est supprimé ({ $sink }).
flow-move = { $source } dit quel fichier est copié ou déplacé ({ $sink }).
flow-stamp = { $source } dit quelles dates ou quels attributs un fichier reçoit ({ $sink }).
flow-query = { $source } sert de commande à une base de données ({ $sink }).
flow-connect = { $source } dit quelle base de données est ouverte ({ $sink }).
flow-net = { $source } dit à quelle machine on se connecte ({ $sink }).
flow-fetch = { $source } dit quelle adresse est lue ({ $sink }).
flow-deserialize = { $source } sert à créer des objets, ce qui exécute leur contenu ({ $sink }).
flow-include = { $source } dit quelle page est exécutée ({ $sink }).
flow-registry = { $source } dit ce qui est utilisé dans le registre ({ $sink }).
flow-resident = { $source } reste dans la mémoire du serveur ({ $sink }).
flow-create = { $source } nomme la classe d’un objet qui est créé ({ $sink }).
does-code = La page exécute un texte comme un script ({ $sink }).
does-load = La page charge un programme qui n’est pas du site ({ $sink }).
does-run = La page lance un programme ({ $sink }).
does-native = La page appelle du code machine qui charge ou lance des programmes ({ $sink }).
does-write = La page écrit une page ({ $sink }).
does-read = La page lit un fichier ({ $sink }).
does-list = La page liste un dossier ({ $sink }).
does-delete = La page supprime un fichier ({ $sink }).
does-move = La page copie ou déplace un fichier ({ $sink }).
does-stamp = La page change les dates ou attributs d’un fichier ({ $sink }).
does-query = La page commande une base de données ({ $sink }).
does-connect = La page ouvre une base de données ({ $sink }).
does-net = La page se connecte à des machines qu’elle calcule ({ $sink }).
does-fetch = La page lit une adresse ({ $sink }).
does-deserialize = La page change des octets en objets ({ $sink }).
does-include = La page exécute une autre page ({ $sink }).
does-registry = La page utilise le registre ({ $sink }).
does-resident = La page reste dans la mémoire du serveur ou écoute sur un port ({ $sink }).
does-keys = La page lit les clés avec lesquelles le serveur signe ce à quoi il se fie ({ $sink }).
flow-keys = { $source } choisit parmi les clés avec lesquelles le serveur signe ce à quoi il se fie ({ $sink }).
does-create = La page crée un objet dont elle calcule la classe ({ $sink }).
built-code = La page exécute un texte qu’elle compose et qui n’a pas pu être calculé ({ $sink }).
fetched-code = La réponse d’un autre serveur est exécutée comme un script ({ $sink }).
fetched-load = La réponse d’un autre serveur est chargée comme un programme ({ $sink }).
fetched-run = La réponse d’un autre serveur est exécutée comme une commande ({ $sink }).
fetched-native = La réponse d’un autre serveur est exécutée comme du code machine ({ $sink }).
fetched-write = La réponse d’un autre serveur est écrite dans un fichier ({ $sink }).
page-decoded = La page décode un texte à elle et l’exécute comme un script ({ $sink }).
page-pieced = Le nom de la classe { $class } est composé de morceaux.
page-powers = Un visiteur commande plusieurs choses dont seul un outil de gestion de serveur a besoin : { $powers }.
odd-image = Le fichier commence comme une image et contient du code serveur.
odd-mailbox = Le fichier commence comme une boîte aux lettres et contient du code serveur, comme dans CVE-2021-31207.
odd-certificate = Le fichier commence comme un certificat et contient du code serveur.
odd-address-book = Du code serveur se trouve dans une copie des propriétés d’un répertoire virtuel, comme dans CVE-2021-27065.
odd-binary = Du code serveur se trouve entre des octets binaires.
odd-utf7 = La page est écrite en UTF-7, ce qui cache ses mots aux scanners.
odd-encoded = La page est encodée avec le Script Encoder de Microsoft.
odd-language = La page est écrite en { $language }, que les serveurs ont rarement et que cette analyse ne suit pas.
odd-include = Une inclusion côté serveur exécute une commande.
odd-mapping = La configuration confie { $path } à un moteur de script.
way = Chemin : { $steps }.
way-named = nommé { $name } (ligne { $line })
way-passed = passé à { $name } (ligne { $line })
way-returned = rendu par { $name } (ligne { $line })
way-decoded = décodé par { $name } (ligne { $line })
shell-meaning = { $grade } : { $meaning }
shell-keys = Commandé par : { $keys }
shell-able = Un visiteur peut : { $able }
shell-known-bad = Le fichier est connu par son empreinte : { $note } ({ $source }).
shell-listed-hash = Son empreinte figure sur votre liste d’indicateurs : { $value }.
shell-listed-place = Son nom ou son chemin figure sur votre liste d’indicateurs : { $value }.
shell-listed-key = Un paramètre qui le commande figure sur votre liste d’indicateurs : { $value }.
shell-known-good = Octet pour octet un fichier livré par Microsoft : { $path }, versions { $first } à { $last }.
shell-genuine-name = Il porte le nom d’une page d’Exchange, et un autre contenu que toutes les versions connues.
shell-yara = La règle { $rule } de { $file } correspond. { $description }
shell-cut = Des parties du fichier sont trop profondes ou trop longues pour être suivies ; elles n’ont pas été lues.
shell-summary = { $files ->
    [one] Un fichier lu
   *[other] { $files } fichiers lus
  } : { $certain } certain, { $likely } probable, { $suspicious } suspect, { $context } contexte, { $none } sans rien trouvé.
shell-limits = Rien trouvé veut dire qu’aucune des voies que nous connaissons n’a été vue. Un code encoquillé peut aussi se trouver dans un fichier de programme, en mémoire ou dans une page qui n’est pas ici.
shell-unread = { $count ->
    [one] Un fichier n’a pas pu être lu :
   *[other] { $count } fichiers n’ont pas pu être lus :
  }
shell-yara-faults = { $count ->
    [one] Une règle a été écartée :
   *[other] { $count } règles ont été écartées :
  }
