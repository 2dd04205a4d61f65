package front

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

var legacyVersion = regexp.MustCompile(`^/wc-api/v[1-3](/.*)?$`)

// legacyAPI answers what is left of WooCommerce's old APIs. Versions 1 to 3 say that they are disabled (recordings
// leg-wc-api-*). Callbacks of gateways run. Everything else is "-1" with status 400.
func (f *Front) legacyAPI(w http.ResponseWriter, path string, query *rest.Object) bool {
	if legacyVersion.MatchString(path) || query.Value("wc-api-version") != nil {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(rest.AppendJSON(nil, rest.NewObject("errors", rest.NewObject(
			"code", "woocommerce_api_disabled", "message", "The WooCommerce API is disabled on this site"))))
		return true
	}
	callback := rest.Text(query.Value("wc-api"))
	if callback == "" {
		name, ok := strings.CutPrefix(strings.Trim(path, "/"), "wc-api/")
		if !ok {
			return false
		}
		callback = name
	}
	if strings.EqualFold(callback, "wc_gateway_paypal") {
		f.die(w, "PayPal IPN", "PayPal IPN Request Failure", http.StatusInternalServerError)
		return true
	}
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	rest.SetNocache(w.Header())
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte("-1"))
	return true
}
