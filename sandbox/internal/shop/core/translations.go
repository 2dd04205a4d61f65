package core

// translationColumns are the columns of a locale in translations.
var translationColumns = map[string]int{"de_DE": 1, "fr_FR": 2}

// translations are texts that stores show to programs, in our own words:
// English, German, French. %s in English, and $1, $2 in the others, are what is
// filled in. What is not here stays English.
var translations = [][3]string{
	{"Pending payment", "Wartet auf Zahlung", "En attente du paiement"},
	{"Processing", "In Arbeit", "En préparation"},
	{"On hold", "Zurückgestellt", "En suspens"},
	{"Completed", "Erledigt", "Finie"},
	{"Cancelled", "Storniert", "Annulée"},
	{"Refunded", "Erstattet", "Remboursée de tout"},
	{"Failed", "Fehlgeschlagen", "Ratée"},
	{"Draft", "Entwurf", "Brouillon"},
	{"Order status changed from %s to %s.", "Der Status der Bestellung ging von $1 zu $2 über.", "L’état de la commande est passé de $1 à $2."},

	{"Payment complete.", "Die Zahlung ist da.", "Le paiement est arrivé."},
	{"Payment via %s (%s).", "Bezahlt mit $1 ($2).", "Payé par $1 ($2)."},
	{"Email \"%s\" sent.", "E-Mail „$1“ ist gesendet.", "E-mail « $1 » envoyé."},

	{"Sorry, you cannot list resources.", "Sie dürfen diese Liste leider nicht sehen.", "Vous n’avez pas le droit de voir cette liste."},
	{"Sorry, you cannot view this resource.", "Sie dürfen diesen Eintrag leider nicht sehen.", "Vous n’avez pas le droit de voir cet élément."},
	{"Sorry, you are not allowed to create resources.", "Sie dürfen hier leider nichts anlegen.", "Vous n’avez pas le droit de créer ici."},
	{"Sorry, you are not allowed to edit this resource.", "Sie dürfen diesen Eintrag leider nicht ändern.", "Vous n’avez pas le droit de modifier cet élément."},
	{"Sorry, you are not allowed to delete this resource.", "Sie dürfen diesen Eintrag leider nicht löschen.", "Vous n’avez pas le droit de supprimer cet élément."},
	{"Sorry, you are not allowed to batch manipulate this resource.", "Sie dürfen hier leider nicht vieles auf einmal ändern.", "Vous n’avez pas le droit de modifier en masse."},
	{"Sorry, you are not allowed to do that.", "Das dürfen Sie leider nicht.", "Vous n’avez pas le droit de faire cela."},
	{"Consumer secret is invalid.", "Das Geheimnis des Schlüssels stimmt nicht.", "Le secret de la clé est faux."},
	{"Consumer key is invalid.", "Der Schlüssel stimmt nicht.", "La clé est fausse."},
	{"Invalid signature - provided signature does not match.", "Unterschrift ungültig: Sie passt nicht.", "Signature invalide : elle ne correspond pas."},
	{"Invalid signature - signature method is invalid.", "Unterschrift ungültig: Das Verfahren ist unbekannt.", "Signature invalide : méthode inconnue."},
	{"Invalid timestamp.", "Der Zeitstempel ist ungültig.", "L’horodatage est invalide."},
	{"Invalid nonce - nonce has already been used.", "Die Nonce wurde schon benutzt.", "Le nonce a déjà servi."},
	{"The API key provided does not have read permissions.", "Der Schlüssel darf nicht lesen.", "La clé n’a pas le droit de lire."},
	{"The API key provided does not have write permissions.", "Der Schlüssel darf nicht schreiben.", "La clé n’a pas le droit d’écrire."},
	{"No route was found matching the URL and request method.", "Zu Adresse und Methode gibt es keine Route.", "Aucune route pour cette adresse et cette méthode."},
	{"Invalid ID.", "Ungültige ID.", "ID invalide."},
	{"Invalid resource ID.", "Ungültige ID des Eintrags.", "ID de l’élément invalide."},
	{"Invalid user ID.", "Ungültige ID des Benutzers.", "ID d’utilisateur invalide."},
	{"Invalid order ID.", "Ungültige ID der Bestellung.", "ID de commande invalide."},
	{"Customer ID is invalid.", "Die ID des Kunden ist ungültig.", "L’ID du client est invalide."},
	{"Invalid parameter(s): %s", "Ungültige Parameter: $1", "Paramètres invalides : $1"},
	{"Missing parameter(s): %s", "Fehlende Parameter: $1", "Paramètres manquants : $1"},
	{"%s must be between %s (inclusive) and %s (inclusive)", "$1 muss von $2 bis $3 gehen", "$1 doit aller de $2 à $3"},
	{"%s is not of type %s.", "$1 ist nicht vom Typ $2.", "$1 n’est pas du type $2."},
	{"%s is not one of %s.", "$1 ist keines von $2.", "$1 n’est pas parmi $2."},
	{"Invalid date.", "Ungültiges Datum.", "Date invalide."},
	{"Invalid JSON body passed.", "Der Inhalt ist kein gültiges JSON.", "Le contenu n’est pas du JSON valide."},
	{"Invalid or duplicated SKU.", "Die Artikelnummer ist ungültig oder vergeben.", "L’UGS est invalide ou déjà prise."},
	{"An account is already registered with %s. Please log in or use a different email address.", "Mit $1 gibt es schon ein Konto.", "Il y a déjà un compte pour $1."},

	{"Direct bank transfer", "Überweisung", "Virement bancaire"},
	{"Check payments", "Zahlung mit Scheck", "Paiement par chèque"},
	{"Cash on delivery", "Nachnahme", "Paiement à la livraison"},
	{"Flat rate", "Pauschale", "Forfait"},
	{"Free shipping", "Kostenloser Versand", "Livraison gratuite"},
	{"Local pickup", "Abholung", "Retrait sur place"},
	{"Standard rate", "Normaler Satz", "Taux normal"},
	{"General", "Allgemein", "Général"}, {"Products", "Produkte", "Produits"}, {"Tax", "Steuer", "TVA"}, {"Shipping", "Versand", "Expédition"},
	{"Currency position", "Stelle der Währung", "Place de la devise"}, {"Currency", "Währung", "Devise"},
	{"Left", "Links", "Gauche"}, {"Right", "Rechts", "Droite"},
	{"Germany", "Deutschland", "Allemagne"}, {"Austria", "Österreich", "Autriche"}, {"Switzerland", "Schweiz", "Suisse"},
	{"France", "Frankreich", "France"}, {"Italy", "Italien", "Italie"}, {"Bavaria", "Bayern", "Bavière"}, {"Europe", "Europa", "Europe"},
	{"Pound sterling", "Pfund Sterling", "Livre sterling"}, {"Swiss franc", "Schweizer Franken", "Franc suisse"},
}
