# Le rapport : titres, tableaux et mots des valeurs machine.

report-title = { $word } - { $host } - Assize
labelled = { $label } : 
skip-link = Aller à la réponse
nav-title = Sur cette page
nav-happened = Les faits
nav-findings = Constats
nav-coverage = Ce que nous avons pu voir
nav-exposure = Exposition
nav-annex = Annexe
host-unknown = serveur inconnu
version-unknown = version d’Exchange inconnue
window-line = Période examinée : { $span }
window-end-patched = jusqu’au premier moment où une version corrigée apparaît
window-end-collected = jusqu’au moment de la collecte
window-end-last-record = jusqu’au dernier enregistrement
window-end-asked = comme demandé sur la ligne de commande
all-utc = Toutes les heures sont en UTC.
print-line = Assize { $version } - { $host } - { $word }

happened-title = Ce qui s’est passé
happened-none = Nous n’avons rien trouvé à raconter. { $scope }
happened-more = { $count ->
    [one] Un autre constat figure plus bas.
   *[other] { $count } autres constats figurent plus bas.
 }
happened-undated = { $count ->
    [one] Un constat n’est pas daté et n’entre pas dans cet ordre.
   *[other] { $count } constats ne sont pas datés et n’entrent pas dans cet ordre.
 }
happened-blind = Ce que ceci ne montre pas : pour { $missing } { $missing ->
    [one] jour
   *[other] jours
 } sur { $days }, au moins une question obligatoire n’a pas pu être vérifiée.
undated = sans date
incident-title = Incident { $id }
incidents-title = Ce qui va ensemble
incidents-intro = Constats qui ont en commun un enregistrement, une adresse, une requête, une session, un processus, un compte ou une page, racontés selon les étapes d’une intrusion. Plusieurs intrus sur un même serveur se distinguent par ce qu’ils n’ont pas en commun.
incident-span = Du { $from } au { $to }, { $count ->
    [one] un constat
   *[other] { $count } constats
 }.
incident-before = Cela a commencé avant que les failles soient rendues publiques.
incident-after = Cela a commencé après que les failles ont été rendues publiques.
incident-families = Types de traces : { $families }.
incident-link = En commun, { $kind } : { $value }
incident-moment = { $value } : proche dans le temps, et personne d’autre n’agissait alors
incident-trait = { $kind } : { $values }.
incident-differs = Différent de { $incident } : { $differs }.
incident-alike = Comme { $incident } : { $alike }.
incident-differs-alike = Différent de { $incident } : { $differs }. En commun : { $alike }.
incident-others-limit = Ces traces ne permettent pas de dire si deux incidents sont l’œuvre des mêmes personnes.
incidents-more = { $count ->
    [one] Un autre incident figure dans le rapport.
   *[other] { $count } autres incidents figurent dans le rapport.
 }
trait-time = moment
trait-address = adresses
trait-page = pages
trait-agent = logiciels clients
trait-account = comptes
trait-order = ordre des techniques
steps-caption = { $id } : jusqu’où c’est allé, et ce qui n’a pas pu être vu
steps-step = Étape
steps-when = Quand
steps-shown = Ce qui le montre
steps-unseen = Ce qui n’a pas pu être vu
steps-line = { $id } : { $seen }. Rien vu de ceci : { $none }.
steps-line-all = { $id } : { $seen }.
step-entry = entrée
step-foothold = implantation
step-execution = commandes
step-credentials = mots de passe et clés
step-mail = courrier
step-exit = emport ou destruction
step-when = du { $from } au { $to }
step-none = rien de tel n’a été vu
step-more = { $count ->
    [one] et un autre
   *[other] et { $count } autres
 }
step-gap = { $source } : { $state } ({ $span })
step-all-read = ses journaux ont été lus pour chaque jour
step-sources-not-told = pas établi pour celui-ci
mail-title = Courrier lu ou exporté
mail-which = { $count ->
    [0] Les traces ne nomment aucune boîte aux lettres.
    [one] Les traces nomment une boîte aux lettres : { $mailboxes }.
   *[other] Les traces nomment { $count } boîtes aux lettres : { $mailboxes }.
 }
