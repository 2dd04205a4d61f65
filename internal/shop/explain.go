package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Explain turns any error of a package below into a problem, once, here. Problems pass unchanged, so it may be applied
// more than once.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*problem.Problem](err); ok {
		return err
	}
	if egress.Refused(err) {
		return refusedAddress(err)
	}
	if refused, ok := errors.AsType[*woo.AuthError](err); ok {
		return explainAuth(refused)
	}
	if elsewhere, ok := errors.AsType[*woo.HomeError](err); ok {
		return explainElsewhere(elsewhere)
	}
	if e, ok := woo.AsError(err); ok {
		return explainStore(e)
	}
	switch {
	case errors.Is(err, storage.ErrUnavailable):
		return problem.Wrap(problem.DatabaseUnreachable, err, "the database does not answer for the moment").
			Next("It passes by itself while the server starts or stops. What was accepted is kept: run it again")
	case errors.Is(err, storage.ErrNotFound):
		return problem.Wrap(problem.RecordNotFound, err, "the mirror does not hold it").
			Next("Bring the mirror up to date: waybill sync --once")
	case errors.Is(err, storage.ErrFenced):
		return problem.Wrap(problem.Interrupted, err, "the store was paused, removed or taken over while this ran").
			Next("Nothing is lost: run it again")
	case errors.Is(err, context.Canceled):
		return err // problem.From knows it
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return problem.Wrap(problem.StoreUnreachable, err, "the time allowed ran out").
			Next("Try again, or allow more time with http.timeout")
	}
	return err
}

func explainElsewhere(e *woo.HomeError) error {
	return problem.Wrap(problem.StoreElsewhere, e, "the shop at %s calls %s its address, or leads there. "+
		"A copy of a shop (staging) often still names the live one. Nothing was connected", e.Given, e.Named).
		Next("For that shop: waybill connect %s. For the address given, and nothing else: waybill connect %s "+
			"--home given", e.Named, e.Given).
		Detail("given", e.Given).Detail("named", e.Named)
}

func explainAuth(refused *woo.AuthError) error {
	if foreign := foreignTry(refused); foreign != nil {
		return explainStore(foreign)
	}
	if refused.Refused() {
		return problem.Wrap(problem.CredentialsRefused, refused,
			"the store knows this consumer key and turned it down (%s): the secret is wrong, or the key may not read",
			triesOf(refused)).
			Next("Check the secret and that the key's permissions are Read or Read/Write; `waybill doctor` finds the " +
				"cause")
	}
	return problem.Wrap(problem.CredentialsRefused, refused,
		"the store did not accept the consumer key in any way a key can be sent (%s): it is not a key of this store, "+
			"or never arrives", triesOf(refused)).
		Next("Check that key and secret are complete and belong to this store; `waybill doctor` finds the cause")
}

// foreignTry is an answer that came from neither WooCommerce nor WordPress. Something before them decided, so that
// nothing is known about the key.
func foreignTry(refused *woo.AuthError) *woo.Error {
	for _, try := range refused.Tries {
		if try.Outcome != woo.Blocked || try.Err == nil {
			return nil // WooCommerce itself was heard
		}
	}
	if len(refused.Tries) == 0 {
		return nil
	}
	return refused.Tries[0].Err
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

// explainStore gives what a store did, or what happened on the way to it, one of the documented codes.
func explainStore(e *woo.Error) error {
	if e.Kind == woo.KindCanceled {
		return problem.Wrap(problem.Interrupted, e, "interrupted before the work was done").
			Next("Nothing is lost: run the same command again to go on.")
	}
	code, next := classify(e)
	p := problem.Wrap(code, e, "%s", describe(e)).Next("%s", next)
	if e.URL != "" {
		p = p.Detail("url", e.URL)
	}
	if e.Status != 0 {
		p = p.Detail("http_status", strconv.Itoa(e.Status))
	}
	if e.Code != "" {
		p = p.Detail("store_code", e.Code)
	}
	if e.Fingerprint != "" {
		p = p.Detail("answered_by", e.Fingerprint)
	}
	return p
}

// AskDoctor is the next step where the cause lies with the store.
const AskDoctor = "`waybill doctor` finds the cause and the fix"

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
		return problem.StoreMoved, "Connect with the address it redirects to: " + e.Location
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
	case (status == http.StatusUnauthorized || status == http.StatusForbidden) && !OwnRefusal(e.Code):
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

// OwnRefusal says whether a refusal is in WooCommerce's own words: only those tell of the key and its user.
func OwnRefusal(code string) bool { return strings.HasPrefix(code, "woocommerce_") }

// Diagnosable failures lie with the store or on the way to it.
func Diagnosable(code problem.Code) bool {
	switch code {
	case problem.StoreUnreachable, problem.StoreCertificate, problem.StoreInsecure, problem.StoreMoved,
		problem.NotWooCommerce,
		problem.CredentialsRefused, problem.PermissionMissing, problem.StoreBlocked, problem.StoreFailed:
		return true
	}
	return false
}
