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
question-web-shells = Codes encoquillés sur le disque
    .missing = Collectez tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy d’Exchange.
question-cmdlets-run = Commandes d’Exchange exécutées
    .missing = Collectez le journal d’événements « MSExchange Management » et le dossier Logging\CmdletInfra d’Exchange.
question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Les démarrages de programmes ne figurent dans Security que si cela avait été activé.

## Règles

iis_powershell_reached = Un utilisateur a atteint PowerShell d’Exchange par Autodiscover
    .says = Depuis { by }, IIS a transmis { requests } vers PowerShell par le chemin d’Autodiscover, { when }. Les réponses sont celles d’un succès. Utilisateur : { $users }.
    .meaning = Les deux failles de cette campagne exigent une connexion : le mot de passe de cet utilisateur est donc connu d’autres. La requête atteint un service réservé aux administrateurs.
    .otherwise = { pentest }
iis_powershell_refused = ProxyNotShell essayé et refusé
    .says = Depuis { by }, IIS a reçu { requests } vers PowerShell par le chemin d’Autodiscover, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
proxy_powershell_reached = Un utilisateur a atteint PowerShell d’Exchange par Autodiscover
    .says = Depuis { by }, le frontal a transmis { requests } vers PowerShell par le chemin d’Autodiscover, { when }. Les réponses sont celles d’un succès. Utilisateur : { $users }.
    .meaning = Les deux failles de cette campagne exigent une connexion : le mot de passe de cet utilisateur est donc connu d’autres. La requête atteint un service réservé aux administrateurs.
    .otherwise = { pentest }
proxy_powershell_refused = ProxyNotShell essayé et refusé
    .says = Depuis { by }, le frontal a reçu { requests } vers PowerShell par le chemin d’Autodiscover, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
reached_then_command = PowerShell atteint, puis une commande
    .says = PowerShell d’Exchange a été atteint par Autodiscover, et moins de 15 minutes après le serveur web a lancé une commande, { when }.
    .meaning = C’est la campagne, de l’entrée à la première commande.
    .otherwise = { pentest }
reached_then_page = PowerShell atteint, puis un code encoquillé utilisé
    .says = PowerShell d’Exchange a été atteint par Autodiscover, puis le serveur a reçu des données pour une page étrangère à Exchange, { when }.
    .meaning = L’entrée a servi à déposer un code encoquillé.
    .otherwise = { pentest }
