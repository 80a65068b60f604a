# Textes du paquet en français, niveau B1. Une règle a un titre, ce qui a été vu (.says), ce que cela signifie (.meaning)
# et ce qui pourrait l’expliquer autrement (.otherwise). Ce qu’un journal ne nomme pas arrive sous la forme `none`.

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
    .missing = Collectez le dossier Logging\HttpProxy d’Exchange. Il couvre environ 30 jours ; une sauvegarde peut contenir des copies plus anciennes. Les journaux d’IIS et d’un mandataire inverse aident aussi.
question-virtual-directories = Répertoires virtuels
    .missing = Collectez le dossier Logging\ECP\Server d’Exchange et le journal d’événements « MSExchange Management ». Ce dernier remonte souvent plus loin.
question-files-written = Fichiers écrits par Exchange
    .missing = Collectez le dossier Logging\OABGeneratorLog d’Exchange, ou tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy.
question-web-shells = Codes encoquillés (web shells) sur le disque
    .missing = Collectez tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy d’Exchange. Ajoutez le dossier Temporary ASP.NET Files, qui garde la trace des pages supprimées.
question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Le journal Security ne contient les démarrages de programmes que si cela avait été activé auparavant.
question-credentials-and-mail = Mots de passe et courriels copiés
    .missing = Collectez tous les journaux d’événements et tous les dossiers web avec leurs fichiers. Demandez au fournisseur du pare-feu les gros transferts vers l’extérieur.

## Journal du frontal : cible falsifiée

ssrf_probe = Quelqu’un a testé la présence de la faille
    .says = Depuis { by }, le frontal a reçu { requests } à transmettre au serveur lui-même, { when }. C’est ainsi qu’un script de test public cherche la faille.
    .meaning = Ce test n’est pas une étape d’une intrusion. Il montre que le serveur était joignable et que quelqu’un s’y intéressait.
    .otherwise = Le propriétaire ou un service de scan a pu lancer ce test. Le script a été publié pour les administrateurs.
ssrf_autodiscover = Première étape de l’attaque tentée
    .says = Depuis { by }, le frontal a reçu { requests } à transmettre à Autodiscover, vers une cible choisie par l’appelant, { when }.
    .meaning = C’est la première étape de l’enchaînement connu : l’appelant cherche une boîte aux lettres. Beaucoup d’attaques se sont arrêtées là. Si le serveur n’était pas à jour à ce moment, le procédé lui-même a fonctionné.
    .otherwise = { pentest }
ssrf_mailbox_id = Identité du titulaire d’une boîte obtenue
    .says = Depuis { by }, le frontal a transmis { requests } au service de messagerie du serveur principal (back-end), { when }. Celui-ci a répondu.
    .meaning = La réponse donne l’identité interne d’un utilisateur. L’étape suivante de l’enchaînement connu en a besoin.
    .otherwise = { pentest }
ssrf_admin_session = Session d’administrateur obtenue sans mot de passe
    .says = Depuis { by }, le frontal a transmis { requests } à l’ouverture de session du panneau d’administration, { when }. Le serveur a répondu 241 : la session a été ouverte.
    .meaning = Le code 241 est propre à Exchange et signale l’ouverture d’une session. L’appelant n’avait pas de mot de passe et pouvait dès lors administrer le serveur.
    .otherwise = { pentest }
ssrf_vdir_read = Réglages d’un répertoire virtuel lus avec la session volée
    .says = Depuis { by }, le frontal a transmis { requests } pour lire les réglages d’un répertoire virtuel, { when }. Le serveur a répondu.
    .meaning = Le panneau d’administration ne répond ainsi que dans une session ouverte. L’appelant était déjà entré et préparait une modification.
    .otherwise = { pentest }
