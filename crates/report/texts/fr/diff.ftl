# assize diff : deux dossiers d’un même serveur.

diff-before = AVANT
diff-after = APRÈS
diff-case = { $name }, collecté le { $date }. { $version }. { $count ->
    [one] { $count } constat
   *[other] { $count } constats
} ; questions obligatoires avec réponse : { $answered } sur { $required }.
diff-stands-before = La première réponse tient toujours : { $count ->
    [one] { $findings }, qui l’a emportée, ne manque que parce que ses enregistrements manquent.
   *[other] { $findings }, qui l’ont emportée, ne manquent que parce que leurs enregistrements manquent.
} La disparition d’enregistrements n’annule pas ce qui a été montré.
diff-stands-better = La seconde réponse est la meilleure, et rien de ce qui avait emporté la première n’a disparu avec ses enregistrements. Ce qui s’est passé avant reste vrai pour cette époque.
diff-stands-worse = La seconde réponse est la plus grave.
diff-stands-same = La réponse est la même.
diff-remark-order = D’après les preuves, le dossier nommé en premier est le plus récent : ce qui est dit nouveau a pu disparaître, et inversement.
diff-remark-content = Les deux dossiers ont été évalués avec des règles ou des versions différentes : certains écarts peuvent venir du jugement. `assize scan DOSSIER` évalue un dossier à nouveau.
diff-remark-unnamed = L’un des dossiers ne dit pas de quel serveur il vient. Que les deux soient du même serveur, c’est vous qui le dites.
diff-remark-incomplete = L’un des dossiers n’a pas été lu ou évalué jusqu’au bout.
diff-remark-suppressed = Quelqu’un répond de constats de l’un des dossiers, qui n’y comptent pas ; une meilleure réponse peut venir de là.
diff-remark-settings = Il y a plus de réglages qu’on n’en compare ; seuls les premiers le sont.
diff-findings = CONSTATS : { $gone } disparus, { $new } nouveaux, { $same } inchangés
diff-new-since = Nouveaux, et postérieurs à la première collecte ({ $count }) : cela s’est passé depuis.
diff-new-appeared = Nouveaux à un endroit collecté auparavant et où ils n’étaient pas ({ $count }).
diff-new-newly-read = Trouvés seulement maintenant, dans des enregistrements absents de la première collecte ({ $count }). Ils ne sont pas nouveaux sur le serveur.
diff-new-judged-otherwise = Trouvés seulement maintenant, dans des enregistrements déjà présents ({ $count }) : les règles ont changé.
diff-gone-record-gone = Enregistrements absents d’un journal qui contient encore ce qui précède ({ $count }) : quelqu’un ou quelque chose les a retirés. Cherchez qui.
diff-gone-log-gone = Plus visibles, parce que le journal qui les montrait n’est plus là ou commence plus tard ({ $count }). Ce n’est pas une amélioration : ce qu’il montrait a eu lieu.
diff-gone-not-collected = Pas réexaminés : la seconde collecte n’a rien de cette source ou de ce dossier ({ $count }).
diff-gone-removed = Plus présents : l’endroit a été collecté de nouveau ({ $count }).
diff-gone-judged-otherwise = Enregistrements encore là, mais plus retenus ({ $count }) : les règles ont changé, ou ce qu’il leur faut ensemble n’y est plus.
diff-more = et { $count } de plus ; --json les nomme
diff-files = FICHIERS QUI NE SONT PAS DES JOURNAUX
diff-settings = RÉGLAGES
diff-change-new = Nouveaux ({ $count })
diff-change-changed = Modifiés ({ $count })
diff-change-gone = Plus présents ({ $count })
diff-change-not-collected = Pas collectés de nouveau ({ $count })
diff-same-bytes = les mêmes octets se trouvent en { $path }
diff-flaws = { $count ->
    [one] { $count } autre faille d’Exchange a changé d’état ; --json la nomme.
   *[other] { $count } autres failles d’Exchange ont changé d’état ; --json les nomme.
}
diff-seen = CE QUI POUVAIT ÊTRE VU
diff-days = { $answered } jours sur { $days }
diff-not-asked = non posée
diff-nothing = rien
diff-rows = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
