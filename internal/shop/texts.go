package shop

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/vault"
	"github.com/waybillhq/waybill/woo"
)

// What people and programs are told of a store that does not do what was asked, every sentence of it.

// AskDoctor is the next step where the cause lies with the store.
const AskDoctor = "`waybill doctor` finds the cause and the fix"

// describe says in one sentence what went wrong with a request. The address in full is among the details; here its host
// is enough.
func describe(e *woo.Error) string {
	host := "the store"
	if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
		host = u.Host
	}
	asked := strings.TrimSpace(e.Method + " " + routeOf(e.URL))
	switch e.Kind {
	case woo.KindTLS:
		return fmt.Sprintf("the TLS certificate of %s cannot be trusted: %s", host, cause(e))
	case woo.KindNetwork:
		return fmt.Sprintf("%s did not answer: %s", host, why(e))
	case woo.KindTimeout:
		return fmt.Sprintf("%s took too long to answer %s", host, asked)
	case woo.KindHTML:
		text := fmt.Sprintf("something answered %s in place of the store: HTTP status %d", asked, e.Status)
		if e.Title != "" {
			text += fmt.Sprintf(", a page titled %q", e.Title)
		}
		return text
	case woo.KindAPI:
		return fmt.Sprintf("the store answered %s with %d %s: %s", asked, e.Status, e.Code,
			html.UnescapeString(e.Message))
	}
	return strings.TrimPrefix(e.Error(), "woo: ")
}

// why is the reason why the network brought no answer.
func why(e *woo.Error) string {
	if e.Err != nil {
		if says := problem.Reason(e.Err); says != strings.TrimSpace(e.Err.Error()) {
			return says
		}
	}
	return cause(e)
}

// cause is the innermost reason, where the outer ones only repeat what was tried.
func cause(e *woo.Error) string {
	err := e.Err
	if err == nil {
		return string(e.Kind)
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimPrefix(err.Error(), "tls: ")
		}
		err = inner
	}
}

// routeOf is the part of an address that names what was asked for.
func routeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if route := u.Query().Get("rest_route"); route != "" {
		return route
	}
	return u.Path
}

// classify gives a failure its code, and the next step.
func classify(e *woo.Error) (problem.Code, string) {
	switch e.Kind {
	case woo.KindNetwork, woo.KindTimeout:
		return problem.StoreUnreachable, "Open the address in a browser; " + AskDoctor
	case woo.KindTLS:
		return problem.StoreCertificate,
			"Renew or complete the certificate on the server; a private authority is trusted by " +
				"SSL_CERT_FILE=/path/ca.crt"
	case woo.KindInsecure:
		return problem.StoreInsecure, "Use the https:// address of the store"
	case woo.KindRedirect:
		return problem.StoreMoved, "It redirects to " + e.Location + ". A connected shop that has moved: " +
			"waybill stores move NAME URL. Another: connect with that address"
	case woo.KindNoAPI:
		return problem.NotWooCommerce,
			"Check the address, that WooCommerce is active, and that permalinks are not plain"
	case woo.KindUsage, woo.KindGuarded:
		return problem.Usage, "Check the address: it should look like https://shop.example"
	case woo.KindHTML:
		if e.Status == http.StatusTooManyRequests {
			return problem.StoreTooManyRequest, "Wait a while, and keep the pace polite"
		}
		return problem.StoreBlocked, AskDoctor
	case woo.KindAPI:
		return classifyAPI(e)
	}
	return problem.StoreFailed, AskDoctor
}

func classifyAPI(e *woo.Error) (problem.Code, string) {
	switch status := e.EffectiveStatus(); {
	case status == http.StatusTooManyRequests:
		return problem.StoreTooManyRequest, "Wait a while, and keep the pace polite"
	case (status == http.StatusUnauthorized || status == http.StatusForbidden) && !e.KeyRefused():
		return problem.StoreBlocked, "A plugin, a snippet or a firewall answered in WooCommerce's place; " + AskDoctor
	case status == http.StatusUnauthorized:
		return problem.CredentialsRefused, "The store did not take the key for this request; " + AskDoctor
	case status == http.StatusForbidden:
		return problem.PermissionMissing, AskDoctor + "; `waybill role` makes a role with what is needed"
	case e.NotFound():
		return problem.RecordNotFound, "The store has no such record"
	case status >= http.StatusInternalServerError:
		return problem.StoreFailed, "Look into the store's error log; " + AskDoctor
	case e.Code == "rest_no_route":
		return problem.NotWooCommerce, AskDoctor
	}
	return problem.StoreFailed, AskDoctor
}

// What is told of keys.

func keyTurnedDown(refused *woo.AuthError) error {
	return problem.Wrap(problem.CredentialsRefused, refused,
		"the store knows this consumer key and turned it down (%s): the secret is wrong, or the key may not read",
		triesOf(refused)).
		Next("Check the secret and that the key's permissions are Read or Read/Write; `waybill doctor` finds the " +
			"cause")
}

