package onboarding

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// The ways in which connecting over the approval page fails, by name; docs/connecting.md lists them. What the doctor
// found has the name of its check.
const (
	// Before anybody is sent to the page: shops cannot call our public address…
	PublicMissing     = "public-address-missing"
	PublicNotHTTPS    = "public-address-not-https"
	PublicPort        = "public-address-port"
	PublicUnknown     = "public-address-unknown"
	PublicPrivate     = "public-address-private"
	PublicSilent      = "public-address-silent"
	PublicCertificate = "public-address-certificate"
	PublicRedirects   = "public-address-redirects"
	PublicElsewhere   = "public-address-elsewhere"
	// … or the page is not to be had.
	PagePermalinks = "approval-page-permalinks"
	PageMissing    = "approval-page-missing"
	PageHidden     = "approval-page-hidden"
	PageRefuses    = "approval-page-refuses"
	PageBlocked    = "approval-page-blocked"
	PageLoops      = "approval-page-loops"
	PageSilent     = "approval-page-silent"

	// Afterwards.
	Declined       = "declined"
	Expired        = "expired"
	KeyElsewhere   = "key-went-elsewhere"
	KeyNotKept     = "key-not-kept"
	KeyUnreadable  = "key-unreadable"
	KeyDoesNotWork = "key-does-not-work"
	KeyProvesNone  = "key-proves-nothing"
	ShopSilent     = "shop-silent"
)

// failure is one of them, in words.
type failure struct {
	reason, why, next string
	// final says that no confidence helps.
	final bool
}

// Shops that cannot call us.

func noPublicAddress() failure {
	return failure{PublicMissing, "shops are not told where they reach Waybill, so none can hand a key over",
		"Set serve.public_url to an https address that leads to waybill serve from outside. Set it here too: for " +
			"waybill connect, in the environment or the configuration file, as for waybill serve", true}
}

func publicNotHTTPS(address string) failure {
	return failure{PublicNotHTTPS, "WooCommerce hands keys over to https addresses only, and serve.public_url is " +
		address, "Put a reverse proxy with TLS before waybill serve, and set serve.public_url to its https address",
		true}
}

func publicPort(port string) failure {
	return failure{PublicPort, "WordPress calls the ports 80, 443 and 8080 only, and serve.public_url names port " +
		port, "Let waybill serve be reached on port 443, and leave the port out of serve.public_url", false}
}

func publicIPv6(host string) failure {
	return failure{PublicUnknown, "WordPress calls names and IPv4 addresses only, and serve.public_url names " + host,
		"Set serve.public_url to a name that has an IPv4 address", false}
}

func publicUnknown(host string) failure {
	return failure{PublicUnknown, "the name " + host + " of serve.public_url leads to no IPv4 address, which is what " +
		"WordPress looks for", "Enter an A record for it, or correct serve.public_url", false}
}

func publicPrivate(host, address string) failure {
	return failure{PublicPrivate, fmt.Sprintf("WordPress calls public addresses only, and %s of serve.public_url "+
		"leads to %s", host, address), "Set serve.public_url to the address by which this server is reached from the " +
		"Internet", false}
}

func publicSilent(address string, err error) failure {
	return failure{PublicSilent, fmt.Sprintf("serve.public_url (%s) does not answer from here: %s", address,
		problem.Reason(err)), "Start waybill serve, and let its reverse proxy lead there. Where only this network " +
		"cannot reach its own public address, say that you are sure", false}
}

func publicCertificate(address string, err error) failure {
	return failure{PublicCertificate, fmt.Sprintf("the certificate of serve.public_url (%s) cannot be trusted, and "+
		"WordPress trusts no other: %s", address, problem.Reason(err)),
		"Renew or complete the certificate of the reverse proxy", false}
}

func publicRedirects(address, to string) failure {
	return failure{PublicRedirects, fmt.Sprintf("serve.public_url (%s) redirects to %s, and a key that is redirected "+
		"is lost", address, to), "Set serve.public_url to the address that answers without a redirect", false}
}

func publicElsewhere(address string, status int) failure {
	return failure{PublicElsewhere, fmt.Sprintf("something else than this Waybill answers at serve.public_url (%s) "+
		"with status %d", address, status), "Let the reverse proxy hand /connect/ and /hooks/ on to waybill serve",
		false}
}

// Pages that are not to be had.

func plainPermalinks() failure {
	return failure{PagePermalinks, "the shop's permalinks are plain, with which WooCommerce's approval page leads " +
		"nowhere after the login", "In wp-admin: Settings > Permalinks > Post name, Save", false}
}

func pageMissing() failure {
	return failure{PageMissing, "the shop has no approval page (404 at /wc-auth/v1/authorize)",
		"In wp-admin: Settings > Permalinks > Save, which writes the rewrite rules anew", false}
}

func pageHidden(title string) failure {
	return failure{PageHidden, "the way to the approval page ends on another page" + quoted(title) + ", on which " +
		"nobody can log in", "In wp-admin: look for a plugin that hides or moves the login", false}
}

func pageRefuses(words string) failure {
	return failure{PageRefuses, "the approval page refuses us" + quoted(words),
		"Correct what it names", false}
}