mail-by = Par { $by }.
mail-when = Entre le { $from } et le { $to }.
mail-amount = { $requests ->
    [one] Une demande de courrier a reçu une réponse
   *[other] { $requests } demandes de courrier ont reçu une réponse
 }{ $bytes ->
    [none] {""}
   *[other] {""}, soit { $bytes } en tout
 }.
mail-files = Exporté dans : { $files }.
mail-unseen-items = Aucun journal du serveur ne dit quels messages ont été lus.
mail-unseen-mailboxes = Pour une partie, aucune trace ne nomme la boîte aux lettres.
mail-unseen-amount = Aucune trace n’en compte le volume.
mail-unseen-files-fetched = Pour savoir si les fichiers exportés ont été emportés, il faut regarder là où ils se trouvaient.
mail-unseen-later-mail = Le courrier arrivé ensuite a été transmis lui aussi ; son volume n’est pas compté ici.

timeline-title = Chronologie
timeline-desc = Constats par jour, { $span }. { $count ->
    [one] Un constat daté.
   *[other] { $count } constats datés.
 } Le tableau ci-dessous contient les mêmes données.
timeline-table = Constats par jour, et jours que nous n’avons pas pu voir
timeline-bin = Jour
timeline-legend-dot = Un point représente un ou plusieurs constats { $days ->
    [one] d’un jour
   *[other] de { $days } jours
 } ; plus il est gros, plus ils sont nombreux.
timeline-legend-none = aucune question obligatoire n’a pu être vérifiée
timeline-legend-some = certaines questions obligatoires n’ont pas pu être vérifiées
timeline-could-see = Avons-nous pu voir ?
timeline-see-all = oui
timeline-see-some = en partie
timeline-see-none = non
timeline-left-out = { $count ->
    [one] Une autre ligne n’est pas montrée.
   *[other] { $count } autres lignes ne sont pas montrées.
 }

outcome-success = Réussi
outcome-attempt = Tenté
outcome-probe = Repérage
outcome-unknown = Indéterminé
strength-proof = preuve
strength-strong = fort
strength-moderate = modéré
strength-weak = faible
strength-context = contexte
strength-proof-long = preuve : montre l’acte lui-même
strength-strong-long = fort : très difficile à expliquer autrement
strength-moderate-long = modéré : difficile à expliquer autrement, mais possible
strength-weak-long = faible : peut très bien être autre chose
strength-context-long = contexte : aide à comprendre, n’aggrave jamais le verdict
level-critical = critique
level-high = élevé
level-medium = moyen
level-low = bas
level-informational = pour information

findings-title = Constats
findings-none = Aucune règle n’a réagi. { $scope }
findings-count = { $count ->
    [one] Un constat.
   *[other] { $count } constats, les plus parlants d’abord.
 }
findings-shown = { $shown } constats sur { $count } sont montrés en détail, les plus parlants d’abord. Les autres sont dans findings.csv.
findings-open-all = Tout ouvrir
findings-close-all = Tout fermer
findings-filter = Filtrer les constats
finding-plain = En clair
finding-evidence = Traces
finding-why = Pourquoi nous le disons
finding-otherwise = Ce qui pourrait l’expliquer autrement
finding-otherwise-none = La règle ne cite aucune autre explication.
finding-rule = Règle
finding-key = Clé pour une exclusion
finding-suppressed = Exclu
finding-condition = Condition remplie
finding-strength = Ce que cela prouve
finding-outcome = Est-ce que cela a réussi ?
finding-level = Niveau
finding-family = Type de traces
finding-techniques = ATT&CK
finding-flaws = Failles
finding-adjusted = Ajustement
finding-rows = Enregistrements montrés : { $shown } sur { $count }.
finding-rows-budget = Les enregistrements ne sont pas repris ici, pour garder cette page légère ; ils sont dans result.json.
finding-cells = { $count ->
    [one] Une longue valeur est coupée
   *[other] { $count } longues valeurs sont coupées
 } après { $max } caractères ; result.json contient le texte entier.
evidence-caption = Enregistrements de { $id }
evidence-when = Quand
evidence-where = Où
evidence-what = Ce que dit l’enregistrement
position-line = { $path }, position { $position }