func keyNotAccepted(refused *woo.AuthError) error {
	return problem.Wrap(problem.CredentialsRefused, refused,
		"the store did not accept the consumer key in any way a key can be sent (%s): it is not a key of this store, "+
			"or never arrives", triesOf(refused)).
		Next("Check that key and secret are complete and belong to this store; `waybill doctor` finds the cause")
}

// triesOf say what was answered to each way of sending the key.
func triesOf(refused *woo.AuthError) string {
	names := map[woo.AuthMethod]string{woo.AuthBasic: "in the header", woo.AuthQuery: "in the address",
		woo.AuthOAuth1: "signed", woo.AuthOAuth1SHA1: "signed"}
	var parts []string
	for _, try := range refused.Tries {
		part := strings.TrimSpace(fmt.Sprintf("%s: %d %s", names[try.Auth], try.Status, try.Code))
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func keyNotGiven(st storage.Store, prefix string) error {
	return problem.New(problem.CredentialsMissing,
		"the key of store %s is not stored and %s_KEY and %s_SECRET are not set", st.Name, prefix, prefix).
		Next("Set both variables, or store a key with: waybill stores rekey %s", st.Name)
}

// keyClosed says of which store the key cannot be read: the vault does not know.
func keyClosed(st storage.Store, err error) error {
	return problem.Wrap(problem.CredentialsUnreadable, err, "store %s: %s", st.Name, problem.From(err).Message).
		Next("Give the master key they were stored with in %s, or replace them: waybill stores rekey %s",
			vault.EnvKey, st.Name)
}

func keyDamaged(st storage.Store, err error) error {
	return problem.Wrap(problem.CredentialsUnreadable, err, "the stored credentials of %s are damaged", st.Name).
		Next("Replace them: waybill stores rekey %s", st.Name)
}

// masterKeyMissing says that a directory has no master key for the keys of the named stores.
func masterKeyMissing(dir, stores string, err error) error {
	return problem.Wrap(problem.MasterKeyMissing, err, "the master key of this database is missing: it holds "+
		"the keys of stores (%s), and there is no %s in %s", stores, vault.FileName, dir).
		Next("Put the file %s of the machine that connected them there, with chmod 600, or set %s. If it is lost: "+
			"waybill stores rotate-master-key --lost", vault.FileName, vault.EnvKey).
		Detail("stores", stores).Detail("missing", filepath.Join(dir, vault.FileName))
}

// KeyDiffers is the problem of a process whose master key does not open the keys of some stores.
func KeyDiffers(stores string) *problem.Problem {
	return problem.New(problem.MasterKeyDiffers,
		"the keys of stores in this database (%s) were encrypted with another master key than the one used here",
		stores).
		Next("Set %s to the key of the machine that connected them, or copy its file %s into the data directory here. "+
			"If that key is lost: waybill stores rotate-master-key --lost, then waybill stores rekey for each store",
			vault.EnvKey, vault.FileName).
		Detail("stores", stores)
}

// What is told of addresses and of the way to a store.

func calledElsewhere(e *woo.HomeError) error {
	return problem.Wrap(problem.StoreElsewhere, e, "the shop at %s calls %s its address, or leads there. "+
		"A copy of a shop (staging) often still names the live one. Nothing was connected", e.Given, e.Named).
		Next("For that shop: waybill connect %s. For the address given, and nothing else: waybill connect %s "+
			"--home given", e.Named, e.Given).
		Detail("given", e.Given).Detail("named", e.Named)
}

// refusedAddress is the problem of a store whose address lies in a private network.
func refusedAddress(err error) error {
	return problem.Wrap(problem.StorePrivate, err, "the address of the store lies in a private network").
		Next("Give the public address of the shop. Stores of groups are asked in private networks only where " +
			"http.private_addresses is allow, others unless it is refuse")
}

func noCertificate(file string, err error) error {
	return problem.Wrap(problem.ConfigInvalid, err,
		"SSL_CERT_FILE names %s, which holds no certificate that can be read", file)
}

// What is told of work that did not come to its end.

func databaseSilent(err error) error {
	return problem.Wrap(problem.DatabaseUnreachable, err, "the database does not answer for the moment").
		Next("It passes by itself while the server starts or stops. What was accepted is kept: run it again")
}

func notHeld(err error) error {
	return problem.Wrap(problem.RecordNotFound, err, "the mirror does not hold it").
		Next("Bring the mirror up to date: waybill sync --once")
}

func takenOver(err error) error {
	return problem.Wrap(problem.Interrupted, err, "the store was paused, removed or taken over while this ran").
		Next("Nothing is lost: run it again")
}

func outOfTime(err error) error {
	return problem.Wrap(problem.StoreUnreachable, err, "the time allowed ran out").
		Next("Try again, or allow more time with http.timeout")
}

func interrupted(err error) error {
	return problem.Wrap(problem.Interrupted, err, "interrupted before the work was done").
		Next("Nothing is lost: run the same command again to go on.")
}