ssrf_vdir_change = Répertoire virtuel modifié depuis l’extérieur
    .says = Depuis { by }, le frontal a transmis { requests } de modification d’un répertoire virtuel, { when }. Le serveur a répondu par un succès.
    .meaning = Dans l’enchaînement connu, cette étape place un script dans un champ d’adresse, puis l’en retire. Le journal du panneau d’administration montre la valeur.
    .otherwise = { pentest }
ssrf_vdir_reset = Fichier écrit sur le serveur depuis l’extérieur
    .says = Depuis { by }, le frontal a transmis { requests } de réinitialisation d’un répertoire virtuel, { when }. Le serveur a répondu par un succès.
    .meaning = La réinitialisation enregistre les réglages dans un fichier, à l’endroit choisi par l’appelant. Si un script s’y trouve, ce fichier est un code encoquillé (web shell).
    .otherwise = { pentest }
ssrf_mailbox_access = Services de messagerie atteints sans mot de passe
    .says = Depuis { by }, le frontal a transmis { requests } au service de messagerie ou au carnet d’adresses du serveur, { when }. Celui-ci a répondu.
    .meaning = Le serveur prend une telle requête pour l’une des siennes. Des courriels ou la liste d’adresses ont pu être lus. Le journal ne dit pas lesquels.
    .otherwise = { pentest }
ssrf_other_target = Cible falsifiée d’une autre forme
    .says = Depuis { by }, le frontal a reçu { requests } vers une autre cible choisie par l’appelant, { when }.
    .meaning = Exchange n’écrit jamais une telle cible. C’est une tentative contre la même faille ; les scanners indiquent leur propre machine pour voir si le serveur l’appelle.
    .otherwise = { pentest }
ssrf_failed = Attaque refusée ou échouée
    .says = Depuis { by }, le serveur a reçu { requests } de l’attaque connue, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
ssrf_no_answer = Étapes suivantes de l’attaque, réponse non enregistrée
    .says = Depuis { by }, le serveur a reçu { requests } des étapes suivantes de l’attaque connue, { when }. Le journal ne contient pas la réponse du serveur.
    .meaning = Ces étapes n’ont de sens qu’après les premières. À elles seules, ces lignes ne montrent pas si elles ont réussi.
    .otherwise = { pentest }
ssrf_old_cookie = Cookie de routage falsifié
    .says = Depuis { by }, le serveur a reçu { requests } avec un cookie de routage qu’Exchange n’écrit pas, { when }.
    .meaning = Ce cookie contient un chemin. C’est une forme plus ancienne de la même tentative de détourner les requêtes du serveur.
    .otherwise = { pentest }

## Panneau d’administration et journal de gestion

ecp_vdir_script = Script inscrit dans un répertoire virtuel
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel a reçu un script à la place d’une adresse. La commande n’a pas échoué.
    .meaning = Cette étape installe un code encoquillé (web shell). Quand le répertoire est réinitialisé, Exchange enregistre le script dans un fichier que le serveur web exécute.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille même laisse la même trace.
ecp_vdir_script_failed = Script refusé pour un répertoire virtuel
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel devait recevoir un script. Exchange l’a refusé.
    .meaning = Quelqu’un déjà entré dans le panneau d’administration a tenté d’installer un code encoquillé. Cette tentative a échoué ; cherchez-en d’autres.
    .otherwise = Seul un test de cette faille même laisse la même trace.
ecp_forged_request = Requête du panneau d’administration passée par la faille
    .says = { records } du panneau d’administration, { when } : l’adresse porte encore la fin d’une cible falsifiée.
    .meaning = Un navigateur n’envoie jamais cela. La requête est entrée par la faille du frontal, dans une session ouverte.
    .otherwise = { pentest }
ecp_vdir_reset = Répertoire virtuel réinitialisé
    .says = { records } du panneau d’administration, { when } : un répertoire virtuel a été réinitialisé.
    .meaning = Une réinitialisation enregistre les réglages dans un fichier. C’est une étape de l’attaque connue, mais aussi un bouton prévu pour les administrateurs.
    .otherwise = Un administrateur a pu réinitialiser ce répertoire. Demandez qui l’a fait, et depuis quel poste.
