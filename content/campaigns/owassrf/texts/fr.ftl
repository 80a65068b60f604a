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

iis_owa_powershell = PowerShell d’Exchange atteint par Outlook sur le web
    .says = Depuis { by }, IIS a transmis { requests } vers PowerShell sous le chemin d’une boîte, { when }. Les réponses sont celles d’un succès. Utilisateur : { $users }.
    .meaning = La faille exige le mot de passe d’un utilisateur quelconque : il est donc connu d’autres. Les règles mises en place contre ProxyNotShell ne l’arrêtent pas.
    .otherwise = { pentest }
proxy_owa_powershell = PowerShell d’Exchange atteint par Outlook sur le web
    .says = Depuis { by }, le frontal a transmis { requests } vers PowerShell sous le chemin d’une boîte, { when }. Les réponses sont celles d’un succès. Utilisateur : { $users }.
    .meaning = La faille exige le mot de passe d’un utilisateur quelconque : il est donc connu d’autres. Les règles mises en place contre ProxyNotShell ne l’arrêtent pas.
    .otherwise = { pentest }
iis_owa_powershell_refused = OWASSRF essayé et refusé
    .says = Depuis { by }, IIS a reçu { requests } vers PowerShell sous le chemin d’une boîte, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
proxy_owa_powershell_refused = OWASSRF essayé et refusé
    .says = Depuis { by }, le frontal a reçu { requests } vers PowerShell sous le chemin d’une boîte, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
rps_foreign_client = PowerShell d’Exchange utilisé par un client étranger
    .says = { records } de PowerShell à distance, { when } : un client nommé { $client_info } a obtenu un succès. Utilisateur : { $users }.
    .meaning = Windows a son propre client et le nomme. Les outils de cette campagne emploient des bibliothèques d’un autre nom.
    .otherwise = Un outil de gestion d’un autre système peut laisser la même trace. Demandez qui en utilise un.
owa_powershell_then_session = PowerShell atteint, et une session ouverte
    .says = PowerShell d’Exchange a été atteint par Outlook sur le web, et moins de 15 minutes après il a servi un client qui n’est pas celui de Windows, { when }.
    .meaning = L’entrée et la session qui suit figurent dans deux journaux. L’intrus pouvait donner des ordres à Exchange.
    .otherwise = { pentest }
owa_powershell_then_command = PowerShell atteint, puis une commande
    .says = PowerShell d’Exchange a été atteint par Outlook sur le web, et moins de 15 minutes après le serveur web a lancé une commande, { when }.
    .meaning = C’est la campagne, de l’entrée à la première commande.
    .otherwise = { pentest }
owa_powershell_then_page = PowerShell atteint, puis un code encoquillé utilisé
    .says = PowerShell d’Exchange a été atteint par Outlook sur le web, puis le serveur a reçu des données pour une page étrangère à Exchange, { when }.
    .meaning = L’entrée a servi à déposer un code encoquillé.
    .otherwise = { pentest }
