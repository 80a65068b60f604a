# Le verdict : un mot, une phrase, ce qui en découle.

word-breached = PIRATÉ
word-likely-breached = PROBABLEMENT PIRATÉ
word-cannot-exclude = IMPOSSIBLE DE CONCLURE
word-attacked = ATTAQUÉ
word-exposed = EXPOSÉ
word-no-evidence = AUCUN SIGNE D’INTRUSION
word-not-assessed = NON EXAMINÉ

headline-breached = Ce serveur a été piraté.
headline-likely-breached = Ce serveur a probablement été piraté.
headline-cannot-exclude = Impossible de conclure. Considérez qu’il a pu être piraté.
headline-attacked = On a tenté d’entrer. Rien n’indique que l’attaquant ait réussi.
headline-exposed = La porte est ouverte. Rien n’indique que quelqu’un l’ait utilisée.
headline-no-evidence = Aucun signe d’intrusion, et nous avons pu examiner tout ce qu’il fallait.
headline-not-assessed = Lecture impossible.

# Capitales pour le terminal.
shout-breached = CE SERVEUR A ÉTÉ PIRATÉ
shout-likely-breached = CE SERVEUR A PROBABLEMENT ÉTÉ PIRATÉ
shout-cannot-exclude = IMPOSSIBLE DE CONCLURE - IL A PU ÊTRE PIRATÉ
shout-attacked = ATTAQUÉ - RIEN N’INDIQUE UNE RÉUSSITE
shout-exposed = EXPOSÉ - RIEN N’INDIQUE QU’ON L’AIT UTILISÉ
shout-no-evidence = AUCUN SIGNE D’INTRUSION
shout-not-assessed = LECTURE IMPOSSIBLE

sub-breached = Une personne extérieure est entrée et y a agi. Nous en avons la preuve directe.
sub-breached-linked = Une personne extérieure est entrée et y a agi. Plusieurs indices forts, venus de traces indépendantes, concordent.
sub-families = Les indices proviennent { $count ->
    [one] d’un seul type de traces
   *[other] de { $count } types de traces indépendants
 } : { $families }.
sub-likely-breached = Indices forts ; il manque une preuve : { $what }.
sub-cannot-exclude-none = Dans ce que nous avons pu lire, rien n’indique une intrusion, mais cela ne suffit pas : { $answered ->
    [0] aucune des { $required } questions obligatoires n’a pu être vérifiée sur toute la période.
    [1] une seule des { $required } questions obligatoires a pu être vérifiée sur toute la période.
   *[other] seules { $answered } des { $required } questions obligatoires ont pu être vérifiées sur toute la période.
 }
sub-cannot-exclude-attempt = On a tenté d’entrer, et nous n’avons pas pu voir si l’attaquant a réussi : { $answered ->
    [0] aucune des { $required } questions obligatoires n’a pu être vérifiée sur toute la période.
    [1] une seule des { $required } questions obligatoires a pu être vérifiée sur toute la période.
   *[other] seules { $answered } des { $required } questions obligatoires ont pu être vérifiées sur toute la période.
 }
sub-cannot-exclude-all = Les traces lues ne permettent pas de trancher.
sub-cannot-exclude-days = Les traces qui le montreraient manquent pour { $missing } { $missing ->
    [one] jour
   *[other] jours
 } sur { $days }.
sub-attacked = Au moins { $count ->
    [one] une tentative, le { $date }.
   *[other] { $count } tentatives, la première le { $date }.
 }
sub-attacked-undated = Au moins { $count ->
    [one] une tentative ; la trace n’est pas datée.
   *[other] { $count } tentatives ; les traces ne sont pas datées.
 }
sub-exposed = Il manque : { $kb }. Nous avons pu vérifier chaque question obligatoire jusqu’au { $date }.
sub-exposed-mitigated = Seule une mesure d’atténuation fait barrage ; il manque : { $kb }. Nous avons pu vérifier chaque question obligatoire jusqu’au { $date }.
sub-no-evidence-short = Et nous avons pu examiner tout ce qu’il fallait : { $required ->
    [0] rien n’est exigé pour elle,
    [one] la question obligatoire,
   *[other] les { $required } questions obligatoires,
 } { $span }.
sub-no-evidence = { $required ->
    [0] Rien n’est exigé pour elle, et ce qui a pu être lu ne montre rien
    [one] La question obligatoire a pu être vérifiée
   *[other] Les { $required } questions obligatoires ont pu être vérifiées
 } { $span }.
sub-not-assessed-nothing = { $files ->
    [0] Aucun fichier n’a été trouvé.
    [one] Le seul fichier trouvé ne contient aucune trace que nous sachions lire.
   *[other] Aucun des { $files } fichiers trouvés ne contient de traces que nous sachions lire.
 }
