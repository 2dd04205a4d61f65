package doctor_test

import (
	"slices"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// frequent are the forty causes that stores are broken by most often, as far as anybody counts: what the help pages of
// WooCommerce and of the large connectors name first, and what has the most independent public reports behind it.
// Certificates that ran out or are incomplete; a firewall, CDN or security plugin in front; permalinks and redirects
// after a move; the Authorization header lost on the way; revoked, mistyped and read-only keys; roles that were put
// together by hand; and what plugins and caches do to answers. Each is one that the sandbox can be broken in, so that
// two can be in force at once and one can be lifted.
var frequent = []string{
	// The connection.
	"tcp-blocked", "tls-expired", "tls-self-signed", "tls-incomplete-chain", "tls-name-mismatch",
	// What stands in front.
	"cf-challenge", "cf-block", "waf-wordfence", "waf-sucuri", "waf-modsecurity", "ua-blocked", "ip-or-geo-block",
	"rest-disabled",
	"maintenance-plugin", "rate-limit",
	// The road.
	"redirect-www", "redirect-home", "permalinks-plain", "rewrite-missing", "rest-hidden", "woocommerce-inactive",
	// How the key travels.
	"auth-header-stripped", "auth-header-stripped-proxy", "is-ssl-false", "auth-hijack-jwt", "staging-basic-auth",
	// The key and its owner.
	"key-unknown", "secret-wrong", "key-read-only", "key-owner-deleted", "key-owner-demoted",
	"cap-read-private", "cap-create-missing", "cap-hpos-placeholder",
	// What becomes of the answer.
	"php-fatal", "stray-output", "method-blocked", "cache-rest", "pagination-header-missing", "webhook-disabled",
}

// pairsAtOnce bounds how many stores are examined side by side: more only wait for each other.
const pairsAtOnce = 6

// TestTwoFaultsAtOnce: of two faults both are found, or the one that hides the other comes first and the other is found
// when that one is lifted. A sample in which every fault meets four others, one with -short; all 780 pairs with
// WAYBILL_TEST_DOCTOR=all.
func TestTwoFaultsAtOnce(t *testing.T) {
	t.Parallel()
	if len(frequent) != 40 {
		t.Fatalf("%d causes, want forty", len(frequent))
	}
	slots := make(chan struct{}, pairsAtOnce)
	for _, pair := range pairs(everything(), testing.Short()) {
		t.Run(pair[0]+"+"+pair[1], func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			twoFaults(t, pair[0], pair[1])
		})
	}
}

// pairs are the pairs of the frequent causes to try. The sample pairs each with its neighbour, which is of its kind and
// likely to be taken for it, and with one far away, which it may hide.
func pairs(all, short bool) [][2]string {
	var list [][2]string
	steps := []int{1, 17}
	if short {
		steps = steps[1:]
	}
	n := len(frequent)
	for i := range n {
		if all {
			for j := i + 1; j < n; j++ {
				list = append(list, [2]string{frequent[i], frequent[j]})
			}
			continue
		}
		if short && i%2 == 1 {
			continue // the pairs of the even ones meet every cause once
		}
		for _, step := range steps {
			list = append(list, [2]string{frequent[i], frequent[(i+step)%n]})
		}
	}
	return list
}

func twoFaults(t *testing.T, a, b string) {
	p := newPatient(t, suiting(a, b))
	if a == "webhook-disabled" || b == "webhook-disabled" {
		p.hook(t)
	}
	p.breakIn(t, a, b)
	report := p.examine(t)
	if len(report.Crashes) > 0 {
		t.Fatalf("a check crashed:\n%s", describeReport(report))
	}
	if len(report.Findings) == 0 {
		t.Fatal("neither was found")
	}
	first := report.Findings[0]
	if first.Severity == doctor.Note || !first.Root || first.ID != a && first.ID != b {
		t.Fatalf("the first finding is %s:\n%s", first.ID, describeReport(report))
	}
	other := a
	if first.ID == a {
		other = b
	}
	if slices.Contains(ids(report), other) {
		return
	}
	// The first hides the other: when it is lifted, the other must come out.
	p.shop.Mend(b)
	p.shop.Mend(a)
	p.breakIn(t, other)
	after := p.examine(t)
	if len(after.Findings) == 0 || after.Findings[0].ID != other {
		t.Errorf("%s came first, and after it is lifted %s does not come out:\n%s", first.ID, other,
			describeReport(after))
	}
	if at := slices.IndexFunc(after.Findings,
		func(f doctor.Finding) bool { return f.ID == first.ID && f.Root }); at >= 0 {
		t.Errorf("%s is lifted and still a cause:\n%s", first.ID, describeReport(after))
	}
}

// hook gives the store the webhook that the integration wants.
func (p *patient) hook(t *testing.T) {
	t.Helper()
	p.administrator(t, "POST", "/wp-json/wc/v3/webhooks",
		map[string]any{"topic": "order.updated", "delivery_url": receiver, "status": "active"})
	p.target.DeliveryURL = receiver
	p.wanting(append(doctor.DefaultScopes(), doctor.WebhooksScope)...)
}
