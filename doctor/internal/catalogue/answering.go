package catalogue

import "slices"

// Which questions of the published lists a finding answers. A check answers those of its area, unless it is named below:
// so a new check cannot be forgotten.

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
	"redirect-login": {"in-the-way"}, "redirect-https": {"ssl"}, "keys-over-http": {"ssl"}, "tls-default-vhost": {"ssl"},
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