sub-not-assessed-not-exchange = { $rows ->
    [0] Aucun enregistrement n’a été lu, et
    [one] Un enregistrement a été lu, mais
   *[other] { $rows } enregistrements ont été lus, mais
 } rien n’indique qu’il s’agisse d’un serveur Exchange.

missing-no-proof = une trace qui montre l’acte lui-même, comme le fichier déposé ou la réponse du serveur à celui-ci
missing-no-second-family = une trace d’un second type, indépendant, qui montre le même acte
missing-other = une trace qui montre l’acte lui-même

confidence-very-sure = très sûr
confidence-fairly-sure = assez sûr
confidence-not-sure = incertain
confidence-label = Degré de certitude

triage-no-evidence = aucune preuve de compromission
triage-no-evidence-insufficient = aucune preuve de compromission, mais les traces ne suffisent pas
triage-suspected = compromission suspectée
triage-confirmed = compromission confirmée
triage-label = Dans les termes de la directive BOD 26-04 de la CISA

# Les quatre cases du premier écran.
fact-since = Depuis
fact-first-attempt = Première tentative
fact-open-since = Ouvert depuis au moins
fact-period = Période examinée
fact-still-open = Toujours ouvert ?
fact-patched = Mis à jour ?
fact-could-see = Avons-nous pu tout voir ?
fact-unknown = Inconnu
fact-yes = Oui
fact-no = Non
fact-YES = OUI
fact-NO = NON
fact-partly = En partie
fact-not-applicable = Sans objet
since-undated = les traces décisives ne sont pas datées
since-blind = aucun signe d’attaque dans ce que nous avons pu lire
since-days = { $count ->
    [0] moins d’un jour
    [one] un jour
   *[other] { $count } jours
 } avant la fin des traces
open-vulnerable = { $cves } : pas de correctif
open-mitigated = une mesure d’atténuation tient, la mise à jour manque
open-closed = fermé le { $date }
open-closed-undated = corrigé dans la version la plus récente observée
open-fixed-first = déjà corrigé à la première trace, le { $date }
open-fixed-first-left = déjà corrigé à la première trace, le { $date } ; ce qui a été déposé peut encore s’y trouver
open-closed-left = fermé le { $date } ; ce qui a été déposé peut encore s’y trouver
open-never = aucune version observée n’avait la faille
open-unknown = les traces n’indiquent pas la version installée
patched-missing = il manque : { $kb }
patched-since = depuis le { $date }
patched-build = version { $build }
patched-first = déjà le { $date }, à la première trace ; depuis quand, on ne le sait pas
patched-never = aucune version observée n’a besoin de la mise à jour
see-questions = { $answered ->
    [one] { $answered } question obligatoire
   *[other] { $answered } questions obligatoires
 } sur { $required }
see-every-day = vérifiées pour chaque jour
see-days = suffisant ; { $missing ->
    [one] il manque un jour
   *[other] il manque { $missing } jours
 } sur { $days }
see-missing = il manque { $missing } { $missing ->
    [one] jour
   *[other] jours
 } sur { $days }
see-nothing = rien n’a pu être examiné

# Les trois questions.
ask-exposed = Suis-je exposé ?
ask-attacked = Ai-je été attaqué ?
ask-could-tell = Peut-on le savoir ?
exposed-vulnerable = OUI. { $cves } : pas de correctif.
exposed-build = { $build } ({ $label }) sans { $kb }.
exposed-build-bare = Version { $build } sans { $kb }.
exposed-mitigated = EN PARTIE. Une mesure d’atténuation protège contre { $cves }, mais { $kb } manque.
exposed-was = Plus maintenant. { $count ->
    [one] Une faille ({ $packs }) est restée ouverte jusqu’à la mise à jour du { $date }.
   *[other] { $count } failles ({ $packs }) sont restées ouvertes jusqu’à la mise à jour du { $date }.
 }
exposed-was-undated = Plus maintenant. { $count ->
    [one] Une faille ({ $packs }) est corrigée dans la version la plus récente observée.
   *[other] { $count } failles ({ $packs }) sont corrigées dans la version la plus récente observée.
 }
exposed-fixed-first = Pas aujourd’hui. { $count ->
    [one] Une faille ({ $packs }) était déjà corrigée dans la première trace qui donne une version, celle du { $date } ; ces traces ne montrent pas si elle était ouverte avant.
   *[other] { $count } failles ({ $packs }) étaient déjà corrigées dans la première trace qui donne une version, celle du { $date } ; ces traces ne montrent pas si elles étaient ouvertes avant.
 }
exposed-never = Non. Aucune version observée { $span } n’avait { $count ->
    [one] la faille ({ $packs }).
   *[other] l’une des { $count } failles ({ $packs }).
 }