coverage-title = Ce que nous avons pu voir, et ce qui nous a échappé
coverage-none = Aucune question des modules n’a pu être posée.
coverage-desc = Une bande par question, { $span }. Plein : vérifiée. Hachuré : non vérifiée.
coverage-caption = Questions, sources et ce qu’elles sont devenues
coverage-question = Question
coverage-look = A-t-on pu regarder ?
coverage-source = Source
coverage-state = État
coverage-span = Enregistrements
coverage-rows = Lignes
coverage-fix = Comment y remédier
coverage-required = obligatoire
coverage-optional = renforce la certitude
coverage-yes = oui, chaque jour
coverage-enough = oui, { $answered } jours sur { $days }
coverage-last = { $count ->
    [one] le dernier jour seul
   *[other] les { $count } derniers jours
 }
coverage-first = { $count ->
    [one] le premier jour seul
   *[other] les { $count } premiers jours
 }
coverage-some = { $answered } jours sur { $days }
coverage-no = non, { $reason }
coverage-not-applicable = sans objet ici
version-by-registry = { $name } ou une mise à jour ultérieure, d’après le registre
path-exchange = Exchange est installé dans { $path } ({ $place }).
path-web-root = Les pages du site « { $site } » se trouvent dans { $path } ({ $place }).
path-iis-logs = Les journaux du site « { $site } » se trouvent dans { $path } ({ $place }).
path-off = Il lui a été dit de n’en écrire aucun.
path-not-collected = Rien de ce dossier n’est dans les traces.
clock-title = Horloges qui ne concordent pas
clock-label = Horloges
clock-apart = Les heures de « { $source } » sont { $way ->
    [behind] en retard
   *[ahead] en avance
} { $varies ->
    [yes] de { $apart } au plus
   *[no] de { $apart }
} sur celles de « { $reference } » : médiane de { $count } requêtes enregistrées par les deux, dont la moitié tient dans { $spread }. { $why ->
    [zone] L’un des deux journaux a sans doute été écrit en heure locale sous l’étiquette UTC.
   *[clock] L’une des deux horloges était fausse, ou a été réglée entre-temps.
}
clock-not-shifted = Les heures sont montrées telles qu’enregistrées et rien n’a été décalé : ce qui exige les deux journaux à quelques minutes près a pu échapper.
clock-span = { $days } : { $way ->
    [same] elles concordent
    [behind] retard de { $apart }
   *[ahead] avance de { $apart }
} ({ $count } requêtes)
clock-example = Par exemple, la requête { $name } :
coverage-gap = plus longue période sans réponse : { $hours } h
coverage-holes = chaque jour, mais pas à chaque heure : { $holes }
holes-title = Enregistrements manquants
holes-label = Manque
holes-more = { $count } de plus : voir le rapport.
hole-span = Du { $from } au { $to } ({ $long }), rien n’est enregistré dans { $logs }.
hole-numbers = Entre le { $from } et le { $to }, il manque { $count ->
        [one] un enregistrement
       *[other] { $count } enregistrements
    } dans { $logs } : des numéros ont été attribués et aucun enregistrement ne les porte.
log-changed = Le fichier { $path } a été modifié { $late } plus tard après son dernier enregistrement ({ $last }) que les { $count } autres fichiers de son dossier. Qui retire des lignes d’un journal laisse cette trace ; la copie de ce seul fichier aussi.
hole-before = Il ne reste rien avant le { $to } dans { $logs }.
hole-awake = Pendant ce temps, le serveur écrivait dans { $logs }.
hole-alone = Aucun autre journal dont nous disposons n’a rien écrit pendant ce temps.
hole-likeliest = Le plus probable : { $cause }.
hole-possible = Possible aussi : { $causes }.
hole-counts = Ce qui s’est passé pendant ce temps ne se verrait pas ici : cette période compte comme non examinée.
hole-explained = Ce silence s’explique et ne compte pas.
hole-sign = Ce qui va dans le sens de « { $cause } » : { $place }
hole-cleared = quelqu’un a vidé le journal
hole-stopped = le serveur a été arrêté ou redémarré
hole-maintenance = une mise à jour était en cours d’installation
hole-clock-changed = l’horloge du serveur a été changée
hole-disk-full = un disque était plein
hole-unreadable = des enregistrements qui s’y trouvent n’ont pas pu être lus
hole-removed = les enregistrements ont été supprimés
hole-idle = le service qui les écrit était à l’arrêt
cell-read = lu
cell-gap = lacune
cell-rotated = trop ancien, effacé
cell-ended = s’arrête trop tôt
cell-not-collected = pas collecté
cell-unreadable = illisible
cell-disabled = désactivé
cell-not-applicable = sans objet ici
fix-read = Rien à faire.
fix-gap = Des enregistrements manquent entre d’autres qui sont là. Cherchez une sauvegarde des journaux ; ils ont pu être supprimés.
fix-rotated = Le serveur a effacé les enregistrements plus anciens. Cherchez une sauvegarde ; demandez les mêmes jours au fournisseur du pare-feu ou du proxy.
fix-ended = Collectez une copie plus récente et relancez l’analyse.
fix-not-collected = Collectez cette source sur le serveur et relancez l’analyse.
fix-unreadable = Copiez de nouveau les fichiers ; voir la liste de ceux qui n’ont pas pu être lus.
fix-disabled = Le serveur n’enregistre pas ce que cette question demande. Rien à collecter ; appuyez-vous sur les autres sources.
fix-not-applicable = Rien à faire.

