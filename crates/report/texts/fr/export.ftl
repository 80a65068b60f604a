# Fichiers pour d’autres programmes : ce que des personnes y lisent.

export-findings = { $shown } constats sur { $count } sont dans ce fichier, les plus parlants d’abord ; result.json les contient tous.
export-undated = { $count ->
    [one] Un constat ne porte pas d’heure et ne figure pas parmi ce qui a été vu à un moment donné.
   *[other] { $count } constats ne portent pas d’heure et ne figurent pas parmi ce qui a été vu à un moment donné.
 }
export-refused = { $count ->
    [one] Une valeur n’est pas ce que dit son champ et n’est dans aucun champ typé ; result.json la contient.
   *[other] { $count } valeurs ne sont pas ce que disent leurs champs et ne sont dans aucun champ typé ; result.json les contient.
 }
export-title = Assize : { $word } - { $host }
export-observed = Vu { $count } fois. { $strength }. Constat { $id }, règle { $rule }.
export-more = { $count ->
    [one] et un autre constat
   *[other] et { $count } autres constats
 }
export-sheet-answer = Réponse
export-sheet-findings = Constats
export-sheet-timeline = Chronologie
export-sheet-coverage = Couverture
export-sheet-exposure = Exposition
export-sheet-indicators = Indicateurs
export-sheet-checked = Vérifié
export-column-server = Serveur
export-column-version = Version
export-column-state = Réponse
export-column-do = À faire
export-column-limit = Limite
export-column-finding = Constat
export-column-first = Premier instant (UTC)
export-column-last = Dernier instant (UTC)
export-column-title = Titre
export-column-summary = Ce qui a été vu
export-column-count = Enregistrements
export-column-file = Fichier
export-column-position = Position
export-column-required = Requise
export-rows = { $shown } lignes sur { $count } de « { $sheet } » sont dans ce fichier ; result.json les contient toutes.
export-cells = { $count ->
    [one] Une longue cellule est coupée
   *[other] { $count } longues cellules sont coupées
 } après { $max } caractères ; result.json contient le texte entier.