func pageBlocked(status int, title string) failure {
	return failure{PageBlocked, fmt.Sprintf("the approval page is answered with status %d%s: a firewall, or a plugin "+
		"that protects the login", status, quoted(title)), "Let /wc-auth/ through there. Where it lets the owner of " +
		"the shop in, but not this server, say that you are sure", false}
}

func pageLoops() failure {
	return failure{PageLoops, "the approval page redirects without an end",
		"In wp-admin: look for a plugin that redirects the login", false}
}

func pageSilent(err error) failure {
	return failure{PageSilent, "the approval page does not answer: " + problem.Reason(err),
		"Open it in a browser; run waybill doctor on the shop", false}
}

func foundByDoctor(root *doctor.Finding) failure {
	next := root.FirstFix()
	if root.Adopt != nil && root.Adopt.Base != "" {
		next = strings.TrimSpace("Connect it at " + root.Adopt.Base + ". " + next)
	}
	return failure{root.ID, root.Title, next, false}
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return " (“" + text + "”)"
}

// KeysPage is where the owner of a shop makes a key by hand.
func KeysPage(home string) string {
	return home + "/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys&create-key=1"
}

// impossible is a failure before anybody was sent anywhere. It offers a key made by hand.
func impossible(f failure, home string) error {
	sure := "helps"
	if f.final {
		sure = "does not help"
	}
	return problem.New(problem.ApprovalImpossible, "%s", f.why).
		Next("%s. Or let the owner of the shop make a key by hand, and connect the shop with it: %s",
			strings.TrimRight(f.next, "."), KeysPage(home)).
		Detail("reason", f.reason).Detail("keys_page", KeysPage(home)).Detail("sure", sure)
}

// What becomes of one that was sent there.

func declined() failure {
	return failure{Declined, "the owner of the shop said no", "Ask him, and send him there again: until the time is " +
		"up the link stays good", false}
}

func keyElsewhere(address string) failure {
	return failure{KeyElsewhere, "the shop says that it has handed its key over, and none has come here: something " +
		"else answered it at " + address, "Let the reverse proxy hand POST below /connect/ on to waybill serve, " +
		"then send the owner there again", false}
}

func expired(c storage.Connection) failure {
	f := failure{Expired, "the time is up, and no key has come", "Begin anew when the owner is ready. Where he saw " +
		"“You do not have permission to access this page” he needs the role Shop manager or Administrator; “An error " +
		"occurred in the request” or “cURL error” means that his host does not let the shop call us: then take a key " +
		"made by hand", false}
	if c.Reason == Declined {
		f.why = "the owner of the shop said no, and the time is up"
	}
	return f
}

func keyNotKept() failure {
	return failure{KeyNotKept, "the shop made a key and could not keep it (its number is 0): its database refuses " +
		"new rows", "Let the host look at the table woocommerce_api_keys, then begin anew", false}
}

func unreadable() failure {
	return failure{KeyUnreadable, "what the shop has sent cannot be decrypted: the master key was replaced meanwhile",
		"Begin anew", false}
}

func shopSilent(p *problem.Problem) failure {
	return failure{ShopSilent, "a key came, and the shop does not answer to it: " + p.Message,
		"Nothing: it is tried again for a quarter of an hour", false}
}

// keyRefused says why a key that came does not do; open says that the shop takes any.
func keyRefused(p *problem.Problem, open bool) failure {
	cause := p.Details["cause"]
	switch {
	case open:
		return failure{KeyProvesNone, p.Message, "Let the shop show its orders to nobody without a key (run waybill " +
			"doctor on it), then begin anew", false}
	case p.Code == problem.CredentialsRefused && (cause == "" || cause == "key-unknown" || cause == "secret-wrong"):
		return failure{KeyDoesNotWork, "a key came, and it does not work on this shop: the shop did not see that it " +
			"was taken and deleted it, or it was made by somebody else or on another shop. It was thrown away",
			"Begin anew. Where it happens again, look for a proxy before Waybill that answers POST below /connect/ " +
				"with anything but 200, or late", false}
	}
	f := failure{string(p.Code), "a key came, and the shop could not be connected with it: " + p.Message, p.Hint, false}
	if cause != "" {
		f.reason = cause
	}
	return f
}

// leastRights offers a key with fewer rights than that of whoever approved: he manages the whole shop, or he could not
// have (docs/woocommerce/authentication.md#wc-auth-rights).
func leastRights(st storage.Store, scopes []string) string {
	if len(scopes) == 0 {
		scopes = strings.Split(strings.ReplaceAll(capability.JoinScopes(capability.DefaultScopes), " ", ""), ",")
	}
	return fmt.Sprintf("The key may do all that whoever approved it may, who manages the whole shop. Less is enough: "+
		"make a role with waybill role --for %s (GET /v1/role), a user and a key of it, and replace the key with "+
		"waybill stores rekey %s (PUT /v1/stores/%s/key).", strings.Join(scopes, ","), st.Name, st.Name)
}

func notFound(id string) error {
	return problem.New(problem.ConnectionNotFound, "there is no connection %q", id).
		Next("GET /v1/connections lists those that there are")
}

func badReturn() error {
	return problem.New(problem.InputInvalid, "the shop cannot send its owner back to this address").
		Next("Give an http or https address without a query, without a fragment and without escapes, since the shop "+
			"decodes it once more").Detail("body.return_url", "has a query, a fragment or escapes")
}