exposed-unknown = On ne sait pas. Les traces n’indiquent pas la version d’Exchange installée.
exposed-unknown-some = Pour { $cves }, les traces ne disent rien.
exposed-nothing = On ne sait pas. Aucun module utilisé ne cite de faille.
attacked-none = Aucun signe d’attaque dans { $rows ->
    [one] l’unique enregistrement lisible
   *[other] les { $rows } enregistrements lisibles
 } des sources suivantes : { $sources }, { $span }{ $every ->
    [yes] {" "}(chaque jour est présent)
   *[no] {""}
 }.
attacked-blind = Nous n’avons pas pu regarder : rien de ce qui le montrerait ne figure dans les traces.
attacked-attempts = OUI. Au moins { $count ->
    [one] une tentative
   *[other] { $count } tentatives
 }{ $addresses ->
    [0] {""}
    [one] {" "}depuis une adresse
   *[other] {" "}depuis { $addresses } adresses
 }{ $date ->
    [none] {""}
   *[other] , la première le { $date }
 }.
attacked-no-success = Aucun signe de réussite dans { $rows ->
    [one] l’unique enregistrement lisible
   *[other] les { $rows } enregistrements lisibles
 } des sources suivantes : { $sources }, { $span }.
attacked-got-in = OUI, et l’attaquant est entré. { $count ->
    [one] Un constat le montre.
   *[other] { $count } constats le montrent.
 }
attacked-probably = OUI, et l’attaquant est probablement entré. { $count ->
    [one] Un constat le laisse penser.
   *[other] { $count } constats le laissent penser.
 }
tell-yes = Oui. { $answered ->
    [one] { $answered } question obligatoire sur { $required } vérifiée
   *[other] { $answered } questions obligatoires sur { $required } vérifiées
 }, chaque jour.
tell-enough = Oui. { $answered ->
    [one] { $answered } question obligatoire sur { $required } vérifiée
   *[other] { $answered } questions obligatoires sur { $required } vérifiées
 } ; il manque au plus { $missing } { $missing ->
    [one] jour
   *[other] jours
 } sur { $days }.
tell-no = Non. { $answered ->
    [one] { $answered } question obligatoire sur { $required } vérifiée
   *[other] { $answered } questions obligatoires sur { $required } vérifiées
 } sur toute la période.
tell-nothing = Non. Rien n’a pu être examiné.
tell-more = Nous n’avons pas pu tout voir : { $answered ->
    [one] { $answered } question obligatoire sur { $required } vérifiée
   *[other] { $answered } questions obligatoires sur { $required } vérifiées
 } sur toute la période. Il a pu se passer davantage.

# Que faire maintenant.
do-now = À faire
what-to-do = Que faire maintenant
do-cable = Débranchez le câble réseau. Laissez le serveur ALLUMÉ.
do-nothing-yet = Ne supprimez, ne nettoyez, ne restaurez et ne réinstallez rien pour l’instant.
do-call = Appelez votre prestataire informatique, le CERT de votre pays et votre assureur.
do-note-time = Notez l’heure. Certains délais courent sur 72 h.
do-note-time-at = Notez l’heure : { $now }. Certains délais courent sur 72 h.
do-passwords = Depuis un autre poste, accompagné : changez les mots de passe d’administration et de service.
do-rebuild = Prévoyez de réinstaller le serveur, pas de le réparer.
do-get = Obtenez { $what }, puis relancez l’analyse.
do-save-logs = Sauvegardez les journaux maintenant. Exchange efface les siens au bout de 30 jours environ.
do-collect = Collectez ce qui manque, puis relancez l’analyse : { $sources }.
do-ask-provider = Demandez au fournisseur du pare-feu ou du proxy ses journaux { $span }.
do-as-if = Si rien d’autre n’existe, agissez comme si le serveur était piraté.
do-check-update = Vérifiez que la mise à jour est installée : { $kb }.
do-check-update-done = La mise à jour est installée. Continuez d’installer les suivantes.
do-block = Bloquez ou surveillez { $count ->
    [one] cette adresse
   *[other] ces adresses
 } : { $addresses }{ $more ->
    [0] {""}
   *[other] {" "}et { $more } de plus (liste des indicateurs)
 }.
do-block-none = Bloquez ou surveillez les adresses d’où viennent les tentatives.
do-again-week = Relancez l’analyse dans 7 jours.
do-install = AUJOURD’HUI : installez { $kb }, ou retirez le serveur d’Internet.
do-again-after = Relancez l’analyse juste après la mise à jour. Une attaque peut survenir entre-temps.
do-keep-updating = Continuez d’installer les mises à jour.
do-keep-record = Conservez ce dossier : il atteste de la vérification.
do-try-folder = Donnez-nous le dossier des journaux : C:\inetpub\logs et le dossier Logging d’Exchange.
do-try-password = Si la collecte est chiffrée ou compressée deux fois, décompressez-la d’abord.
do-try-errors = Consultez la liste des fichiers qui n’ont pas pu être lus.
the-updates = les mises à jour de sécurité

