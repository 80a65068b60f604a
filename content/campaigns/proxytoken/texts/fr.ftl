# Textes du paquet en français.

## Parties communes

by = { $ips ->
        [none] une adresse que le journal n’indique pas
       *[other] { $ips }
    }
requests = { $count ->
        [one] une requête
       *[other] { $count } requêtes
    }
when = { $count ->
        [one] le { $first }
       *[other] entre le { $first } et le { $last }
    }
records = { $count ->
        [one] Un enregistrement
       *[other] { $count } enregistrements
    }
pentest = Un test d’intrusion ou un scan commandé par le propriétaire laisse les mêmes traces. Demandez-en les dates.

## Questions

question-exploit-requests = Requêtes d’exploitation
    .missing = Collectez le dossier Logging\HttpProxy d’Exchange (environ 30 jours) et les journaux d’IIS, qui remontent souvent plus loin. Un proxy inverse ou une sauvegarde peut en avoir de plus anciens.
question-mail-rules = Règles et droits dans les boîtes
    .missing = Collectez le journal d’événements « MSExchange Management » et le dossier Logging\ECP\Server d’Exchange.

## Règles

iis_settings_changed = Réglages d’une boîte modifiés sans connexion
    .says = Depuis { by }, IIS a transmis { requests } modifiant les réglages d’une boîte sans utilisateur, { when }. Les réponses sont celles d’un succès.
    .meaning = Exchange a accepté la modification alors que personne ne s’était connecté. L’usage connu est une règle qui envoie une copie de tout le courrier ailleurs.
    .otherwise = { pentest }
proxy_settings_changed = Réglages d’une boîte modifiés sans connexion
    .says = Depuis { by }, le frontal a transmis { requests } modifiant les réglages d’une boîte sans utilisateur, { when }. Les réponses sont celles d’un succès.
    .meaning = Exchange a accepté la modification alors que personne ne s’était connecté. L’usage connu est une règle qui envoie une copie de tout le courrier ailleurs.
    .otherwise = { pentest }
iis_token_failed = ProxyToken essayé ; le serveur a répondu par une erreur
    .says = Depuis { by }, IIS a reçu { requests } visant les réglages d’une boîte sans utilisateur, { when }. La réponse était une erreur du serveur.
    .meaning = Un serveur vulnérable répond ainsi au premier essai, et d’autres aussi. Cherchez une requête suivante de la même adresse, couronnée de succès.
    .otherwise = { pentest }
proxy_token_failed = ProxyToken essayé ; le serveur a répondu par une erreur
    .says = Depuis { by }, le frontal a reçu { requests } visant les réglages d’une boîte sans utilisateur, { when }. La réponse était une erreur du serveur.
    .meaning = Un serveur vulnérable répond ainsi au premier essai, et d’autres aussi. Cherchez une requête suivante de la même adresse, couronnée de succès.
    .otherwise = { pentest }
iis_token_refused = ProxyToken essayé et refusé
    .says = Depuis { by }, IIS a reçu { requests } visant les réglages d’une boîte avec un SecurityToken et sans utilisateur, { when }. Elles ont été refusées.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
proxy_token_refused = ProxyToken essayé et refusé
    .says = Depuis { by }, le frontal a reçu { requests } visant les réglages d’une boîte avec un SecurityToken et sans utilisateur, { when }. Elles ont été refusées.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
cmdlet_rule_by_server = Règle de transfert créée au nom du serveur
    .says = { records } des commandes d’Exchange, { when } : une règle qui transfère le courrier a été créée, et aucune personne n’en est l’auteur.
    .meaning = Les gens créent des règles en leur propre nom. Une règle au nom du serveur peut être venue par cette faille.
    .otherwise = Certains programmes créent des règles pour les utilisateurs. Demandez si c’est le cas, et regardez où va le courrier.
ecp_rule_of_another = Règle de transfert créée dans les options d’une autre boîte
    .says = { records } du panneau de configuration, { when } : une règle qui transfère le courrier a été créée dans les options d’une boîte nommée par l’adresse.
    .meaning = Les utilisateurs modifient leurs propres options sans nom dans l’adresse. Lisez la règle : elle nomme l’adresse qui reçoit le courrier.
    .otherwise = Un service d’assistance crée ainsi des règles pour les utilisateurs. Demandez qui l’a fait.
changed_then_rule = Réglages modifiés sans connexion, et courrier transféré
    .says = Les réglages d’une boîte ont été modifiés sans connexion, et moins de deux minutes après une règle de transfert a été créée, { when }.
    .meaning = C’est ProxyToken, de la requête jusqu’au but. Lisez la règle : elle nomme l’adresse qui reçoit le courrier.
    .otherwise = { pentest }
changed_then_rule_front_end = Réglages modifiés sans connexion, et courrier transféré
    .says = Les réglages d’une boîte ont été modifiés sans connexion, et moins de deux minutes après une règle de transfert a été créée, { when }.
    .meaning = C’est ProxyToken, de la requête jusqu’au but. Lisez la règle : elle nomme l’adresse qui reçoit le courrier.
    .otherwise = { pentest }
