package woo

import (
	"net/http"
	"strings"
)

// KeyRefused tells whether a refusal, by its status and code, is about the key: WooCommerce's own 401 or 403. Only such
// a refusal says anything of the key and its user, and it is no proof either, since a plugin can overrule WooCommerce's
// permissions from inside. With any other code a plugin, a snippet or a firewall has answered in WooCommerce's place:
// the key was not looked at, and the same request succeeds once they let it through.
func KeyRefused(status int, code string) bool {
	return refusal(status) && strings.HasPrefix(code, "woocommerce_")
}

// KeyRefused tells whether the store refused the key, see the function of that name.
func (e *Error) KeyRefused() bool {
	return e.Kind == KindAPI && KeyRefused(e.EffectiveStatus(), e.Code)
}

// refusal tells whether a status is a refusal of who asks.
func refusal(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}