exposure-title = Exposition
exposure-caption = Les failles face aux versions observées
exposure-none = Aucun module utilisé ne cite de faille.
flaws-known = Cette édition connaît { $count } failles d’Exchange. D’après les versions que montrent les traces (result.json dit pour chacune depuis quand, et par quel enregistrement), à la fin des traces :
flaws-vulnerable = { $count ->
    [one] une était ouverte et publique
   *[other] { $count } étaient ouvertes et publiques
  } : { $names }
flaws-vulnerable-later = { $count ->
    [one] une était ouverte, qui n’est devenue publique que plus tard
   *[other] { $count } étaient ouvertes, qui ne sont devenues publiques que plus tard
  }
flaws-mitigated-only = { $count ->
    [one] une n’était couverte que par une mesure d’atténuation, qui ne soigne pas un serveur où l’on est déjà entré
   *[other] { $count } n’étaient couvertes que par une mesure d’atténuation, qui ne soigne pas un serveur où l’on est déjà entré
  } : { $names }
flaws-fixed-but-revoked = { $count ->
    [one] une a sa mise à jour, mais un réglage désactive le correctif
   *[other] { $count } ont leur mise à jour, mais un réglage désactive le correctif
  } : { $names }
flaws-needs-extra-step = { $count ->
    [one] une demande une étape de plus que les mises à jour, qui manque ou n’a pas été vue
   *[other] { $count } demandent une étape de plus que les mises à jour, qui manque ou n’a pas été vue
  } : { $names }
flaws-unknown = pour { $count }, les traces ne le disent pas
flaws-not-assessed = { $count } sont venues après la fin du support de ce produit, et Microsoft ne les a pas examinées
flaws-fixed = { $count ->
    [one] une avait son correctif
   *[other] { $count } avaient leur correctif
  }
flaws-not-affected = { $count ->
    [one] une n’a jamais existé dans ce produit
   *[other] { $count } n’ont jamais existé dans ce produit
  }
exposure-flaw = Faille
exposure-state = État
exposure-open = Ouverte
exposure-fixed-in = Corrigée dans
exposure-update = Mise à jour
exposure-vulnerable = ouverte
exposure-was-vulnerable = a été ouverte, corrigée depuis
exposure-fixed-when-first-seen = déjà corrigée à la première trace
mitigation-holds = Les règles de { $name } contre { $cve } figurent dans la configuration d’IIS ({ $place }).
mitigation-since = Le fichier a été modifié pour la dernière fois le { $when } ; ce qu’elles faisaient avant ne se voit pas.
mitigation-no-cure = Elles arrêtent qui vient après elles. Elles ne soignent pas un serveur où quelqu’un est déjà entré, et ne remplacent pas la mise à jour.
mitigation-fails = Les règles de { $name } contre { $cve } figurent dans la configuration d’IIS ({ $place }), mais elles ne tiennent pas.
mitigation-why = Raison : { $why }.
mitigation-rule-missing = une de ses règles manque
mitigation-outdated-pattern = son motif est l’un des premiers, que les attaquants contournent
mitigation-switched-off = une règle est désactivée
mitigation-other-syntax = un motif n’est pas lu comme une expression régulière
mitigation-other-addresses = une règle ne regarde que certaines adresses
mitigation-other-input = une règle regarde une autre partie de la requête
mitigation-further-conditions = d’autres conditions doivent être remplies avant qu’une règle refuse
mitigation-does-not-refuse = une règle ne refuse pas la requête
mitigation-passed-over = une règle placée avant prend toutes les requêtes
mitigation-undone-below = la configuration d’un dossier inférieur la retire
mitigation-module-missing = IIS ne charge pas le module qui l’applique
exposure-mitigated-only = seulement atténuée
exposure-never-vulnerable = jamais présente
exposure-state-unknown = inconnu
exposure-before-not-seen = avant le { $to } : inconnu
exposure-from-to = du { $from } au { $to }
exposure-from = depuis le { $from }
builds-caption = Versions observées
builds-build = Version
builds-name = Nom
builds-from = Premier enregistrement
builds-to = Dernier enregistrement
builds-rows = Lignes
builds-none = Aucun enregistrement ne porte de numéro de version.