ecp_oab_recreated = Répertoire du carnet d’adresses supprimé puis recréé
    .says = { records } du panneau d’administration, { when } : le répertoire virtuel du carnet d’adresses a été supprimé ou recréé.
    .meaning = Une réinitialisation produit cet effet. Cela aide à dater un fichier écrit au même moment.
    .otherwise = Les administrateurs et l’installation d’Exchange le font aussi.
ecp_vdir_url_cleared = Adresse d’un répertoire virtuel vidée
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel a été vidée.
    .meaning = Les outils connus le font en dernier, pour cacher le script qui s’y trouvait.
    .otherwise = Un administrateur a pu retirer cette adresse.
cmdlet_vdir_script = Script inscrit dans un répertoire virtuel (journal d’événements)
    .says = { records } du journal d’événements, { when } : l’adresse d’un répertoire virtuel a reçu un script à la place d’une adresse. La commande a réussi.
    .meaning = Cette étape installe un code encoquillé (web shell). Quand le répertoire est réinitialisé, Exchange enregistre le script dans un fichier que le serveur web exécute.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille même laisse la même trace.
cmdlet_vdir_script_failed = Script refusé pour un répertoire virtuel (journal d’événements)
    .says = { records } du journal d’événements, { when } : l’adresse d’un répertoire virtuel devait recevoir un script. Exchange l’a refusé.
    .meaning = Quelqu’un disposant de droits d’administration a tenté d’installer un code encoquillé. Cette tentative a échoué ; cherchez-en d’autres.
    .otherwise = Seul un test de cette faille même laisse la même trace.
cmdlet_oab_recreated = Répertoire du carnet d’adresses supprimé puis recréé (journal d’événements)
    .says = { records } du journal d’événements, { when } : le répertoire virtuel du carnet d’adresses a été supprimé ou recréé.
    .meaning = Une réinitialisation produit cet effet. Cela aide à dater un fichier écrit au même moment.
    .otherwise = Les administrateurs et l’installation d’Exchange le font aussi.
um_invalid_cast = La messagerie unifiée a reçu des données inattendues
    .says = { records } du journal d’événements, { when } : la messagerie unifiée a rencontré un objet d’un type inattendu.
    .meaning = Cette erreur apparaît quand la deuxième des quatre failles est essayée. Elle ne montre pas que cela a réussi.
    .otherwise = Un défaut de la messagerie unifiée ou d’un module linguistique produit la même erreur.
um_worker_child = La messagerie unifiée a lancé un programme étranger
    .says = { records } du journal d’événements, { when } : la messagerie unifiée a lancé un autre programme.
    .meaning = Ce service ne lance que des rapports d’erreur. Un autre programme signifie que la faille a servi à le lancer, avec tous les droits.
    .otherwise = Un débogueur ou un agent de supervision du propriétaire.
oab_write_outside = Le service du carnet d’adresses a écrit hors de son dossier
    .says = { records } du service du carnet d’adresses, { when } : un téléchargement a laissé un fichier hors du dossier du carnet d’adresses.
    .meaning = La troisième des quatre failles fait écrire à ce service un fichier choisi par l’attaquant. Regardez le chemin dans l’enregistrement.
    .otherwise = Un dossier d’installation déplacé ou renommé à la main.

## IIS

iis_static_post = Données envoyées à un fichier qui n’en attend pas
    .says = Depuis { by }, des données ont été envoyées à un fichier de script ou de style du frontal : { requests }, { when }.
    .meaning = L’attaque connue a besoin d’un tel chemin. IIS n’enregistre pas le cookie qui la porte : ces lignes ne montrent pas si elle a réussi.
    .otherwise = Les scanners de vulnérabilités et le script de test public envoient les mêmes requêtes.
