package catalogue

import (
	"fmt"
	"slices"
)

// Question is one question of the published troubleshooting lists.
type Question struct {
	ID   string // stable
	Text string
	// How says in a sentence how the doctor answers it.
	How string
}

// Questions are what support asks of somebody whose integration does not work, in that order. Every report answers each
// of them by its id.
func Questions() []Question {
	return []Question{
		{"owner-role", "Does the key's user exist and have the role Shop Manager or an equal one?",
			"A known caller gets 403 where a stranger gets 401; what the user may do is read from the Allow " +
				"headers, not from the name of a role, which the API does not tell."},
		{"key-of-user", "Does the store know the key, and is its secret right?",
			"A signature that cannot be right: a store that has the key objects to the signature, one that has not " +
				"objects to the key. A wrong secret beside the right one shows whether the secret is looked at."},
		{"read-write", "May the key read and write?",
			"A GET and a POST to a route that exists nowhere: the key's own permission is asked before the route is " +
				"looked for, so 404 is yes and 401 is no; nothing is executed."},
		{"capabilities", "Has the key's user every capability that the scopes need?",
			"By what is open and what is not. Measured: the five of the help pages open reading, and changing " +
				"orders in legacy storage only; the ten add settings and reports; neither changes an order on order " +
				"tables, and neither creates one ([roles.md](roles.md))."},
		{"authentication", "Is the key let in in one of the ways it can be sent?",
			"Header, address and signature are tried one beside the other; over plain HTTP only the signature, with " +
				"which the secret does not travel."},
		{"credentials", "Are the credentials stored safely?",
			"Waybill's side: encrypted at rest, sent over verified TLS to the store's own address only, in no log, " +
				"report or evidence."},
		{"rate-limit", "Is a rate limit in the way?",
			"By 429, by a web server's 503 that passes, and by connections that stop coming about; the doctor then " +
				"asks slower."},
		{"get-orders", "Does GET of orders work, with their private data?", "A list of orders with the key."},
		{"post-orders", "Does POST of orders work?", "The Allow header of the collection, which runs WooCommerce's " +
			"own permission check for creating, and a create that names an id, which WooCommerce refuses after that " +
			"check; nothing is created."},
		{"put-orders", "Does PUT of orders work, own and others'?", "What the store says may be done with each of " +
			"the newest and oldest orders, and a change of an order that does not exist; nothing is changed."},
		{"ssl", "Is SSL in order?",
			"A handshake of its own, its certificate verified step by step: date, name, chain, authority, version."},
		{"versions", "Which versions of WordPress and WooCommerce run?",
			"From the system status, where the key may read it (manage_woocommerce)."},
		{"allow-list", "Which addresses must be allowed?",
			"The address this machine connects from. Behind a router the store sees the router's public address."},
		{"in-the-way", "Is a security plugin, firewall or theme in the way?", "By who answers in the store's place, " +
			"by comparing with a browser's name and with a static file, and by the list of active plugins."},
		{"multisite", "Is it a multisite network?", "By the system status, or by a route that only networks have."},
		{"role-changed", "Was something taken away from the role Shop Manager?", "By capabilities that are " +
			"missing from an owner who else behaves as a Shop Manager; the finding role-caps-stripped names them."},
	}
}

// answered is the answer to a question. It panics for an id that is none, which a test of every report would show.
func answered(id, answer, detail string) Answered {
	for _, q := range Questions() {
		if q.ID == id {
			return Answered{ID: id, Question: q.Text, Answer: answer, Detail: detail}
		}
	}
	panic(fmt.Sprintf("doctor: there is no question %q", id))
}

// Which questions of the published lists a finding answers. A check answers those of its area, unless it is named
// below: so a new check cannot be forgotten.

// areaQuestions are the questions that every finding of an area answers; none for an area that no question is about.
var areaQuestions = map[Area][]string{
	AreaNetwork: {}, AreaTLS: {"ssl"}, AreaBlocking: {"in-the-way"}, AreaRouting: {}, AreaTransport: {"authentication"},
	AreaKey: {"key-of-user"}, AreaCaching: {}, AreaServer: {}, AreaPermissions: {"capabilities"}, AreaData: {},
	AreaWebhooks: {}, AreaSite: {},
}

// ownQuestions are those of single checks, in place of their area's.
var ownQuestions = map[string][]string{
	"rate-limit": {"rate-limit"}, "fail2ban-ban": {"rate-limit"}, "cf-origin-5xx": {}, "maintenance-core": {},
	"rest-hidden": {"in-the-way"}, "rest-unhooked": {"in-the-way"}, "redirect-home": {"in-the-way"},
	"redirect-login": {"in-the-way"}, "redirect-https": {"ssl"}, "keys-over-http": {"ssl"},
	"tls-default-vhost":      {"ssl"},
	"auth-hijack-jwt":        {"authentication", "in-the-way"},
	"auth-hijack-miniorange": {"authentication", "in-the-way"},
	"auth-hook-conflict":     {"authentication", "in-the-way"}, inPlaceID: {"in-the-way"},
	"endpoint-removed": {"in-the-way"}, "perm-filter-override": {"capabilities", "in-the-way"},
	"records-hidden": {"in-the-way"}, "records-distorted": {"in-the-way"},
	"key-read-only": {"read-write"}, "key-write-only": {"read-write"},
	"key-owner-deleted": {"owner-role", "key-of-user"}, "key-owner-demoted": {"owner-role", "capabilities"},
	"key-owner-not-in-blog": {"owner-role", "capabilities", "multisite"},
	"role-caps-stripped":    {"capabilities", "role-changed"},
	"multisite-edit-users":  {"capabilities", "multisite"}, "multisite-wrong-blog": {"key-of-user", "multisite"},
	"customer-other-site": {"multisite"},
}

// Answers are the ids of the questions that a finding of this check answers.
func (c Check) Answers() []string {
	if own, named := ownQuestions[c.ID]; named {
		return own
	}
	return areaQuestions[c.Area]
}

// answering is the first finding that answers a question; nil when there is none.
func answering(question string, findings []Finding) *Finding {
	for i := range findings {
		one := Check{ID: findings[i].ID, Area: findings[i].Area}
		if slices.Contains(one.Answers(), question) {
			return &findings[i]
		}
	}
	return nil
}