techniques-title = Techniques ATT&CK
techniques-caption = Techniques citées par les constats
techniques-id = Technique
techniques-name = Nom
techniques-findings = Constats
techniques-none = Aucun constat ne cite de technique.

indicators-title = Indicateurs
indicators-intro = Valeurs tirées des constats, rendues non cliquables (hxxp, [.]). Les constats de simple contexte n’y sont pas.
indicators-caption = Indicateurs par type
indicators-kind = Type
indicators-value = Valeur
indicators-findings = Constats
indicators-none = Aucun constat ne porte d’indicateur.
indicators-left-out = { $count ->
    [one] Une autre valeur n’est pas montrée ; elle est dans result.json.
   *[other] { $count } autres valeurs ne sont pas montrées ; elles sont dans result.json.
 }
entity-ip = adresse
entity-path = chemin
entity-request = requête
entity-canary = jeton de session
entity-user = compte
entity-host = machine
entity-agent = programme client
entity-account = compte
entity-session = session
entity-process = processus
entity-activity = activité
entity-compiled = page et ce qui en a été compilé

annex-title = Annexe
checked-title = Ce que nous avons vérifié
checked-intro = { $count ->
    [one] Une règle a été essayée
   *[other] { $count } règles ont été essayées
 } ; { $matched ->
    [0] aucune n’a réagi
    [one] une a réagi
   *[other] { $matched } ont réagi
 }.
checked-idle = { $count ->
    [one] Une des { $of } règles n’avait aucun enregistrement à examiner
   *[other] { $count } des { $of } règles n’avaient aucun enregistrement à examiner
 } : rien des journaux qu’il faut n’est ici.
checked-logs = Journaux que lisent des règles et dont il n’y a aucun enregistrement : { $names }.
checked-fields = Champs que demandent des règles et qu’aucun enregistrement ne contient : { $names }. Soit rien de tel n’a été enregistré, soit le serveur enregistre moins que ce dont ces règles ont besoin.
checked-caption = Toutes les règles essayées
checked-rule = Règle
checked-tables = Essayée sur
checked-rows = Lignes
checked-matches = Réactions
suppressed = { $count ->
    [0] Aucun constat n’est exclu.
    [one] Un constat est exclu.
   *[other] { $count } constats sont exclus.
 }
redacted = Les noms sont remplacés : des pseudonymes désignent les machines, les personnes, les adresses de messagerie et les adresses internes.
suppressed-mark = exclu
suppressed-by = Exclu par { $owner } jusqu’au { $until } : { $reason } Pris seul, ce serait : { $strength }.
suppressed-warning = { $count ->
    [one] Un constat est exclu et ne compte pas dans cette réponse.
   *[other] { $count } constats sont exclus et ne comptent pas dans cette réponse.
 }
suppressed-without = Si tous comptaient, la réponse serait : { $word }.
suppressed-proof = UNE PREUVE DIRECTE EST EXCLUE : { $id } { $title }. { $by }
suppressions-expired = { $count ->
    [one] Une exclusion a expiré ; elle a été ignorée.
   *[other] { $count } exclusions ont expiré ; elles ont été ignorées.
 }