clock-generic = Certaines obligations de signalement courent sur 72 h à partir du moment où vous savez, par exemple en matière de données personnelles ou dans un contrat d’assurance. Demandez qui doit être prévenu. Ceci n’est pas un conseil juridique.
clock-blank = J’ai lu ce rapport le (date et heure) : ________________

who-title = Qui a fait cela ?
who-text = Non recherché. Ce qu’il faut faire maintenant n’en dépend pas.

synthetic = DONNÉES FICTIVES - ce serveur est inventé
incomplete = { $count ->
    [one] Une difficulté de notre fait a laissé quelque chose en suspens ; voir l’annexe.
   *[other] { $count } difficultés de notre fait ont laissé quelque chose en suspens ; voir l’annexe.
 }

# Pourquoi ce verdict. Les codes de result.json, en toutes lettres.
why-title = Pourquoi cette réponse
why-label = Ce qui a décidé
why-higher-label = Pourquoi ce n’est pas plus grave
why-lower-label = Pourquoi ce n’est pas moins grave
why-finding-proof = Au moins un constat montre l’acte lui-même.
why-finding-strong-linked = Des constats forts, issus de types de traces différents, vont ensemble.
why-finding-strong = Au moins un constat s’explique très difficilement autrement.
why-finding-moderate-several = Plusieurs constats, issus de types de traces différents, s’expliquent difficilement autrement.
why-finding-moderate = Quelque chose a fonctionné, mais une autre cause est possible.
why-finding-attempt = Des tentatives ont été observées.
why-coverage-partial = La question obligatoire « { $question } » n’a pu être vérifiée que sur une partie de la période.
why-coverage-none = La question obligatoire « { $question } » n’a pu être vérifiée aucun jour.
why-coverage-hole = Des enregistrements nécessaires à la question obligatoire « { $question } » manquent pendant quelques heures.
why-coverage-sufficient = Toutes les questions obligatoires ont pu être vérifiées.
why-exposure-vulnerable = La version la plus récente observée a une faille.
why-exposure-mitigated-only = Une faille n’est contenue que par une mesure d’atténuation.
why-exposure-fixed = La version la plus récente observée est corrigée.
why-exposure-never = Rien de ce que nous avons vu de ce serveur n’a les failles.
why-exposure-unknown = Les traces n’indiquent pas la version installée.
why-no-finding = Aucune règle n’a réagi dans ce que nous avons pu lire.
why-no-success = Aucun constat ne montre qu’une tentative a réussi.
why-no-proof = Aucun constat ne montre l’acte lui-même.
why-no-second-family = Un seul type de traces le montre.
why-no-applicable-question = Aucune question des modules ne s’applique à ce serveur.
why-nothing-understood = Aucun fichier n’a pu être compris.
why-not-exchange = Rien n’indique qu’il s’agisse d’un serveur Exchange.
why-attempts-after-patch = Toutes les tentatives sont postérieures à la mise à jour.
why-findings-suppressed = Des constats ne comptent pas, parce que quelqu’un en répond.
why-proof-suppressed = Une preuve directe est parmi les constats qui ne comptent pas.
why-evidence-tampered = Quelqu’un a modifié ou supprimé des traces.

adjusted-after-patch = La version en service à ce moment-là était déjà corrigée : cela n’a pas pu réussir.
adjusted-before-fix = La version en service à ce moment-là avait la faille.
adjusted-suppressed = Quelqu’un en répond, ce constat ne compte donc pas.
adjusted-scanner = Cela ressemble à un scanner de vulnérabilités.
adjusted-expired-indicator = L’indicateur reconnu est périmé.

# Un serveur auquel les questions obligatoires ne s’appliquent pas.
headline-nothing-applies = Les parties attaquées n’existent pas sur ce serveur, et rien d’autre n’a été trouvé.
sub-nothing-applies = C’est un serveur de transport Edge. Il n’a pas de pages web : les failles de { $packs } n’y sont pas, et les questions obligatoires ne s’y appliquent pas.
attacked-nothing-applies = Une attaque par { $packs } ne trouve rien ici : les pages visées n’existent pas sur un serveur de transport Edge.
open-nothing-applies = les parties visées n’existent pas sur ce serveur
patched-nothing-applies = ces failles ne touchent pas un serveur de transport Edge
see-nothing-applies = les questions obligatoires ne se posent pas sur ce serveur
exposed-nothing-applies = Non. Les failles de { $packs } ne touchent pas un serveur de transport Edge.
tell-nothing-applies = Les questions obligatoires sont sans objet. Ce qui a pu arriver d’autre à ce serveur n’a pas été examiné.
