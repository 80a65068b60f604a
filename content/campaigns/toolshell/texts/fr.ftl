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
    .missing = Collectez les journaux d’IIS des sites de SharePoint, et ceux d’un proxy placé devant, qui peuvent contenir le référent et le corps.
question-web-shells = Codes encoquillés sur le disque
    .missing = Collectez le dossier Web Server Extensions\16\TEMPLATE\LAYOUTS de SharePoint (15 dans les versions plus anciennes).
question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Les démarrages de programmes ne figurent dans Security que si cela avait été activé.

## Règles

iis_toolpane_answered = SharePoint atteint sans connexion
    .says = Depuis { by }, IIS a transmis { requests } vers le volet d’outils de SharePoint, { when }. L’appelant n’avait pas de nom et disait venir de la page de déconnexion. Les réponses sont celles d’un succès.
    .meaning = Des inconnus exécutent ainsi des programmes sur SharePoint et prennent ses clés. Une mise à jour seule n’écarte pas celui qui a les clés : changez-les aussi.
    .otherwise = { pentest }
iis_toolpane_refused = ToolShell essayé et refusé
    .says = Depuis { by }, IIS a reçu { requests } vers le volet d’outils de SharePoint, d’un appelant disant venir de la page de déconnexion, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
iis_toolpane_unknown_referer = SharePoint modifié par un appelant sans nom
    .says = Depuis { by }, IIS a transmis { requests } vers le volet d’outils de SharePoint sans utilisateur, { when }. Le journal ne dit pas quelle page précédait.
    .meaning = Il peut s’agir de cette campagne. Faites enregistrer le référent par IIS, et demandez-le à un proxy.
    .otherwise = { pentest }
iis_key_page_fetched = Page contenant les clés de SharePoint récupérée
    .says = Depuis { by }, IIS a répondu 200 à { requests } vers { $cs_uri_stem }, { when }.
    .meaning = La page montre les clés du serveur. Celui qui les détient peut signer ce que le serveur exécutera, même après la mise à jour. Changez les clés.
    .otherwise = { pentest }
iis_key_page_sought = Page contenant les clés de SharePoint cherchée
    .says = Depuis { by }, IIS a reçu { requests } vers une page que laissait la première vague de ToolShell, { when }. Elle n’y était pas.
    .meaning = Des scanners cherchent les serveurs que d’autres ont forcés.
    .otherwise = Des services de scan examinent ainsi tout Internet.
file_layouts_page = Page de la première vague dans le dossier de SharePoint
    .says = Le fichier { $path } porte un nom employé par la première vague de ToolShell.
    .meaning = Elle montre les clés du serveur à qui les demande.
    .otherwise = { pentest }
signature_key_page = Page qui montre les clés du serveur
    .says = Le fichier { $path } est une page qui lit les clés du serveur et les montre.
    .meaning = Celui qui les détient peut signer ce que le serveur exécutera, même après la mise à jour. Changez les clés.
    .otherwise = Une page de test du propriétaire, ou une collection d’échantillons.
event_layouts_written = Page écrite dans le dossier de SharePoint
    .says = { records } de fichiers créés, { when } : un processus du serveur web ou un interpréteur a créé une page dans le dossier de SharePoint.
    .meaning = Les mises à jour viennent par l’installateur. C’est ainsi qu’y arrive la page des clés, ou leur copie.
    .otherwise = Un administrateur a pu copier une page à la main.
pool_of_sharepoint_command = Le serveur web de SharePoint a lancé une commande
    .says = { records } de programmes lancés, { when } : le serveur web de SharePoint a lancé un interpréteur de commandes.
    .meaning = SharePoint n’a aucune raison d’en lancer.
    .otherwise = Un programme du propriétaire dans ce pool.
toolpane_then_keys = Sans connexion, puis les clés
    .says = SharePoint a été atteint sans connexion, et moins d’un jour après une page qui montre ses clés a répondu, { when }.
    .meaning = Les clés de ce serveur sont connues d’autres.
    .otherwise = { pentest }
toolpane_then_command = Sans connexion, puis une commande
    .says = SharePoint a été atteint sans connexion, et moins de 15 minutes après son serveur web a lancé une commande, { when }.
    .meaning = C’est la campagne, de l’entrée à la première commande.
    .otherwise = { pentest }