suppression-line = Exclusion pour { $about }, par { $owner } jusqu’au { $until } : { $reason }
suppression-used = (elle a écarté { $findings })
suppression-unused = (aucun constat ici)
suppression-expired = (expirée, ignorée)
input-title = Ce qui a été lu
input-line = { $kind } { $name } : { $understood } fichiers compris sur { $files }, { $bytes }, { $rows } enregistrements.
input-rejects = { $count ->
    [0] Tous les enregistrements de ces fichiers ont pu être lus.
    [one] Un enregistrement ({ $bytes }) n’a pas pu être lu.
   *[other] { $count } enregistrements ({ $bytes }) n’ont pas pu être lus.
 }
input-span = Premier enregistrement : { $from } ; dernier : { $to }.
input-caption = Tables
input-table = Table
input-family = Type de traces
input-files = Fichiers
input-rows = Lignes
input-rejects-head = Rejets
input-from = Premier enregistrement
input-to = Dernier enregistrement
custody-title = Chaîne de conservation
custody-intro = L’empreinte de chaque fichier a été prise d’un bout à l’autre avant toute lecture. Qui détient les preuves peut comparer : certutil -hashfile FICHIER SHA256 sous Windows, sha256sum FICHIER ailleurs. Le tableau nomme les fichiers que citent les constats ; { $count ->
    [one] le manifeste du dossier nomme le seul fichier qu’il y avait.
   *[other] le manifeste du dossier nomme les { $count } fichiers.
}
custody-none = Aucun constat ne cite de fichier.
custody-caption = Fichiers que citent les constats
custody-file = Fichier
custody-size = Octets
custody-sha256 = SHA-256
custody-records = Enregistrements cités
custody-signed = Si le dossier a été signé, assize verify dit si un octet du dossier ou du rapport a changé depuis.
custody-handed = Transmis (à remplir à la main)
custody-when = Jour et heure
custody-from = De
custody-to = À
custody-why = Motif
custody-signature = Signature
not-understood-title = Fichiers que personne n’a reconnus
not-understood-intro = { $shown } sur { $count } fichiers qu’aucun lecteur n’a reconnus.
skipped-title = Fichiers qui n’ont pas pu être ouverts
skipped-none = Aucun fichier n’a été écarté.
skipped-caption = Fichiers écartés et raison
skipped-path = Chemin
skipped-reason = Raison
notes-title = Remarques sur des fichiers
notes-remark = Remarque
errors-title = Difficultés de notre fait
errors-none = Aucune.
list-left-out = { $count ->
    [one] Un autre n’est pas montré ; il est dans result.json.
   *[other] { $count } autres ne sont pas montrés ; ils sont dans result.json.
 }
versions-title = Versions
versions-caption = Outil et modules
versions-what = Élément
versions-version = Version
versions-sha256 = SHA-256
versions-tool = Assize
pack-dates = première exploitation connue le { $first }, rendue publique le { $public }
pack-dates-first = première exploitation connue le { $first }
glossary-title = Les mots employés ici

glossary-finding = Constat
glossary-finding-says = Ce qu’une règle affirme du serveur, avec les traces qui le montrent.
glossary-question = Question obligatoire
glossary-question-says = Une question à vérifier sur toute la période avant de pouvoir dire que rien n’a été vu.
glossary-exploit = Requête d’exploitation
glossary-exploit-says = Une requête envoyée au serveur pour utiliser une faille.
glossary-shell = Web shell (porte dérobée)
glossary-shell-says = Une page déposée sur le serveur, qui permet à un inconnu d’y exécuter des commandes.
glossary-mitigation = Mesure d’atténuation
glossary-mitigation-says = Un réglage qui gêne l’attaque sans supprimer la faille.
glossary-build = Version
glossary-build-says = Le numéro exact de la version d’Exchange, par exemple 15.1.2106.2.
glossary-utc = UTC
glossary-utc-says = Le fuseau horaire de toutes les heures de ce rapport.

case-id = Affaire { $value }
case-operator = { $value }
local-times = Heure de { $zone } : { $times }.
local-since = depuis le { $time }
local-patched = mise à jour le { $time }
local-collected = traces jusqu’au { $time }

kind-folder = Dossier
kind-file = Fichier
kind-zip = Archive zip
kind-tar = Archive tar
kind-7z = Archive 7-Zip

