package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// Why a cause of docs/checks is no breakage of the sandbox.
const (
	beforeServer = "happens before a connection reaches any server"
	ownMistake   = "a mistake of the client, answered as the real store does by every sandbox"
	always       = "what every store does, the sandbox too, so there is nothing to switch"
	byOption     = "an option of the store: "
	byReceiver   = "a matter of the receiver of webhooks or keys"
	outside      = "a difference to something beside the API that the sandbox does not have"
)

var noBreakage = map[string]string{
	"dns-nxdomain": beforeServer, "ipv6-broken": beforeServer,

	"url-double-slash": ownMistake, "url-contains-api-path": ownMistake, "url-encoded-route": ownMistake,
	"url-case":                 ownMistake,
	"client-wrong-api-version": ownMistake, "keys-in-body": ownMistake, "auth-bearer": ownMistake,
	"wp-login-instead-of-key": ownMistake,
	"oauth-encoding":          ownMistake, "oauth-form-body": ownMistake, "oauth-nonce-reused": ownMistake,
	"oauth-missing-param": ownMistake,
	"oauth-bad-method":    ownMistake, "key-secret-swapped": ownMistake, "key-malformed": ownMistake,
	"rest-invalid-json":    ownMistake,
	"content-type-missing": ownMistake, "per-page-over-100": ownMistake, "date-plus-unescaped": ownMistake,
	"date-only":   ownMistake,
	"type-strict": ownMistake, "variation-via-products": ownMistake, "stock-not-managed": ownMistake,
	"order-status-filter": ownMistake,
	"image-id":            ownMistake, "customer-exists": ownMistake, "sku-duplicate": ownMistake,
	"key-staging-clone": "the keys of one sandbox asked of another, unknown there",

	"rest-route-ignores-keys": always, "legacy-api-removed": always, "network-route-single-site": always,
	"customer-protected-role": always, "batch-partial": always, "robots-noindex": always, "refund-500-is-4xx": always,
	"page-beyond-total-zero": always, "pagination-drift": always, "customers-role-filter": always,
	"order-ghost-line": always,
	"order-draft-left": always, "order-empty-created": always, "webhook-deduped": always, "webhook-signature": always,
	"webhook-ping": always, "webhook-draft-created": always, "image-sideload": always,

	"redirect-https": byOption + "WithRedirectFromHTTP", "keys-over-http": byOption + "WithPlainHTTP",
	"subdirectory-install": byOption + "WithHome or WithSites", "oauth-scheme-mismatch": byOption +
		"WithHome or WithSSL",
	"oauth-host-mismatch": byOption + "WithHome", "multisite-wrong-blog": byOption + "WithSites",
	"cap-customers-create-version": byOption + "WithVersion", "localized-message": byOption + "WithLocale",
	"webhook-unsafe-url": byOption + "absence of WithReceivers",

	"webhook-redirect-swallowed": byReceiver, "webhook-receiver-slow": byReceiver, "wc-auth-callback": byReceiver,

	"hpos-direct-sql": outside, "webhook-bulk-missing": outside, "multilang-duplicates": outside,
	"system-status-stale": outside,
}

// beyond are ways to be broken that keep no integration from working: they make it read or write less than there is, or
// other than there is. And what comes and goes, which shows as the signatures of others do.
var beyond = map[string]bool{
	"answers-vary": true, "pages-unheeded": true,
	"write-dies": true, "markers-stripped": true,
	"order-trashed": true, "batch-blocked": true, "path-refused": true,
	"signed-links": true, "status-hidden": true, "status-public": true, "status-private": true,
	"status-unregistered": true,
}

func TestEverySignatureOfTheTaxonomyIsABreakageOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "doctor", "testdata", "taxonomy-ids.txt"))
	if err != nil {
		t.Fatal(err)
	}
	played := map[string]bool{}
	for _, b := range sandbox.Breakages() {
		cause, _, _ := strings.Cut(b.ID, ":")
		played[cause] = true
	}
	known := map[string]bool{}
	for _, id := range strings.Fields(string(text)) {
		known[id] = true
		switch reason := noBreakage[id]; {
		case played[id] && reason != "":
			t.Errorf("%s is a breakage, and said to be none: %s", id, reason)
		case !played[id] && reason == "":
			t.Errorf("%s is no breakage, and nothing says why", id)
		}
	}
	for id := range noBreakage {
		if !known[id] {
			t.Errorf("%s is not in the taxonomy", id)
		}
	}
	for id := range played {
		if !known[id] && !beyond[id] {
			t.Errorf("the breakage %s is not in the taxonomy", id)
		}
	}
	t.Logf("%d signatures, %d of them breakages", len(known), len(played))
}
