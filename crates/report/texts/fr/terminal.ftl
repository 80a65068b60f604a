# Les écrans de `assize scan`.

read-line = { $files ->
    [0] Aucun fichier lu
    [one] Un fichier lu
   *[other] { $files } fichiers lus
 }, { $bytes }{ $time ->
    [none] {""}
   *[other] {" "}en { $time }
 } ; { $skipped ->
    [0] rien n’a été écarté
    [one] un fichier écarté (voir le rapport)
   *[other] { $skipped } fichiers écartés (voir le rapport)
 }
read-rejects = { $count ->
    [one] Un enregistrement sur { $rows } n’a pas pu être lu
   *[other] { $count } enregistrements sur { $rows } n’ont pas pu être lus
 }
read-understood = { $understood } fichiers sur { $files } contiennent des traces que nous savons lire
since-line = Depuis le { $date } ({ $count ->
    [0] moins d’un jour
    [one] un jour
   *[other] { $count } jours
 }).
since-line-undated = Impossible de dire depuis quand : les traces décisives ne sont pas datées.
way-in-open = L’accès est TOUJOURS OUVERT.
way-in-mitigated = Seule une mesure d’atténuation ferme l’accès.
way-in-fixed-first = Les failles étaient déjà corrigées au début des traces, le { $date } ; ce qui a été déposé peut encore s’y trouver.
way-in-closed = L’accès a été fermé le { $date } ; ce qui a été déposé peut encore s’y trouver.
proof-families = Preuve directe, issue { $count ->
    [one] d’un seul type de traces.
   *[other] de { $count } types de traces indépendants.
 }
linked-families = Indices forts qui vont ensemble, issus { $count ->
    [one] d’un seul type de traces.
   *[other] de { $count } types de traces indépendants.
 }
more-findings = + { $count } { $count ->
    [one] autre
   *[other] autres
 }
more-in-report = dans le rapport
table-question = Question
table-look = A-t-on pu regarder ?
table-required = * obligatoire
table-legend = # lu   . rien
table-legend-partly = # lu   + en partie   . rien
get-answer = Pour obtenir une réponse, collectez ce qui manque et relancez l’analyse :
get-more-sources = et { $count } de plus (voir le rapport)
get-on-server = sur le serveur :
get-with-kape = ou avec KAPE :
get-no-more = Si ces traces n’existent plus : cherchez une sauvegarde des JOURNAUX, demandez au fournisseur du pare-feu ou du proxy les siens { $span }, et agissez comme si le serveur était piraté.
what-to-try = À essayer
report-line = Rapport
exit-line = Code de sortie { $code } ({ $word })

quiet-breached = depuis le { $date }
quiet-findings = { $count ->
    [one] { $count } constat
   *[other] { $count } constats
 }
quiet-suppressed = { $count ->
    [one] { $count } autre, exclu
   *[other] { $count } autres, exclus
 }
quiet-coverage = couverture { $percent } %
quiet-exposed = mise à jour { $kb } absente
quiet-attacked = { $count ->
    [one] { $count } tentative
   *[other] { $count } tentatives
 }
quiet-cannot = { $answered } { $answered ->
    [one] question
   *[other] questions
 } sur { $required } { $answered ->
    [one] vérifiée
   *[other] vérifiées
 } sur toute la période
quiet-not-assessed = { $files ->
    [one] { $files } fichier, aucun compris
   *[other] { $files } fichiers, aucun compris
 }
quiet-not-exchange = aucune trace d’Exchange dans { $rows } { $rows ->
    [one] enregistrement
   *[other] enregistrements
 }
quiet-servers = { $count ->
    [one] { $count } serveur
   *[other] { $count } serveurs
 }
quiet-count-breached = { $count ->
    [one] { $count } piraté
   *[other] { $count } piratés
 }
quiet-count-likely-breached = { $count ->
    [one] { $count } probablement piraté
   *[other] { $count } probablement piratés
 }
quiet-count-cannot-exclude = { $count } sans réponse
quiet-count-not-assessed = { $count ->
    [one] { $count } non examiné
   *[other] { $count } non examinés
 }
quiet-exit = Code de sortie { $code }

quiet-nothing-applies = questions obligatoires sans objet