tool-assize = Collecte Assize
tool-velociraptor = Collecte Velociraptor
tool-acquire = Collecte Acquire
tool-kape = { $kind ->
    [folder] Dossier KAPE
   *[other] Collecte KAPE
}
tool-cylr = Collecte CyLR
tool-disk = Disque Windows
tool-exchange-log-collector = Collecte ExchangeLogCollector
tool-test-proxylogon = Résultats de Test-ProxyLogon
tool-eomt = Résultats d’EOMT
tool-msert = Résultats de MSERT

family-web-log = journal d’accès web
family-exchange-log = journal Exchange
family-windows-events = événements Windows
family-file-system = système de fichiers
family-config = configuration
family-memory = mémoire

## Campagnes

campaigns-title = Campagne par campagne
campaigns-caption = Chaque campagne connue, avec sa période et sa réponse
campaign-name = Campagne
campaign-period = Période
campaign-was-open = Ce serveur y était-il ouvert ?
campaign-was-attacked = A-t-il été attaqué ?
campaign-could-see = A-t-on pu voir ?
campaign-from = à partir du { $date }
campaign-open = c’est possible
campaign-open-unknown = inconnu : aucune version n’a été vue
campaign-never-open = non : il n’avait aucune des failles
campaign-behind = inconnu : il a la mise à jour dès son premier enregistrement, longtemps après sa sortie
campaign-not-begun = non : les traces sont plus anciennes
campaign-breached = oui, et quelqu’un est entré
campaign-likely-breached = oui, et quelqu’un est probablement entré
campaign-attacked = oui
campaign-none-seen = rien vu
campaign-nothing-asked = sans objet
campaign-requires-nothing = rien n’est exigé pour elle
campaign-not-seen = non : aucun journal ne remonte aussi loin
sub-about = Cette réponse concerne { $campaign } ; le rapport donne les autres campagnes.
sub-behind = Ce qui précède le { $date } ne peut être vu : { $campaigns }.
pack-of-no-campaign = n’appartient à aucune campagne
why-no-campaign = Les traces ont été recueillies avant le début de toute campagne connue.
why-campaign-never-open = Le serveur n’avait aucune des failles de cette campagne.
why-campaign-behind = Cette campagne était finie bien avant le premier enregistrement.
why-campaigns-behind = Des campagnes plus anciennes il ne reste aucun journal ; cette réponse ne les couvre pas.

matrix-title = Matrice ATT&CK de ce qui a été trouvé, et de ce qui pouvait l’être
matrix-desc = { $techniques ->
    [one] Une technique
   *[other] { $techniques } techniques
} dans { $tactics ->
    [one] une tactique
   *[other] { $tactics } tactiques
} avec des constats ; { $nothing } cherchées sans être trouvées ; { $unseen } impossibles à voir. Chaque case est une technique, avec le nombre de ses constats. Le tableau et les listes ci-dessous contiennent la même chose.
matrix-proof = preuve ou fort
matrix-moderate = modéré
matrix-weak = faible ou contexte
matrix-not-found = cherché dans les enregistrements présents, aucun signe trouvé
matrix-not-seen = impossible à voir : aucun enregistrement des journaux qui le montrent n’est ici
matrix-count-none = { $count } non { $count ->
    [one] trouvée
   *[other] trouvées
}
matrix-count-unseen = { $count } non { $count ->
    [one] vue
   *[other] vues
}
techniques-not-found = Cherchées dans les enregistrements présents, aucun signe trouvé
techniques-not-seen = Impossibles à voir : aucun enregistrement des journaux qui les montrent n’est ici
matrix-left-out = { $count ->
    [one] Une case n’est pas dessinée ; elle est dans le tableau.
   *[other] { $count } cases ne sont pas dessinées ; elles sont dans le tableau.
}
techniques-tactics = Tactiques

evidence-bytes = En octets
evidence-bytes-more = { $count ->
    [one] et un octet de plus
   *[other] et { $count } octets de plus
}

index-title = { $count ->
    [one] Un serveur
   *[other] { $count } serveurs
}, du plus grave au moins grave
index-line = Assize { $version }
index-caption = Serveurs de cette analyse
index-server = Serveur
index-answer = Réponse
index-since = Depuis
index-findings = Constats
index-input = Entrée
index-failed = Sans évaluation
index-failed-caption = Entrées restées sans réponse
index-reason = Raison
index-left-out = { $count ->
    [one] Un autre figure dans index.json.
   *[other] { $count } autres figurent dans index.json.
}