iis_static_probe = Quelqu’un a demandé un fichier propre aux outils d’attaque
    .says = Depuis { by }, un fichier de script qu’Exchange ne possède pas a été demandé : { requests }, { when }.
    .meaning = Les scanners de cette faille demandent de tels noms. Ce n’est pas une étape d’une intrusion.
    .otherwise = Un scan commandé par le propriétaire.
iis_backend_session = Session du panneau d’administration ouverte pour un programme
    .says = Sur le serveur principal (back-end), une session du panneau d’administration a été ouverte : { requests }, { when }. L’appelant était un programme, pas un navigateur.
    .meaning = Les outils de l’attaque connue le font par la faille du frontal. Une personne qui se connecte utilise un navigateur.
    .otherwise = Un script de supervision qui se connecte au panneau, ou l’autotest d’Exchange. Comparez l’agent utilisateur avec d’autres jours.
iis_backend_reset = Répertoire virtuel réinitialisé par le compte du serveur
    .says = Sur le serveur principal (back-end), un répertoire virtuel a été réinitialisé sous le compte de la machine : { requests }, { when }. La réponse était un succès.
    .meaning = Par la faille, un appelant extérieur agit sous ce compte. La réinitialisation écrit un fichier à l’endroit choisi par l’appelant.
    .otherwise = La réinitialisation d’un administrateur peut avoir cet aspect si le frontal la transmet sous son propre compte. Demandez qui l’a faite.

## Fichiers

file_vdir_dump_script = Réglages de répertoire enregistrés avec un script
    .says = Le fichier { $path } contient les réglages d’un répertoire virtuel, avec un script dans une adresse.
    .meaning = C’est le fichier que laisse l’attaque connue. Le serveur web exécute le script dès que la page est demandée.
    .otherwise = Seule une collection d’échantillons a le même aspect.

## Événements Windows

vsperfmon_task = Tâche planifiée VSPerfMon
    .says = { records } du journal Security, { when } : une tâche planifiée nommée VSPerfMon a été créée.
    .meaning = Des attaquants de cette période ont utilisé ce nom pour revenir après un redémarrage.
    .otherwise = Un développeur qui mesure des performances avec Visual Studio.
defender_detection = Defender a nommé une menace de cette campagne
    .says = { records } de Microsoft Defender, { when } : un nom que Microsoft a donné aux moyens de ces attaques y figure.
    .meaning = Le chemin dans l’enregistrement dit où elle se trouvait. Supprimer le fichier n’expulse pas un attaquant.
    .otherwise = Une collection d’échantillons, ou un script qui les recherche.

## Constats réunis

chain_in_front_end = L’attaque entière, de la session au fichier
    .says = Depuis { by }, une session d’administrateur a été obtenue, un répertoire virtuel modifié puis enregistré dans un fichier, entre le { $first } et le { $last }. Toutes les étapes ont reçu une réponse de succès.
    .meaning = L’attaque a atteint son but : un fichier choisi par l’attaquant a été écrit sur le serveur.
    .otherwise = { pentest }
reset_then_page = Fichier écrit, puis une page étrangère a répondu
    .says = Entre le { $first } et le { $last }, un fichier a été écrit par la faille, puis le serveur a répondu pour une page qu’aucun Exchange ne possède.
    .meaning = Le fichier écrit est en place et joignable de l’extérieur. Ces enregistrements ne montrent aucune utilisation.
    .otherwise = { pentest }
script_file_and_request = Code encoquillé sur le disque, et il a répondu
    .says = Un fichier portant un script de l’attaque connue se trouve dans un dossier web, et le serveur a répondu à une requête pour ce fichier. Chemin : { $paths }.
    .meaning = Le code encoquillé (web shell) est en place et joignable. Ces enregistrements ne montrent aucune utilisation.
    .otherwise = Seul un test de cette faille même laisse la même trace.
